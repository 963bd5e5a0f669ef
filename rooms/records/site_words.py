"""What the leads of a site say in their own words, by kind and language: changes, each with its audit row."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, desc, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.audit import append, lock
from rooms.records.people import Actor, entry
from rooms.records.tables import site_words as table

KEPT = 50
"""Changes of one kind and language that can be taken back in turn. What was audited stays in the audit."""
Kind = Literal["replies"]


class Overtaken(Exception):
    """Somebody else has changed these words meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words of one kind and language as JSON; b"": those that come with us. `n` counts; 0: none yet."""

    site: str
    kind: Kind
    lang: str
    n: int = 0
    at: int = 0
    by: str = ""
    undoes: int = 0
    words: bytes = b""


async def in_force(engine: AsyncEngine, site: str, kind: Kind) -> dict[str, Change]:
    """Language -> its newest change."""
    mine = (table.c.site == site) & (table.c.kind == kind)
    last = select(table.c.lang, func.max(table.c.n).label("n")).where(mine).group_by(table.c.lang).subquery()
    query = select(table).join(last, (table.c.lang == last.c.lang) & (table.c.n == last.c.n)).where(mine)
    async with engine.connect() as connection:
        return {row["lang"]: Change(**row) for row in (await connection.execute(query)).mappings()}


async def history(engine: AsyncEngine, site: str, kind: Kind, lang: str, limit: int = KEPT) -> list[Change]:
    """The changes that are kept, newest first."""
    mine = table.c.site == site, table.c.kind == kind, table.c.lang == lang
    query = select(table).where(*mine).order_by(desc(table.c.n)).limit(limit)
    async with engine.connect() as connection:
        return [Change(**row) for row in (await connection.execute(query)).mappings()]


async def put(engine: AsyncEngine, key: bytes, by: Actor, change: Change) -> None:
    """In force from now on, with its audit row, in one transaction. Raises Overtaken unless `n` is next."""
    of_these = table.c.site == change.site, table.c.kind == change.kind, table.c.lang == change.lang
    async with engine.begin() as connection:
        await lock(connection)  # two leads at once: the second one waits here, and is told
        last = (await connection.execute(select(func.max(table.c.n)).where(*of_these))).scalar() or 0
        if change.n != last + 1:
            raise Overtaken
        row = {name: getattr(change, name) for name in ("site", "kind", "lang", "n", "at", "undoes", "words")}
        await connection.execute(insert(table).values(**row, by=by.id))
        await connection.execute(delete(table).where(*of_these, table.c.n <= change.n - KEPT))
        action = f"{change.kind}_undo" if change.undoes else f"{change.kind}_change"
        await append(connection, key, entry(by, change.at, change.site, action, f"{change.lang}.{change.n}"))
