"""Changes of rules in both databases: one after the other, with their audit, the newest in force."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import audit
from rooms.records.changes import Overtaken
from rooms.records.people import Actor
from rooms.records.rule_changes import KEPT, Change, history, in_force, newest, put

KEY = b"k" * 32
INES = Actor("ines", "lead")
FIRST = Change(site="oak", n=1, at=1_000, by="ines", version="abc", own="rule ñ\n", off=("spam.offer",))


@pytest.mark.asyncio
async def test_the_newest_is_in_force(engine: AsyncEngine) -> None:
    """A change stands whole with its audit row; of two leads who change the same the second is told; another
    site knows nothing of it; what is older than fifty changes goes."""
    assert await in_force(engine, "oak") == Change(site="oak")
    both = [put(engine, KEY, INES, one, "oak") for one in (FIRST, replace(FIRST, version="xyz"))]
    told = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one) for one in told if one) == [Overtaken]
    kept = await in_force(engine, "oak")
    assert replace(kept, version="abc") == FIRST
    await put(engine, KEY, INES, replace(FIRST, n=2, undoes=1, own="", off=()), "oak")
    await put(engine, KEY, Actor("system", "system"), replace(FIRST, n=3, by="system"), "oak", "spam.offer")
    rows = [row.entry for row in await audit.rows_after(engine, 0)]
    assert [(one.action, one.subject, one.actor, one.rule) for one in rows] == [
        ("rules_change", "1", "ines", ""),
        ("rules_undo", "2", "ines", ""),
        ("rule_off", "3", "system", "spam.offer"),
    ]
    assert rows[0].rule_version == kept.version
    assert (await newest(engine), await in_force(engine, "elm")) == ({"oak": 3}, Change(site="elm"))
    for n in range(4, KEPT + 4):
        await put(engine, KEY, INES, replace(FIRST, n=n), "oak")
    assert [one.n for one in await history(engine, "oak")] == list(range(KEPT + 3, 3, -1))
