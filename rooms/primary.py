"""Where the hot store is: what `REDIS_URL` says, and whom Sentinel names."""

import asyncio
import functools
import ssl
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio.connection import SSLConnection, parse_url
from redis.asyncio.sentinel import Sentinel
from redis.exceptions import RedisError

SENTINEL: Final = "redis+sentinel"
SENTINEL_PORT: Final = 26_379
LOOK: Final = 0.5
"""Seconds between two questions to Sentinel who the primary is."""
Command = tuple[str | bytes | int, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A server's socket, or its host and port; `greeting`: what it must be told before all else."""

    path: str = ""
    host: str = ""
    port: int = 0
    tls: ssl.SSLContext | None = field(default=None, compare=False)
    greeting: tuple[Command, ...] = field(default=(), repr=False)


async def find(url: str) -> Address:
    """The address of whoever may take words now. Raises OSError or RedisError.

    `redis://`, `rediss://` and `unix://` are redis-py's own, options included.
    `redis+sentinel://[:password@]host[:port][,host…]/service`: asked anew for each link, since who the
    primary is is what a failover changes.
    """
    return await _named(url) if urlsplit(url).scheme == SENTINEL else _written(url)


@functools.lru_cache(maxsize=4)
def _written(url: str) -> Address:
    # Kept, because certificates are read from files and that takes longer than the loop may stand still.
    told: dict[str, Any] = dict(parse_url(url))
    secure = told.pop("connection_class", None) is SSLConnection
    tls = SSLConnection(**told).ssl_context.get() if secure else None
    greeting = _greeting(told.get("username"), told.get("password"), int(told.get("db") or 0))
    if "path" in told:
        return Address(path=told["path"], greeting=greeting)
    host, port = told.get("host", "localhost"), told.get("port", 6379)
    return Address(host=host, port=port, tls=tls, greeting=greeting)


def _greeting(username: str | None, password: str | None, db: int = 0) -> tuple[Command, ...]:
    said: list[Command] = []
    if password:
        said.append(("AUTH", username, password) if username else ("AUTH", password))
    if db:
        said.append(("SELECT", db))
    return tuple(said)


async def _named(url: str) -> Address:
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    nodes = [(host, int(port or SENTINEL_PORT)) for host, _, port in (item.partition(":") for item in hosts)]
    sentinel = Sentinel(nodes, socket_timeout=0.4, socket_connect_timeout=0.4)  # type: ignore[no-untyped-call]
    try:
        host, port = await sentinel.discover_master(parts.path.strip("/"))
    finally:
        for client in sentinel.sentinels:
            await client.aclose()
    return Address(host=host, port=port, greeting=_greeting(parts.username, parts.password))


async def still_primary(url: str, address: Address) -> None:
    """Raises ConnectionError as soon as Sentinel names another primary; without Sentinel it ends at once.

    Sentinel makes the old primary a replica only some ten seconds after a failover. Until then it takes
    words that will be lost, so we do not wait for it to hang up.
    """
    if urlsplit(url).scheme != SENTINEL:
        return
    while True:
        await asyncio.sleep(LOOK)
        try:
            now = await find(url)
        except (OSError, RedisError):
            continue  # no word of another primary
        if now != address:
            raise ConnectionError("another primary")
