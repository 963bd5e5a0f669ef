"""Sanctions in force. Here they survive a restart; the hot store answers the question at each message."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rooms.records.tables import sanctions


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """A time-limited limit on a visitor."""

    id: str
    visitor: str  # a keyed hash
    kind: str  # warn, mute, kick or ban
    room: str | None  # a kick's
    reason: str  # a code
    until: int  # milliseconds since the epoch


async def in_force(engine: AsyncEngine, community: str, now_ms: int) -> list[Sanction]:
    """Every sanction of the community that has not ended, oldest first."""
    return await _read(engine, (sanctions.c.community == community) & (sanctions.c.ends_at > now_ms))


async def _read(engine: AsyncEngine, condition: ColumnElement[bool]) -> list[Sanction]:
    columns = (sanctions.c[name] for name in ("id", "visitor", "kind", "room", "reason", "ends_at"))
    query = select(*columns).where(condition).order_by(sanctions.c.started_at, sanctions.c.id)
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [
        Sanction(id=id_, visitor=visitor, kind=kind, room=room, reason=reason, until=until)
        for id_, visitor, kind, room, reason, until in rows
    ]


async def add(engine: AsyncEngine, site: str, community: str, sanction: Sanction, now_ms: int) -> None:
    """Record a sanction that starts now. The same id again changes nothing, so a retry is safe."""
    async with engine.begin() as connection:
        await put(connection, site, community, sanction, now_ms)


async def put(
    connection: AsyncConnection, site: str, community: str, sanction: Sanction, now_ms: int
) -> None:
    """The same within a transaction."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "id": sanction.id,
        "site": site,
        "community": community,
        "visitor": sanction.visitor,
        "kind": sanction.kind,
        "room": sanction.room,
        "reason": sanction.reason,
        "started_at": now_ms,
        "ends_at": sanction.until,
    }
    await connection.execute(insert(sanctions).values(row).on_conflict_do_nothing())


async def by_id(engine: AsyncEngine, sanction: str) -> Sanction | None:
    """One of them, ended or not, where it is still known."""
    found = await _read(engine, sanctions.c.id == sanction)
    return found[0] if found else None


async def of_visitor(engine: AsyncEngine, community: str, visitor: str, kind: str) -> list[str]:
    """Ids of one kind for one visitor."""
    mine = (sanctions.c.community == community) & (sanctions.c.visitor == visitor)
    return [one.id for one in await _read(engine, mine & (sanctions.c.kind == kind))]


async def drop(engine: AsyncEngine, sanction: str) -> None:
    """Forget one that was lifted."""
    async with engine.begin() as connection:
        await connection.execute(delete(sanctions).where(sanctions.c.id == sanction))


async def drop_ended(engine: AsyncEngine, now_ms: int) -> int:
    """Forget every sanction that has ended, in all communities. Returns how many."""
    async with engine.begin() as connection:
        return (await connection.execute(delete(sanctions).where(sanctions.c.ends_at <= now_ms))).rowcount
