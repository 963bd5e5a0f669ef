"""One client that floods, or never reads, takes nothing from the others."""

import asyncio
import contextlib
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server import transport
from server.transport import bounds, websocket
from tests.server.test_review_departures import Polling, worker

pytestmark = pytest.mark.usefixtures("transport")
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %b\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(text: str) -> bytes:
    """A masked text frame of fewer than 126 bytes (RFC 6455, section 5.2)."""
    return bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text.encode()


async def _send_for_ever(raw: socket.socket, data: bytes) -> None:
    while True:
        await asyncio.get_running_loop().sock_sendall(raw, data)


async def visitor(url: str) -> socket.socket:
    """A bare WebSocket that has connected and reads nothing by itself."""
    loop = asyncio.get_running_loop()
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.setblocking(False)
    host, port = url.removeprefix("http://").split(":")
    await loop.sock_connect(raw, (host, int(port)))
    await loop.sock_sendall(raw, UPGRADE % f"{host}:{port}".encode() + frame('40{"site":"demo"}'))
    heard = b""
    while b"welcome" not in heard:
        heard += await loop.sock_recv(raw, 4_096)
    return raw


@pytest.mark.asyncio
async def test_a_flood_takes_turns(tmp_path: Path, valkey: str) -> None:
    """Between two events of one request every other task of the process has its turn."""
    async with worker(tmp_path, valkey) as (app, url), aiohttp.ClientSession() as http:
        client = await Polling(url, http).open()
        await client.send('40{"site":"demo"}')
        handle, turns, turn = app.edge.wire.on_event, Counter[int](), 0

        async def counted(namespace: str, sid: str, event: str, arguments: list[object]) -> transport.Answer:
            turns[turn] += 1
            assert handle is not None
            return await handle(namespace, sid, event, arguments)

        app.edge.wire.on_event = counted
        packets = ['42["nonsense",{}]'] * transport.PAYLOAD_PACKETS
        flood = asyncio.ensure_future(client.send("\x1e".join(packets)))
        while not flood.done():
            turn += 1
            await asyncio.sleep(0)
        assert turns.total() == len(packets)
        assert max(turns.values()) <= 2


@pytest.mark.asyncio
async def test_a_reader_that_never_reads(
    tmp_path: Path, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is torn down although it goes on sending, so that it holds no file descriptor."""
    monkeypatch.setattr(websocket, "LINGER", 0.1)
    async with worker(tmp_path, valkey) as (_, url):
        raw = await visitor(url)
        with contextlib.closing(raw):
            async with asyncio.timeout(20):
                with pytest.raises(ConnectionError):
                    await _send_for_ever(raw, frame('421["support",{"region":"US"}]'))


@pytest.mark.asyncio
async def test_large_packets(tmp_path: Path, valkey: str) -> None:
    """What waits for a reader is bounded by its size, not only by its number."""
    async with worker(tmp_path, valkey) as (app, url), aiohttp.ClientSession() as http:
        leave, gone = app.edge.wire.on_disconnect, asyncio.Event()

        async def left(*who: Any) -> None:
            assert leave is not None
            await leave(*who)
            gone.set()

        app.edge.wire.on_disconnect = left
        await (await Polling(url, http).open()).send('40{"site":"demo"}')
        (sid,) = app.edge.connections
        snapshot = "x" * (bounds.QUEUED // 4)
        for _ in range(5):
            app.edge.wire.tell([sid], "events", snapshot)
        async with asyncio.timeout(5):
            await gone.wait()
