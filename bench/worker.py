"""A worker inside this process, put together as `kindred serve` puts one together."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rooms.records import database
from server import app, embedded
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Worker:
    """A running one. `store_pid`: its embedded store."""

    app: app.App
    store_pid: int
    port: int


@asynccontextmanager
async def worker() -> AsyncIterator[Worker]:
    """With everybody's limits, on a free port and an empty store, until the block is left."""
    with tempfile.TemporaryDirectory() as named:
        home = Path(named)
        settings = Settings(home=home)
        await asyncio.to_thread(database.migrate, settings.database_url)
        store = await embedded.start(home / "store")
        listener = socket.create_server(("127.0.0.1", 0))
        try:
            async with app.running(
                settings, store_url=store.url, worker="bench", listener=listener, private=home
            ) as running:
                await running.house.store.up.wait()
                yield Worker(running, store.pid, listener.getsockname()[1])
        finally:
            await store.stop()
