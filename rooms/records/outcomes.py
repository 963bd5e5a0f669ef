"""Counted outcomes: how often something was decided, by topic and day. Nobody is in them."""

from collections.abc import Mapping

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.tables import outcomes

KEY = ("site", "community", "topic", "day", "kind")


async def add(
    engine: AsyncEngine, site: str, community: str, counts: Mapping[tuple[str, str, str], int]
) -> None:
    """Add `counts`, by (topic, day as YYYY-MM-DD in UTC, kind), to what is there."""
    # sorted: two processes that add the same rows lock them in one order, and cannot wait for each other
    rows = [
        dict(zip((*KEY, "count"), (site, community, *key, count), strict=True))
        for key, count in sorted(counts.items())
    ]
    if not rows:
        return
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    added = insert(outcomes).values(rows)
    total = outcomes.c.count + added.excluded.count
    async with engine.begin() as connection:
        await connection.execute(added.on_conflict_do_update(index_elements=KEY, set_={"count": total}))
