"""The chain: what is done to it behind our back is found; nobody's rows are lost by writing at once."""

import asyncio
import dataclasses
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import audit
from rooms.records.audit import Entry, Head, append, head, head_of, newest_of_site, record, rows_after
from rooms.records.audit_check import NotWhole, month_before, prune, verify
from rooms.records.tables import audit_checkpoints

KEY = b"a key that is not in the database"
OTHER = b"another one"
JAN_2026 = 1_767_225_600_000
DAY = 86_400_000
NOW = JAN_2026 + 30 * DAY
MUTE = Entry(
    at=NOW,
    site="willow",
    community="rivers",
    actor="ines",
    role="moderator",
    action="mute",
    act="a1",
    subject="ben",
    reason="spam",
    until=NOW + 600_000,
)


async def five(engine: AsyncEngine) -> Head:
    for number in range(5):
        await record(engine, KEY, dataclasses.replace(MUTE, at=NOW + number, act=f"a{number}"))
    return await head(engine)


async def behind_our_back(engine: AsyncEngine, *statements: str) -> None:
    """What somebody with every right on the database can do: the triggers go first."""
    async with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            query = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in (await connection.execute(query)).scalars().all():
                await connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            await connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        for statement in statements:
            await connection.execute(text(statement))


@pytest.mark.asyncio
async def test_a_whole_chain(engine: AsyncEngine) -> None:
    """Rows come back as they were written, counted from 1, and the chain is whole."""
    assert await verify(engine, [KEY]) == (Head(0, ""), [])
    end = await five(engine)
    rows = await rows_after(engine, 0)
    assert [row.n for row in rows] == [1, 2, 3, 4, 5]
    assert rows[2].entry == dataclasses.replace(MUTE, at=NOW + 2, act="a2")
    assert await verify(engine, [KEY], [end, Head(2, rows[1].mac)]) == (end, [])
    assert end == Head(5, rows[4].mac) == head_of(str(end))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("done", "found"),
    [
        ("UPDATE audit SET subject = 'cleo' WHERE n = 3", "row 3 was altered"),
        ("UPDATE audit SET until = 0 WHERE n = 5", "row 5 was altered"),
        ("UPDATE audit SET at = at + 1 WHERE n = 1", "row 1 was altered"),
        ("UPDATE audit SET actor = 'omar' WHERE n = 2", "row 2 was altered"),
        ("UPDATE audit SET mac = replace(mac, 'a', 'b') WHERE n = 2", "row 2 was altered"),
        ("UPDATE audit SET key = 'deadbeef' WHERE n = 2", "row 2 is signed by another key (deadbeef)"),
        ("DELETE FROM audit WHERE n = 3", "rows 3 to 3 are missing"),
        ("DELETE FROM audit WHERE n <= 2", "rows 1 to 2 are missing"),
        ("DELETE FROM audit WHERE n > 3", "the end was cut off: rows 4 to 5 are missing"),
        ("DELETE FROM audit", "the end was cut off: rows 1 to 5 are missing"),
    ],
)
async def test_what_was_done_is_found(engine: AsyncEngine, done: str, found: str) -> None:
    """An altered field of a row, a removed row, and a cut end are each named by their place."""
    end = await five(engine)
    await behind_our_back(engine, done)
    assert found in (await verify(engine, [KEY], [end]))[1]


@pytest.mark.asyncio
async def test_reordered_rows_are_found(engine: AsyncEngine) -> None:
    """Two rows that changed places are both named."""
    await five(engine)
    await behind_our_back(
        engine,
        "UPDATE audit SET n = 99 WHERE n = 2",
        "UPDATE audit SET n = 2 WHERE n = 4",
        "UPDATE audit SET n = 4 WHERE n = 99",
    )
    faults = (await verify(engine, [KEY]))[1]
    assert {"row 2 was altered", "row 4 was altered"} <= set(faults)


@pytest.mark.asyncio
async def test_a_removed_row_and_a_closed_gap(engine: AsyncEngine) -> None:
    """Counting the rest anew does not hide that one is gone."""
    await five(engine)
    await behind_our_back(engine, "DELETE FROM audit WHERE n = 5", "UPDATE audit SET n = 5 WHERE n = 4")
    assert (await verify(engine, [KEY]))[1]


