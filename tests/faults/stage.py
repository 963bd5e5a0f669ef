"""Services to strike: with a broker and a proxy of their own, behind Sentinel, behind a slow network."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from tests.faults.broker import broker, trio
from tests.faults.proxy import proxied
from tests.faults.scene import Scene
from tests.serving import FREE, Serving, serving


@contextlib.asynccontextmanager
async def served(home: Path, store: str = "", *options: str) -> AsyncIterator[Serving]:
    """Two workers without limits; `store` is the REDIS_URL, or the embedded one."""
    environ = {"REDIS_URL": store} if store else {}
    running = serving(home, *options, workers=2, config=FREE, environ=environ)
    service = await asyncio.to_thread(running.__enter__)
    try:
        yield service
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


@contextlib.asynccontextmanager
async def with_broker(place: Path, rng: random.Random) -> AsyncIterator[Scene]:
    """The proxy is a unix socket, so it knows which worker a link belongs to."""
    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(broker(place / "b"))
        links, path = await stack.enter_async_context(proxied(store.socket, place / "p"))
        url = f"unix://{path}"
        service = await stack.enter_async_context(served(place / "home", url))
        scene = Scene(service, service.url, rng, broker=store, broker_links=links)

        async def again() -> None:
            port = ("--port", str(service.port))
            scene.service = await stack.enter_async_context(served(place / "home", url, *port))

        scene.again = again
        yield scene


@contextlib.asynccontextmanager
async def with_sentinel(place: Path, rng: random.Random) -> AsyncIterator[Scene]:
    """The store is found through Sentinel."""
    async with trio(place) as nodes, served(place / "home", nodes.url) as service:
        yield Scene(service, service.url, rng, trio=nodes)


@contextlib.asynccontextmanager
async def with_network(place: Path, rng: random.Random) -> AsyncIterator[Scene]:
    """Visitors come through a proxy."""
    async with (
        served(place / "home") as service,
        proxied(("127.0.0.1", service.port)) as (links, where),
    ):
        yield Scene(service, f"http://{where}", rng, visitor_links=links)
