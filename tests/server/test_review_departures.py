"""Visitors who go while something of theirs is still being done leave nothing behind."""

import asyncio
import json
import os
import re
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from rooms import presence
from rooms.keys import Keys
from rooms.records import database
from server.app import App, running
from server.settings import Settings
from server.settings_sites import demo
from tests.server.transport.raw import PATIENCE, until
from tests.visitor import Visitor, visitor

pytestmark = pytest.mark.usefixtures("transport")
TRIES = 20


@asynccontextmanager
async def worker(
    home: Path, store: str, *, limits: bool = False, community: str = "", name: str = "w1"
) -> AsyncIterator[tuple[App, str]]:
    """A worker in this process, in a community of its own if none is named, and its address."""
    site = replace(demo(), community=community or secrets.token_hex(4))
    path = os.environ.get("KINDRED_TRANSPORT", "fast")
    settings = Settings(home=home, limits=limits, sites={"demo": site}, transport=path)
    await asyncio.to_thread(database.migrate, settings.database_url)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with running(settings, store_url=store, worker=name, listener=listener, private=home) as app:
        async with asyncio.timeout(PATIENCE):
            await app.house.store.up.wait()
        yield app, url


class Polling:
    """A client that may send two requests at once, as no well-behaved one does."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = f"{url}/socket.io/?EIO=4&transport=polling"
        self._http = http

    async def open(self) -> "Polling":
        async with self._http.get(self._url) as answer:
            self._url += "&sid=" + json.loads((await answer.text())[1:])["sid"]
        return self

    async def send(self, packet: str) -> None:
        async with self._http.post(self._url, data=packet) as answer:
            await answer.read()

    async def hear(self, what: str) -> None:
        """Poll until something like it came."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self._http.get(self._url) as answer:
                    if re.search(what, await answer.text()):
                        return

    async def send_and_go(self, packet: str) -> None:
        """The packet, and the end of the session while it is being handled."""
        await asyncio.gather(self.send(packet), self.send("1"))


async def left_behind(app: App) -> tuple[int, int, int, int]:
    """Connections at the edge and on the wire, rooms listened to, people seated."""
    keys = Keys(app.edge.settings.sites["demo"].community)
    known = len(app.edge.wire.clients)
    seated = await presence.count(app.house, keys, "addiction")
    return len(app.edge.connections), known, app.fanout.size, seated


@pytest.mark.asyncio
async def test_gone_at_the_door(tmp_path: Path, valkey: str) -> None:
    """A session that ends while its CONNECT is handled leaves no connection behind."""
    async with worker(tmp_path, valkey) as (app, url), aiohttp.ClientSession() as http:
        for _ in range(TRIES):
            await (await Polling(url, http).open()).send_and_go('40{"site":"demo"}')
        assert await left_behind(app) == (0, 0, 0, 0)


@pytest.mark.asyncio
async def test_gone_while_joining(tmp_path: Path, valkey: str) -> None:
    """A session that ends while its `join` is handled leaves no seat, and no room that is listened to."""
    async with worker(tmp_path, valkey) as (app, url), aiohttp.ClientSession() as http:
        for _ in range(TRIES):
            client = await Polling(url, http).open()
            await client.send('40{"site":"demo"}')
            await client.hear("welcome")
            await client.send_and_go('420["join",{"topic":"addiction"}]')
        assert await left_behind(app) == (0, 0, 0, 0)


@pytest.mark.asyncio
async def test_gone_while_the_link_was_cut(tmp_path: Path, valkey: str) -> None:
    """Who leaves, or goes, while the store cannot be told is out of the room once it is back."""
    async with worker(tmp_path, valkey) as (app, url), visitor(url) as stays, visitor(url) as leaves:
        for person in (stays, leaves):
            await person.join("addiction")
        async with visitor(url) as goes:
            await goes.join("addiction")
            async with Redis.from_url(valkey) as other:
                await other.client_kill_filter(_type="normal", skipme=True)
            assert (await leaves.ask("leave"))["error"]["code"] == "unavailable"
        async with asyncio.timeout(PATIENCE):
            await app.house.store.up.wait()
        keys = Keys(app.edge.settings.sites["demo"].community)
        assert await presence.count(app.house, keys, "addiction") == 1


@pytest.mark.asyncio
async def test_who_is_told_of_topics(tmp_path: Path, valkey: str) -> None:
    """Whoever is in no room, before their first one and after it; nobody who is in one, or has gone."""
    async with worker(tmp_path, valkey) as (app, url):

        async def told(*people: Visitor) -> list[bool]:
            """Which of them are told of topics that have changed."""
            for person in people:
                person.heard.clear()
            await app.edge.tell_topics({})
            for person in people:
                await person.ask("support", {"region": "US"})  # comes after whatever was told before
            return [any(event == "topics" for event, _ in person.heard) for person in people]

        async with visitor(url) as one, visitor(url) as other:
            await other.join("addiction")
            assert await told(one, other) == [True, False]
            await one.join("addiction")
            await other.ask("leave", {"room": "addiction.1"})
            assert await told(one, other) == [False, True]
        await until(lambda: not app.edge.connections)
        assert not app.edge.outside


@pytest.mark.asyncio
async def test_welcome_comes_first(tmp_path: Path, valkey: str) -> None:
    """Topics that are told to all while somebody's welcome is being looked up do not overtake it."""
    async with worker(tmp_path, valkey) as (app, url):
        async with visitor(url):
            pass
        await until(lambda: not app.edge.connections)
        app.edge.doors._at.clear()  # as if a second had passed: they are looked at anew, and it takes a while
        coming = visitor(url)
        entering = asyncio.create_task(coming.__aenter__())
        while not app.edge.connections:  # noqa: ASYNC110 - the moment is shorter than any wait
            await asyncio.sleep(0)
        await app.edge.tell_topics({})
        person = await entering
        assert next(event for event, _ in person.heard) == "welcome"
        await coming.__aexit__(None, None, None)
