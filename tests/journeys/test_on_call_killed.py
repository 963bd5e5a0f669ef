"""A call to somebody at home outlives the process that makes it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.journeys.test_sanctions import told
from tests.serving import FREE, Serving, serving
from tests.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.long]
AGAIN = 60.0
"""Seconds: a call has lost its process after 20, and a worker's place is filled anew before."""


class Hook:
    """Somebody's telephone: the first call is never answered, the others are."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.changed = asyncio.Condition()

    async def ring(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        async with self.changed:
            self.changed.notify_all()
        if len(self.heard) == 1:
            await asyncio.Event().wait()
        return web.Response()

    async def times(self, count: int) -> None:
        async with asyncio.timeout(AGAIN), self.changed:
            await self.changed.wait_for(lambda: len(self.heard) >= count)


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    async with AsyncExitStack() as stack:
        telephone, application = Hook(), web.Application()
        application.add_routes([web.post("/hook", telephone.ring)])
        server = TestServer(application)
        await stack.enter_async_context(server)
        yield telephone, str(server.make_url("/hook"))


@pytest.fixture
def service(tmp_path: Path, hook: tuple[Hook, str]) -> Iterator[Serving]:
    site = f'[[sites]]\nid = "demo"\ncover = "never"\non_call = ["{hook[1]}"]\n'
    config = f'desk_url = "https://desk.clinic.example"\n{FREE}{site}'
    with serving(tmp_path / "home", workers=2, config=config) as running:
        yield running


@pytest.mark.asyncio
async def test_a_call_outlives_its_process(service: Serving, hook: tuple[Hook, str]) -> None:
    """Every worker is killed while one of them calls: another calls again, and then the author is told."""
    telephone, _ = hook
    ada = await Visitor(service.url).connect()
    try:
        await ada.join("mental-health")
        assert (await ada.say("I want to kill myself tonight"))["ok"]
        await telephone.times(1)
        assert [card["state"] for card in told(ada, "support")] == ["none"]
        for victim in await asyncio.to_thread(service.workers):
            os.kill(victim, signal.SIGKILL)
        await telephone.times(2)
        await ada.until(lambda: told(ada, "support")[-1]["state"] == "told")
        assert len({call["acknowledge"] for call in telephone.heard}) == 1, "it is the same case"
        assert len(telephone.heard) == 2, "who was told is not called again"
    finally:
        await ada.close()
