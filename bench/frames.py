"""As little of a WebSocket client as a load needs: text frames, no compression, no fragments.

A full client would cost more CPU than the server under test and starve it on a small machine.
"""

import asyncio
from collections.abc import Callable
from typing import cast

_GREETING = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: a2luZHJlZC1iZW5jaC0wMQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEXT = 0x81


class Frames(asyncio.Protocol):
    """`on_text` is called with each text frame's bytes; `on_lost` when the connection has ended."""

    def __init__(self, on_text: Callable[[bytes], None], on_lost: Callable[[], None]) -> None:
        self._on_text = on_text
        self._on_lost = on_lost
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own do not inherit from it
        self._transport.write(_GREETING.encode())

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            self._upgraded = True
        at = 0
        while (frame := _frame(data, at)) is not None:
            first, start, at = frame
            if first == TEXT:
                self._on_text(data[start:at])
        self._buffer = data[at:]

    def send(self, text: bytes) -> None:
        """A masked frame; under a mask of zeros (RFC 6455 allows any) the words stay as they are."""
        assert self._transport is not None
        size = len(text)
        length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._transport.write(b"\x81" + length + b"\0\0\0\0" + text)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _frame(data: bytes, at: int) -> tuple[int, int, int] | None:
    """First byte, start and end of the payload of the frame at `at`, or None where it is not whole."""
    if len(data) - at < 2:
        return None
    size, start = data[at + 1], at + 2
    if size >= 126:
        wide = 2 if size == 126 else 8
        if len(data) - start < wide:
            return None
        size = int.from_bytes(data[start : start + wide], "big")
        start += wide
    return (data[at], start, start + size) if len(data) - start >= size else None
