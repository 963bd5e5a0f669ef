"""The demo's link to the practice desk opens it once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from rooms import practice, retention
from server import demo_practice
from tests.rooms.town import Town
from tests.server.desk import OAK

DEMO = replace(OAK, id="demo", demo=True)


@pytest_asyncio.fixture
async def town(valkey: str) -> AsyncIterator[Town]:
    """A community nobody else uses."""
    async with AsyncExitStack() as stack:
        yield Town(valkey, stack)


@pytest.mark.asyncio
async def test_a_link_opens_once(town: Town) -> None:
    """Of two who open it at once, by two processes, one has the practice desk, which may reach nobody; the
    other is told so in their language and offered a new one. Asking for its head does not use it up."""
    houses = [await town.house(), await town.house()]
    clients = [await _client(town, house) for house in houses]
    answer = await clients[0].get("/demo/practise", allow_redirects=False)
    assert (answer.status, answer.headers["Cache-Control"]) == (303, "no-store")
    link = answer.headers["Location"]
    assert (await clients[0].head(link)).status == 405
    spanish = {"Accept-Language": "es"}
    both = await asyncio.gather(*(client.get(link, headers=spanish) for client in clients))
    first, second = sorted(both, key=lambda one: one.status)
    assert (first.status, second.status) == (200, 410)
    assert "practise.es.js" in await first.text()
    assert "connect-src 'none'" in first.headers["Content-Security-Policy"]
    said = await second.text()
    assert "Este enlace ya se usó" in said
    assert 'href="/demo/practise"' in said
    again = await clients[1].get("/demo/practise")
    assert again.status == 200
    assert again.url.path != link
    assert (await clients[0].get("/demo/practise/aaaaaaaaaaaaaaaa")).status == 410


@pytest.mark.asyncio
async def test_a_quarter_of_an_hour_and_a_thousand(town: Town) -> None:
    """A link that nobody opened ends; the oldest goes for the thousand and first."""
    house, keys = await town.house(), town.keys
    token = await practice.make(house, keys)
    town.clock.turn(seconds=retention.PRACTICE_LINK)
    assert not await practice.use(house, keys, token)
    oldest = await practice.make(house, keys)
    town.clock.turn(seconds=1)
    for _ in range(retention.PRACTICE_LINKS):
        newest = await practice.make(house, keys)
    assert not await practice.use(house, keys, oldest)
    assert await practice.use(house, keys, newest)


@pytest.mark.asyncio
async def test_no_link_where_there_is_no_demo(town: Town) -> None:
    """A service of clinics has no such address."""
    house = await town.house()
    assert demo_practice.routes(house, None) == []


async def _client(town: Town, house: object) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    demo = replace(DEMO, community=town.site.community)
    app.add_routes(demo_practice.routes(house, demo))  # type: ignore[arg-type]
    return await town.stack.enter_async_context(TestClient(TestServer(app)))
