import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, String, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.database import current, migrate, newest, open_engine
from rooms.records.tables import metadata

ROOT = Path(__file__).parents[3]
OF_THE_SERVICE = {"audit_checkpoints", "people", "recovery_codes"}
"""A checkpoint is of the one chain; a person may serve several sites."""
OF_A_SITE = {"roles", "invitations", "rule_changes", "roster_changes", "confirmed_lines", "site_words"}
"""Which community a site belongs to is a setting, and may change under its staff and what its leads set."""
"""Which community a site belongs to is a setting, and may change under its staff and what its leads set."""


def test_an_empty_database_becomes_the_newest(url: str) -> None:
    """migrate brings an empty database to the revision this code expects; again, it changes nothing."""
    assert current(url) is None
    migrate(url)
    assert current(url) == newest() == "0007"
    migrate(url)
    assert current(url) == newest()


def test_several_processes_start_at_once(url: str) -> None:
    """Four processes that migrate the same empty database all succeed."""
    program = "import sys; from rooms.records.database import migrate; migrate(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-c", program, url], cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    assert current(url) == newest()


@pytest.mark.asyncio
async def test_migrations_and_tables_say_the_same(engine: AsyncEngine) -> None:
    """What the migrations build is what the code believes is there."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.asyncio
async def test_site_and_community_are_in_every_table(engine: AsyncEngine) -> None:
    """No row is without the clinic it belongs to, but for what belongs to the whole service."""

    def without(connection: Connection) -> list[str]:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        assert tables == set(metadata.tables)
        tables -= OF_THE_SERVICE
        columns = {name: {c["name"] for c in inspect(connection).get_columns(name)} for name in tables}
        return [
            name
            for name in tables
            if not {"site", *(() if name in OF_A_SITE else ("community",))} <= columns[name]
        ]

    async with engine.connect() as connection:
        assert await connection.run_sync(without) == []


def test_no_column_could_hold_a_message() -> None:
    """Every text column is shorter than what a person would write."""
    lengths = [
        column.type.length
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String)
    ]
    assert lengths
    assert all(length is not None and length <= 64 for length in lengths)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("synchronous", 2),
        ("secure_delete", 1),
    ],
)
async def test_sqlite_is_set_up(tmp_path: Path, pragma: str, value: object) -> None:
    """A connection of the SQLite engine has each setting we rely on."""
    engine = open_engine(f"sqlite:///{tmp_path / 'kindred.db'}")
    async with engine.connect() as connection:
        assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar() == value
    await engine.dispose()


@pytest.mark.asyncio
async def test_reading_and_then_writing_loses_nothing(tmp_path: Path) -> None:
    """Twenty transactions that read a number and write one more give twenty, with none refused."""
    engine = open_engine(f"sqlite:///{tmp_path / 'kindred.db'}")

    async def one_more() -> None:
        async with engine.begin() as connection:
            number = (await connection.execute(text("SELECT n FROM t"))).scalar_one()
            await connection.execute(text("UPDATE t SET n = :n"), {"n": number + 1})

    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER)"))
        await connection.execute(text("INSERT INTO t VALUES (0)"))
    await asyncio.gather(*(one_more() for _ in range(20)))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT n FROM t"))).scalar_one() == 20
    await engine.dispose()


def test_the_file_is_ours_alone(tmp_path: Path) -> None:
    """The SQLite file and its directory are made for the owner only, whatever the umask."""
    before = os.umask(0)
    try:
        migrate(f"sqlite:///{tmp_path / 'new' / 'kindred.db'}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_a_failed_migration_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last step fails, the first is undone too; SQLite's driver alone would have kept it."""
    address = f"sqlite:///{tmp_path / 'kindred.db'}"
    monkeypatch.setattr("alembic.op.create_index", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        migrate(address)
    monkeypatch.undo()
    assert current(address) is None
    migrate(address)


@pytest.mark.parametrize(
    "url", ["mysql://ada:hunter2@h/d", "ada:hunter2@h", "sqlite://", "postgres://h:hunter2/d"]
)
def test_another_address_is_refused_unquoted(url: str) -> None:
    """What we cannot use is refused in a sentence that does not tell the password."""
    with pytest.raises(ValueError, match="database") as caught:
        open_engine(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_addresses_as_hosting_platforms_write_them(scheme: str) -> None:
    """Both schemes work, and libpq's sslmode is passed on under asyncpg's name."""
    url = open_engine(f"{scheme}://u:p@h:5432/d?sslmode=require").url
    assert (url.drivername, dict(url.query)) == ("postgresql+asyncpg", {"ssl": "require"})
