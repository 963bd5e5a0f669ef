"""Every name of aiohttp and python-engineio that they do not document is in this file, and what we make of
long-polling.

The fast path takes the connection out of aiohttp's hands once it has read and checked the upgrade, and
gives it to `WebSocket`. The plain path, and long-polling on both, are python-engineio's own server and
socket, with a bounded queue and the faults mended that a subclass can mend (docs/transport.md). `missing`
says which names are not as we know them; then the plain path serves.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any, cast

import engineio
import msgspec
from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestHandler
from engineio import async_socket, exceptions
from engineio.async_drivers.aiohttp import WebSocket as LibraryWebSocket
from engineio.packet import MESSAGE, NOOP, OPEN
from engineio.packet import Packet as EngineIOPacket
from engineio.payload import Payload

from rooms import chance
from server.transport import bounds
from server.transport.caller import Caller, caller_of
from server.transport.client import Carrier, Client
from server.transport.frame import Message
from server.transport.handshake import accepted
from server.transport.websocket import WebSocket
from server.transport.wheel import Wheel

logger = logging.getLogger(__name__)
OnOpen = Callable[[str, Carrier, Caller], Client]

Payload.max_decode_packets = bounds.PAYLOAD_PACKETS

mask: Any = None
with contextlib.suppress(ImportError):  # then the plain path serves
    from aiohttp._websocket.helpers import websocket_mask as mask


def missing() -> list[str]:
    """The names of the fast path that are not as we know them."""
    known = {
        "aiohttp.web_protocol.RequestHandler._message_tail": "_message_tail" in RequestHandler.__slots__,
        "aiohttp.web_protocol.RequestHandler.connection_lost": callable(RequestHandler.connection_lost),
        "aiohttp._websocket.helpers.websocket_mask": _masks(),
    }
    return [name for name, there in known.items() if not there]


def _masks() -> bool:
    payload = bytearray(b"kindred")
    try:
        mask(b"\x01\x02\x03\x04", payload)
    except TypeError:
        return False
    return payload == b"jkm`sgg"


def release(request: web.Request) -> tuple[asyncio.Transport, bytes]:
    """Take a connection away from aiohttp: its transport, and what came after the request's head.

    aiohttp is told that the connection was lost, and believes it, because it no longer has the transport to
    close. Raises ConnectionResetError where it was lost indeed.
    """
    protocol, transport = request.protocol, request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError
    tail = protocol._message_tail
    protocol.transport = None
    protocol.connection_lost(None)
    return transport, tail


class _Released(web.StreamResponse):
    """What a handler answers for a connection that is not aiohttp's any more: it gives up quietly."""

    async def prepare(self, request: web.BaseRequest) -> Any:
        raise ConnectionResetError


