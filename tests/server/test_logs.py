"""Log lines: JSON, and never what somebody wrote."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server import logs

MARKED = "MARKED-TEXT"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Logging as a worker starts it, into a buffer; afterwards as it was."""
    stderr = io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    root = logging.getLogger()
    names = ["server", "rooms", "moderation", "engineio", "engineio.server", "socketio", "socketio.server"]
    touched = [root, *map(logging.getLogger, [*names, "aiohttp.access"])]
    before = [(logger, logger.level, list(logger.handlers)) for logger in touched]
    logs.start()
    yield lambda: [json.loads(line) for line in stderr.getvalue().splitlines()]
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def fail() -> None:
    raise ValueError(MARKED)


def test_a_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """A line says when, how bad, from where, what, and what it was told besides."""
    logging.getLogger("server.test").info("a worker's lease ran out", extra={"left": 2})
    (line,) = lines()
    assert line.keys() == {"at", "level", "from", "message", "pid", "left"}
    assert (line["level"], line["from"], line["message"]) == (
        "info",
        "server.test",
        "a worker's lease ran out",
    )
    assert line["left"] == 2


def test_an_exception(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Of an exception stand its kind and its place, never its text, which may quote what was sent."""
    try:
        fail()
    except ValueError:
        logging.getLogger("server.test").exception("it failed")
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert line["where"].startswith(__file__)
    assert MARKED not in json.dumps(line)


def test_what_cannot_be_said_in_json(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """An odd value makes an odd line and no second error."""
    logging.getLogger("rooms.test").warning("odd", extra={"value": {1, 2}})
    assert lines()[0]["value"] == "{1, 2}"


@pytest.mark.asyncio
async def test_a_task_that_failed(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """What asyncio says of a task or a callback that failed quotes neither its error nor its arguments."""
    loop = asyncio.get_running_loop()

    def failing(_: str) -> None:
        fail()

    loop.call_soon(failing, MARKED)
    loop.call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError(MARKED), "future": MARKED}
    )
    await asyncio.sleep(0)
    said = lines()
    assert [line["error"] for line in said] == ["ValueError", "ValueError"]
    assert said[0]["message"] == "Task exception was never retrieved"
    assert said[1]["message"].startswith("Exception in callback ")
    assert MARKED not in json.dumps(said)


@pytest.mark.asyncio
async def test_a_request_that_failed(lines: Callable[[], list[dict[str, Any]]]) -> None:
    """What the HTTP server says of a request that failed names no address and quotes nothing."""

    async def failing(_: web.Request) -> web.Response:
        fail()
        raise AssertionError

    app = web.Application()
    app.add_routes([web.get("/", failing)])
    async with TestClient(TestServer(app)) as client:
        assert (await client.get(f"/?{MARKED}", headers={"X": MARKED})).status == 500
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert "127.0.0.1" not in json.dumps(line)
    assert MARKED not in json.dumps(line)


@pytest.mark.parametrize("name", ["engineio.server", "socketio.server", "aiohttp.access"])
def test_libraries_that_quote(lines: Callable[[], list[dict[str, Any]]], name: str) -> None:
    """Loggers of libraries that log packets and paths say nothing."""
    logging.getLogger(name).error("received packet %s", MARKED)
    assert lines() == []
