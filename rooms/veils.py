"""A message that several people reported is veiled where no volunteer is, until somebody has looked at it."""

from typing import Final

import msgspec

from rooms import cover, log, presence, private_words
from rooms.house import House
from rooms.keys import Keys
from rooms.session import Session

ENOUGH: Final = 2
"""Reports from so many networks. One person with two tabs is one of them."""


class _Said(msgspec.Struct):
    text: str = ""


async def reported(house: House, session: Session, room: str, message: str) -> bool:
    """One more report of a message; whether it was veiled for it. Raises Unavailable.

    Only where nobody is on duty by the site's choice: elsewhere a person looks. A cry for help is shown
    whatever others make of it.
    """
    keys = session.keys
    if not cover.of(house, keys, presence.topic_of(room)).alone:
        return False
    text = await _text(house, keys, room, message)
    if text is None or "crisis" in private_words.judged(house, session, room, text).labels:
        return False
    # behind a clinic's own network there is no tag: there a person counts as one
    return await _veil(house, keys, room, message, session.id, session.tag or session.id)


async def looked_at(house: House, keys: Keys, room: str, message: str) -> bool:
    """Somebody of the staff has looked and sees nothing in it: the veil is lifted, where there is one."""
    return await _veil(house, keys, room, message, "", "")


async def again(house: House, keys: Keys, room: str, message: str) -> bool:
    """That somebody looked is taken back: the veil is there again. Raises Unavailable."""
    return await _veil(house, keys, room, message, "", "staff", enough=1)


async def _veil(
    house: House, keys: Keys, room: str, message: str, visitor: str, who: str, *, enough: int = ENOUGH
) -> bool:
    return bool(
        await house.store.call(
            "veil",
            keys.community,
            (*keys.log_of(room), keys.reported(room, message)),
            house.now(),
            house.mint(),
            *log.bounds(house),
            message,
            visitor,
            who,
            enough,
        )
    )


async def _text(house: House, keys: Keys, room: str, message: str) -> str | None:
    record: bytes | None = await house.store.command("HGET", keys.ids(room), message)
    entry = await house.store.command("HGET", keys.log(room), record.split()[1]) if record else None
    return msgspec.json.decode(entry, type=_Said).text if entry else None
