"""What moderators do to a room and to what stands in it, in the hot store: each once, by the act's id.

Each raises Refusal: `unavailable`, or `not_found` where there is nothing (any more) to do it to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from rooms import limits, log, retention
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.site import Site

Field = Literal["locked", "slow", "shield"]
ANY: Final = "*"
"""Whatever stood there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an act takes with it into the store. `told`: what colleagues hear; `outboxed`: its records, where
    SQL is away."""

    act: str
    told: dict[str, object]
    outboxed: bytes = b""

    def keys(self, keys: Keys) -> tuple[str, str, str]:
        """As scripts/act.lua takes them."""
        return keys.act(self.act), keys.outbox, keys.control


async def took_effect(house: House, keys: Keys, act: str) -> bool:
    """Whether an act of these was done. Raises Unavailable."""
    return bool(await house.store.command("EXISTS", keys.act(act)))


async def set_field(
    house: House, keys: Keys, room: str, effect: Effect, field: Field, value: str, expected: str = ANY
) -> bool:
    """Lock, slow or shield a room, or (value empty) no more; False where something else than `expected`
    stands there by now."""
    outcome = await house.store.call(
        "roomset",
        keys.community,
        (*keys.log_of(room), *effect.keys(keys)),
        house.now(),
        house.mint(),
        *log.bounds(house),
        limits.slow_of_alone(house),
        field,
        value,
        expected,
        effect.outboxed,
        msgspec.json.encode({"acted": effect.told}),
    )
    return bool(outcome[0] != b"changed")


async def unset(house: House, keys: Keys, room: str, effect: Effect, undone: str) -> bool:
    """What stood there before the act `undone` stands there again; False where another act came since, or
    nobody knows any more."""
    mark: bytes | None = await house.store.command("GET", keys.act(undone))
    if mark is None:
        return False
    field, value, had = mark.decode().split("|")
    return await set_field(house, keys, room, effect, field, had, value)  # type: ignore[arg-type]


async def announce(house: House, keys: Keys, room: str, effect: Effect, notice: dict[str, object]) -> None:
    """The room hears it. `notice`: the Event but for its seq and time; its words have passed the filter."""
    await house.store.call(
        "roomsay",
        keys.community,
        (*keys.log_of(room), *effect.keys(keys)),
        house.now(),
        house.mint(),
        *log.bounds(house),
        msgspec.json.encode({"type": "notice", **notice})[1:],
        msgspec.json.encode({"acted": effect.told}),
    )


async def remove(
    house: House, keys: Keys, sites: Sequence[Site], room: str, message: str, effect: Effect
) -> None:
    """Take a message out of the room: its words leave the log first, and can be restored for ten minutes.

    `sites`: those of the community, one of which its author came by.
    """
    record: bytes | None = await house.store.command("HGET", keys.ids(room), message)
    if record is None:
        await _once(house, keys, effect)
        return
    author = record.decode().split(" ")[3]
    told = {"visitor": author, "room": room, "id": message}
    outcome = await house.store.call(
        "remove",
        keys.community,
        (
            *keys.log_of(room),
            *effect.keys(keys),
            keys.sealed(room, message),
            keys.sealed_of(author),
            *(keys.receipts(site, author) for site in sites),
        ),
        house.now(),
        house.mint(),
        *log.bounds(house),
        message,
        author,
        retention.RESTORABLE * 1000,
        effect.outboxed,
        msgspec.json.encode({"acted": effect.told, "forget": told}),
    )
    _found(outcome)


async def restore(house: House, keys: Keys, room: str, message: str, effect: Effect) -> None:
    """What was removed stands in its place again."""
    outcome = await house.store.call(
        "restore",
        keys.community,
        (*keys.log_of(room), *effect.keys(keys), keys.sealed(room, message)),
        house.now(),
        house.mint(),
        *log.bounds(house),
        message,
        msgspec.json.encode({"acted": effect.told}),
    )
    _found(outcome)


class Note(msgspec.Struct, frozen=True):
    """Of one volunteer to the others about a visitor."""

    id: str
    visitor: str
    text: str
    by: str
    name: str
    at: int


async def note(house: House, keys: Keys, note: Note, effect: Effect) -> None:
    """Keep it for the shift. Raises Refusal `conflict` where there are too many."""
    if not await _note(house, keys, note.id, msgspec.json.encode(note), effect):
        raise Refusal("conflict", "There are too many notes. Take some back first.")


async def unnote(house: House, keys: Keys, note: str, effect: Effect) -> bool:
    """Take it back; False where it is gone."""
    return await _note(house, keys, note, b"", effect)


async def _note(house: House, keys: Keys, note: str, value: bytes, effect: Effect) -> bool:
    outcome = await house.store.call(
        "note",
        keys.community,
        (keys.notes, *effect.keys(keys)),
        house.now(),
        note,
        value,
        retention.NOTE * 1000,
        retention.NOTES,
        msgspec.json.encode({"acted": effect.told, "moderators": True}),
    )
    return outcome[0] in (b"done", b"again")


async def notes(house: House, keys: Keys) -> list[Note]:
    """Those of the last 24 hours, oldest first. Raises Unavailable."""
    kept = [msgspec.json.decode(value, type=Note) for value in await house.store.command("HVALS", keys.notes)]
    since = house.now() - retention.NOTE * 1000
    return sorted((one for one in kept if one.at > since), key=lambda one: (one.at, one.id))


async def _once(house: House, keys: Keys, effect: Effect) -> None:
    """Nothing is there: unless this very act took it away. Raises `not_found`."""
    if not await took_effect(house, keys, effect.act):
        raise Refusal("not_found")


def _found(outcome: list[Any]) -> None:
    if outcome[0] == b"not_found":
        raise Refusal("not_found")
