"""The fast path: a WebSocket that costs no task, queue, timer or request object.

aiohttp has read and checked the upgrade and let go of the connection (server/transport/library.py).
Frames are parsed as they arrive (RFC 6455); a broadcast is one `write` to each recipient's transport.
"""

import asyncio
from collections import deque
from typing import Protocol

from rooms import telemetry
from server.transport.bounds import COME_BACK, FRAME, HEAD, LINGER, LONG, PACKET, QUEUED, TURN
from server.transport.client import Client
from server.transport.frame import CLOSE, PING, PONG, TEXT, Message, close_code, closing, frame
from server.transport.wheel import Wheel

RESTING, PINGED, ANSWERED = range(3)
_PING = Message(b"2").frame
_WHOLE = (0x00, 0x01, 0x02, 0x80, 0x81, 0x82)
"""First bytes of frames that carry a message or a part of one, without an extension."""


class Engine(Protocol):
    """What all connections of a process share."""

    ping_interval: float
    ping_timeout: float
    connect_seconds: float
    wheel: "Wheel[WebSocket]"

    def mask(self, mask: bytes, payload: bytearray) -> None:
        """Take a client's mask off, in place."""


class Upgrade(Protocol):
    """A long-polling session that may become a WebSocket."""

    def probed(self) -> None:
        """Its client can reach us by WebSocket: end the poll that waits, hold back what comes now."""

    def take_over(self, websocket: "WebSocket") -> Client | None:
        """Hand the client over, with what was held back; None where it has gone."""

    def given_up(self) -> None:
        """It stays with long-polling, where it has not been taken over."""


