"""What one shift tells the next, until somebody on duty has said that they have it.

In the hot store, by community, for at most 72 hours: pseudonyms, kinds of case, limits and what volunteers
noted, never a word of a visitor.
"""

from typing import Final

import msgspec

from rooms import retention
from rooms.house import House
from rooms.keys import Keys

_TAKEN: Final = "taken:"


class Matter(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of it: about whom, of what kind, where and since or until when (ms)."""

    visitor: str = ""
    name: str = ""
    kind: str = ""
    room: str = ""
    reason: str = ""
    text: str = ""  # a volunteer's
    by: str = ""
    at: int = 0


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    id: str = ""
    by: str = ""
    name: str = ""
    at: int = 0
    note: str = ""
    cases: tuple[Matter, ...] = ()
    worried: tuple[Matter, ...] = ()
    limits: tuple[Matter, ...] = ()
    notes: tuple[Matter, ...] = ()


async def keep(house: House, keys: Keys, made: Handover) -> None:
    """Keep it for the next person; the same id again changes nothing. Raises Unavailable."""
    known, _ = await _all(house, keys)
    if made.id in [one.id for one in known]:
        return
    since = house.now() - retention.HANDOVER * 1000
    first = len(known) + 1 - retention.HANDOVERS
    await _forget(house, keys, [one for n, one in enumerate(known) if one.at <= since or n < first])
    await house.store.command("HSET", keys.handovers, made.id, msgspec.json.encode(made))
    await house.store.command("PEXPIRE", keys.handovers, retention.HANDOVER * 1000)


async def waiting(house: House, keys: Keys) -> list[Handover]:
    """Those that nobody has taken yet, oldest first. Raises Unavailable."""
    found, taken = await _all(house, keys)
    since = house.now() - retention.HANDOVER * 1000
    await _forget(house, keys, [one for one in found if one.at <= since])
    return [one for one in found if one.at > since and one.id not in taken]


async def take(house: House, keys: Keys, handover: str, person: str) -> bool:
    """Somebody has it now; False where somebody had it before. Raises Unavailable."""
    return bool(await house.store.command("HSETNX", keys.handovers, _TAKEN + handover, person))


async def _forget(house: House, keys: Keys, old: list[Handover]) -> None:
    """The hash lives as long as its newest one, so each of these goes by itself."""
    if old:
        gone = [one.id for one in old]
        await house.store.command("HDEL", keys.handovers, *gone, *(_TAKEN + one for one in gone))


async def _all(house: House, keys: Keys) -> tuple[list[Handover], set[str]]:
    """Those that are kept, oldest first, and which of them somebody took."""
    fields = await house.store.fields(keys.handovers)
    taken = {name.removeprefix(_TAKEN) for name in fields if name.startswith(_TAKEN)}
    found = [
        msgspec.json.decode(value, type=Handover)
        for name, value in fields.items()
        if not name.startswith(_TAKEN)
    ]
    return sorted(found, key=lambda one: (one.at, one.id)), taken
