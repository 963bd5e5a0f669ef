"""Who is in which room: seats that hold while their worker's lease runs.

A seat is not refreshed for each person; the worker that holds the connection refreshes one lease,
and whoever notices that a lease has run out takes that worker's people out of the rooms. So a
process that was killed leaves no ghost, and a thousand quiet people cost one call every two seconds.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from rooms import log, retention
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Code, Refusal
from rooms.session import Session

LEASE_MS = 5_000
"""A killed process leaves no ghost after 10 s: lease + one beat + the sweep."""
BEAT_MS = 2_000


def topic_of(room: str) -> str:
    """`addiction.3` -> `addiction`."""
    return room.rpartition(".")[0]


def spoken(lang: str) -> str:
    """`es-mx` -> `es`: people who speak it understand each other."""
    return lang.partition("-")[0].lower()


def _room_keys(keys: Keys, room: str) -> tuple[str, ...]:
    topic = topic_of(room)
    return (
        keys.rooms(topic),
        keys.speakers(topic, ""),
        keys.here(room),
        keys.seats(room),
        keys.members(room),
        keys.channel(room),
    )


@dataclass(frozen=True, slots=True)
class Entered:
    """A room as it stood when a seat in it was taken. `people`: everyone in it, each as a person in JSON."""

    room: str
    people: list[msgspec.Raw]
    replay: log.Replay


async def place(house: House, session: Session, topic: str, room: str = "") -> str:
    """Seat a visitor in the named room, or in the best one of the topic, and tell the room; answers which.

    A room is filled up to the site's capacity before another opens; a room where somebody speaks
    the visitor's language comes first; a member who comes back keeps the seat. Two processes never
    give the same seat away. A room that somebody was sent out of is passed over, or `forbidden` with
    `retry_after`. Raises Refusal `no_such_room`, `room_full`, `forbidden`, `banned`, `unavailable`.
    """
    seated = await _place(house, session, topic, room)
    name: bytes = seated[1]
    return name.decode()


async def enter(house: House, session: Session, topic: str, room: str, since: log.Position | None) -> Entered:
    """The same, and what there is to see, in one round trip. Raises as `place` does."""
    shown = log.asked(house, since, log.SNAPSHOT)
    _, name, people, *read = await _place(house, session, topic, room, *shown)
    return Entered(name.decode(), [msgspec.Raw(person) for person in people], log.told(read))


async def _place(
    house: House, session: Session, topic: str, room: str, *shown: str | bytes | int
) -> list[Any]:
    keys = session.keys
    outcome: list[Any] = await house.store.call(
        "place",
        keys.community,
        (
            # `%` stands for the room, which only the script can choose; all are in one cluster slot.
            *keys.log_of("%"),
            keys.rooms(topic),
            keys.speakers(topic, ""),
            keys.visitor(session.site, session.id),
            keys.here("%"),
            keys.seats("%"),
            keys.members("%"),
            keys.sanctions(session.id),
        ),
        house.now(),
        session.id,
        house.worker,
        spoken(session.lang),
        msgspec.json.encode(session.person()),
        topic,
        room,
        session.site.capacity,
        house.log_ms,
        *shown,
    )
    if outcome[0] == b"banned":
        raise Refusal("banned")
    if outcome[0] == b"kicked":
        left = math.ceil((int(outcome[1]) - house.now()) / 1000)
        raise Refusal("forbidden", "A volunteer asked you to leave that room for now.", retry_after=left)
    if outcome[0] != b"seated":
        code: Code = "room_full" if outcome[0] == b"room_full" else "no_such_room"
        raise Refusal(code)
    return outcome


async def unseat(house: House, session: Session, room: str, *, forget: bool) -> None:
    """One connection of this worker less; `forget` gives the membership up as well."""
    keys = session.keys
    await house.store.call(
        "unseat",
        keys.community,
        (*_room_keys(keys, room), keys.visitor(session.site, session.id)),
        house.now(),
        session.id,
        house.worker,
        room,
        topic_of(room),
        "1" if forget else "0",
    )


async def reseat(house: House, room: str, seats: Iterable[tuple[Session, int]]) -> None:
    """Say again whom this worker has in a room, and by how many connections (none: they are gone): after a
    lapse, a lost store, a rename, or an outage in which a departure was not heard."""
    arguments: list[str | bytes | int] = []
    keys = None
    for session, connections in seats:
        keys = session.keys
        person = msgspec.json.encode(session.person())
        arguments += (session.id, spoken(session.lang), person, connections)
    if keys is None:
        return
    await house.store.call(
        "reseat", keys.community, _room_keys(keys, room), house.now(), house.worker, room, *arguments
    )


async def renew(house: House, keys: Keys) -> tuple[bool, list[str]]:
    """Renew this worker's lease; answers whether it had lapsed, and the workers that are dead."""
    lapsed, dead = await house.store.call(
        "lease", keys.community, (keys.workers,), house.now(), house.worker, LEASE_MS
    )
    return bool(lapsed), [worker.decode() for worker in dead]


async def sweep(house: House, keys: Keys, topics: Iterable[str], worker: str) -> int:
    """Take a dead worker's people out of every room; answers how many left. Safe to run twice."""
    left = 0
    for topic in topics:
        for name in await rooms(house, keys, topic):
            left += await house.store.call(
                "sweep",
                keys.community,
                (*_room_keys(keys, name), keys.workers),
                house.now(),
                name,
                worker,
            )
    await house.store.call("retire", keys.community, (keys.workers,), house.now(), worker)
    return left


async def people(house: House, keys: Keys, room: str) -> list[msgspec.Raw]:
    """Everyone in a room, each as a person in JSON."""
    return [msgspec.Raw(person) for person in await house.store.command("HVALS", keys.here(room))]


async def typing(house: House, session: Session, room: str) -> None:
    """Passing state, kept nowhere: told to whoever listens now.

    Who may not speak is not shown as about to: raises Refusal `muted`, `banned`, `forbidden` (a kick) or
    `unavailable`.
    """
    keys = session.keys
    asked = keys.channel(room), keys.sanctions(session.id)
    outcome: bytes = await house.store.call("typing", keys.community, asked, house.now(), session.id, room)
    if outcome != b"done":
        raise log.refusal(outcome)


async def minor(house: House, session: Session, room: str) -> None:
    """Tell every process, those that listen now and those that begin to within the hour, that somebody in a
    room may be a child. Raises Unavailable."""
    keys = session.keys
    await house.store.command("SET", keys.minor(room), house.now(), "PX", retention.MINOR_HERE * 1000)
    await house.store.command("SPUBLISH", keys.channel(room), f"m {house.now()}")


async def minor_since(house: House, keys: Keys, room: str) -> int | None:
    """When that was last said of a room, or None. Raises Unavailable."""
    at = await house.store.command("GET", keys.minor(room))
    return None if at is None else int(at)


async def rooms(house: House, keys: Keys, topic: str) -> list[str]:
    """Every room of a topic."""
    return [room.decode() for room in await house.store.command("ZRANGE", keys.rooms(topic), 0, -1)]


async def by_room(house: House, keys: Keys, topic: str) -> dict[str, int]:
    """Every room of a topic, and how many are in it."""
    flat = await house.store.command("ZRANGE", keys.rooms(topic), 0, -1, "WITHSCORES")
    return {room.decode(): int(float(people)) for room, people in zip(flat[::2], flat[1::2], strict=True)}


async def count(house: House, keys: Keys, topic: str) -> int:
    """People in all rooms of a topic."""
    return sum((await by_room(house, keys, topic)).values())
