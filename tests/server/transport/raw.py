"""A WebSocket client that sends any bytes, right or wrong, and reads only when it is told to."""

import asyncio
import os
import socket
import struct
from typing import Any

from server.transport import Answer, Caller, Wire

UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PATIENCE = 30.0


def masked(payload: bytes | str, first: int = 0x81, *, size: int | None = None) -> bytes:
    """One frame as a client writes it; `size` is what its head says, where that is to differ."""
    if isinstance(payload, str):
        payload = payload.encode()
    size = len(payload) if size is None else size
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65_536:
        head = bytes((first, 0x80 | 126)) + struct.pack("!H", size)
    else:
        head = bytes((first, 0x80 | 127)) + struct.pack("!Q", size)
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


class Raw:
    """A connection. `frames` reads what comes, as (first byte, payload)."""

    def __init__(self, url: str) -> None:
        self.address = url.removeprefix("http://")
        self.socket = socket.socket()
        self._buffer = b""

    async def open(self, *, receive_buffer: int = 0) -> "Raw":
        """Connected to the namespace `/`, everything up to then read."""
        loop = asyncio.get_running_loop()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setblocking(False)
        host, _, port = self.address.partition(":")
        await loop.sock_connect(self.socket, (host, int(port)))
        await self.send(UPGRADE + masked("40"))
        while b"\r\n\r\n" not in self._buffer:
            await self._more()
        self._buffer = self._buffer.partition(b"\r\n\r\n")[2]
        while not (await self.frame())[1].startswith(b"40{"):
            pass
        return self

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def _more(self) -> None:
        async with asyncio.timeout(PATIENCE):
            data = await asyncio.get_running_loop().sock_recv(self.socket, 1 << 20)
        if not data:
            raise EOFError
        self._buffer += data

    async def frame(self) -> tuple[int, bytes]:
        """The next frame. Raises EOFError at the end."""
        while True:
            size, start = (self._buffer[1], 2) if len(self._buffer) > 1 else (0, 1 << 30)
            if size == 126:
                size, start = int.from_bytes(self._buffer[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(self._buffer[2:10], "big"), 10
            if len(self._buffer) >= start + size:
                first, payload = self._buffer[0], self._buffer[start : start + size]
                self._buffer = self._buffer[start + size :]
                return first, payload
            await self._more()

    async def close_code(self) -> int:
        """Read until the server closes; its code."""
        while True:
            first, payload = await self.frame()
            if first == 0x88:
                return int.from_bytes(payload[:2], "big")

    def close(self) -> None:
        self.socket.close()


class Says(Wire):
    """Acknowledges every event by its own arguments, at once."""

    def __init__(self, **options: Any) -> None:
        super().__init__("raw", **options)
        self.heard: list[tuple[str, list[Any]]] = []
        self.gone: list[str] = []
        self.on_connect, self.on_event, self.on_disconnect = self._met, self._hear, self._bye

    async def _met(self, namespace: str, sid: str, caller: Caller, auth: object) -> None:
        """Come in."""

    def _hear(self, namespace: str, sid: str, event: str, arguments: list[Any]) -> Answer:
        self.heard.append((event, arguments))
        return arguments, None

    async def _bye(self, namespace: str, sid: str) -> None:
        self.gone.append(sid)


async def until(fact: Any) -> None:
    """Wait for a fact."""
    async with asyncio.timeout(PATIENCE):
        while not fact():  # noqa: ASYNC110 -- facts of the server's, which tells nobody when they come true
            await asyncio.sleep(0.001)
