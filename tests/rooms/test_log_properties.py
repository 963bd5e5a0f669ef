"""The log, its announcements and its readers, on the real store, with links that break.

Everything is real but the last step: the wire of each process ends in the test. Pub/sub is made worse
than it is: announcements are dropped, doubled and reordered on their way into a process, links are
killed between calls and under them. What PROTOCOL section 7 promises must hold all the same.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import pipeline
from moderation.submission import Submission
from rooms import link, log
from rooms.house import House
from rooms.log import Position
from rooms.message import Draft
from rooms.refusals import Unavailable
from tests.rooms.town import PATIENCE, ROOM, Town, events, replay
from tests.rooms.wire import EndOfWire, Lossy

HOUSES, VISITORS, KEYS, READERS = 2, 3, 8, 4


@pytest.fixture(autouse=True, scope="module")
def quick_links() -> Iterator[None]:
    """A broken link is made again at once: the pause between tries is for other people's machines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "PAUSE", 0.005)
        yield


@dataclass
class Reader:
    """A member of the room, and the position they were told of when they joined."""

    sid: str
    process: int
    told: Position
    state: str = "coming"  # then "here", then "gone"


@dataclass
class World:
    """Processes, their readers, and every acknowledgement so far."""

    town: Town
    houses: list[House] = field(default_factory=list)
    fanouts: list[Lossy] = field(default_factory=list)
    wires: list[EndOfWire] = field(default_factory=list)
    readers: dict[int, Reader] = field(default_factory=dict)
    answers: dict[tuple[int, int], set[bytes]] = field(default_factory=dict)
    lost: set[tuple[int, int]] = field(default_factory=set)

    async def build(self) -> None:
        self.controls = await self.town.house()
        for _ in range(HOUSES):
            house, wire = await self.town.house(), EndOfWire()
            fanout = Lossy(house, wire, self.town.url)
            house.store.on_up = fanout.recover
            self.town.run(fanout.subscription.run())
            self.houses.append(house)
            self.fanouts.append(fanout)
            self.wires.append(wire)
        async with asyncio.timeout(PATIENCE):
            for fanout in self.fanouts:
                await fanout.linked.wait()

    # --- what may happen -----------------------------------------------------------------------

    async def say(self, process: int, visitor: int, key: int) -> None:
        """One try; where it fails the author knows nothing, and tries again in the end."""
        session, text = self.town.session(f"v{visitor}"), f"visitor {visitor} number {key}"
        draft = Draft(key=f"k{key}", text=text, room=ROOM)
        verdict = pipeline.judge(Submission(text=text, topic="addiction"), stages=[])
        try:
            answer = await log.commit(self.houses[process], session, ROOM, draft, verdict)
        except Unavailable:
            self.lost.add((visitor, key))
        else:
            self.answers.setdefault((visitor, key), set()).add(bytes(answer))

    async def talk(self, tries: list[tuple[int, int, int]], kill: str) -> None:
        """Several at once, and perhaps a link killed under them."""
        tasks = [asyncio.create_task(self.say(*one)) for one in tries]
        await asyncio.sleep(0)
        if kill:
            await self.kill(kill)
        await asyncio.gather(*tasks)

    async def kill(self, kind: str) -> None:
        await self.controls.store.command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")

    async def spoil(self, process: int, fates: list[str]) -> None:
        self.fanouts[process].plan.extend(fates)

    async def join(self, n: int) -> None:
        """As far as the answer to `join`; `admit` follows when it has left."""
        if n in self.readers:
            return
        sid, process, anna = f"r{n}", n % HOUSES, self.town.session("anna")
        try:
            await self.fanouts[process].open(sid, anna, ROOM)
            told = (await replay(self.houses[process], anna)).position
        except Unavailable:
            await self.fanouts[process].dismiss(sid, anna, ROOM)
        else:
            self.readers[n] = Reader(sid, process, told)

    async def admit(self, n: int) -> None:
        reader = self.readers.get(n)
        if reader is not None and reader.state == "coming":
            reader.state = "here"
            anna = self.town.session("anna")
            self.fanouts[reader.process].admit(reader.sid, anna, ROOM, reader.told)

    async def leave(self, n: int) -> None:
        reader = self.readers.get(n)
        if reader is not None:
            reader.state = "gone"
            await self.fanouts[reader.process].dismiss(reader.sid, self.town.session("anna"), ROOM)

    # --- what must be so -----------------------------------------------------------------------

    async def settle(self) -> list[dict[str, Any]]:
        """Every try answered, and one last message; the log as it is then."""
        for fanout in self.fanouts:
            fanout.plan.clear()
        async with asyncio.timeout(PATIENCE):
            for visitor, key in [*sorted(self.lost), (0, KEYS)]:
                while (visitor, key) not in self.answers or (visitor, key) in self.lost:
                    await self.houses[0].store.up.wait()
                    self.lost.discard((visitor, key))
                    await self.say(0, visitor, key)
            await self.controls.store.up.wait()
        anna = self.town.session("anna")
        now = (await replay(self.controls, anna)).position
        found = await replay(self.controls, anna, Position(now.epoch, 0))
        assert found.whole
        return events(found)

    async def heard(self, last: int) -> None:
        for reader in self.readers.values():
            if reader.state == "here" and reader.told.seq < last:
                wire, sid = self.wires[reader.process], reader.sid
                await wire.until(lambda: wire.told.get(sid, [{"seq": 0}])[-1]["seq"] >= last)  # noqa: B023


