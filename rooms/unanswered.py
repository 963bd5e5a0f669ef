"""What somebody whose first words nobody has answered was told, for when they come back."""

import hashlib

import msgspec

from rooms import duty, newcomer
from rooms.house import House
from rooms.keys import Keys


class Card(msgspec.Struct, frozen=True):
    """As PROTOCOL section 4 has `unanswered`."""

    room: str
    id: str
    state: str


async def standing(house: House, keys: Keys, visitor: str, room: str) -> Card | None:
    """The card about their first words in this room, with the truth about people as it is now.

    None where none was told, or it holds no more. Raises Unavailable.
    """
    if not newcomer.runs(house):
        return None
    # As scripts/newcomer.lua names it.
    case = hashlib.sha1(f"first\n{visitor}\n{room}".encode(), usedforsecurity=False).hexdigest()[:20]
    held = await house.store.fields(keys.case(case))
    if "carded" not in held or "answered" in held or held.get("state") != b"open":
        return None
    if int(held.get("until", 0)) > house.now():
        state = "seen"
    else:
        state = "told" if duty.covers(await duty.on_duty(house, keys)) else "none"
    return Card(room, held["message"].decode(), state)
