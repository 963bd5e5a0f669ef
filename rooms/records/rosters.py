"""A site's roster: each change whole, with its row in the audit; the newest holds."""

from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import desc, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import changes
from rooms.records.audit import append
from rooms.records.people import Actor, entry
from rooms.records.tables import roster_changes as table
from rooms.roster import Roster

KEPT = 20
"""Changes of a site that can be looked at and taken back. What was audited stays in the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """`n` counts a site's changes; 0: it has made none."""

    site: str
    n: int = 0
    at: int = 0
    by: str = ""
    undoes: int = 0
    roster: Roster = field(default_factory=Roster)


async def history(engine: AsyncEngine, site: str, limit: int = KEPT) -> list[Planned]:
    """A site's changes that are kept, newest first."""
    query = select(table).where(table.c.site == site).order_by(desc(table.c.n)).limit(limit)
    async with engine.connect() as connection:
        found = (await connection.execute(query)).mappings().all()
    return [Planned(**dict(row) | {"roster": _read(row["roster"])}) for row in found]


async def of_sites(engine: AsyncEngine, sites: Collection[str]) -> dict[str, Roster]:
    """What holds at each of these, where anything was ever planned."""
    last = select(table.c.site, func.max(table.c.n).label("n")).where(table.c.site.in_(sites))
    newest = last.group_by(table.c.site).subquery()
    here = (table.c.site == newest.c.site) & (table.c.n == newest.c.n)
    async with engine.connect() as connection:
        found = (await connection.execute(select(table.c.site, table.c.roster).join(newest, here))).all()
    return {row.site: _read(row.roster) for row in found}


async def put(engine: AsyncEngine, key: bytes, by: Actor, change: Planned, action: str) -> None:
    """It holds from now on, with its row in the audit, in one transaction. `change.n` is the next in turn.

    Raises Overtaken where it is not.
    """
    async with engine.begin() as connection:
        row: dict[str, object] = {"n": change.n, "at": change.at, "by": by.id, "undoes": change.undoes}
        row["roster"] = msgspec.json.encode(change.roster)
        await changes.add(connection, table, {"site": change.site}, row, KEPT)
        await append(connection, key, entry(by, change.at, change.site, action, str(change.n)))


def _read(kept: bytes) -> Roster:
    return msgspec.json.decode(kept, type=Roster)
