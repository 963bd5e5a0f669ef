"""A request that reached the wrong worker goes to the one that holds its session, with its connection.

The kernel spreads connections over workers; a long-polling client opens several, and only one worker
knows its Engine.IO session (measured elsewhere: without this, 4 of 4 polling clients fail at two
workers). The id names its worker. The connection's file descriptor and the bytes read so far are
passed over a private unix socket: the owner answers the client directly, later requests and a
WebSocket upgrade on that connection included, and nothing is copied through a third party.

A worker that has sent its visitors away, because it alone has lost the store, gives newcomers away too: the
kernel goes on sending it half of them.
"""

import asyncio
import contextlib
import logging
import os
import random
import socket
import struct
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from rooms import telemetry
from server.transport import FRAME, worker_of

logger = logging.getLogger(__name__)
LENGTH = struct.Struct("!I")
LARGEST = FRAME + 65_536
"""A request's head and body, bytes."""
SECONDS = 5.0
OUT_OF_DESCRIPTORS = 0.2
"""Seconds until the next try where the process may open no more files; others close some meanwhile."""
HANDED = "Kindred-Handed"
"""A header of the requests that are given away: a newcomer whom two workers sent to each other would go
round for ever."""
Protocols = Callable[[], asyncio.Protocol]


class Handover:
    """One worker's private socket, `<directory>/<worker>.sock`; the directory's mode is 0700."""

    def __init__(self, directory: Path, worker: str) -> None:
        self._directory = directory
        self._worker = worker
        self.sends_away: Callable[[], bool] = lambda: False
        """Whether newcomers are better off with another worker."""
        self._tasks: set[asyncio.Task[None]] = set()

    @web.middleware
    async def route(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Give a foreign session's request away, or go on."""
        if not request.path.startswith("/socket.io/"):
            return await handler(request)
        sid = request.query.get("sid", "")
        if sid and self._is_foreign(sid):
            if await self._gave(request, worker_of(sid)):
                return web.Response()  # to a connection that is not ours any more; aiohttp drops it quietly
            return web.Response(status=400, text="That session is gone.")
        if not sid and HANDED not in request.headers and self.sends_away():
            for other in self._others():
                if await self._gave(request, other):
                    return web.Response()
        return await handler(request)

    def _is_foreign(self, sid: str) -> bool:
        owner = worker_of(sid)
        return owner != self._worker and _names_one(sid) and self._path(owner).is_socket()

    def _others(self) -> list[str]:
        others = [path.stem for path in self._directory.glob("*.sock") if path.stem != self._worker]
        return random.sample(others, len(others))

    def _path(self, worker: str) -> Path:
        return self._directory / f"{worker}.sock"

    async def _gave(self, request: web.Request, owner: str) -> bool:
        body = await request.read()
        try:
            async with asyncio.timeout(SECONDS):
                await self._give(request, body, self._path(owner))
        except (TimeoutError, OSError):
            return False
        telemetry.count("handovers")
        return True

    async def _give(self, request: web.Request, body: bytes, owner: Path) -> None:
        loop = asyncio.get_running_loop()
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        # From here on every byte belongs to the owner.
        transport.pause_reading()
        connection = os.dup(transport.get_extra_info("socket").fileno())
        with socket.socket(socket.AF_UNIX) as link:
            try:
                link.setblocking(False)
                await loop.sock_connect(link, str(owner))
                message = _head(request, len(body)) + body
                socket.send_fds(link, [LENGTH.pack(len(message))], [connection])
                await loop.sock_sendall(link, message)
            except BaseException:
                transport.resume_reading()
                raise
            finally:
                os.close(connection)
        transport.abort()

    async def listen(self, protocols: Protocols) -> None:
        """Take connections over until cancelled; `protocols` makes the HTTP protocol of each."""
        loop = asyncio.get_running_loop()
        path = self._path(self._worker)
        with socket.socket(socket.AF_UNIX) as door:
            door.setblocking(False)
            door.bind(str(path))
            door.listen(512)
            try:
                while True:
                    try:
                        link, _ = await loop.sock_accept(door)
                    except OSError:
                        await asyncio.sleep(OUT_OF_DESCRIPTORS)
                        continue
                    task = asyncio.create_task(self._take(link, protocols))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
            finally:
                path.unlink(missing_ok=True)

    async def _take(self, link: socket.socket, protocols: Protocols) -> None:
        loop = asyncio.get_running_loop()
        with link, contextlib.ExitStack() as on_failure:
            link.setblocking(False)
            try:
                async with asyncio.timeout(SECONDS):
                    length, connection = await _receive_descriptor(link)
                    on_failure.callback(connection.close)
                    message = bytearray()
                    while len(message) < length:
                        chunk = await loop.sock_recv(link, 65_536)
                        if not chunk:
                            raise ConnectionResetError
                        message += chunk
                _, protocol = await loop.connect_accepted_socket(protocols, connection)
                on_failure.pop_all()
            except (TimeoutError, OSError) as error:
                logger.warning("handover failed", extra={"reason": type(error).__name__})
                return
        protocol.data_received(bytes(message))


def _names_one(sid: str) -> bool:
    """Whether a session's id begins as ours do: a client may write anything, also what is no file name."""
    worker = worker_of(sid)
    return worker.isalnum() and worker.isascii() and len(worker) <= 32


async def _receive_descriptor(link: socket.socket) -> tuple[int, socket.socket]:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(link.fileno(), readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(link.fileno())
    data, descriptors, _, _ = socket.recv_fds(link, LENGTH.size, 1)
    if not descriptors:
        raise ConnectionResetError
    connection = socket.socket(fileno=descriptors[0])
    connection.setblocking(False)
    length: int = LENGTH.unpack(data)[0] if len(data) == LENGTH.size else LARGEST + 1
    if length > LARGEST:
        connection.close()
        raise ConnectionResetError
    return length, connection


def _head(request: web.Request, length: int) -> bytes:
    """The request's head as it came, its body measured anew (it may have come in chunks)."""
    lines = [f"{request.method} {request.raw_path} HTTP/1.1".encode()]
    for name, value in request.raw_headers:
        if name.lower() not in (b"content-length", b"transfer-encoding"):
            lines.append(name + b": " + value)
    if request.method == "POST":
        lines.append(b"Content-Length: " + str(length).encode())
    lines.append(f"{HANDED}: 1".encode())
    return b"\r\n".join(lines) + b"\r\n\r\n"
