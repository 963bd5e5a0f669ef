"""A proxy that misbehaves on purpose, for TCP and unix sockets: between a worker and its broker, and
between a visitor and the service.

Done in a process of ours because netem needs rights that few machines give. What it has swallowed is
gone, so a link that was in a hole stays dead until one end gives it up, as behind a firewall that has
forgotten it; an end that closes meanwhile is not told on to the other.
"""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.faults.patience import when

Side = Literal["up", "down"]
"""up: towards the broker or the service; down: towards the worker or the visitor"""
Wanted = Callable[["Link"], bool]
TICK = 0.001
"""Seconds between the bursts of a slow link, each byte of which is a write of its own."""
_NOW = struct.pack("ii", 1, 0)  # SO_LINGER: close by RST


@dataclass(eq=False, slots=True)
class Link:
    """One connection and its twin. `pid` is the process that opened it, where the socket tells."""

    ends: dict[Side, asyncio.StreamWriter]
    pid: int = 0
    holed: set[Side] = field(default_factory=set)

    def reset(self) -> None:
        """End both halves by RST."""
        for writer in self.ends.values():
            with contextlib.suppress(OSError):
                end = writer.get_extra_info("socket")
                if end.family != socket.AF_UNIX:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW)
            writer.transport.abort()


def everyone(_: Link) -> bool:
    """Every link."""
    return True


def opened_by(pid: int) -> Wanted:
    """The links of one process (unix sockets only)."""
    return lambda link: link.pid == pid


class Proxy:
    """Passes bytes on until told otherwise."""

    def __init__(self, upstream: tuple[str, int] | Path) -> None:
        self._upstream = upstream
        self._tasks: set[asyncio.Task[None]] = set()
        self._hole: tuple[Wanted, frozenset[Side]] | None = None
        self.links: set[Link] = set()
        self.delay = 0.0
        self.rate = 0
        """Bytes a second and direction; 0 is no limit. Slow links pass single bytes."""
        self.snap: bytes | None = None
        """RST in place of the next bytes that come down with this in them; once."""
        self.snapped = 0

    # --- faults --------------------------------------------------------------------------

    def cut(self, wanted: Wanted = everyone) -> int:
        """End links now, by RST; answers how many."""
        doomed = [link for link in self.links if wanted(link)]
        for link in doomed:
            link.reset()
        return len(doomed)

    def hole(self, *sides: Side, wanted: Wanted = everyone) -> None:
        """Swallow what these links carry, and what new ones will, until `heal`."""
        self._hole = wanted, frozenset(sides or ("up", "down"))
        for link in self.links:
            if wanted(link):
                link.holed |= self._hole[1]

    def heal(self) -> None:
        """New links pass again. Those that lost bytes stay dead."""
        self._hole = None

    async def is_idle(self) -> bool:
        """Whether every link has ended."""
        return not self.links

    # --- passing on ----------------------------------------------------------------------

    async def taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection was made to the proxy."""
        try:
            if isinstance(self._upstream, Path):
                up_reader, up_writer = await asyncio.open_unix_connection(str(self._upstream))
            else:
                up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.transport.abort()
            return
        link = Link({"up": up_writer, "down": writer}, _pid(writer))
        if self._hole is not None and self._hole[0](link):
            link.holed |= self._hole[1]
        self.links.add(link)
        pumps = [self._pump(link, "up", reader), self._pump(link, "down", up_reader)]
        try:
            await asyncio.gather(*pumps)
        finally:
            self.links.discard(link)
            link.reset()

    async def _pump(self, link: Link, side: Side, reader: asyncio.StreamReader) -> None:
        backlog: deque[tuple[float, bytes]] = deque()
        arrived = asyncio.Event()
        passing = asyncio.create_task(self._pass(link, side, backlog, arrived))
        try:
            while data := await reader.read(65_536):
                if side in link.holed:
                    continue
                if self.snap is not None and side == "down" and self.snap in data:
                    self.snap, self.snapped = None, self.snapped + 1
                    link.reset()
                    return
                backlog.append((asyncio.get_running_loop().time() + self.delay, data))
                arrived.set()
            if not link.holed:  # a hole swallows the end of a connection too
                backlog.append((0.0, b""))
                arrived.set()
                await passing
        except OSError:
            if not link.holed:
                link.reset()
        finally:
            passing.cancel()

    async def _pass(
        self, link: Link, side: Side, backlog: deque[tuple[float, bytes]], arrived: asyncio.Event
    ) -> None:
        loop, writer = asyncio.get_running_loop(), link.ends[side]
        with contextlib.suppress(OSError):
            while True:
                if not backlog:
                    arrived.clear()
                    await arrived.wait()
                due, data = backlog.popleft()
                if not data:
                    writer.transport.close()
                    return
                if due > loop.time():
                    await asyncio.sleep(due - loop.time())
                if self.rate:
                    await self._drip(writer, data)
                else:
                    writer.write(data)
                    await writer.drain()

    async def _drip(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), 0
        while sent < len(data):
            if not self.rate:  # healed in the middle
                writer.write(data[sent:])
                return
            allowed = max(1, int((loop.time() - began) * self.rate))
            for byte in data[sent:allowed]:
                writer.write(bytes((byte,)))
            sent = max(sent, min(allowed, len(data)))
            await writer.drain()
            await asyncio.sleep(TICK)


def _pid(writer: asyncio.StreamWriter) -> int:
    end = writer.get_extra_info("socket")
    if end.family != socket.AF_UNIX:
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return 0
    pid: int = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    return pid


@contextlib.asynccontextmanager
async def proxied(
    upstream: tuple[str, int] | Path, at: Path | None = None
) -> AsyncIterator[tuple[Proxy, str]]:
    """A running proxy and where it listens: a unix socket's path, or `host:port`."""
    proxy = Proxy(upstream)
    if at is not None:
        server: asyncio.Server = await asyncio.start_unix_server(proxy.taken, str(at))
        where = str(at)
    else:
        server = await asyncio.start_server(proxy.taken, "127.0.0.1", 0)
        where = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy, where
    finally:
        server.close()
        proxy.cut()
        await when(proxy.is_idle)
