"""The audit: who of the staff did what, and which rule acted by itself. Rows are only ever added.

Each row carries an HMAC over its own fields and the row before it, with a key that is not in the
database. Whoever can write the tables can still not change, remove or reorder a row unseen; that
the newest rows were cut off shows against a head (count and MAC) that was logged.
One chain for the whole service: docs/decisions says why.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, fields

from sqlalchemy import desc, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rooms.records.tables import audit

CHAIN = 5_462_810_733_946_118
"""Our PostgreSQL advisory lock for the chain's end; the neighbour of the one for migrations."""
CODE = re.compile(r"[\w.:*+-]*", re.ASCII)
SYSTEM = "system"
"""The actor of what the service did by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, in codes and ids. Raises ValueError for anything that could be words."""

    at: int  # milliseconds since the epoch
    site: str
    community: str
    actor: str  # a person's id, or `system`
    role: str  # greeter, moderator, lead, operator (the command line) or system
    action: str
    state: str = "done"  # pending, done or failed: an act has one row for each
    act: str = ""  # the id that the rows of one act share
    subject: str = ""  # whom or what it concerns; a visitor as `subject_of` says
    room: str = ""
    reason: str = ""  # a code
    rule: str = ""  # of an automatic act
    rule_version: str = ""
    until: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and not (len(value) <= 64 and CODE.fullmatch(value)):
                raise ValueError(f"{field.name} of an audit row is no code")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in its place."""

    n: int  # from 1, without gaps
    entry: Entry
    key: str  # which key signed it
    mac: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain. Kept outside the database, it betrays a tail that was cut off."""

    count: int
    mac: str

    def __str__(self) -> str:
        return f"{self.count}:{self.mac}"


def head_of(written: str) -> Head:
    """A head as `str` wrote it. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})?", written, re.ASCII)
    if match is None:
        raise ValueError("a head is written COUNT:MAC")
    return Head(int(match[1]), match[2] or "")


def key_id(key: bytes) -> str:
    """Names a key without telling it."""
    return hmac.new(key, b"kindred audit key", hashlib.sha256).hexdigest()[:8]


def subject_of(key: bytes, visitor: str) -> str:
    """A visitor in the audit: enough to see that two acts met the same one, and no way back to an id
    that a token could be matched with."""
    return hmac.new(key, f"subject\0{visitor}".encode(), hashlib.sha256).hexdigest()[:16]


def sign(key: bytes, previous: str, n: int, entry: Entry) -> str:
    """The MAC of a row: over its place, all its fields and the MAC before it."""
    values = [getattr(entry, field.name) for field in fields(entry)]
    signed = json.dumps([n, previous, *values], separators=(",", ":"))
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()


async def append(connection: AsyncConnection, key: bytes, entry: Entry) -> Row:
    """Add a row in the caller's transaction, as its LAST step.

    The end of the chain is locked until that transaction ends, so that the writers of all processes
    make one chain; a caller that then waited for another row could wait for ever.
    """
    await lock(connection)
    last = await _last(connection)
    n = last.count + 1
    row = Row(n, entry, key_id(key), sign(key, last.mac, n, entry))
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    await connection.execute(insert(audit).values(n=n, key=row.key, mac=row.mac, **values))
    return row


async def record(engine: AsyncEngine, key: bytes, entry: Entry) -> Row:
    """Add a row by itself."""
    async with engine.begin() as connection:
        return await append(connection, key, entry)


async def head(engine: AsyncEngine) -> Head:
    """Where the chain ends now; `0:` where it has not begun."""
    async with engine.connect() as connection:
        return await _last(connection)


async def rows_after(engine: AsyncEngine, n: int, limit: int = 1_000) -> list[Row]:
    """The next rows after `n`, oldest first."""
    async with engine.connect() as connection:
        return await read(connection, n, limit)


async def read(connection: AsyncConnection, n: int, limit: int) -> list[Row]:
    """The same within a transaction."""
    query = select(audit).where(audit.c.n > n).order_by(audit.c.n).limit(limit)
    return [row_of(dict(found)) for found in (await connection.execute(query)).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of a site a lead asks for; "" and None are any. `since` and `until` in ms."""

    actor: str = ""
    action: str = ""
    since: int | None = None
    until: int | None = None


async def newest_of_site(
    engine: AsyncEngine, site: str, before: int, limit: int = 200, wanted: Wanted | None = None
) -> list[Row]:
    """What a lead may read: rows of their own site before place `before`, newest first."""
    wanted = wanted or Wanted()
    query = select(audit).where(audit.c.site == site, audit.c.n < before).order_by(desc(audit.c.n))
    if wanted.actor:
        query = query.where(audit.c.actor == wanted.actor)
    if wanted.action:
        query = query.where(audit.c.action == wanted.action)
    if wanted.since is not None:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(audit.c.at < wanted.until)
    async with engine.connect() as connection:
        found = (await connection.execute(query.limit(limit))).mappings().all()
    return [row_of(dict(row)) for row in found]


async def known_of_site(engine: AsyncEngine, site: str) -> tuple[list[str], list[str]]:
    """Which actors and which actions a site's rows have: what one can ask them for."""
    mine = audit.c.site == site
    async with engine.connect() as connection:
        actors = (await connection.execute(select(audit.c.actor).where(mine).distinct())).scalars().all()
        actions = (await connection.execute(select(audit.c.action).where(mine).distinct())).scalars().all()
    return sorted(actors), sorted(actions)


def row_of(values: dict[str, object]) -> Row:
    """A row from its columns, or from a line of an export. Raises KeyError, TypeError or ValueError."""
    kinds: dict[str, type] = {field.name: int if field.type is int else str for field in fields(Entry)}
    if not all(type(values[name]) is kind for name, kind in kinds.items()):
        raise ValueError("not a row of the audit")
    entry = Entry(**{name: values[name] for name in kinds})  # type: ignore[arg-type]
    return Row(int(str(values["n"])), entry, str(values["key"]), str(values["mac"]))


def as_dict(row: Row) -> dict[str, object]:
    """A row as an export writes it."""
    values = {field.name: getattr(row.entry, field.name) for field in fields(Entry)}
    return {"n": row.n, **values, "key": row.key, "mac": row.mac}


async def lock(connection: AsyncConnection) -> None:
    """Be alone at the chain's end. SQLite's transactions are alone from their beginning."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN})


async def _last(connection: AsyncConnection) -> Head:
    query = select(audit.c.n, audit.c.mac).order_by(desc(audit.c.n)).limit(1)
    found = (await connection.execute(query)).first()
    return Head(found.n, found.mac) if found else Head(0, "")
