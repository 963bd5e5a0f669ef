"""Help lines that somebody of a site has called and found right: who, when, and which numbers."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.audit import append
from rooms.records.people import Actor, entry
from rooms.records.tables import confirmed_lines as table

DUE_DAYS: Final = 180
"""A line that nobody has called for so long is due. Ours: numbers change rarely; twice a year can be done."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One line, as it was last called. `numbers` stands for what was called then."""

    line: str
    by: str
    at: int
    numbers: str

    def due(self, now: int) -> bool:
        return now - self.at > DUE_DAYS * 86_400_000


async def of_site(engine: AsyncEngine, site: str) -> dict[str, Confirmed]:
    """Line -> the last time that somebody of this site called it."""
    columns = table.c.line, table.c.by, table.c.at, table.c.numbers
    async with engine.connect() as connection:
        found = (await connection.execute(select(*columns).where(table.c.site == site))).all()
    return {row.line: Confirmed(*row) for row in found}


async def confirm(
    engine: AsyncEngine, key: bytes, by: Actor, site: str, line: str, numbers: str, at: int
) -> None:
    """`by` has called it now, and it was right; with its row in the audit."""
    async with engine.begin() as connection:
        await append(
            connection, key, entry(by, at, site, "line_confirm", line)
        )  # the audit's lock: one at a time
        await connection.execute(delete(table).where(table.c.site == site, table.c.line == line))
        row = {"site": site, "line": line, "by": by.id, "at": at, "numbers": numbers}
        await connection.execute(insert(table).values(row))


async def withdraw(engine: AsyncEngine, key: bytes, by: Actor, site: str, line: str, at: int) -> bool:
    """It counts as not called again; with its row in the audit. Answers whether it was confirmed."""
    async with engine.begin() as connection:
        gone = await connection.execute(delete(table).where(table.c.site == site, table.c.line == line))
        if gone.rowcount:
            await append(connection, key, entry(by, at, site, "line_withdraw", line))
        return bool(gone.rowcount)
