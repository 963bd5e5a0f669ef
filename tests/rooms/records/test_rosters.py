"""A site's roster in both databases: one change after the other, with their audit, the newest holds."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import audit
from rooms.records.changes import Overtaken
from rooms.records.people import Actor
from rooms.records.rosters import KEPT, Planned, history, of_sites, put
from rooms.roster import Roster, Shift

KEY = b"k" * 32
INES = Actor("ines", "lead")
EVENING = Shift(person="ada", day=2, start="18:00", end="20:00", zone="Europe/Berlin")
FIRST = Planned(
    site="oak", n=1, at=1_000, by="ines", roster=Roster(shifts=(EVENING,), langs={"ada": ("en", "es")})
)


@pytest.mark.asyncio
async def test_the_newest_holds(engine: AsyncEngine) -> None:
    """A change stands whole with its audit row; of two who change the same the second is told; another site
    knows nothing of it; what is older than twenty changes goes."""
    assert (await history(engine, "oak"), await of_sites(engine, ["oak"])) == ([], {})
    both = [put(engine, KEY, INES, FIRST, "roster_change") for _ in range(2)]
    told = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one) for one in told if one) == [Overtaken]
    assert await history(engine, "oak") == [FIRST]
    await put(engine, KEY, INES, replace(FIRST, n=2, undoes=1, roster=Roster()), "roster_undo")
    rows = [row.entry for row in await audit.rows_after(engine, 0)]
    assert [(one.action, one.subject, one.actor) for one in rows] == [
        ("roster_change", "1", "ines"),
        ("roster_undo", "2", "ines"),
    ]
    await put(engine, KEY, INES, replace(FIRST, site="elm"), "roster_change")
    assert await of_sites(engine, ["oak", "elm"]) == {"oak": Roster(), "elm": FIRST.roster}
    assert await of_sites(engine, ["oak"]) == {"oak": Roster()}
    for n in range(3, KEPT + 3):
        await put(engine, KEY, INES, replace(FIRST, n=n), "roster_change")
    assert [one.n for one in await history(engine, "oak")] == list(range(KEPT + 2, 2, -1))
