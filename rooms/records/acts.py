"""What staff do to a visitor, in SQL: the limit itself while it holds, and its rows in the audit.

An act is `pending` before it takes effect and `done` after; who stops in between is finished by another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import sanctions
from rooms.records.audit import Entry, append, row_of, subject_of
from rooms.records.people import Actor
from rooms.records.sanctions import Sanction
from rooms.records.tables import audit
from rooms.records.tables import sanctions as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act as the audit has it. `sanction` is what it imposes; None for one that lifts."""

    id: str
    action: str
    by: Actor
    site: str
    community: str
    visitor: str
    at: int
    sanction: Sanction | None = None
    room: str = ""
    reason: str = ""
    subject: str = ""  # of an act on a room or a message: its id
    rule: str = ""  # of an act of the service's own
    rule_version: str = ""
    undoes: str = ""  # the act that an undo takes back

    def entry(self, key: bytes, state: str) -> Entry:
        """Its row of the audit in one of its states."""
        limit = self.sanction
        return Entry(
            at=self.at,
            site=self.site,
            community=self.community,
            actor=self.by.id,
            role=self.by.role,
            action=self.action,
            state=state,
            act=self.id,
            subject=self.undoes or self.subject or subject_of(key, self.visitor),
            room=(limit.room or "") if limit else self.room,
            reason=limit.reason if limit else self.reason,
            rule=self.rule,
            rule_version=self.rule_version,
            until=limit.until if limit else 0,
        )


async def begin(engine: AsyncEngine, key: bytes, act: Act) -> None:
    """`pending`, with the limit that a restart has to find, in one transaction."""
    async with engine.begin() as connection:
        if act.sanction is not None:
            await sanctions.put(connection, act.site, act.community, act.sanction, act.at)
        await append(connection, key, act.entry(key, "pending"))


async def finish(engine: AsyncEngine, key: bytes, act: Act, lifted: Iterable[str] = ()) -> None:
    """`done`; limits that were lifted are forgotten in the same transaction."""
    async with engine.begin() as connection:
        gone = list(lifted)
        if gone:
            await connection.execute(delete(table).where(table.c.id.in_(gone)))
        await append(connection, key, act.entry(key, "done"))


async def done_before(engine: AsyncEngine, act: str) -> Entry | None:
    """The newest row of an act, where it was asked for before."""
    query = select(audit).where(audit.c.act == act).order_by(audit.c.n.desc()).limit(1)
    async with engine.connect() as connection:
        found = (await connection.execute(query)).mappings().first()
    return row_of(dict(found)).entry if found else None


def _unfinished() -> Select[Any]:
    later = audit.alias()
    over = select(later.c.n).where(later.c.act == audit.c.act, later.c.state != "pending")
    of_old = audit.c.state == "pending", audit.c.at < bindparam("before"), ~over.exists()
    return select(audit).where(*of_old).order_by(audit.c.n).limit(bindparam("most"))


_UNFINISHED = _unfinished()  # asked every few seconds: made once


async def unfinished(engine: AsyncEngine, before: int, limit: int = 100) -> list[Entry]:
    """Acts that began before a time and neither took effect nor failed, oldest first."""
    asked = {"before": before, "most": limit}
    async with engine.connect() as connection:
        found = (await connection.execute(_UNFINISHED, asked)).mappings().all()
    return [row_of(dict(row)).entry for row in found]


async def close(engine: AsyncEngine, key: bytes, entry: Entry, at: int, state: str) -> None:
    """The last row of an act that another process began."""
    async with engine.begin() as connection:
        await append(connection, key, replace(entry, at=at, state=state))
