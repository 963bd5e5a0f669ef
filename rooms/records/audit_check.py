"""Is the audit whole? And letting go of its oldest rows without leaving a gap that looks like a theft."""

import datetime as dt
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import delete, desc, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rooms.records.audit import SYSTEM, Entry, Head, Row, append, key_id, lock, read, sign
from rooms.records.tables import audit, audit_checkpoints

BATCH = 1_000
"""Rows a transaction: on SQLite a reader holds off the writers until it is done."""


class NotWhole(Exception):
    """The rows to be let go do not hold together; what would show why is not thrown away."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Rows up to `through` were let go; the chain goes on from `mac`."""

    through: int
    mac: str
    at: int
    key: str
    signature: str


@dataclass(slots=True)
class Checker:
    """Walks rows in their order and says what does not fit. `keys` by their id."""

    keys: dict[str, bytes]
    at: Head = field(default_factory=lambda: Head(0, ""))
    faults: list[str] = field(default_factory=list)
    seen: dict[int, str] = field(default_factory=dict)
    wanted: set[int] = field(default_factory=set)

    def row(self, row: Row) -> None:
        """The next row."""
        expected = self.at.count + 1
        key = self.keys.get(row.key)
        if row.n != expected:
            self.faults.append(f"rows {expected} to {row.n - 1} are missing")
        elif key is None:
            self.faults.append(f"row {row.n} is signed by another key ({row.key})")
        elif not hmac.compare_digest(sign(key, self.at.mac, row.n, row.entry), row.mac):
            self.faults.append(f"row {row.n} was altered")
        self.at = Head(row.n, row.mac)
        if row.n in self.wanted:
            self.seen[row.n] = row.mac

    def heads(self, heads: Iterable[Head], through: int) -> None:
        """What was written down before must still be there. Rows up to `through` were let go on purpose."""
        for head in heads:
            if head.count > self.at.count:
                self.faults.append(
                    f"the end was cut off: rows {self.at.count + 1} to {head.count} are missing"
                )
            elif head.count > through and self.seen.get(head.count) != head.mac:
                self.faults.append(f"row {head.count} is not the one that the head names")


async def verify(
    engine: AsyncEngine, keys: Iterable[bytes], heads: Iterable[Head] = ()
) -> tuple[Head, list[str]]:
    """Where the chain ends, and every fault in plain words; none means whole."""
    heads = list(heads)
    checker = Checker({key_id(key): key for key in keys}, wanted={head.count for head in heads})
    through = 0
    async for batch, checkpoint in _batches(engine):
        if checkpoint is not None:
            through = checkpoint.through
            _start(checker, checkpoint)
        for row in batch:
            checker.row(row)
    checker.heads(heads, through)
    return checker.at, checker.faults


async def _batches(engine: AsyncEngine) -> AsyncIterator[tuple[list[Row], Checkpoint | None]]:
    async with engine.connect() as connection:
        # in one transaction: rows may be let go between two
        checkpoint = await newest_checkpoint(connection)
        at = checkpoint.through if checkpoint else 0
        rows = await read(connection, 0, BATCH)
    yield rows, checkpoint
    while rows:
        at = rows[-1].n
        async with engine.connect() as connection:
            rows = await read(connection, at, BATCH)
        yield rows, None


def _start(checker: Checker, checkpoint: Checkpoint) -> None:
    key = checker.keys.get(checkpoint.key)
    if key is None or not hmac.compare_digest(_signature(key, checkpoint), checkpoint.signature):
        checker.faults.append(f"the checkpoint at row {checkpoint.through} is not ours")
    checker.at = Head(checkpoint.through, checkpoint.mac)


async def newest_checkpoint(connection: AsyncConnection) -> Checkpoint | None:
    """Up to where rows were let go, if they ever were."""
    query = select(audit_checkpoints).order_by(desc(audit_checkpoints.c.through)).limit(1)
    found = (await connection.execute(query)).mappings().first()
    return Checkpoint(**found) if found else None


async def prune(engine: AsyncEngine, keys: Sequence[bytes], now_ms: int, months: int) -> int:
    """Let go of whole calendar months (UTC) that ended more than `months` ago. Returns how many rows.

    The first of `keys` signs; rows may be signed by any of them. The database's triggers allow it only
    behind a checkpoint. Raises NotWhole where the rows to go, or the checkpoint before them, do not verify.
    """
    key, cutoff = keys[0], month_before(now_ms, months)
    async with engine.begin() as connection:
        await lock(connection)
        old = await newest_checkpoint(connection)
        begin = old.through if old else 0
        through = await _last_before(connection, cutoff)
        if through <= begin:
            return 0
        mac = await _whole(connection, keys, old, through)
        checkpoint = Checkpoint(through, mac, now_ms, key_id(key), "")
        signed = replace(checkpoint, signature=_signature(key, checkpoint))
        await connection.execute(insert(audit_checkpoints).values(asdict(signed)))
        let_go = Entry(
            at=now_ms, site="", community="", actor=SYSTEM, role=SYSTEM, action="prune", subject=str(through)
        )
        await append(connection, key, let_go)
        return (await connection.execute(delete(audit).where(audit.c.n <= through))).rowcount


async def _last_before(connection: AsyncConnection, cutoff: int) -> int:
    """The last row of those that all are from before `cutoff`."""
    kept = (await connection.execute(select(func.min(audit.c.n)).where(audit.c.at >= cutoff))).scalar()
    if kept is not None:
        return int(kept) - 1
    return int((await connection.execute(select(func.max(audit.c.n)))).scalar() or 0)


async def _whole(
    connection: AsyncConnection, keys: Iterable[bytes], old: Checkpoint | None, through: int
) -> str:
    checker = Checker({key_id(key): key for key in keys})
    if old is not None:
        _start(checker, old)
    while checker.at.count < through:
        rows = await read(connection, checker.at.count, BATCH)
        for row in rows:
            if row.n <= through:
                checker.row(row)
        if not rows or checker.faults or rows[-1].n > through:
            break
    if checker.faults or checker.at.count != through:
        raise NotWhole("; ".join(checker.faults) or "rows are missing")
    return checker.at.mac


def month_before(now_ms: int, months: int) -> int:
    """The first millisecond (UTC) of the month that began `months` months before this one."""
    now = dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC)
    month = now.year * 12 + now.month - 1 - months
    begin = dt.datetime(month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
    return int(begin.timestamp() * 1000)


def _signature(key: bytes, checkpoint: Checkpoint) -> str:
    signed = f"checkpoint\0{checkpoint.through}\0{checkpoint.mac}\0{checkpoint.at}"
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
