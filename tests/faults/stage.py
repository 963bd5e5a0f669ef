"""Services to strike: with a broker and a proxy of their own, behind Sentinel, behind a slow network."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from tests.faults.broker import broker, trio
from tests.faults.proxy import proxied
from tests.faults.scene import Scene
from tests.serving import FREE, Serving, free_port, serving


@contextlib.asynccontextmanager
async def served(
    home: Path, store: str = "", *options: str, environ: dict[str, str] | None = None
) -> AsyncIterator[Serving]:
    """Two workers without limits; `store` is the REDIS_URL, or the embedded one."""
    environ = (environ or {}) | ({"REDIS_URL": store} if store else {})
    running = serving(home, *options, workers=2, config=FREE, environ=environ)
    service = await asyncio.to_thread(running.__enter__)
    try:
        yield service
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


@contextlib.asynccontextmanager
async def with_broker(place: Path, rng: random.Random) -> AsyncIterator[Scene]:
    """On a unix socket, as the embedded store is; so the proxy knows which worker a link belongs to."""
    async with (
        broker(place / "b") as store,
        proxied(store.socket, place / "p") as (links, path),
        _restartable(place, rng, f"unix://{path}") as scene,
    ):
        scene.broker, scene.broker_links = store, links
        yield scene


@contextlib.asynccontextmanager
async def with_broker_on_a_port(place: Path, rng: random.Random) -> AsyncIterator[Scene]:
    """Over TCP, as an operator's own store is."""
    async with (
        broker(place / "b") as store,
        proxied(("127.0.0.1", store.port)) as (links, where),
        _restartable(place, rng, f"redis://{where}") as scene,
    ):
        scene.broker, scene.broker_links = store, links
        yield scene


@contextlib.asynccontextmanager
async def _restartable(place: Path, rng: random.Random, store: str) -> AsyncIterator[Scene]:
    async with contextlib.AsyncExitStack() as stack:
        port = ("--port", str(free_port()))  # to be bound again
        service = await stack.enter_async_context(served(place / "home", store, *port))
        scene = Scene(service, service.url, rng)

        async def again() -> None:
            scene.service = await stack.enter_async_context(served(place / "home", store, *port))

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
