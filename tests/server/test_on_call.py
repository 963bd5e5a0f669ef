"""Calling people at home, over real HTTP and SMTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from rooms import case as open_cases
from rooms import cases
from server.on_call import PATH, OnCall
from server.settings import Settings
from tests.rooms.test_cases import control, crisis
from tests.rooms.town import PATIENCE, Town


@pytest_asyncio.fixture
async def town(valkey: str) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        yield Town(valkey, stack)


class Hook:
    """A webhook that answers as it is told to."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 200

    async def post(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        return web.Response(status=self.status)


class Mailbox:
    """As much of an SMTP server as one message needs (RFC 5321)."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while (line := (await reader.readline()).upper().strip()) and not line.startswith(b"QUIT"):
            if line == b"DATA":
                writer.write(b"354 go on\r\n")
                self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            writer.write(b"250 ok\r\n")
        writer.write(b"221 bye\r\n")
        await writer.drain()
        writer.close()


async def settled(on_call: OnCall) -> None:
    async with asyncio.timeout(PATIENCE):
        while on_call._tasks:
            await asyncio.gather(*on_call._tasks)


@pytest.mark.asyncio
async def test_called_in_turn(town: Town, tmp_path: Path) -> None:
    """A webhook that fails, the next by mail, then one who answers by the link; no visitor's word in any. The
    author is told `told` when one got it and `seen` when one answered, and nobody more is called."""
    house, said = await town.house(), await control(town)
    hook, mailbox = Hook(), Mailbox()
    async with AsyncExitStack() as stack:
        application = web.Application()
        application.add_routes([web.post("/hook", hook.post)])
        server = TestServer(application)
        await stack.enter_async_context(server)
        smtp = await stack.enter_async_context(await asyncio.start_server(mailbox.serve, "127.0.0.1", 0))
        url = str(server.make_url("/hook"))
        site = replace(town.site, on_call=(url, "mailto:ines@clinic.example", url))
        settings = Settings(
            home=tmp_path,
            sites={site.id: site},
            desk_url="https://desk.example",
            smtp_url=f"smtp://127.0.0.1:{smtp.sockets[0].getsockname()[1]}",
        )
        on_call = OnCall(house, settings, b"key" * 16)
        desk = web.Application()
        desk.add_routes(on_call.routes())
        door = TestServer(desk)
        await stack.enter_async_context(door)
        http = await stack.enter_async_context(ClientSession())

        async def look() -> list[str]:
            await on_call.look(site.community)
            await settled(on_call)
            return [one["care"]["state"] for one in await said() if "care" in one]

        case = (await cases.open_case(house, town.keys, crisis(site=site.id, text="I want to die"))).id
        hook.status = 500
        assert (await look(), len(hook.heard)) == ([], 1), "nobody was told"
        hook.status = 200
        assert (await look(), len(mailbox.letters)) == (["told"], 1), "the next one at once"
        assert await look() == ["told"]
        town.clock.turn(minutes=5)
        assert (await look(), len(hook.heard)) == (["told"], 2)
        for call in (json.dumps(hook.heard), mailbox.letters[0]):
            assert "want to die" not in call
            assert "anna" not in call
        link = hook.heard[1]["acknowledge"]
        assert link.startswith("https://desk.example" + PATH)
        assert link in mailbox.letters[0].replace("=\r\n", "").replace("=3D", "=")
        path = link.removeprefix("https://desk.example")
        async with http.get(door.make_url(path)) as looked:
            assert (looked.status, await look()) == (200, ["told"]), "a look is no answer"
        async with http.post(door.make_url(path[:-1] + "x")) as forged:
            assert (forged.status, await look()) == (404, ["told"])
        async with http.post(door.make_url(path)) as answer:
            assert answer.status == 200
        town.clock.turn(hours=1)
        assert (await look(), len(hook.heard)) == (["told", "seen"], 2)
        (found,) = await open_cases.queue(house, town.keys)
        assert found.id == case, "it stays for the desk"


@pytest.mark.asyncio
async def test_without_an_address(town: Town, tmp_path: Path) -> None:
    """Where a site names nobody, nobody is called and nobody is claimed to have been told."""
    house, said = await town.house(), await control(town)
    on_call = OnCall(house, Settings(home=tmp_path, sites={town.site.id: town.site}), b"key" * 16)
    await cases.open_case(house, town.keys, crisis(site=town.site.id))
    for _ in range(3):
        await on_call.look(town.site.community)
        await settled(on_call)
        town.clock.turn(minutes=5)
    assert not [one for one in await said() if "care" in one]


@pytest.mark.asyncio
async def test_an_address_that_cannot_be_read(town: Town, tmp_path: Path) -> None:
    """A slip in an address, whatever a library calls it, fails as any does: the next one is called."""
    house, said = await town.house(), await control(town)
    site = replace(town.site, on_call=("https://hooks..example/", "https://" + "h" * 70 + ".example/"))
    on_call = OnCall(house, Settings(home=tmp_path, sites={site.id: site}), b"key" * 16)
    await cases.open_case(house, town.keys, crisis(site=site.id))
    for _ in range(3):
        await on_call.look(site.community)
        await settled(on_call)
    (case,) = await open_cases.queue(house, town.keys)
    assert await house.store.command("HMGET", town.keys.case(case.id), "called", "over") == [b"2", b"1"]
    assert not any("care" in one for one in await said()), "nobody was told"
