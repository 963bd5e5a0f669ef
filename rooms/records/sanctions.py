"""Sanctions in force. Here they survive a restart; the hot store answers the question at each message."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

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
    query = (
        select(*(sanctions.c[name] for name in ("id", "visitor", "kind", "room", "reason", "ends_at")))
        .where(sanctions.c.community == community, sanctions.c.ends_at > now_ms)
        .order_by(sanctions.c.started_at, sanctions.c.id)
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [
        Sanction(id=id_, visitor=visitor, kind=kind, room=room, reason=reason, until=until)
        for id_, visitor, kind, room, reason, until in rows
    ]


async def add(engine: AsyncEngine, site: str, community: str, sanction: Sanction, now_ms: int) -> None:
    """Record a sanction that starts now. The same id again changes nothing, so a retry is safe."""
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
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
    async with engine.begin() as connection:
        await connection.execute(insert(sanctions).values(row).on_conflict_do_nothing())


async def drop_ended(engine: AsyncEngine, now_ms: int) -> int:
    """Forget every sanction that has ended, in all communities. Returns how many."""
    async with engine.begin() as connection:
        return (await connection.execute(delete(sanctions).where(sanctions.c.ends_at <= now_ms))).rowcount
