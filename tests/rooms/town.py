"""One community on the real store: as many processes of it as a test asks for, its people, its time."""

import asyncio
import json
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from moderation import pipeline
from moderation.submission import Submission
from moderation.verdict import Verdict
from rooms import clock, log, presence, ready
from rooms.house import House
from rooms.keys import Keys
from rooms.log import Position, Replay
from rooms.message import Draft
from rooms.records.sanctions import Sanction
from rooms.session import Session
from rooms.site import Site, Topic
from rooms.store import Store
from rooms.subscription import Subscription

PATIENCE = 30.0
"""Seconds until something that should happen counts as hanging."""
ROOM = "addiction.1"


class HandClock:
    """Time stands still until a test turns it. It starts at the real one: what the store itself lets
    expire is told the real time too."""

    def __init__(self) -> None:
        self.ms = clock.system()

    def __call__(self) -> int:
        return self.ms

    def turn(self, *, ms: int = 0, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        self.ms += ms + round(1_000 * (seconds + 60 * (minutes + 60 * hours)))


@dataclass
class Town:
    """`sanctions` is what SQL would hold; every house loads it when it prepares the store."""

    url: str
    stack: AsyncExitStack
    clock: HandClock = field(default_factory=HandClock)
    sanctions: list[Sanction] = field(default_factory=list)
    site: Site = field(
        default_factory=lambda: Site(
            id="t" + secrets.token_hex(6),
            name="Willow House",
            origins=("https://willow.example",),
            topics=(Topic(id="addiction", title="Addiction", about="Together."),),
            cover="never",
        )
    )
    _houses: int = 0

    @property
    def keys(self) -> Keys:
        return Keys(self.site.community)

    async def house(self, *, log_minutes: int = 60, limited: bool = False) -> House:
        """Another process: its own link to the store, its own worker's lease."""
        self._houses += 1
        store = Store(self.url, self._prepare)
        self.run(store.run())
        async with asyncio.timeout(PATIENCE):
            await store.up.wait()
        house = House(
            store=store,
            worker=f"w{self._houses}",
            now=self.clock,
            log_ms=log_minutes * 60_000,
            limited=limited,
        )
        await presence.renew(house, self.keys)
        return house

    async def _prepare(self, store: Store) -> None:
        await ready.prepare(store, [self.site.community], self._load)

    async def _load(self, community: str) -> list[Sanction]:
        assert community == self.site.community
        return self.sanctions

    def run(self, coroutine: Any) -> None:
        """A background job, ended with the test."""
        task = asyncio.ensure_future(coroutine)

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self.stack.push_async_callback(end)

    def session(self, name: str, *, lang: str = "en", tag: str = "", worker: str = "w1") -> Session:
        return Session(
            id=name, name=name.title(), site=self.site, lang=lang, tag=tag or f"tag-{name}", worker=worker
        )

    def with_capacity(self, capacity: int) -> None:
        self.site = replace(self.site, capacity=capacity)

    def mute(self, visitor: str, *, minutes: int = 10, kind: str = "mute") -> Sanction:
        """A sanction as SQL holds it."""
        until = self.clock() + minutes * 60_000
        made = Sanction(
            id=secrets.token_hex(4), visitor=visitor, kind=kind, room=None, reason="spam", until=until
        )
        self.sanctions.append(made)
        return made

    async def impose(self, house: House, sanction: Sanction) -> None:
        """The sanction as the hot store holds it, set while the house runs."""
        value = f"{sanction.kind} {sanction.until} {sanction.room or '*'} {sanction.reason}"
        await house.store.command("HSET", self.keys.sanctions(sanction.visitor), sanction.id, value)

    async def names(self, house: House) -> list[str]:
        """Every key that this community has in the store."""
        found = await house.store.command("KEYS", f"*{self.site.community}*")
        return sorted(key.decode() for key in found)

    async def everything(self, house: House) -> dict[str, str]:
        """Every key with all that it holds, as text that can be searched."""
        readers = {
            b"string": ("GET",),
            b"hash": ("HGETALL",),
            b"zset": ("ZRANGE", 0, -1, "WITHSCORES"),
            b"set": ("SMEMBERS",),
        }
        held = {}
        for name in await self.names(house):
            command, *rest = readers[await house.store.command("TYPE", name)]
            held[name] = repr(await house.store.command(command, name, *rest))
        return held

    async def lose(self, house: House) -> None:
        """The store forgets this community, as a flush would make it forget them all."""
        await house.store.command("DEL", *await self.names(house))

    async def back(self, house: House) -> None:
        """Until a house, which has noticed the loss, has prepared the store anew."""
        again = asyncio.Event()

        async def up() -> None:
            again.set()

        house.store.on_up = up
        async with asyncio.timeout(PATIENCE):
            await again.wait()

    async def ear(self, *rooms: str) -> "Ear":
        """Somebody who hears everything that the store announces in these rooms from now on."""
        ear = Ear(self.url, await self.house())
        self.run(ear.subscription.run())
        async with asyncio.timeout(PATIENCE):
            await ear.linked.wait()
        for room in rooms or (ROOM,):
            await ear.subscription.follow(self.keys.channel(room))
        return ear


class Ear:
    """Announcements in the order of the store."""

    def __init__(self, url: str, house: House) -> None:
        self._house = house
        self._said: list[bytes] = []
        self._marks: dict[bytes, asyncio.Event] = {}
        self.linked = asyncio.Event()
        self.subscription = Subscription(url, self._hear, self._link)

    async def _link(self) -> None:
        self.linked.set()

    def _hear(self, channel: bytes, payload: bytes) -> None:
        mark = self._marks.get(payload)
        if mark is None:
            self._said.append(payload)
        else:
            mark.set()

    async def said(self, kind: str = "") -> list[bytes]:
        """All announcements so far, or those of a kind (`e` entries, `p` people, `t` typing)."""
        mark = secrets.token_bytes(9)
        self._marks[mark] = asyncio.Event()
        channel = f"mark-{secrets.token_hex(6)}"
        await self.subscription.follow(channel)
        await self._house.store.command("SPUBLISH", channel, mark)
        async with asyncio.timeout(PATIENCE):
            await self._marks[mark].wait()
        return [said for said in self._said if said.startswith(kind.encode())]

    async def people(self) -> list[dict[str, Any]]:
        """What was announced of people: joined and left ids, and the count."""
        return [
            {
                "joined": [person["id"] for person in change["joined"]],
                "left": change["left"],
                "count": change["count"],
            }
            for change in (json.loads(said[2:]) for said in await self.said("p"))
        ]


def judged(text: str, topic: str = "addiction") -> Verdict:
    """The filter's word on a text."""
    return pipeline.judge(Submission(text=text, topic=topic, on_duty=False))


async def commit(
    house: House,
    session: Session,
    text: str,
    key: str,
    *,
    room: str = ROOM,
    reply_to: str | None = None,
    verdict: Verdict | None = None,
) -> dict[str, Any]:
    """Hand words to the log under a key; the acknowledgement."""
    draft = Draft(key=key, text=text, room=room, reply_to=reply_to)
    answer = await log.commit(house, session, room, draft, verdict or judged(text))
    return decoded(answer)


def decoded(answer: msgspec.Raw) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(answer))
    return found


async def replay(house: House, session: Session, since: Position | None = None, room: str = ROOM) -> Replay:
    return await log.replay(house, session, room, since)


async def beginning(house: House, session: Session, room: str = ROOM) -> Position:
    """Before the first entry of the room's log as it is now."""
    return Position((await replay(house, session, None, room)).position.epoch, 0)


def events(found: Replay) -> list[dict[str, Any]]:
    return [json.loads(bytes(entry)) for entry in found.entries]


def texts(found: Replay) -> list[str]:
    return [event["text"] for event in events(found)]
