"""python-socketio and python-engineio as we run them; every private name of theirs is in this file.

What is ours here, and why:
- `Packet`: strict JSON, ready-made JSON passed through, no binary events (text is all there is).
- ids that begin with the worker's, so that a long-polling request which the kernel gave to another
  process finds its way home (server/handover.py).
- `welcome` after CONNECT and before anything else: the library offers no such moment, its connect
  handler runs before the client is told that it is connected.
- what has to follow an acknowledgement (a joiner's first events) follows it.
- writing to many: one packet, encoded once, put into each queue in one go, in order. The library's
  `emit` makes a task for each recipient.
- at most 16 packets in one poll answer: more kill clients that were built on python-engineio.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import engineio
import socketio
from aiohttp import web
from engineio import async_socket, exceptions
from engineio.async_drivers.aiohttp import WebSocket
from engineio.packet import MESSAGE as EIO_MESSAGE
from engineio.packet import Packet as EngineIOPacket
from engineio.payload import Payload
from socketio import packet as socketio_packet

from server.protocol import UNREADABLE, WireJSON

POLL_PACKETS = 16
PAYLOAD_PACKETS = 128
"""A client that was offline sends its backlog in one request; the library's 16 would end it."""
FRAME = 262_144
"""Largest request or frame, bytes: a backlog of long messages, escaped."""
QUEUE = 1_024
"""Packets that may wait for one reader; then it is cut and comes back, the log is its buffer."""
BACKLOG = 4 * 1_048_576
"""The same in characters: packets are snapshots too, and those may have 1 MiB."""
LINGER = 5.0
"""Seconds that a reader has to take what was written before its connection is torn down."""

Payload.max_decode_packets = PAYLOAD_PACKETS

Answer = tuple[object, Callable[[], None] | None]
"""An acknowledgement, and what must follow it."""
OnConnect = Callable[[str, dict[str, Any], object], Awaitable[None]]
OnConnected = Callable[[str], Awaitable[None]]
OnEvent = Callable[[str, str, str, list[object]], Awaitable[Answer]]
OnDisconnect = Callable[[str, str], Awaitable[None]]
OnSession = Callable[[dict[str, Any]], None]
CONNECT_SECONDS = 15.0
"""An Engine.IO session that has joined no namespace by then is closed: it holds a socket and says
nothing."""


class Packet(socketio_packet.Packet):  # type: ignore[misc]
    """A Socket.IO packet of text only."""

    uses_binary_events = False
    json = WireJSON


class _Backlog(asyncio.Queue[EngineIOPacket | None]):
    """What waits for one reader, and how many characters that is."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self.size = 0

    def _put(self, item: EngineIOPacket | None) -> None:
        super()._put(item)
        self.size += _characters(item)

    def _get(self) -> EngineIOPacket | None:
        item = super()._get()
        self.size -= _characters(item)
        return item


def _characters(packet: EngineIOPacket | None) -> int:
    return len(packet.data) if packet is not None and isinstance(packet.data, str) else 0


class _Socket(async_socket.AsyncSocket):  # type: ignore[misc]
    transport: asyncio.Transport | None = None  # once there is a WebSocket

    async def poll(self) -> list[EngineIOPacket]:
        packets: list[EngineIOPacket] = []
        try:
            # wait_for, which the library uses, makes a task for every packet of every reader
            async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                first = await self.queue.get()
        except (TimeoutError, asyncio.CancelledError):
            raise exceptions.QueueEmpty from None
        self.queue.task_done()
        if first is None:
            return []
        packets.append(first)
        while len(packets) < POLL_PACKETS and not self.queue.empty():
            packet = self.queue.get_nowait()
            self.queue.task_done()
            if packet is None:
                self.queue.put_nowait(None)
                break
            packets.append(packet)
        return packets

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
            self.queue.put_nowait(None)  # a poll that waits for words ends now, not at the next ping
        if self.transport is not None and not closed:
            # A reader that never reads holds its writer in a drain, and a file descriptor, for ever.
            asyncio.get_running_loop().call_later(LINGER, self.transport.abort)


async_socket.AsyncSocket = _Socket  # the only way to say which class AsyncServer makes


class _WebSocket(WebSocket):  # type: ignore[misc]
    """Without permessage-deflate, which every browser offers: a compressor for each reader costs as much as
    the write, keeps a window of what was said, and would press a secret token beside words of others."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        self._sock = web.WebSocketResponse(max_msg_size=FRAME, compress=False)
        await self._sock.prepare(environ["aiohttp.request"])
        self.handler.__self__.transport = environ["aiohttp.request"].transport
        self.environ = environ
        await self.handler(self)
        return self._sock

    async def send(self, message: str) -> None:
        await self._sock.send_str(message)


class _EngineIO(engineio.AsyncServer):  # type: ignore[misc]
    worker = ""

    def create_queue(self, *_: object, **__: object) -> _Backlog:
        return _Backlog()

    def generate_id(self) -> str:
        return f"{self.worker}.{super().generate_id()}"


def worker_of(sid: str) -> str:
    """The worker whose process made this Engine.IO session."""
    return sid.partition(".")[0]


