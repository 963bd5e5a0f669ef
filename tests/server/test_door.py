"""Who may open a connection: by the page they come from, and by how many they are."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from multidict import CIMultiDict

from rooms.site import Site
from server import door
from server.door import ADDRESS, Porch, address, is_ours, origin_passes, site_passes

WILLOW = Site(id="willow", name="W", origins=("https://willow.example",), topics=())
OAK = Site(id="oak", name="O", origins=("https://oak.example:8443", "http://localhost:3000"), topics=())
SITES = {"willow": WILLOW, "oak": OAK}
HOST = "chat.example"


@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        (None, True),
        ("null", True),
        ("https://chat.example", True),
        ("http://chat.example", True),
        ("https://CHAT.example", True),
        ("https://willow.example", True),
        ("https://oak.example:8443", True),
        ("http://localhost:3000", True),
        ("http://willow.example", False),
        ("https://oak.example", False),
        ("https://willow.example:8443", False),
        ("https://willow.example.evil.example", False),
        ("https://evil.example/https://willow.example", False),
        ("https://chat.example:444", False),
        ("https://chat.example@evil.example", False),
        ("https://evil.example@chat.example", False),
        ("https://evil-chat.example", False),
        ("ftp://chat.example", False),
        ("file://", False),
        ("chrome-extension://chat.example", False),
        ("chat.example", False),
        ("", False),
        ("NULL", False),
        ("https://", False),
        ("http://[", False),
        ("https://[::1", False),
        ("\x00", False),
    ],
)
def test_origins(origin: str | None, passes: bool) -> None:
    """Our own page, a site's, `null` and no origin at all may knock; nobody else."""
    assert origin_passes(origin, HOST, SITES.values()) is passes


@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        (None, True),
        ("null", True),
        ("https://chat.example", True),
        ("https://willow.example", True),
        ("https://oak.example:8443", False),
        ("http://[", False),
    ],
)
def test_one_site(origin: str | None, passes: bool) -> None:
    """A page of one clinic may not speak for another."""
    assert site_passes(origin, HOST, WILLOW) is passes


@pytest.mark.parametrize("host", ["", "evil.example", "[::1]:8080"])
def test_ours_is_the_host_that_was_asked(host: str) -> None:
    """Without a host nothing is ours, and an address is compared with its port."""
    assert not is_ours("https://chat.example", host)
    assert is_ours("http://[::1]:8080", "[::1]:8080")


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ([], 0, "peer"),
        (["203.0.113.7"], 0, "peer"),
        ([], 1, "peer"),
        (["203.0.113.7"], 1, "203.0.113.7"),
        (["6.6.6.6, 203.0.113.7"], 1, "203.0.113.7"),
        (["6.6.6.6", "203.0.113.7"], 1, "203.0.113.7"),
        (["6.6.6.6, 203.0.113.7, 10.0.0.1"], 2, "203.0.113.7"),
        (["10.0.0.1"], 2, "peer"),
        (["6.6.6.6,, 203.0.113.7 ,"], 1, "203.0.113.7"),
        (["2001:db8::1"], 1, "2001:db8::1"),
    ],
)
def test_addresses(forwarded: list[str], proxies: int, found: str) -> None:
    """Of X-Forwarded-For counts what our own proxies added at its end; what a client wrote does not."""
    headers = CIMultiDict([("X-Forwarded-For", line) for line in forwarded])
    request = make_mocked_request("GET", "/socket.io/", headers=headers)
    assert address(request.clone(remote="peer"), proxies) == found


# --- the porch ---------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def client() -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A service whose Engine.IO is one that opens a session with each GET, and ends one with each DELETE."""
    porch = Porch(SITES, trusted_proxies=1, limited=True)

    async def opened(request: web.Request) -> web.Response:
        if "sid" not in request.query:
            porch.opened(request[ADDRESS])
        return web.Response(text="in")

    async def closed(request: web.Request) -> web.Response:
        porch.closed(request[ADDRESS])
        return web.Response()

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="page")

    app = web.Application(middlewares=[porch.judge])
    app.on_response_prepare.append(porch.allow_origin)
    app.add_routes(
        [
            web.get("/socket.io/", opened),
            web.options("/socket.io/", page),
            web.delete("/socket.io/", closed),
            web.get("/", page),
        ]
    )
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.asyncio
async def test_a_foreign_page(client: TestClient[web.Request, web.Application]) -> None:
    """A foreign page gets 403 and no leave to read it; other paths are open to all."""
    for origin in ("https://evil.example", "http://["):
        answer = await client.get("/socket.io/", headers={"Origin": origin})
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert (await client.get("/", headers={"Origin": origin})).status == 200


@pytest.mark.asyncio
async def test_a_page_that_may(client: TestClient[web.Request, web.Application]) -> None:
    """A page that may connect is told so by name, never with credentials, and caches are warned."""
    for origin in ("null", "https://willow.example"):
        answer = await client.get("/socket.io/", headers={"Origin": origin})
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        asked = await client.options("/socket.io/", headers={"Origin": origin})
        assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert "Access-Control-Allow-Origin" not in (await client.get("/socket.io/")).headers


@pytest.mark.asyncio
async def test_a_wall(
    client: TestClient[web.Request, web.Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One address may hold so many sessions; requests of open ones, and other addresses, go on."""
    monkeypatch.setattr(door, "SOCKETS_AN_ADDRESS", 3)
    here, there = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
    for _ in range(3):
        assert (await client.get("/socket.io/", headers=here)).status == 200
    full = await client.get("/socket.io/", headers=here)
    assert (full.status, full.headers["Retry-After"]) == (429, "10")
    assert (await client.get("/socket.io/?sid=x", headers=here)).status == 200
    assert (await client.get("/socket.io/", headers=there)).status == 200
    await client.delete("/socket.io/?sid=x", headers=here)
    assert (await client.get("/socket.io/", headers=here)).status == 200
