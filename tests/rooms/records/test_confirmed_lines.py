"""Confirmed lines in both databases: the last call of each, by site, with its audit."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import audit
from rooms.records.confirmed_lines import DUE_DAYS, Confirmed, confirm, of_site, withdraw
from rooms.records.people import Actor

KEY = b"k" * 32
INES, OMAR = Actor("ines", "lead"), Actor("omar", "lead")


@pytest.mark.asyncio
async def test_the_last_call_of_a_line(engine: AsyncEngine) -> None:
    """The last call stands, at that site alone; taken back it is gone, once; each is in the audit."""
    await confirm(engine, KEY, INES, "oak", "us-988", "abc", 1_000)
    await confirm(engine, KEY, OMAR, "oak", "us-988", "abd", 2_000)
    assert await of_site(engine, "oak") == {"us-988": Confirmed("us-988", "omar", 2_000, "abd")}
    assert (await of_site(engine, "elm"), await withdraw(engine, KEY, INES, "elm", "us-988", 3)) == (
        {},
        False,
    )
    assert [await withdraw(engine, KEY, INES, "oak", "us-988", 3_000) for _ in range(2)] == [True, False]
    assert await of_site(engine, "oak") == {}
    rows = [row.entry for row in await audit.rows_after(engine, 0)]
    assert [(one.action, one.actor, one.site, one.subject) for one in rows] == [
        ("line_confirm", "ines", "oak", "us-988"),
        ("line_confirm", "omar", "oak", "us-988"),
        ("line_withdraw", "ines", "oak", "us-988"),
    ]


def test_when_a_line_is_due() -> None:
    """A call holds for 180 days, that day included."""
    called = Confirmed("us-988", "ines", 1_000, "abc")
    held = DUE_DAYS * 86_400_000
    assert (called.due(1_000 + held), called.due(1_001 + held)) == (False, True)