@pytest.mark.asyncio
async def test_a_rewritten_chain(engine: AsyncEngine) -> None:
    """A chain that was thrown away and written anew, key and all, does not match a head that was logged."""
    end = await five(engine)
    await behind_our_back(engine, "DELETE FROM audit")
    for number in range(6):
        await record(engine, KEY, dataclasses.replace(MUTE, at=NOW + number, act="other"))
    assert (await verify(engine, [KEY], [end]))[1] == ["row 5 is not the one that the head names"]


@pytest.mark.asyncio
async def test_another_key(engine: AsyncEngine) -> None:
    """Without the key that signed a row nothing can be said of it; with all keys the chain is whole."""
    await five(engine)
    await record(engine, OTHER, MUTE)
    end, faults = await verify(engine, [KEY])
    assert faults == [f"row 6 is signed by another key ({audit.key_id(OTHER)})"]
    assert await verify(engine, [KEY, OTHER]) == (end, [])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'other' WHERE n = 1",
        "DELETE FROM audit WHERE n = 5",
        "DELETE FROM audit",
        "UPDATE audit_checkpoints SET mac = ''",
        "DELETE FROM audit_checkpoints",
    ],
)
async def test_the_database_refuses(engine: AsyncEngine, statement: str) -> None:
    """The tables themselves refuse a change and a removal."""
    await five(engine)
    async with engine.begin() as connection:
        row = {"through": 1, "mac": "x", "at": NOW, "key": "k", "signature": "s"}
        await connection.execute(insert(audit_checkpoints).values(row))
    with pytest.raises(DBAPIError, match="only added"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    assert len(await rows_after(engine, 0)) == 5


@pytest.mark.asyncio
async def test_nothing_is_replaced(engine: AsyncEngine) -> None:
    """SQLite's INSERT OR REPLACE, and PostgreSQL's TRUNCATE, do not get around it either."""
    await five(engine)
    sly = "TRUNCATE audit"
    if engine.dialect.name == "sqlite":
        sly = "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE n = 2"
    with pytest.raises(DBAPIError, match="only added"):
        async with engine.begin() as connection:
            await connection.execute(text(sly))


@pytest.mark.parametrize("words", ["he said he uses", "call me", "a" * 65, "name@clinic", "é"])
def test_no_words(words: str) -> None:
    """A row takes codes and ids, and nothing a person could have written."""
    with pytest.raises(ValueError, match="no code"):
        dataclasses.replace(MUTE, subject=words)


@pytest.mark.asyncio
@pytest.mark.parametrize("change", [{"reason": "rude"}, {"role": "boss"}, {"state": "maybe"}])
async def test_the_database_knows_the_codes(engine: AsyncEngine, change: dict[str, str]) -> None:
    """Reasons, roles and states are ours alone."""
    with pytest.raises(DBAPIError, match="is_a_code"):
        await record(engine, KEY, dataclasses.replace(MUTE, **change))


@pytest.mark.asyncio
async def test_an_act_that_is_taken_back_leaves_no_row(engine: AsyncEngine) -> None:
    """A row lives and dies with the transaction it belongs to, and its place is used again."""
    async with engine.connect() as connection, connection.begin() as transaction:
        await append(connection, KEY, MUTE)
        await transaction.rollback()
    assert (await record(engine, KEY, MUTE)).n == 1


@pytest.mark.asyncio
async def test_a_lead_reads_their_own_site(engine: AsyncEngine) -> None:
    """Rows of a site come newest first, a page at a time, and never another site's."""
    for number in range(4):
        site = "willow" if number % 2 else "oak"
        await record(engine, KEY, dataclasses.replace(MUTE, site=site))
    assert [row.n for row in await newest_of_site(engine, "willow", 1_000)] == [4, 2]
    assert [row.n for row in await newest_of_site(engine, "willow", 4, 1)] == [2]
    assert await newest_of_site(engine, "birch", 1_000) == []


WRITER = """
import asyncio, sys
from rooms.records.audit import Entry, record
from rooms.records.database import open_engine

async def main():
    engine = open_engine(sys.argv[1])
    entry = Entry(at=1, site="willow", community="rivers", actor=sys.argv[2], role="moderator", action="warn")
    await asyncio.gather(*(record(engine, b"a key that is not in the database", entry) for _ in range(12)))
    await engine.dispose()

asyncio.run(main())
"""


@pytest.mark.asyncio
async def test_several_processes_write_one_chain(migrated: str, engine: AsyncEngine) -> None:
    """Three processes that write at once make one whole chain with every row in it."""
    root = Path(__file__).parents[3]
    writers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WRITER, migrated, f"w{number}", cwd=root)
        for number in range(3)
    ]
    async with asyncio.timeout(60):
        assert [await writer.wait() for writer in writers] == [0, 0, 0]
    end, faults = await verify(engine, [KEY])
    assert (end.count, faults) == (36, [])