class _Backlog(asyncio.Queue[EngineIOPacket | None]):
    """What waits for one reader, and how many characters that is."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self.size = 0

    def _put(self, item: EngineIOPacket | None) -> None:
        super()._put(item)
        self.size += _length(item)

    def _get(self) -> EngineIOPacket | None:
        item = super()._get()
        self.size -= _length(item)
        return item


def _length(packet: EngineIOPacket | None) -> int:
    return len(packet.data) if packet is not None and isinstance(packet.data, str | bytes) else 0


class _Session(async_socket.AsyncSocket):  # type: ignore[misc]
    """The library's session: long-polling, and WebSocket on the plain path. Carries a client."""

    client: Client | None = None
    transport: asyncio.Transport | None = None  # once there is a WebSocket of the library's
    polling = False
    probing = False  # a WebSocket is there, and may take over
    allowance = 0

    closed: bool
    closing: bool
    upgraded: bool

    # --- as a carrier --------------------------------------------------------------------

    def put(self, message: Message) -> None:
        if self.closed or self.closing:
            return
        waiting = self.queue.size
        if waiting == 0:
            self.allowance = 0
        if len(message.payload) > bounds.LONG:
            self.allowance = max(self.allowance, len(message.payload))
        if waiting + len(message.payload) > bounds.QUEUED + self.allowance:
            self.cut(bounds.COME_BACK)
            return
        self.queue.put_nowait(_packet(message))

    def answer(self, message: Message) -> None:
        self.put(message)

    def cut(self, code: int) -> None:
        """At the transport, not by a Socket.IO DISCONNECT: after that one, clients stay away."""
        if self.closed or self.closing:
            return
        while not self.queue.empty():
            self.queue.get_nowait()
            self.queue.task_done()
        if self.client is not None:
            self.client.end(at_once=True)
        self.server.start_background_task(self.close, False, True)

    def resume(self) -> None:
        """A request is answered when its packets are handled; that is all the pressure there is."""

    # --- what the library does, mended ---------------------------------------------------

    async def send(self, pkt: EngineIOPacket) -> None:
        if pkt.packet_type == OPEN:  # the library rounds to whole seconds
            pkt.data["pingInterval"] = round(self.server.ping_interval * 1_000)
        await super().send(pkt)

    async def poll(self) -> list[EngineIOPacket]:
        self.polling = True
        try:
            # wait_for, which the library uses, makes a task for every packet of every reader
            async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                first = await self.queue.get()
        except (TimeoutError, asyncio.CancelledError):
            raise exceptions.QueueEmpty from None
        finally:
            self.polling = False
        self.queue.task_done()
        if first is None:
            return []
        packets = [first]
        while len(packets) < bounds.POLL_PACKETS and not self.queue.empty():
            packet = self.queue.get_nowait()
            self.queue.task_done()
            if packet is None:
                self.queue.put_nowait(None)
                break
            packets.append(packet)
        if self.upgraded:  # the one that ended the last poll, where there was none to end
            packets = [packet for packet in packets if packet.packet_type != NOOP] or await self.poll()
        return packets

    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        if self.polling and environ["aiohttp.request"].query.get("transport") == "polling":
            # Two polls at once: the first may be a dead one's, and would swallow what it is given.
            await self.close(wait=False, reason=self.server.reason.TRANSPORT_ERROR)
            raise exceptions.QueueEmpty
        late = self.server.ping_timeout - self.server.ping_interval / 100  # its ping was late by as much
        if self.last_ping and time.time() - self.last_ping > late:
            # the library looks now and then; its client would be given words that nobody reads
            await self.close(wait=False, abort=True, reason=self.server.reason.PING_TIMEOUT)
            raise exceptions.QueueEmpty
        return await super().handle_get_request(environ)

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take a backlog in, or end the session with a 400.

        The library would lose a body that came in chunks, and one of too many packets, with a 200 for
        both; it reads without a bound; and it ends a session only once somebody has polled.
        """
        try:
            body: bytes = await environ["aiohttp.request"].read()  # raises where it is over FRAME
            for packet in Payload(encoded_payload=body.decode()).packets:
                await self.receive(packet)
        except (
            web.HTTPRequestEntityTooLarge,
            ValueError,
            KeyError,
            RecursionError,
            exceptions.EngineIOError,
        ):
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_ERROR)
            raise exceptions.ContentTooLongError from None

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        closed = self.closed or self.closing
        await super().close(wait=wait, abort=abort, reason=reason)
        if abort and not closed:
            # a poll that waits for words ends now, not at the next ping
            if self.polling and not self.upgraded:
                self.queue.put_nowait(EngineIOPacket(NOOP))
            self.queue.put_nowait(None)
        if self.transport is not None and not closed:
            # A reader that never reads holds its writer in a drain, and a file descriptor, for ever.
            asyncio.get_running_loop().call_later(bounds.LINGER, self.transport.abort)

    # --- an upgrade to the fast path -----------------------------------------------------

    @property
    def upgradable(self) -> bool:
        """Whether there is a session to upgrade, and nobody does."""
        busy = self.probing or self.upgrading or self.upgraded
        return self.connected and not (busy or self.closed or self.closing)

    def probed(self) -> None:
        self.upgrading = True
        if self.polling:
            self.queue.put_nowait(EngineIOPacket(NOOP))

    def take_over(self, websocket: WebSocket) -> Client | None:
        client, self.client = self.client, None
        self.upgrading = self.probing = False
        if client is None or self.closed or self.closing:
            return None
        self.upgraded = self.closed = True  # for what the library still has of it
        self.server.sockets.pop(self.sid, None)
        client.carrier = websocket
        while not self.queue.empty():
            packet = self.queue.get_nowait()
            if packet is not None and packet.packet_type == MESSAGE:
                binary = isinstance(packet.data, bytes)
                payload = packet.data if binary else b"4" + packet.data.encode()
                websocket.put(Message(payload, binary=binary))
        return client

    def given_up(self) -> None:
        self.upgrading = self.probing = False


def _packet(message: Message) -> EngineIOPacket:
    if message.binary:
        return EngineIOPacket(MESSAGE, message.payload)
    return EngineIOPacket(MESSAGE, message.payload[1:].decode())


async_socket.AsyncSocket = _Session  # the only way to say which class AsyncServer makes


FAREWELL = 2.0


class _LibraryWebSocket(LibraryWebSocket):  # type: ignore[misc]
    """Without permessage-deflate, which every browser offers: a compressor for each reader costs as much as
    the write, keeps a window of what was said, and would press a secret token beside words of others."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        # `timeout`: how long a closed link waits for the other end's farewell. A half-open one never says
        # it, and until then its visitor is among the people of the room: 15 + 10 s without a pong, and this.
        self._sock = web.WebSocketResponse(max_msg_size=bounds.FRAME, compress=False, timeout=FAREWELL)
        await self._sock.prepare(environ["aiohttp.request"])
        session = self.handler.__self__
        session.transport = environ["aiohttp.request"].transport
        self.environ = environ
        try:
            await self.handler(self)
        except Exception:
            # The library's loop ends on what is no packet, and leaves a ghost until the next ping.
            await session.close(wait=False, abort=True, reason=session.server.reason.TRANSPORT_ERROR)
            await self._sock.close()
        return self._sock


