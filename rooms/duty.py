"""Who of the staff is on duty: a lease that lasts while one of their desks is open, and 90 s after.

A promise that a person is there is only ever made from this. It is kept by community, as rooms are: whoever
serves one of its sites watches all of its rooms.
"""

from collections.abc import Sequence

import msgspec

from rooms import presence
from rooms.house import House
from rooms.keys import Keys

LEASE_MS = 90_000
RENEW = 20.0
"""Seconds between two renewals by the process that holds the desk: three may be late."""
COVERING = ("moderator", "lead")  # scripts/cover.lua has them too
"""A greeter is there to greet and cannot act, so alone they cover nothing."""


class OnDuty(msgspec.Struct, frozen=True):
    """Somebody on duty."""

    id: str
    name: str
    role: str
    langs: tuple[str, ...]
    until: int
    since: int = 0
    room: str = ""  # the one that is open before them


async def begin(
    house: House, keys: Keys, person: dict[str, str], langs: Sequence[str], since: int = 0, room: str = ""
) -> None:
    """Go, or stay, on duty for the time of a lease; `since` when, if not now. Raises Unavailable."""
    now = house.now()
    until = now + LEASE_MS
    entry = OnDuty(person["id"], person["name"], person["role"], tuple(langs), until, since or now, room)
    await house.store.command("HSET", keys.duty, entry.id, msgspec.json.encode(entry))
    await house.store.command("PEXPIRE", keys.duty, LEASE_MS)


async def end(house: House, keys: Keys, person: str) -> None:
    """Go off duty now. Raises Unavailable."""
    await house.store.command("HDEL", keys.duty, person)


async def on_duty(house: House, keys: Keys) -> list[OnDuty]:
    """Everyone whose lease runs, by name. Raises Unavailable."""
    flat: list[bytes] = await house.store.command("HVALS", keys.duty)
    entries = [msgspec.json.decode(entry, type=OnDuty) for entry in flat]
    return sorted((one for one in entries if one.until > house.now()), key=lambda one: (one.name, one.id))


def covers(entries: Sequence[OnDuty]) -> bool:
    """Whether somebody is there who can act."""
    return any(entry.role in COVERING for entry in entries)


def spoken(entries: Sequence[OnDuty]) -> frozenset[str]:
    """The languages of those who are there, as `presence.spoken` has them."""
    return frozenset(presence.spoken(lang) for one in entries for lang in one.langs)
