"""Communities on the shards of a real cluster: each link pair minds its own."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from rooms import duty, log, presence
from rooms.house import House
from rooms.keys import Keys
from rooms.ready import prepare
from rooms.records.database import open_engine
from rooms.records.people import Person, Post
from rooms.records.sanctions import Sanction
from rooms.refusals import Unavailable
from rooms.session import Session
from rooms.shards import Stores, slot
from rooms.site import Site, Topic
from server.desk_sockets import Desk, Desks
from server.settings import Settings
from server.sign_in import StaffDoor
from tests.cluster import SHARDS, Cluster, cluster
from tests.rooms.town import PATIENCE, commit

FAILOVER = 15.0
"""Seconds; 3.3 on an idle machine, with a node timeout of 2."""


def test_slots() -> None:
    """A community's slot is the one that every node computes (cluster specification: CRC16)."""
    assert slot("123456789") == 0x31C3
    assert slot("foo") == 12_182


class People:
    """A process on a cluster, with a community on each shard and somebody in each."""

    def __init__(self, nodes: Cluster) -> None:
        names = [nodes.name_on(shard) for shard in range(SHARDS)]
        topic = Topic(id="addiction", title="Addiction", about="Together.")
        sites = [Site(id=name, name=name, origins=(), topics=(topic,), cover="never") for name in names]
        self.names = names
        self.sessions = [
            Session(id="anna", name="Anna", site=site, lang="en", tag="t", worker="w") for site in sites
        ]
        self.store = Stores(nodes.url, names, lambda store, held: prepare(store, held, _nobody))
        self.house = House(store=self.store, worker="w", limited=False)
        self.heard: list[tuple[bytes, bytes]] = []
        self.linked: list[frozenset[str]] = []
        self.ears = self.store.ears(nodes.url, lambda *said: self.heard.append(said), self._link)

    async def _link(self, held: frozenset[str]) -> None:
        self.linked.append(held)

    async def run(self, stack: AsyncExitStack) -> None:
        for run in (self.store.run, self.ears.run):
            task = asyncio.ensure_future(run())
            stack.push_async_callback(_ended, task)
        async with asyncio.timeout(PATIENCE):
            for name in self.names:
                await self.store.reached(name)
        await when(lambda: len(self.linked) == SHARDS)

    async def say(self, n: int, text: str, key: str) -> dict[str, object]:
        return await commit(self.house, self.sessions[n], text, key)

    async def epoch(self, n: int) -> str:
        return (await log.replay(self.house, self.sessions[n], "addiction.1", None)).position.epoch


async def _nobody(_: str) -> list[Sanction]:
    return []


async def _ended(task: "asyncio.Future[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def when(fact: Callable[[], bool], patience: float = PATIENCE) -> None:
    async with asyncio.timeout(patience):
        while not fact():  # noqa: ASYNC110 (another process's doing)
            await asyncio.sleep(0.01)


async def until_taken(act: Callable[[], Awaitable[object]], patience: float) -> None:
    async with asyncio.timeout(patience):
        while True:
            try:
                await act()
            except Unavailable:
                await asyncio.sleep(0.02)
            else:
                return


def desks_of(people: People, home: Path) -> Desks:
    """This process's desks: Ines is at one, on duty in each community."""
    sites = {session.site.id: session.site for session in people.sessions}
    engine = open_engine(f"sqlite:///{home / 'kindred.db'}")
    staff = StaffDoor(house=people.house, engine=engine, sites=sites, key=b"k" * 40)
    staff.hashing.close()
    wire: Any = None  # nobody is told anything
    desks = Desks(Settings(home=home, sites=sites), staff, wire, wire)
    posts = tuple(Post(site, "moderator") for site in sites)
    ines = Person(id="i", name="Ines", password=b"", seed="", step=0, posts=posts)
    desks.open["s"] = Desk("s", ines, "session", "tag", on_duty=True)
    return desks


async def on_duty(desks: Desks, community: str) -> list[str] | None:
    """Who is, after the look by the clock; None where nobody can say."""
    try:
        await desks.renew(Keys(community))
        return [one.name for one in await duty.on_duty(desks.house, Keys(community))]
    except Unavailable:
        return None


@pytest.mark.journey
@pytest.mark.asyncio
async def test_each_shard_for_itself(tmp_path: Path) -> None:
    """Words and their announcements go over the shard that holds the community; one that dies takes its own
    away, and comes back on its replica with another epoch; the links of the others are not touched."""
    async with cluster(tmp_path) as nodes, AsyncExitStack() as stack:
        people = People(nodes)
        await people.run(stack)
        for n in range(SHARDS):
            await people.ears.follow(people.sessions[n].keys.channel("addiction.1"))
            assert (await people.say(n, "hello", "k"))["ok"]
        await when(lambda: len(people.heard) == SHARDS)
        epochs = [await people.epoch(n) for n in range(SHARDS)]
        assert set(people.store.groups()) == {frozenset({name}) for name in people.names}

        desks = desks_of(people, tmp_path)
        people.linked.clear()
        nodes.nodes[1].kill()
        with pytest.raises(Unavailable):
            await people.say(1, "lost", "k1")
        assert (await people.say(0, "still here", "k1"))["ok"]
        assert (await people.say(2, "still here", "k1"))["ok"]
        kept = [await on_duty(desks, name) for name in people.names]
        assert kept == [["Ines"], None, ["Ines"]], "who serves all three stays on duty where that can be said"
        await until_taken(lambda: people.say(1, "back", "k2"), FAILOVER)
        await when(lambda: bool(people.linked), FAILOVER)
        assert people.linked == [frozenset({people.names[1]})]
        assert [await people.epoch(n) == epochs[n] for n in range(SHARDS)] == [True, False, True]
        await people.say(1, "heard again", "k3")
        await when(lambda: b"heard again" in people.heard[-1][1])


@pytest.mark.journey
@pytest.mark.asyncio
async def test_a_community_moves(tmp_path: Path) -> None:
    """A slot that is given to another node answers `unavailable` until the map is read again; then its
    community goes on there, and hears what is said."""
    async with cluster(tmp_path) as nodes, AsyncExitStack() as stack:
        people = People(nodes)
        await people.run(stack)
        channel = people.sessions[0].keys.channel("addiction.1")
        await people.ears.follow(channel)
        assert (await people.say(0, "hello", "k"))["ok"]
        await nodes.move(people.names[0], 0, 1)
        await until_taken(lambda: people.say(0, "moved", "k2"), PATIENCE)
        await when(lambda: any(b"moved" in said for _, said in people.heard) or len(people.linked) > SHARDS)
        await until_taken(lambda: people.ears.follow(channel), PATIENCE)
        await people.say(0, "heard there", "k3")
        await when(lambda: any(b"heard there" in said for _, said in people.heard))
        assert frozenset(people.names[:2]) in people.store.groups()
        keys = Keys(people.names[0])
        assert await presence.rooms(people.house, keys, "addiction") == []