PROCESS, VISITOR, KEY = st.integers(0, HOUSES - 1), st.integers(0, VISITORS - 1), st.integers(0, KEYS - 1)
KILL = st.sampled_from(["", "", "", "pubsub", "normal"])
FATES = st.lists(st.sampled_from(["drop", "double", "later", ""]), min_size=1, max_size=5)
READER = st.integers(0, READERS - 1)
TALK = st.tuples(
    st.just(World.talk), st.lists(st.tuples(PROCESS, VISITOR, KEY), min_size=1, max_size=5), KILL
)
SPOIL = st.tuples(st.just(World.spoil), PROCESS, FATES)
STEP = st.one_of(
    *(TALK, TALK, TALK, SPOIL, SPOIL),
    st.tuples(st.just(World.join), READER),
    st.tuples(st.just(World.admit), READER),
    st.tuples(st.just(World.leave), READER),
    st.tuples(st.just(World.kill), st.sampled_from(["pubsub", "normal"])),
)


@pytest.mark.asyncio
@settings(max_examples=200)
@given(st.lists(STEP, min_size=3, max_size=25))
async def test_one_order_for_everyone(valkey: str, steps: list[tuple[Any, ...]]) -> None:
    """Whatever breaks: the log is contiguous, holds each key once and everything acknowledged, and every
    member hears exactly what followed the position they were told of, in its order."""
    async with AsyncExitStack() as stack:
        world = World(Town(valkey, stack))
        await world.build()
        for n in range(HOUSES):
            await world.join(n)
            await world.admit(n)
        for step, *arguments in steps:
            await step(world, *arguments)
        written = await world.settle()
        await world.heard(len(written))
        check(world, written)


def check(world: World, written: list[dict[str, Any]]) -> None:
    assert [event["seq"] for event in written] == list(range(1, len(written) + 1))
    assert len(written) == len(world.answers), "one entry a key"
    for (visitor, key), answers in world.answers.items():
        (answer,) = map(json.loads, answers)
        entry = written[answer["seq"] - 1]
        assert (entry["id"], entry["text"]) == (answer["id"], f"visitor {visitor} number {key}")
        assert entry["from"]["id"] == f"v{visitor}"
    for reader in world.readers.values():
        heard = world.wires[reader.process].told.get(reader.sid, [])
        last = None if reader.state == "here" else reader.told.seq + len(heard)
        assert heard == written[reader.told.seq : last]
