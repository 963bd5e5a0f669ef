"""A site's changes of the filter's rules: each whole, with its row in the audit; the newest is in force."""

from dataclasses import dataclass

from sqlalchemy import desc, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import changes
from rooms.records.audit import Entry, append
from rooms.records.people import Actor
from rooms.records.tables import rule_changes as table

KEPT = 50
"""Changes of a site that can be looked at. What was audited stays in the audit."""
# Asked each second by every process: what it costs is to be made, not to be answered.
_NEWEST = select(table.c.site, func.max(table.c.n).label("n")).group_by(table.c.site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a site adds to our rules and switches off of them. `n` counts its changes; 0: it has made none."""

    site: str
    n: int = 0
    at: int = 0
    by: str = ""
    version: str = ""
    undoes: int = 0
    own: str = ""
    off: tuple[str, ...] = ()


async def in_force(engine: AsyncEngine, site: str) -> Change:
    """A site's newest change."""
    return (await history(engine, site, limit=1) or [Change(site=site)])[0]


async def history(engine: AsyncEngine, site: str, limit: int = KEPT) -> list[Change]:
    """A site's changes that are kept, newest first."""
    query = select(table).where(table.c.site == site).order_by(desc(table.c.n)).limit(limit)
    async with engine.connect() as connection:
        found = (await connection.execute(query)).mappings().all()
    return [
        Change(**dict(row) | {"own": row["own"].decode(), "off": tuple(row["off"].decode().split())})
        for row in found
    ]


async def newest(engine: AsyncEngine) -> dict[str, int]:
    """Site -> its newest change: what a process asks to see whether it has missed one."""
    async with engine.connect() as connection:
        return {row.site: row.n for row in (await connection.execute(_NEWEST)).all()}


async def put(
    engine: AsyncEngine, key: bytes, by: Actor, change: Change, community: str, rule: str = ""
) -> None:
    """In force from now on, with its row in the audit, in one transaction. `change.n` is the next in turn.

    `rule`: the one that the service itself switches off. Raises Overtaken where `change.n` is not the next.
    """
    async with engine.begin() as connection:
        await changes.add(
            connection,
            table,
            {"site": change.site},
            {
                "n": change.n,
                "at": change.at,
                "by": by.id,
                "version": change.version,
                "undoes": change.undoes,
                "own": change.own.encode(),
                "off": " ".join(change.off).encode(),
            },
            KEPT,
        )
        row = Entry(
            at=change.at,
            site=change.site,
            community=community,
            actor=by.id,
            role=by.role,
            subject=str(change.n),
            rule_version=change.version,
            action="rule_off" if rule else "rules_undo" if change.undoes else "rules_change",
            rule=rule,
        )
        await append(connection, key, row)


async def note(engine: AsyncEngine, key: bytes, entry: Entry) -> None:
    """A row of the audit about a rule that stays as it is."""
    async with engine.begin() as connection:
        await append(connection, key, entry)
