"""The head in the log, once for all processes, and old rows let go."""

import json
import logging

import pytest

from rooms.records import audit
from rooms.records.audit import Entry
from server import audit_watch
from server.logs import JSONLines
from tests.server.desk import Desk

OLD = Entry(at=1, site="oak", community="", actor="ines", role="lead", action="dismiss")


@pytest.mark.asyncio
async def test_the_head_is_logged_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Two processes that look log one head, which names the chain's end; ten minutes later another may."""
    house, key = desk.door.house, desk.door.audit_key
    end = await audit.record(desk.engine, key, OLD)
    caplog.set_level(logging.INFO, "server")
    for _ in range(2):
        await audit_watch.look(house, desk.engine, key, 1_000)
    (line,) = [json.loads(JSONLines().format(record)) for record in caplog.records]
    assert (line["message"], line["head"]) == ("audit head", f"1:{end.mac}")
    left = await house.store.command("PTTL", "k:{-staff}:audit-watch")
    assert 0 < left < audit_watch.EVERY * 1000


@pytest.mark.asyncio
async def test_old_rows_go(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """What is older than the limit goes; where it does not verify it stays, and the log says so."""
    house, key = desk.door.house, desk.door.audit_key
    await audit.record(desk.engine, b"another key", OLD)
    await audit_watch.look(house, desk.engine, key, 24)
    assert "audit is not whole" in caplog.text
    await house.store.command("DEL", "k:{-staff}:audit-watch")
    async with desk.engine.begin() as connection:
        for trigger in ("audit_no_update", "audit_no_delete"):
            await connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        await connection.exec_driver_sql("DELETE FROM audit")
    await audit.record(desk.engine, key, OLD)
    await audit_watch.look(house, desk.engine, key, 24)
    assert [row.entry.action for row in await audit.rows_after(desk.engine, 0)] == ["prune"]
