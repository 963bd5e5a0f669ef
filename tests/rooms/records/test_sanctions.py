import dataclasses

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.sanctions import Sanction, add, drop_ended, in_force

NOW = 1_790_000_000_000
MUTE = Sanction(id="s1", visitor="ada", kind="mute", room=None, reason="spam", until=NOW + 600_000)
KICK = Sanction(id="s2", visitor="ben", kind="kick", room="grief.1", reason="other", until=NOW + 60_000)


@pytest.mark.asyncio
async def test_in_force(engine: AsyncEngine) -> None:
    """What was added is in force in its community, oldest first, until its end."""
    await add(engine, "willow", "rivers", KICK, NOW + 1)
    await add(engine, "willow", "rivers", MUTE, NOW)
    assert await in_force(engine, "rivers", NOW + 1) == [MUTE, KICK]
    assert await in_force(engine, "rivers", KICK.until - 1) == [MUTE, KICK]
    assert await in_force(engine, "rivers", KICK.until) == [MUTE]


@pytest.mark.asyncio
async def test_another_community_knows_nothing(engine: AsyncEngine) -> None:
    """A sanction holds in its own community alone."""
    await add(engine, "willow", "rivers", MUTE, NOW)
    assert await in_force(engine, "lakes", NOW) == []


@pytest.mark.asyncio
async def test_a_retry_changes_nothing(engine: AsyncEngine) -> None:
    """The same id again is the same sanction, as it was first recorded."""
    await add(engine, "willow", "rivers", MUTE, NOW)
    await add(engine, "willow", "rivers", dataclasses.replace(MUTE, until=NOW + 1), NOW)
    assert await in_force(engine, "rivers", NOW) == [MUTE]


@pytest.mark.asyncio
async def test_ended_ones_are_forgotten(engine: AsyncEngine) -> None:
    """drop_ended removes what has ended, says how many, and keeps the rest."""
    await add(engine, "willow", "rivers", MUTE, NOW)
    await add(engine, "willow", "lakes", KICK, NOW)
    assert await drop_ended(engine, KICK.until) == 1
    assert await drop_ended(engine, KICK.until) == 0
    assert await in_force(engine, "rivers", 0) == [MUTE]
    assert await in_force(engine, "lakes", 0) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("words", [{"reason": "he said he uses"}, {"kind": "shame"}])
async def test_words_are_refused(engine: AsyncEngine, words: dict[str, str]) -> None:
    """The database takes codes for reasons and kinds, and nothing a person could have written."""
    with pytest.raises(IntegrityError):
        await add(engine, "willow", "rivers", dataclasses.replace(MUTE, **words), NOW)
