"""A worker and the pipe to its parent."""

import asyncio
import socket
from typing import cast

import pytest

from server.app import App
from server.worker import _told


@pytest.mark.asyncio
@pytest.mark.parametrize("report", [b"", b"a report that nobody reads\n"])
async def test_a_parent_that_is_gone(report: bytes) -> None:
    """A worker stops when its parent is gone: the pipe ends, or is reset where a report lies in it unread."""
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    writer.write(report)
    await writer.drain()
    theirs.close()
    stop = asyncio.Event()
    async with asyncio.timeout(5):
        await _told(reader, cast("App", None), stop)
    assert stop.is_set()
    writer.close()
