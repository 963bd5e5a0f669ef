"""`kindred audit`, as an operator types it."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from rooms.records import audit
from rooms.records.audit import Entry
from rooms.records.database import migrate, open_engine
from server.staff_key import derive
from tests.server import command
from tests.server.command import Ran

SECRET = "a secret of the operator's own, forty chars"
ENTRY = Entry(
    at=1, site="willow", community="rivers", actor="ines", role="moderator", action="mute", reason="spam"
)


@pytest.fixture
def records(tmp_path: Path) -> str:
    """A database with four rows."""
    url = f"sqlite:///{tmp_path / 'k.db'}"
    migrate(url)
    asyncio.run(_write(url))
    return url


async def _write(url: str) -> None:
    engine = open_engine(url)
    for _ in range(4):
        await audit.record(engine, derive(SECRET.encode(), "audit"), ENTRY)
    await engine.dispose()


async def _behind(url: str, *statements: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def kindred(url: str, *arguments: str, secret: str = SECRET) -> Ran:
    environ = {"HOME": "/nowhere", "DATABASE_URL": url, "KINDRED_SECRET": secret}
    return command.kindred("audit", *arguments, environ=environ)


def test_export_and_verify(records: str, tmp_path: Path) -> None:
    """An export has every row and names the head; it verifies as a file, the database against that head."""
    export = kindred(records, "export")
    rows = [json.loads(line) for line in export.stdout.splitlines()]
    assert [row["n"] for row in rows] == [1, 2, 3, 4]
    assert (rows[0]["actor"], rows[0]["reason"]) == ("ines", "spam")
    head = export.stderr.removeprefix("head ").strip()
    whole = kindred(records, "verify", "--head", head)
    assert (whole.returncode, whole.stdout) == (0, f"whole: 4 rows, head {head}\n")
    file = tmp_path / "export.jsonl"
    file.write_text(export.stdout)
    assert kindred(records, "verify", "--file", str(file)).stdout.startswith("whole: 4 rows")
    file.write_text(export.stdout.replace('"spam"', '"hate"', 1))
    altered = kindred(records, "verify", "--file", str(file))
    assert (altered.returncode, altered.stdout) == (1, "row 1 was altered\n")


def test_a_cut_end(records: str) -> None:
    """Rows cut off after an export are told against its head, with exit status 1."""
    head = kindred(records, "export").stderr.removeprefix("head ").strip()
    asyncio.run(_behind(records, "DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE n > 2"))
    assert kindred(records, "verify").returncode == 0
    cut = kindred(records, "verify", "--head", head)
    assert (cut.returncode, cut.stdout) == (1, "the end was cut off: rows 3 to 4 are missing\n")


def test_an_old_key(records: str, tmp_path: Path) -> None:
    """Rows of an older secret verify where that is given too."""
    other = "another secret of the operator's, and long"
    assert "signed by another key" in kindred(records, "verify", secret=other).stdout
    (tmp_path / "old").write_text(SECRET + "\n")
    with_old = kindred(records, "verify", "--old-key-file", str(tmp_path / "old"), secret=other)
    assert with_old.stdout.startswith("whole: 4 rows")


def test_letting_go(records: str) -> None:
    """What is older than 24 months goes, and the rest verifies."""
    assert kindred(records, "prune").stdout == "4 rows were let go\n"
    assert kindred(records, "verify").stdout.startswith("whole: 5 rows")


@pytest.mark.parametrize("arguments", [("--head", "five"), ("--file", "/nowhere"), ("--old-key-file", "/no")])
def test_what_cannot_be_read(records: str, arguments: tuple[str, str]) -> None:
    """A head that is none and files that are not there are plain sentences and exit status 2."""
    refused = kindred(records, "verify", *arguments)
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert refused.stderr.strip()