# --- letting go --------------------------------------------------------------------------------


async def two_years(engine: AsyncEngine) -> list[audit.Row]:
    """A row each 20 days for 26 months before NOW."""
    begin = NOW - 800 * DAY
    for day in range(0, 800, 20):
        await record(engine, KEY, dataclasses.replace(MUTE, at=begin + day * DAY))
    return await rows_after(engine, 0)


@pytest.mark.asyncio
async def test_letting_go(engine: AsyncEngine) -> None:
    """Whole months from before go; the rest, with the row that says so, is whole; again, nothing goes."""
    rows = await two_years(engine)
    old = [row for row in rows if row.entry.at < month_before(NOW, 24)]
    before = await head(engine)
    assert await prune(engine, [KEY], NOW, 24) == len(old) > 0
    left = await rows_after(engine, 0)
    assert [row.n for row in left] == list(range(len(old) + 1, len(rows) + 2))
    assert (left[-1].entry.action, left[-1].entry.subject) == ("prune", str(len(old)))
    assert (await verify(engine, [KEY], [before, Head(1, rows[0].mac)]))[1] == []
    assert await prune(engine, [KEY], NOW, 24) == 0


@pytest.mark.asyncio
async def test_letting_go_of_all(engine: AsyncEngine) -> None:
    """Where everything is old only the row that says so is left, and the chain goes on from it."""
    end = await five(engine)
    assert await prune(engine, [KEY], NOW + 1_000 * DAY, 24) == 5
    assert (await record(engine, KEY, MUTE)).n == 7
    assert (await verify(engine, [KEY], [end]))[1] == []


@pytest.mark.asyncio
async def test_a_theft_is_no_letting_go(engine: AsyncEngine) -> None:
    """Rows removed behind a forged checkpoint, or after the true one, are found."""
    rows = await two_years(engine)
    gone = await prune(engine, [KEY], NOW, 24)
    await behind_our_back(engine, f"DELETE FROM audit WHERE n = {gone + 1}")
    assert f"rows {gone + 1} to {gone + 1} are missing" in (await verify(engine, [KEY]))[1]
    forged = f"({gone + 1}, '{rows[gone].mac}', 1, '{audit.key_id(KEY)}', 'f00')"
    await behind_our_back(engine, f"INSERT INTO audit_checkpoints VALUES {forged}")
    assert (await verify(engine, [KEY]))[1] == [f"the checkpoint at row {gone + 1} is not ours"]


@pytest.mark.asyncio
async def test_what_is_not_whole_stays(engine: AsyncEngine) -> None:
    """Rows that were tampered with are not thrown away: they are the evidence."""
    rows = await two_years(engine)
    await behind_our_back(engine, "UPDATE audit SET subject = 'cleo' WHERE n = 2")
    with pytest.raises(NotWhole, match="row 2 was altered"):
        await prune(engine, [KEY], NOW, 24)
    assert len(await rows_after(engine, 0)) == len(rows)


@pytest.mark.parametrize(
    ("months", "begin"), [(0, JAN_2026), (1, 1_764_547_200_000), (24, 1_704_067_200_000)]
)
def test_months(months: int, begin: int) -> None:
    """Months are the calendar's, in UTC: January 2026 less 24 is January 2024."""
    assert month_before(NOW, months) == begin


@pytest.mark.parametrize("written", ["", "5", "five:", "-1:" + "a" * 64, "5:xyz", "5:" + "a" * 63])
def test_a_head_that_is_none(written: str) -> None:
    """What is no head is refused."""
    with pytest.raises(ValueError, match="COUNT:MAC"):
        head_of(written)


def test_a_visitor_cannot_be_found_by_their_subject() -> None:
    """The same visitor has the same subject under one key, and another under another."""
    assert audit.subject_of(KEY, "ben") == audit.subject_of(KEY, "ben")
    assert (
        len({audit.subject_of(KEY, "ben"), audit.subject_of(OTHER, "ben"), audit.subject_of(KEY, "cleo")})
        == 3
    )
