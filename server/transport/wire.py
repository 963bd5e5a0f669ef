"""Namespaces `/` and `/desk` over WebSocket and long-polling: what arrives, and what is told to whom."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from aiohttp import web

from rooms import chance
from rooms.limits import Pace
from server.protocol import TOO_LONG, UNREADABLE, WireJSON
from server.transport import bounds, library, packet
from server.transport.caller import Caller
from server.transport.client import Carrier, Client, Work
from server.transport.frame import Message

Answer = tuple[object, Callable[[], None] | None]
"""An acknowledgement, and what must follow it."""
PROTOCOL_ERROR = 1002
GATHER = 3e-6
"""Seconds a recipient; a write to one takes 5 to 10 (measured, loopback)."""
WORTH_A_TIMER = 1e-3
"""The loop's timers count in milliseconds: rooms of fewer than 334 wait for nothing."""
_TOO_LONG = WireJSON.dumps([TOO_LONG])
OnConnect = Callable[[str, str, Caller, object], Awaitable[None]]
OnConnected = Callable[[str, str], Awaitable[None]]
OnEvent = Callable[[str, str, str, list[object]], Answer | Awaitable[Answer]]
OnDisconnect = Callable[[str, str], Awaitable[None]]
OnAddress = Callable[[str], None]


class Refused(Exception):
    """Raised at the door: the client gets a CONNECT_ERROR with this message and data."""

    def __init__(self, message: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.answer: dict[str, object] = {"message": message} | ({"data": data} if data else {})


class Visitor(Client):
    """A client, and how it may be reached: `sids` has its id in each namespace it has joined."""

    __slots__ = ("caller", "connects", "sids", "wire")

    def __init__(self, wire: "Wire", id: str, carrier: Carrier, caller: Caller) -> None:
        super().__init__(id, carrier)
        self.wire = wire
        self.caller = caller
        self.sids: dict[str, str] = {}
        self.connects = Pace(bounds.CONNECTS)

    def handle(self, packet: str | bytes) -> Work | None:
        return self.wire.handle(self, packet)

    def alongside(self, packet: str | bytes) -> bool:
        return isinstance(packet, str) and self.wire.alongside(packet)

    def overlong(self, head: str) -> None:
        self.receive(packet.emptied(head, _TOO_LONG))

    def depart(self) -> Work | None:
        return self.wire.departed(self)


class Wire:
    """`tell` reaches many; `on_connect(namespace, sid, caller, auth)` is the door, and raises Refused;
    `on_connected(namespace, sid)` comes before any event; `on_event(namespace, sid, event, arguments)` is
    called for every event of one connection in order, one at a time but for `together`, and answers the
    acknowledgement; `on_disconnect(namespace, sid)` comes last.

    `fast`: WebSockets on the fast path, where the libraries are as we know them.
    `together`: events of which a connection's next ones may be begun before the first is answered; they
    are begun, and must do their effect, in order.
    `strict`: a packet that cannot be read ends the connection, as it does with the reference server. The
    product answers it instead: a client with a fault would lose its connection again and again.
    """

    def __init__(
        self,
        worker: str,
        *,
        fast: bool = True,
        ping_interval: float = 15,
        ping_timeout: float = 10,
        connect_seconds: float = bounds.CONNECT,
        max_payload: int = bounds.FRAME,
        namespaces: Iterable[str] = ("/", "/desk"),
        strict: bool = False,
        together: Iterable[str] = (),
    ) -> None:
        self.worker = worker
        self.strict = strict
        self._together = tuple(f'["{event}",' for event in together)
        self.namespaces = frozenset(namespaces)
        self.clients: dict[str, Visitor] = {}  # by their id in a namespace
        self.engine = library.Engine(
            worker,
            self._open,
            fast=fast,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            connect_seconds=connect_seconds,
            max_payload=max_payload,
        )
        self.on_connect: OnConnect | None = None
        self.on_connected: OnConnected | None = None
        self.on_event: OnEvent | None = None
        self.on_disconnect: OnDisconnect | None = None
        self.on_open: OnAddress = lambda address: None
        self.on_close: OnAddress = lambda address: None

    def attach(self, app: web.Application) -> None:
        """Serve at `/socket.io/`."""
        self.engine.serve(app, "/socket.io/")

    def _open(self, id: str, carrier: Carrier, caller: Caller) -> Visitor:
        self.on_open(caller.address)
        return Visitor(self, id, carrier, caller)

    # --- what arrives --------------------------------------------------------------------

    def handle(self, client: Visitor, data: str | bytes) -> Work | None:
        """A Socket.IO packet. One that makes no sense costs its sender an answer, and nobody else a thing."""
        if not isinstance(data, str):
            return None  # a binary frame or attachment: there are no binary events
        head = packet.head(data)
        if head is None:
            self._unreadable(client)
            return None
        kind, namespace, number, at = head
        if kind == packet.EVENT:
            return self._event(client, namespace, number, WireJSON.loads(data[at:]))
        if kind == packet.CONNECT:
            return self._connect(client, namespace, WireJSON.loads(data[at:]) if data[at:] else None)
        if kind == packet.DISCONNECT:
            return self._leave(client, namespace)
        if kind == packet.BINARY_EVENT:
            return self._event(client, namespace, number, None)
        return None  # ACK: we ask clients for none

    def alongside(self, data: str) -> bool:
        """Whether it is a `together` event."""
        head = packet.head(data)
        return head is not None and head[0] == packet.EVENT and data.startswith(self._together, head[3])

    def _unreadable(self, client: Visitor) -> None:
        if self.strict:
            client.carrier.cut(PROTOCOL_ERROR)

    def _event(self, client: Visitor, namespace: str, number: str, data: object) -> Work | None:
        sid = client.sids.get(namespace)
        if sid is None:
            self._unreadable(client)
            return None
        assert self.on_event is not None
        if isinstance(data, list) and data and isinstance(data[0], str):
            event, arguments = data[0], data[1:]
        else:
            event, arguments = UNREADABLE, []
        if self.strict and event == UNREADABLE:
            self._unreadable(client)
            return None
        answer = self.on_event(namespace, sid, event, arguments)
        if not isinstance(answer, tuple):
            return self._answer_later(client, namespace, number, answer)
        self._answer(client, namespace, number, answer)
        return None

    async def _answer_later(
        self, client: Visitor, namespace: str, number: str, answer: Awaitable[Answer]
    ) -> None:
        self._answer(client, namespace, number, await answer)

    def _answer(self, client: Visitor, namespace: str, number: str, answer: Answer) -> None:
        acknowledgement, after = answer
        if number:
            client.carrier.answer(Message(packet.encode(packet.ACK, namespace, number, [acknowledgement])))
        if after is not None:
            after()

    async def _admit(self, namespace: str, sid: str, caller: Caller, auth: object) -> None:
        if namespace not in self.namespaces:
            raise Refused("Invalid namespace")
        assert self.on_connect is not None
        await self.on_connect(namespace, sid, caller, auth)

    async def _connect(self, client: Visitor, namespace: str, auth: object) -> None:
        if namespace in client.sids:
            return  # a second CONNECT, which would orphan the first one's seats
        if client.connects.spend(round(asyncio.get_running_loop().time() * 1000)):
            client.carrier.cut(bounds.COME_BACK)
            return
        sid = chance.token(12)
        try:
            await self._admit(namespace, sid, client.caller, auth)
        except Refused as refused:
            client.carrier.put(Message(packet.encode(packet.CONNECT_ERROR, namespace, "", refused.answer)))
            return
        client.sids[namespace] = sid
        client.joined = True
        self.clients[sid] = client
        # In one write with the first events, where these have not to be waited for.
        client.carrier.answer(Message(packet.encode(packet.CONNECT, namespace, "", {"sid": sid})))
        if self.on_connected is not None and not client.gone:
            await self.on_connected(namespace, sid)

    def _leave(self, client: Visitor, namespace: str) -> Work | None:
        sid = client.sids.pop(namespace, None)
        if sid is None:
            return None
        client.joined = bool(client.sids)
        return self._left(namespace, sid)

    async def _left(self, namespace: str, sid: str) -> None:
        assert self.on_disconnect is not None
        self.clients.pop(sid, None)
        await self.on_disconnect(namespace, sid)

    def departed(self, client: Visitor) -> Work | None:
        """Its connection is over."""
        self.on_close(client.caller.address)
        return self._all_left(client) if client.sids else None

    async def _all_left(self, client: Visitor) -> None:
        while client.sids:
            await self._left(*client.sids.popitem())

    # --- what is told --------------------------------------------------------------------

    def tell(self, sids: Iterable[str], event: str, data: object, namespace: str = "/") -> None:
        """Send one event to these connections: encoded and framed once, in order, without a task."""
        self.send(sids, Message(packet.encode(packet.EVENT, namespace, "", [event, data])))

    def send(self, sids: Iterable[str], message: Message) -> None:
        """The same for what is encoded already."""
        clients = self.clients
        for sid in sids:
            client = clients.get(sid)
            if client is not None:
                client.carrier.put(message)

    @staticmethod
    def gather(recipients: int, flush: Callable[..., None], *arguments: Any) -> None:
        """Call `flush` when what this turn of the loop brings is together. Before many are written to, it
        waits a part of what the writing will take: what comes meanwhile would have to be written alone."""
        delay = recipients * GATHER
        loop = asyncio.get_running_loop()
        if delay < WORTH_A_TIMER:
            loop.call_soon(flush, *arguments)
        else:
            loop.call_later(delay, flush, *arguments)

    def close(self, sid: str) -> None:
        """End one connection, so that its client comes back."""
        client = self.clients.get(sid)
        if client is not None:
            client.carrier.cut(bounds.COME_BACK)

    def close_transports(self) -> None:
        """End every connection; clients come back elsewhere."""
        self.engine.close()
