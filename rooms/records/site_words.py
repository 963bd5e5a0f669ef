"""What the leads of a site say in their own words, by kind and language: changes, each with its audit row."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, bindparam, desc, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import changes
from rooms.records.audit import append
from rooms.records.people import Actor, entry
from rooms.records.tables import site_words as table

KEPT = 50
"""Changes of one kind and language that can be taken back in turn. What was audited stays in the audit."""
Kind = Literal["replies", "reasons"]


def _newest_of_all() -> Select[Any]:
    asked, group = table.c.kind == bindparam("kind"), (table.c.site, table.c.lang)
    last = select(*group, func.max(table.c.n).label("n")).where(asked).group_by(*group).subquery()
    same = (table.c.site == last.c.site) & (table.c.lang == last.c.lang) & (table.c.n == last.c.n)
    return select(table).join(last, same).where(asked)


_NEWEST = _newest_of_all()  # asked every few seconds by every process: made once


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


async def everywhere(engine: AsyncEngine, kind: Kind) -> list[Change]:
    """The newest change of every site and language."""
    async with engine.connect() as connection:
        return [Change(**row) for row in (await connection.execute(_NEWEST, {"kind": kind})).mappings()]


async def history(engine: AsyncEngine, site: str, kind: Kind, lang: str, limit: int = KEPT) -> list[Change]:
    """The changes that are kept, newest first."""
    mine = table.c.site == site, table.c.kind == kind, table.c.lang == lang
    query = select(table).where(*mine).order_by(desc(table.c.n)).limit(limit)
    async with engine.connect() as connection:
        return [Change(**row) for row in (await connection.execute(query)).mappings()]


async def put(engine: AsyncEngine, key: bytes, by: Actor, change: Change) -> None:
    """In force from now on, with its audit row, in one transaction. Raises Overtaken unless `n` is next."""
    of_these = {"site": change.site, "kind": change.kind, "lang": change.lang}
    async with engine.begin() as connection:
        row = {"n": change.n, "at": change.at, "by": by.id, "undoes": change.undoes, "words": change.words}
        await changes.add(connection, table, of_these, row, KEPT)
        action = f"{change.kind}_undo" if change.undoes else f"{change.kind}_change"
        await append(connection, key, entry(by, change.at, change.site, action, f"{change.lang}.{change.n}"))