def worker_of(sid: str) -> str:
    """The worker whose process made this Engine.IO session."""
    return sid.partition(".")[0]


class Engine(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO sessions of one worker. `on_open(id, carrier, caller)` makes the client of each.

    Their ids begin with the worker's, so that a long-polling request which the kernel gave to another
    process finds its way home (server/handover.py).
    """

    def __init__(
        self,
        worker: str,
        on_open: OnOpen,
        *,
        fast: bool,
        ping_interval: float,
        ping_timeout: float,
        connect_seconds: float,
        max_payload: int,
    ) -> None:
        self._worker = worker
        self._on_open = on_open
        self.connect_seconds = connect_seconds
        self.fast = fast
        if fast and (strange := missing()):
            logger.warning("the fast transport is off: these are not as we know them: %s", ", ".join(strange))
            self.fast = False
        super().__init__(
            async_mode="aiohttp",
            async_handlers=False,
            cors_allowed_origins=[],  # the Origin is judged before us (server/door.py)
            cors_credentials=False,
            max_http_buffer_size=max_payload,
            http_compression=False,  # answers hold a secret token beside words of others: BREACH
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            logger=False,
        )
        self._async: Any = self._async | {"websocket": _LibraryWebSocket}
        self.wheel: Wheel[WebSocket] = Wheel(max(ping_interval, ping_timeout))
        self.mask = mask
        self.on("connect", self._connected)
        self.on("message", self._message)
        self.on("disconnect", self._disconnected)

    def create_queue(self, *_: object, **__: object) -> _Backlog:
        return _Backlog()

    def generate_id(self) -> str:
        return f"{self._worker}.{chance.token(15)}"  # as long as the library's own

    def serve(self, app: web.Application, path: str) -> None:
        """Add the routes."""
        app.router.add_route("*", path, self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any request to the path."""
        method, transport = request.method, request.query.get("transport")
        if method != hdrs.METH_OPTIONS:
            if method not in (hdrs.METH_GET, hdrs.METH_POST) or transport not in ("polling", "websocket"):
                return _bad("Bad method or transport")
            if transport == "websocket" and method == hdrs.METH_GET:
                session: _Session | None = self.sockets.get(request.query.get("sid"))
                if "sid" in request.query and (session is None or not session.upgradable):
                    return await _closed(request)
                if self.fast:
                    return self._websocket(request, session)
        answer: web.Response = await self.handle_request(request)
        if method == hdrs.METH_POST and answer.body == b"OK":
            answer.body = b"ok"
        return answer

    # --- the fast path -------------------------------------------------------------------

    def _websocket(self, request: web.Request, session: _Session | None) -> web.StreamResponse:
        if session is None and request.query.get("EIO") != "4":
            return _bad("Unsupported protocol version")
        head = accepted(request)
        if head is None:
            return _bad("Invalid websocket upgrade")
        caller = caller_of(request)
        try:
            transport, tail = release(request)
        except ConnectionResetError:
            return _bad("Gone")
        websocket = WebSocket(cast("Any", self), transport, session)
        if session is not None:
            session.probing = True
        else:
            id = self.generate_id()
            websocket.client = self._on_open(id, websocket, caller)
            head += self._greeting(id)
        transport.set_protocol(websocket)
        transport.write(head)
        if not transport.is_reading():
            transport.resume_reading()
        if tail:
            websocket.data_received(tail)
        return _Released()

    def _greeting(self, id: str) -> bytes:
        told = {
            "sid": id,
            "upgrades": [],
            "pingInterval": round(self.ping_interval * 1_000),
            "pingTimeout": round(self.ping_timeout * 1_000),
            "maxPayload": self.max_http_buffer_size,
        }
        return Message(b"0" + msgspec.json.encode(told)).frame

    def close(self) -> None:
        """End every connection; clients come back elsewhere."""
        for websocket in list(self.wheel):
            websocket.cut(bounds.COME_BACK)
        for session in list(self.sockets.values()):
            session.cut(bounds.COME_BACK)

    # --- the library's events ------------------------------------------------------------

    async def _connected(self, sid: str, environ: dict[str, Any]) -> None:
        session: _Session = self.sockets[sid]
        session.client = self._on_open(sid, session, caller_of(environ["aiohttp.request"]))
        asyncio.get_running_loop().call_later(self.connect_seconds, self._still_nobody, session)

    def _still_nobody(self, session: _Session) -> None:
        if session.client is not None and not session.client.joined:
            session.cut(bounds.COME_BACK)

    async def _message(self, sid: str, data: object) -> None:
        """A request is answered when what it brought is done."""
        client = self._client(sid)
        if client is not None:
            await asyncio.sleep(0)  # a request may bring many: others have their turn between them
            if isinstance(data, str) and len(data) > bounds.PACKET:
                client.overlong(data[: bounds.HEAD])
            else:
                client.receive(data if isinstance(data, str | bytes) else "")
            await _done(client)

    async def _disconnected(self, sid: str, reason: str) -> None:
        client = self._client(sid)
        if client is not None:
            client.end(at_once=False)
            await _done(client)

    def _client(self, sid: str) -> Client | None:
        session: _Session | None = self.sockets.get(sid)
        return session.client if session is not None else None


async def _done(client: Client) -> None:
    if client.task is not None:
        await asyncio.wait([client.task])


async def _closed(request: web.Request) -> web.StreamResponse:
    """The session has gone, or has its WebSocket: said as the reference server does, after the handshake."""
    websocket = web.WebSocketResponse(compress=False)
    await websocket.prepare(request)
    await websocket.close(code=1008)
    return websocket


def _bad(reason: str) -> web.Response:
    return web.Response(status=400, text=f'"{reason}"')
