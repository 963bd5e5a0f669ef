"""The listening link, on a real store behind a proxy that swallows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rooms.refusals import Unavailable
from rooms.subscription import Subscription
from tests.faults.proxy import Proxy, proxied
from tests.serving import PATIENCE


@contextlib.asynccontextmanager
async def _listening(
    valkey: str, place: Path
) -> AsyncIterator[tuple[Subscription, Proxy, asyncio.Semaphore]]:
    links = asyncio.Semaphore(0)

    async def linked() -> None:
        links.release()

    async with proxied(Path(valkey.removeprefix("unix://")), place / "p") as (proxy, path):
        subscription = Subscription(f"unix://{path}", lambda channel, payload: None, linked)
        running = asyncio.create_task(subscription.run())
        try:
            async with asyncio.timeout(PATIENCE):
                await links.acquire()
            yield subscription, proxy, links
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.asyncio
async def test_a_link_that_can_ask_for_nothing_is_given_up(valkey: str, tmp_path: Path) -> None:
    """Where the way to the store is a hole, a channel is `unavailable`, and a new link is made at once."""
    async with _listening(valkey, tmp_path) as (subscription, proxy, links):
        await subscription.follow("one")
        proxy.hole("up")
        proxy.heal()  # for new links
        with pytest.raises(Unavailable):
            await subscription.follow("two")
        async with asyncio.timeout(2):
            await links.acquire()
        await subscription.follow("two")
