"""As little of a WebSocket client as a load needs: text frames, no compression, no fragments.

A full client would cost more CPU than the server under test and starve it on a small machine.
"""

import asyncio
from collections.abc import Callable
from typing import cast

_GREETING = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: a2luZHJlZC1iZW5jaC0wMQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_MASK = b"\x5b\xd1\xe9\x95"
_KEYS = int.from_bytes(_MASK * 1_024)
TEXT, CLOSE = 0x81, 0x88
SHORT, WIDE = 126, 65_536


class Frames(asyncio.Protocol):
    """`on_text` is called with each text frame's payload; `on_lost` when the connection has ended."""

    __slots__ = ("_buffer", "_on_lost", "_on_text", "_transport", "_upgraded")

    def __init__(self, on_text: Callable[[bytes], None], on_lost: Callable[[], None]) -> None:
        self._on_text = on_text
        self._on_lost = on_lost
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own do not inherit from it
        self._transport.write(_GREETING)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            self._upgraded = True
        self._buffer = self._read(data)

    def _read(self, data: bytes) -> bytes:
        """Hand out every whole frame; answers what is left."""
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size >= SHORT:
                wide = 2 if size == SHORT else 8
                size = int.from_bytes(data[start : start + wide])
                start += wide
            if start + size > end:
                break
            if data[at] == TEXT:
                self._on_text(data[start : start + size])
            at = start + size
        return data[at:]

    def send(self, text: bytes, kind: int = TEXT) -> None:
        """A masked frame. One mask for all: who unmasks it cannot know."""
        assert self._transport is not None
        size = len(text)
        assert size <= len(_MASK) * 1_024
        masked = (int.from_bytes(text) ^ (_KEYS >> 8 * (4_096 - size))).to_bytes(size)
        length = bytes((0x80 | size,)) if size < SHORT else b"\xfe" + size.to_bytes(2)
        self._transport.write(bytes((kind,)) + length + _MASK + masked)

    def stall(self) -> None:
        """Take nothing more from the kernel."""
        cast("asyncio.Transport", self._transport).pause_reading()

    def wake(self) -> None:
        """Take what has come meanwhile."""
        cast("asyncio.Transport", self._transport).resume_reading()

    def close(self) -> None:
        """Hang up, as a page does that is left."""
        if self._transport is not None:
            self._transport.close()
