"""What the shift knows about a visitor, and for how long."""

import pytest

from rooms import room_acts
from rooms.room_acts import Effect, Note
from tests.rooms.town import Town


@pytest.mark.asyncio
async def test_old_notes_make_room(town: Town) -> None:
    """Whoever notes something every few hours keeps no note longer than its day."""
    house = await town.house()
    for number in range(5):
        note = Note(f"n{number}", "anna", "words", "o", "Omar", town.clock())
        await room_acts.note(house, town.keys, note, Effect(act=f"n{number}", told={}))
        town.clock.turn(hours=10)
    kept = await house.store.command("HKEYS", town.keys.notes)
    assert sorted(kept) == [b"n2", b"n3", b"n4"]