class Wire(socketio.AsyncServer):  # type: ignore[misc]
    """Namespaces `/` and `/desk` over WebSocket and long-polling.

    `on_event(namespace, sid, event, arguments)` is called for every event of one connection in
    order, one at a time, and answers the acknowledgement.
    """

    def __init__(self, worker: str, *, ping_interval: float = 15, ping_timeout: float = 10) -> None:
        self.worker = worker
        super().__init__(
            async_mode="aiohttp",
            async_handlers=False,
            client_manager=socketio.AsyncManager(),
            cors_allowed_origins=[],  # the Origin is judged before us (server/door.py)
            cors_credentials=False,
            serializer=Packet,
            max_http_buffer_size=FRAME,
            http_compression=False,  # answers hold a secret token beside words of others: BREACH
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            namespaces=["/", "/desk"],
            logger=False,
            engineio_logger=False,
        )
        self.eio.worker = worker
        self.eio._async = self.eio._async | {"websocket": _WebSocket}
        self.on_connect: OnConnect | None = None
        self.on_connected: OnConnected | None = None
        self.on_event: OnEvent | None = None
        self.on_disconnect: OnDisconnect | None = None
        self.on_open: OnSession = lambda environ: None
        self.on_close: OnSession = lambda environ: None

    def _engineio_server_class(self) -> type[_EngineIO]:
        return _EngineIO

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        self.on_open(environ)
        asyncio.get_running_loop().call_later(CONNECT_SECONDS, self._still_nobody, eio_sid)

    def _still_nobody(self, eio_sid: str) -> None:
        named = any(self.manager.sid_from_eio_sid(eio_sid, namespace) for namespace in self.namespaces)
        connection = self.eio.sockets.get(eio_sid)
        if connection is not None and not connection.closed and not named:
            self.cut(connection)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        environ = self.environ.get(eio_sid)
        await super()._handle_eio_disconnect(eio_sid, reason)
        if environ is not None:
            self.on_close(environ)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        """A packet that makes no sense is dropped: it costs its sender an answer and nobody else anything.

        Handled here because the library would log it with a traceback that quotes what was sent.
        """
        if not isinstance(data, str):
            return  # a binary frame or attachment: there are no binary events
        await asyncio.sleep(0)  # a request may bring many: others have their turn between them
        try:
            packet = Packet(encoded_packet=data)
            if packet.packet_type in (socketio_packet.BINARY_EVENT, socketio_packet.BINARY_ACK):
                await self._handle_event(eio_sid, packet.namespace, packet.id, [UNREADABLE])
                return
        except (ValueError, IndexError, TypeError):
            return
        await super()._handle_eio_message(eio_sid, data)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: object) -> None:
        namespace = namespace or "/"
        if eio_sid not in self.environ or self.manager.sid_from_eio_sid(eio_sid, namespace) is not None:
            return  # it has gone; or a second CONNECT, which would orphan the first one's seats
        await super()._handle_connect(eio_sid, namespace, data)
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        connection = self.eio.sockets.get(eio_sid)
        if connection is None or connection.closed or connection.closing:
            # It went while it stood at the door; the library forgets only whom it has let in.
            await self._handle_disconnect(eio_sid, namespace)
            return
        if namespace == "/" and sid is not None and self.manager.is_connected(sid, namespace):
            assert self.on_connected is not None
            await self.on_connected(sid)

    async def _trigger_event(self, event: str, namespace: str, *args: Any) -> object:
        assert self.on_connect is not None
        assert self.on_disconnect is not None
        if event == "connect":
            sid, environ, auth = args
            environ["kindred.namespace"] = namespace
            await self.on_connect(sid, environ, auth)
            return True
        if event == "disconnect":
            await self.on_disconnect(namespace, args[0])
            return None
        return self.not_handled

    async def _handle_event_internal(
        self, server: object, sid: str, eio_sid: str, data: object, namespace: str, id: int | None
    ) -> None:
        assert self.on_event is not None
        event = data[0] if isinstance(data, list) and data and isinstance(data[0], str) else UNREADABLE
        arguments = data[1:] if isinstance(data, list) else []
        answer, after = await self.on_event(namespace, sid, event, arguments)
        if id is not None:
            acknowledgement = Packet(socketio_packet.ACK, namespace=namespace, id=id, data=[answer])
            self._put([eio_sid], acknowledgement)
        if after is not None:
            after()

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: object) -> None:
        namespace = namespace or "/"
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if self.manager.is_connected(sid, namespace):
            await self._handle_event_internal(self, sid, eio_sid, data, namespace, id)

    async def _handle_ack(self, eio_sid: str, namespace: str | None, id: int | None, data: object) -> None:
        return  # we ask clients for none

    def tell(self, sids: Iterable[str], event: str, data: object, namespace: str = "/") -> None:
        """Queue one event for these connections: encoded once, in order, without a task."""
        eio_sids = [self.manager.eio_sid_from_sid(sid, namespace) for sid in sids]
        if eio_sids:
            self._put(eio_sids, Packet(socketio_packet.EVENT, namespace=namespace, data=[event, data]))

    def _put(self, eio_sids: Iterable[str | None], packet: Packet) -> None:
        encoded = EngineIOPacket(EIO_MESSAGE, packet.encode())
        for eio_sid in eio_sids:
            connection = self.eio.sockets.get(eio_sid)
            if connection is None or connection.closed or connection.closing:
                continue
            if connection.queue.qsize() >= QUEUE or connection.queue.size >= BACKLOG:
                self.cut(connection)
                continue
            connection.queue.put_nowait(encoded)

    def cut(self, connection: Any) -> None:
        """End a connection whose reader cannot keep up, so that its client comes back and resumes.

        At the transport, not by a Socket.IO DISCONNECT: after that one, clients stay away.
        """
        while not connection.queue.empty():
            connection.queue.get_nowait()
            connection.queue.task_done()
        connection.queue.put_nowait(None)
        self.start_background_task(connection.close, False, True)

    def close_transports(self) -> None:
        """End every connection at the transport; clients come back elsewhere."""
        for connection in list(self.eio.sockets.values()):
            if not connection.closed:
                self.cut(connection)

    def close(self, sid: str, namespace: str = "/") -> None:
        """End one connection at the transport."""
        connection = self.eio.sockets.get(self.manager.eio_sid_from_sid(sid, namespace))
        if connection is not None:
            self.cut(connection)
