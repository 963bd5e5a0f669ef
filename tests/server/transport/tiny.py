"""Two tiny servers on our transport, as the protocols' own test suites want them: an Engine.IO echo, and a
Socket.IO server that says back what it hears, attachments included. The product takes none; here they are put
together from the binary frames that the transport carries."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from server.transport import Answer, Caller, Wire, bound, packet
from server.transport.client import Carrier, Client, Work
from server.transport.frame import Message
from server.transport.library import Engine
from server.transport.wire import Visitor

TIMES = {
    "": (30.0, 30.0, 30.0),
    "/lively": (1.0, 1.0, 30.0),
    "/brief": (0.3, 0.2, 30.0),
    "/hasty": (1.0, 1.0, 2.0),
}
"""Seconds between pings, until the answer to one, and until a CONNECT, of the servers below a path."""
MAX_PAYLOAD = 1_000_000


class Echo(Client):
    """Sends back every message of an Engine.IO client."""

    def __init__(self, id: str, carrier: Carrier, caller: Caller) -> None:
        super().__init__(id, carrier)
        self.joined = True  # nothing is missing: there are no namespaces at this level

    def handle(self, packet: str | bytes) -> Work | None:
        binary = isinstance(packet, bytes)
        self.carrier.put(Message(packet if binary else b"4" + packet.encode(), binary=binary))
        return None

    def depart(self) -> Work | None:
        return None


class Back(Wire):
    """`auth` after CONNECT; `message` comes back as `message-back`, `message-with-ack` is acknowledged so."""

    def __init__(self, *, fast: bool = True, **options: Any) -> None:
        super().__init__("tiny", fast=fast, namespaces=("/", "/custom"), strict=True, **options)
        self._auths: dict[str, object] = {}
        self._half: dict[str, tuple[str, str, str, list[Any], int, list[bytes]]] = {}
        self.on_connect, self.on_connected = self._met, self._welcome
        self.on_event, self.on_disconnect = self._hear, self._bye

    async def _met(self, namespace: str, sid: str, caller: Caller, auth: object) -> None:
        self._auths[sid] = auth if auth is not None else {}

    async def _welcome(self, namespace: str, sid: str) -> None:
        # the suites begin to wait for this one only when they have the packet before it
        await asyncio.sleep(0.02)
        self.tell([sid], "auth", self._auths.pop(sid), namespace)

    def _hear(self, namespace: str, sid: str, event: str, arguments: list[Any]) -> Answer:
        if event == "message":
            for message in encoded(packet.EVENT, namespace, "", ["message-back", *arguments]):
                self.send([sid], message)
        return arguments, None

    async def _bye(self, namespace: str, sid: str) -> None:
        """Nothing to clear up."""

    def _answer(self, client: Visitor, namespace: str, number: str, answer: Answer) -> None:
        if number:
            for message in encoded(packet.ACK, namespace, number, answer[0]):
                client.carrier.put(message)

    def handle(self, client: Visitor, data: str | bytes) -> Work | None:
        if isinstance(data, bytes):
            return self._attach(client, data)
        head = packet.head(data)
        if head is not None and head[0] == packet.BINARY_EVENT:
            _, namespace, number, at = head
            count = int(data[1 : data.index("-")])
            self._half[client.id] = (data, namespace, number, json.loads(data[at:]), count, [])
            return None
        return super().handle(client, data)

    def _attach(self, client: Visitor, data: bytes) -> Work | None:
        _, namespace, number, arguments, count, had = self._half[client.id]
        had.append(data)
        if len(had) == count:
            del self._half[client.id]
            event, *rest = _filled(arguments, had)
            self._answer(
                client, namespace, number, self._hear(namespace, client.sids[namespace], event, rest)
            )
        return None


def _filled(value: Any, attachments: list[bytes]) -> Any:
    if isinstance(value, dict):
        if value.get("_placeholder"):
            return attachments[value["num"]]
        return {key: _filled(item, attachments) for key, item in value.items()}
    return [_filled(item, attachments) for item in value] if isinstance(value, list) else value


def encoded(kind: str, namespace: str, number: str, arguments: Any) -> list[Message]:
    """A packet, and its attachments where it has some."""
    attachments: list[bytes] = []

    def emptied(value: Any) -> Any:
        if isinstance(value, bytes):
            attachments.append(value)
            return {"_placeholder": True, "num": len(attachments) - 1}
        if isinstance(value, dict):
            return {key: emptied(item) for key, item in value.items()}
        return [emptied(item) for item in value] if isinstance(value, list) else value

    data = emptied(arguments)
    if attachments:
        kind = f"{packet.BINARY_EVENT if kind == packet.EVENT else packet.BINARY_ACK}{len(attachments)}-"
    first = Message(packet.encode(kind, namespace, number, data))
    return [first, *(Message(attachment, binary=True) for attachment in attachments)]


@asynccontextmanager
async def tiny(*, fast: bool = True, port: int = 0, wire: Wire | None = None) -> AsyncIterator[str]:
    """Both servers with each set of times on one port, or `wire` alone; answers their address."""
    app = web.Application(client_max_size=MAX_PAYLOAD)
    engines: list[Engine] = []
    if wire is None:
        for below, (interval, timeout, connect) in TIMES.items():
            times = {"ping_interval": interval, "ping_timeout": timeout, "connect_seconds": connect}
            echo = Engine("tiny", Echo, fast=fast, max_payload=MAX_PAYLOAD, **times)
            back = Back(fast=fast, max_payload=MAX_PAYLOAD, **times).engine
            for engine, path in ((echo, "/engine.io/"), (back, "/socket.io/")):
                engine.serve(app, below + path)
                engines.append(engine)
    else:
        wire.attach(app)
        engines.append(wire.engine)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    with socket.create_server(("127.0.0.1", port)) as listener:
        bound(listener)
        await web.SockSite(runner, listener).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for engine in engines:
                engine.close()
            await runner.cleanup()