class WebSocket(asyncio.Protocol):
    """One connection. Until an upgrade from long-polling is complete it has no client."""

    __slots__ = (
        "_allowance",
        "_beats",
        "_engine",
        "_heart",
        "_held",
        "_over",
        "_parts",
        "_queued",
        "_rest",
        "_size",
        "_skip",
        "_slow",
        "_upgrade",
        "client",
        "slot",
        "transport",
    )

    def __init__(self, engine: Engine, transport: asyncio.Transport, upgrade: Upgrade | None = None) -> None:
        self._engine = engine
        self.transport = transport
        self.client: Client | None = None
        self._upgrade = upgrade
        self._rest = b""  # an incomplete frame, or what is read when the client takes packets again
        self._parts: bytearray | None = None  # of a message that comes in fragments
        self._size = 0  # of that message so far; of a long one no more than its head is kept
        self._skip = 0  # bytes still to come of a frame of which no more is wanted
        self._held: deque[bytes] | None = None  # what is written later, in order
        self._slow = False
        self._queued = self._allowance = 0  # bytes that wait for a slow reader, and may exceed the bound
        self._over = False
        self._heart, self._beats = RESTING, 0
        self.slot = 0
        engine.wheel.add(self, engine.ping_interval)

    # --- written -------------------------------------------------------------------------

    def put(self, message: Message) -> None:
        """Send it. A reader who has left too much unread is cut instead."""
        if self._held is None:
            self.transport.write(message.frame)
        else:
            self._hold(message.frame)

    def answer(self, message: Message) -> None:
        """The same at the end of this turn of the loop, together with its like: one system call."""
        if self._held is None:
            self._held = deque((message.frame,))
            asyncio.get_running_loop().call_soon(self._let_go)
        else:
            self._hold(message.frame)

    def _let_go(self) -> None:
        held = self._held
        if held and not self._slow:
            self._held = None
            self.transport.write(held[0] if len(held) == 1 else b"".join(held))

    def _hold(self, written: bytes) -> None:
        """Behind what a slow reader has not taken yet. One long answer, a room's snapshot, may exceed the
        bound: whoever asked for it would otherwise be cut, come back and ask again, for ever."""
        assert self._held is not None
        if self._slow:
            if len(written) > LONG:
                self._allowance = max(self._allowance, len(written))
            self._queued += len(written)
            if self._queued > QUEUED + self._allowance:
                telemetry.count("readers_cut")
                self.cut(COME_BACK)
                return
        self._held.append(written)

    def pause_writing(self) -> None:
        """The transport holds as much as it should: the reader is slow, or gone without a word."""
        self._slow = True
        if self._held is None:
            self._held = deque()
        waiting = self.transport.get_write_buffer_size()
        self._queued = waiting + sum(map(len, self._held))
        self._allowance = max(waiting - LONG, 0)  # what the last frame had over

    def resume_writing(self) -> None:
        """It has caught up with what the transport held."""
        held, self._held, self._slow = self._held, None, False
        while held:
            self.transport.write(held.popleft())
            if self._slow:  # by what was just written
                self._held = held
                self._queued += sum(map(len, held))
                return

    # --- read ----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take the frames apart that have come, as far as the client takes packets."""
        if self._rest or self._skip:
            data = self._rest + self._wanted(data)
        at, end, handled = 0, len(data), 0
        while end - at > 1:
            first, second = data[at], data[at + 1]
            start = at + 6
            size = second & 0x7F
            if size == 126:
                start = at + 8
                size = data[at + 2] << 8 | data[at + 3] if end >= at + 4 else 0
            elif size == 127:
                start = at + 14
                size = int.from_bytes(data[at + 2 : at + 10], "big") if end >= at + 10 else 0
            if (wrong := self._wrong(first, second, size)) is not None:
                self._fail(wrong)
                return
            stop = start + size
            if stop > end and (size <= PACKET or end - start < HEAD):
                break
            if (handled >= TURN or (self.client is not None and self.client.full)) and not self._over:
                self._later(data[at:], by_turn=handled >= TURN)
                return
            payload = bytearray(data[start : stop if size <= PACKET else start + HEAD])
            self._engine.mask(data[start - 4 : start], payload)
            at = stop
            handled += 1
            if stop > end:
                self._skip = stop - end
            if first == TEXT and self._parts is None:
                self._packet(payload, size)
            else:
                self._other(first, payload, size)
        self._rest = data[at:] if at < end else b""

    def _wanted(self, data: bytes) -> bytes:
        """What has come without the rest of a frame that is too long to be read."""
        passed = min(self._skip, len(data))
        self._skip -= passed
        return data[passed:]

    @staticmethod
    def _wrong(first: int, second: int, size: int) -> int | None:
        """The close code for a frame that may not be, by its head alone."""
        if first in _WHOLE and second & 0x80 and size <= FRAME:
            return None
        opcode = first & 0x0F
        if first & 0x70 or not second & 0x80:
            return 1002  # an extension that nobody agreed on, or no mask
        if size > FRAME:
            return 1009
        if opcode > 7:
            known = first in (CLOSE, PING, PONG) and second & 0x7F < 126
            return None if known else 1002
        return None if opcode < 3 else 1002

    def _later(self, rest: bytes, *, by_turn: bool) -> None:
        """Others first. Nothing more is read until then."""
        self._rest = rest
        self.transport.pause_reading()
        if by_turn:
            asyncio.get_running_loop().call_soon(self.resume)

    def resume(self) -> None:
        """Go on with what was read already; then read."""
        if self._over or self.transport.is_closing() or self.transport.is_reading():
            return
        self.transport.resume_reading()
        rest, self._rest = self._rest, b""
        self.data_received(rest)

    def _other(self, first: int, payload: bytearray, size: int) -> None:
        """Fragments, binary, and control frames."""
        opcode = first & 0x0F
        if first == PING:
            if not self._over:
                self._write(frame(PONG, bytes(payload)))
        elif first == CLOSE:
            self._closed(payload)
        elif opcode < 3:
            self._fragment(opcode, first & 0x80, payload, size)

    def _fragment(self, opcode: int, last: int, payload: bytearray, size: int) -> None:
        if (opcode == 0) != (self._parts is not None):
            self._fail(1002)  # a middle without a beginning, or a beginning in the middle
        elif opcode == 0:
            assert self._parts is not None
            self._parts += payload
            self._size += size
            if self._size > PACKET:
                del self._parts[1 + HEAD :]
            if self._size > FRAME:
                self._fail(1009)
            elif last:
                whole, self._parts = self._parts, None
                self._message(whole[0], whole[1:], self._size)
        elif last:
            self._message(opcode, payload, size)
        else:
            self._parts = bytearray((opcode,)) + payload
            self._size = size

    def _message(self, opcode: int, payload: bytearray, size: int) -> None:
        if opcode == 1:
            self._packet(payload, size)
        elif size <= PACKET and self.client is not None and not self._over:
            self.client.receive(bytes(payload))

    def _packet(self, payload: bytearray, size: int) -> None:
        """An Engine.IO packet; of one that is larger than PACKET no more than its head."""
        if self._over:
            return
        if size > PACKET:
            self._overlong(payload)
            return
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            self._fail(1007)
            return
        kind = text[:1]
        if self.client is None:
            self._probe(text)
        elif kind == "4":
            self.client.receive(text[1:])
        elif kind == "3":
            if self._heart == PINGED:
                self._heart = ANSWERED
        elif kind == "1":
            self._close(1000)
            self._end()
        elif kind != "6":
            self._fail(1002)  # "5", an upgrade, too: there is nothing left to upgrade

    def _overlong(self, payload: bytearray) -> None:
        """Somebody pasted a diary: they are answered, and the connection is nobody's to lose by it."""
        text = payload.decode(errors="ignore")  # its end may be half a character
        if text[:1] == "4" and self.client is not None:
            self.client.overlong(text[1:])
        else:
            self._fail(1009)

    # --- an upgrade from long-polling ----------------------------------------------------

    def _probe(self, text: str) -> None:
        assert self._upgrade is not None
        if text == "2probe":
            self._upgrade.probed()
            self._write(Message(b"3probe").frame)
        elif text == "5" and (client := self._upgrade.take_over(self)) is not None:
            self._upgrade = None
            self.client = client
        else:
            self._fail(1002)

    # --- its end -------------------------------------------------------------------------

    def beat(self) -> float:
        """Ping, or see whether the last ping was answered."""
        engine = self._engine
        if self._over:
            return 0
        if self._heart == PINGED or self.client is None:
            self.transport.abort()
            return 0
        if self._heart == ANSWERED:
            self._heart = RESTING
            if engine.ping_interval > engine.ping_timeout:
                return engine.ping_interval - engine.ping_timeout
        if not self.client.joined and self.client.inbox is None:
            self._beats += 1
            if self._beats * engine.ping_interval >= engine.connect_seconds:
                self.cut(COME_BACK)
                return 0
        self._heart = PINGED
        self._write(_PING)
        return engine.ping_timeout

    def _write(self, written: bytes) -> None:
        if self._held is None:
            self.transport.write(written)
        else:
            self._hold(written)

    def cut(self, code: int) -> None:
        """End the connection so that its client comes back and resumes."""
        self._close(code)
        self._end(at_once=True)

    def _fail(self, code: int) -> None:
        """The peer broke a rule; what it said before stands."""
        self._close(code)
        self._end()

    def _close(self, code: int) -> None:
        """Begin the closing handshake. What a slow reader has not taken is dropped: the log is its buffer."""
        if self._over:
            return
        self._over = True
        if not self._slow:
            self._let_go()
        self._held, self._parts, self._rest = None, None, b""
        self._engine.wheel.drop(self)
        self.transport.write(closing(code))
        if not self.transport.is_reading():
            self.transport.resume_reading()  # for the peer's half
        # A reader that never reads would hold a file descriptor for ever.
        asyncio.get_running_loop().call_later(LINGER, self.transport.abort)

    def _closed(self, payload: bytearray) -> None:
        """The peer's close frame: an answer, or the beginning."""
        self._close(close_code(payload))
        self.transport.close()
        self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        self._over = True
        self._held = None
        self._engine.wheel.drop(self)
        self._end()

    def _end(self, *, at_once: bool = False) -> None:
        client, self.client = self.client, None
        upgrade, self._upgrade = self._upgrade, None
        if client is not None:
            client.end(at_once=at_once)
        if upgrade is not None:
            upgrade.given_up()
