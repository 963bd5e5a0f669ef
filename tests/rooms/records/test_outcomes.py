import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.outcomes import add
from rooms.records.tables import outcomes

TODAY = "2026-11-22"


async def counted(engine: AsyncEngine) -> dict[tuple[str, ...], int]:
    async with engine.connect() as connection:
        return {tuple(row[:-1]): row[-1] for row in await connection.execute(select(outcomes))}


@pytest.mark.asyncio
async def test_counts_add_up(engine: AsyncEngine) -> None:
    """A second number for the same topic, day and kind is added to the first."""
    await add(engine, "willow", "rivers", {("grief", TODAY, "allow"): 3, ("grief", TODAY, "mask"): 1})
    await add(engine, "willow", "rivers", {("grief", TODAY, "allow"): 2})
    assert await counted(engine) == {
        ("willow", "rivers", "grief", TODAY, "allow"): 5,
        ("willow", "rivers", "grief", TODAY, "mask"): 1,
    }


@pytest.mark.asyncio
async def test_sites_count_apart(engine: AsyncEngine) -> None:
    """Two sites of one community have numbers of their own."""
    for site in ("willow", "oak"):
        await add(engine, site, "rivers", {("grief", TODAY, "allow"): 1})
    assert set((await counted(engine)).values()) == {1}


@pytest.mark.asyncio
async def test_nothing_to_add(engine: AsyncEngine) -> None:
    """An empty count is no error."""
    await add(engine, "willow", "rivers", {})
    assert await counted(engine) == {}


@pytest.mark.asyncio
async def test_many_at_once(engine: AsyncEngine) -> None:
    """Processes that add the same rows in different orders neither wait for each other nor lose one."""
    keys = [("grief", TODAY, kind) for kind in ("allow", "block", "mask", "redact")]
    forwards, backwards = dict.fromkeys(keys, 1), dict.fromkeys(reversed(keys), 1)
    await asyncio.gather(*(add(engine, "willow", "rivers", counts) for counts in (forwards, backwards) * 10))
    assert set((await counted(engine)).values()) == {20}
