"""Words of leads in both databases: the newest in force by language, one after the other, audited."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import audit
from rooms.records.changes import Overtaken
from rooms.records.people import Actor
from rooms.records.site_words import KEPT, Change, everywhere, history, in_force, put

KEY = b"k" * 32
INES = Actor("ines", "lead")
FIRST = Change(site="oak", kind="replies", lang="es", n=1, at=1_000, by="ines", words='["Año"]'.encode())


@pytest.mark.asyncio
async def test_the_newest_of_a_language_is_in_force(engine: AsyncEngine) -> None:
    """A change stands whole, its audit row has no word of it; of two leads at once one is told; another
    language and site know nothing of it; what is older than fifty changes goes."""
    both = [put(engine, KEY, INES, one) for one in (FIRST, replace(FIRST, words=b"[]"))]
    told = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one) for one in told if one) == [Overtaken]
    kept = (await in_force(engine, "oak", "replies"))["es"]
    assert replace(kept, words=FIRST.words) == FIRST
    english = replace(FIRST, lang="en", n=1)
    await put(engine, KEY, INES, english)
    await put(engine, KEY, INES, replace(FIRST, n=2, undoes=1, words=b""))
    assert {lang: one.n for lang, one in (await in_force(engine, "oak", "replies")).items()} == {
        "en": 1,
        "es": 2,
    }
    assert await in_force(engine, "elm", "replies") == {}
    await put(engine, KEY, INES, replace(FIRST, kind="reasons", site="elm"))
    assert [(one.site, one.lang, one.n) for one in await everywhere(engine, "reasons")] == [("elm", "es", 1)]
    assert len(await everywhere(engine, "replies")) == 2
    rows = [row.entry for row in await audit.rows_after(engine, 0)]
    assert [(one.action, one.subject, one.actor) for one in rows] == [
        ("replies_change", "es.1", "ines"),
        ("replies_change", "en.1", "ines"),
        ("replies_undo", "es.2", "ines"),
        ("reasons_change", "es.1", "ines"),
    ]
    for n in range(3, KEPT + 3):
        await put(engine, KEY, INES, replace(FIRST, n=n))
    assert [one.n for one in await history(engine, "oak", "replies", "es")] == list(range(KEPT + 2, 2, -1))
