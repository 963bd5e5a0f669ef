"""One connection to the hot store, made our way; found through Sentinel where the address says so."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio.connection import Connection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

ANSWER_TIME: Final = 1.5
"""Seconds a call may wait for its answer. PROTOCOL promises `unavailable` within 2 s."""
PAUSE: Final = 0.2
"""Seconds between tries to connect; it does not grow, so that rooms live again at once."""
LOOK: Final = 0.5
"""Seconds between two questions to Sentinel who the primary is."""
SENTINEL: Final = "redis+sentinel"
SENTINEL_PORT: Final = 26_379


class Complaint:
    """Says that something is away: at once, then every ten seconds, not at every try."""

    EVERY = 10.0

    def __init__(self) -> None:
        self._said = -math.inf

    def due(self) -> bool:
        """Whether to say it now."""
        now = time.monotonic()
        if now - self._said < self.EVERY:
            return False
        self._said = now
        return True


@contextlib.asynccontextmanager
async def linked(url: str) -> AsyncIterator[Connection]:
    """A connection that blocks on reading and never retries by itself, closed at the end of the block.

    redis-py's defaults are replaced on purpose: its socket timeout (5 s) kills idle listeners, and
    its own retry would publish a message twice. Raises OSError or RedisError, within 1.5 s.
    """
    async with asyncio.timeout(ANSWER_TIME):
        arguments = await _arguments(url)
        made = arguments.pop("connection_class", Connection)
        connection: Connection = made(
            **arguments,
            socket_timeout=None,
            socket_connect_timeout=1.0,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,
        )
        await connection.connect()  # type: ignore[no-untyped-call]
    try:
        yield connection
    finally:
        await connection.disconnect(nowait=True)


async def still_primary(url: str, connection: Connection) -> None:
    """Raises ConnectionError as soon as Sentinel names another primary; without Sentinel it ends at once.

    Sentinel makes the old primary a replica only some ten seconds after a failover. Until then it takes
    words that will be lost, so we do not wait for it to hang up.
    """
    if urlsplit(url).scheme != SENTINEL:
        return
    while True:
        await asyncio.sleep(LOOK)
        try:
            now = await _arguments(url)
        except (OSError, RedisError):
            continue  # no word of another primary
        if (now["host"], now["port"]) != (connection.host, connection.port):
            raise ConnectionError("another primary")


async def _arguments(url: str) -> dict[str, Any]:
    """What redis-py's connection is made with.

    `redis+sentinel://[:password@]host[:port][,host…]/service`: each new link asks anew who the
    primary is, since that is what a failover changes.
    """
    parts = urlsplit(url)
    if parts.scheme != SENTINEL:
        return dict(parse_url(url))
    hosts = parts.netloc.rpartition("@")[2].split(",")
    nodes = [(host, int(port or SENTINEL_PORT)) for host, _, port in (item.partition(":") for item in hosts)]
    sentinel = Sentinel(nodes, socket_timeout=0.4, socket_connect_timeout=0.4)  # type: ignore[no-untyped-call]
    try:
        host, port = await sentinel.discover_master(parts.path.strip("/"))
    finally:
        for client in sentinel.sentinels:
            await client.aclose()
    return {"host": host, "port": port, "password": parts.password, "username": parts.username or None}
