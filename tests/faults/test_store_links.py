"""The store's link, on private stores that refuse, fail over and come back."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rooms.house import House
from rooms.keys import Keys
from rooms.link import ANSWER_TIME
from rooms.ready import prepare
from rooms.records.sanctions import Sanction
from rooms.refusals import Unavailable
from rooms.store import Store
from tests.faults.broker import Broker, broker, trio
from tests.faults.patience import when
from tests.faults.proxy import proxied
from tests.serving import PATIENCE

KEYS = Keys("town")


async def _nobody(community: str) -> list[Sanction]:
    return []


async def _prepare(store: Store) -> None:
    await prepare(store, ["town"], _nobody)


@contextlib.asynccontextmanager
async def _linked(url: str) -> AsyncIterator[Store]:
    store = Store(url, _prepare)
    running = asyncio.create_task(store.run())
    try:
        async with asyncio.timeout(PATIENCE):
            await store.up.wait()
        yield store
    finally:
        running.cancel()
        async with asyncio.timeout(PATIENCE):  # a link that fails while it is being stopped stops too
            await asyncio.gather(running, return_exceptions=True)


async def _lease(store: Store) -> None:
    house = House(store=store, worker="w", log_ms=1)
    await store.call("lease", "town", (KEYS.workers,), house.now(), "w", 1_000)


def _url(node: Broker) -> str:
    return f"redis://127.0.0.1:{node.port}"


@pytest.mark.asyncio
async def test_a_full_store_is_unavailable(tmp_path: Path) -> None:
    """Where maxmemory is reached, a script that writes answers `unavailable`; the link stays."""
    async with broker(tmp_path) as node, _linked(_url(node)) as store:
        await node.command("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(Unavailable):
            await _lease(store)
        assert store.up.is_set()
        await node.command("CONFIG", "SET", "maxmemory", "0")
        await _lease(store)


@pytest.mark.asyncio
async def test_a_primary_that_became_a_replica_is_given_up(tmp_path: Path) -> None:
    """A write that a replica refuses answers `unavailable`, and the link is given up; stopping it at that
    very moment works."""
    async with broker(tmp_path) as node, _linked(_url(node)) as store:
        await node.command("REPLICAOF", "127.0.0.1", "1")
        with pytest.raises(Unavailable):
            await _lease(store)
        assert not store.up.is_set()


@pytest.mark.journey
@pytest.mark.asyncio
async def test_a_primary_that_was_failed_over_and_back_has_another_incarnation(tmp_path: Path) -> None:
    """The same process, primary once more, may have missed words in between: its memory is not trusted."""
    async with broker(tmp_path) as node:
        async with _linked(_url(node)) as store:
            before = store.incarnations["town"]
        await node.command("REPLICAOF", "127.0.0.1", "1")
        await node.command("REPLICAOF", "NO", "ONE")
        async with _linked(_url(node)) as store:
            assert store.incarnations["town"] != before


@pytest.mark.journey
@pytest.mark.asyncio
async def test_a_failover_is_noticed_within_two_seconds(tmp_path: Path) -> None:
    """The link follows Sentinel to the new primary, long before the old one is told to hang up."""
    async with trio(tmp_path) as nodes, _linked(nodes.url) as store:
        before = store.run_id
        await nodes.fail_over()

        async def elsewhere() -> bool:
            return store.up.is_set() and store.run_id != before

        await when(elsewhere, 2)


@pytest.mark.asyncio
async def test_a_process_that_stood_still_blames_nobody(valkey: str, tmp_path: Path) -> None:
    """Our own loop stood still while a call was under way: the answer that lies ready is read, and the link
    stays."""
    async with contextlib.AsyncExitStack() as stack:
        # Its answer comes through this loop too, some turns after the look that is late.
        _, path = await stack.enter_async_context(
            proxied(Path(valkey.removeprefix("unix://")), tmp_path / "p")
        )
        store = await stack.enter_async_context(_linked(f"unix://{path}"))
        asked = asyncio.create_task(store.command("PING"))
        await asyncio.sleep(0)  # asked
        await asyncio.sleep(0)  # and written
        assert store._waiting
        time.sleep(ANSWER_TIME + 0.3)  # noqa: ASYNC251 (it is what this is about)
        assert await asked == b"PONG"
        assert store.up.is_set()
