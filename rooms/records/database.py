"""Opening the database, and bringing it to the newest form.

One code for SQLite and PostgreSQL; what differs between them is in this file alone.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

T = TypeVar("T")
MIGRATIONS = Path(__file__).with_name("migrations")
MIGRATING = 5_462_810_733_946_117
"""Our PostgreSQL advisory lock: any number that other programs on the same database will not choose."""
CONNECT = 5
"""Seconds to wait for PostgreSQL, or for SQLite's one writer."""


def open_engine(url: str) -> AsyncEngine:
    """An engine for `sqlite:///FILE`, `postgres://…` or `postgresql://…`. Nothing is connected yet.

    `await engine.dispose()` when done. Raises ValueError, without the address, for any other.
    """
    address = _address(url)
    if address.get_backend_name() == "postgresql":
        return create_async_engine(address, pool_pre_ping=True, connect_args={"timeout": CONNECT})
    _private_file(address)
    engine = create_async_engine(address)
    event.listen(engine.sync_engine, "connect", _sqlite_connection)
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def migrate(url: str) -> None:
    """Bring the database to the newest form; several processes may call this at once.

    Runs its own event loop: call it before yours, or in a thread. All or nothing.
    """
    with _alone(_address(url)):
        asyncio.run(_in_transaction(url, lambda connection: command.upgrade(_config(connection), "head")))


def current(url: str) -> str | None:
    """The revision the database is at; None for an empty one. Call it as `migrate`."""
    return asyncio.run(
        _in_transaction(url, lambda connection: MigrationContext.configure(connection).get_current_revision())
    )


def newest() -> str | None:
    """The revision this code expects."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def _in_transaction(url: str, work: Callable[[Connection], T]) -> T:
    engine = open_engine(url)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # of the transaction, not the session: it cannot outlive us, behind a pooler either
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


@contextlib.contextmanager
def _alone(address: URL) -> Iterator[None]:
    """Be the only process that migrates this SQLite file. PostgreSQL has its own lock."""
    if address.get_backend_name() != "sqlite":
        yield
        return
    _private_file(address)
    lock = os.open(f"{address.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except Exception:
        # SQLAlchemy's own sentence quotes the address, and with it the password
        raise ValueError("The database address cannot be read.") from None
    match address.get_backend_name():
        case "sqlite" if address.database:
            return address.set(drivername="sqlite+aiosqlite")
        case "postgres" | "postgresql":
            return _for_asyncpg(address.set(drivername="postgresql+asyncpg"))
    raise ValueError("The database must be sqlite:///FILE, postgres://… or postgresql://….")


def _for_asyncpg(address: URL) -> URL:
    """libpq's `sslmode`, which hosting platforms write, is called `ssl` by asyncpg."""
    query = dict(address.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return address.set(query=query)


def _private_file(address: URL) -> None:
    """Make the file before SQLite would, for our eyes only; its -wal and -shm take the same mode."""
    file = Path(str(address.database))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)


def _sqlite_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own; we do, below
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {CONNECT * 1000}",  # first: the others may have to wait
        "journal_mode = WAL",
        "synchronous = FULL",  # a decision is never lost, to a power cut neither
        "foreign_keys = ON",
        "secure_delete = ON",  # what we drop is overwritten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads and then writes waits its turn at its start. Begun as a
    # reader it would be refused at its first write, at once, if another had written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
