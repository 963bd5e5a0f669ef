"""Requests that reach the wrong worker, on real sockets between real HTTP servers."""

import asyncio
import contextlib
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, TCPConnector, WSMsgType, web

from server.handover import LENGTH, Handover
from server.transport import FRAME, worker_of
from tests.server.transport.raw import until


@pytest.fixture
def private() -> Iterator[Path]:
    """Where workers meet; short, because a socket's path may have 107 bytes."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


class Workers:
    """Two workers as the kernel sees them: one HTTP server each, and a private socket between them."""

    def __init__(self, private: Path, stack: AsyncExitStack) -> None:
        self.private = private
        self.stack = stack
        self.ports: dict[str, int] = {}
        self.handovers: dict[str, Handover] = {}

    async def start(self, name: str) -> None:
        handover = self.handovers[name] = Handover(self.private, name)

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Upgrade") == "websocket":
                return await self._echo(request, name)
            body = await request.text()
            told = {"worker": name, "method": request.method, "body": body, "path": request.path_qs}
            return web.json_response(told | {"peer": request.remote, "x": request.headers.get("X")})

        app = web.Application(middlewares=[handover.route], client_max_size=FRAME)
        app.router.add_route("*", "/{any:.*}", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.ports[name] = runner.addresses[0][1]
        assert runner.server is not None
        listening = asyncio.create_task(handover.listen(runner.server))
        await asyncio.sleep(0)

        async def end() -> None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

        self.stack.push_async_callback(end)

    async def _echo(self, request: web.Request, name: str) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        async for message in link:
            if message.type is WSMsgType.TEXT:
                await link.send_str(f"{name}: {message.data}")
        return link

    def url(self, name: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"


@pytest_asyncio.fixture
async def workers(private: Path) -> AsyncIterator[Workers]:
    async with AsyncExitStack() as stack:
        made = Workers(private, stack)
        for name in ("w1", "w2"):
            await made.start(name)
        yield made


@pytest_asyncio.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(limit=1)) as session:
        yield session


def test_whose_session_it_is() -> None:
    """A session's id begins with its worker's."""
    assert worker_of("w2.x9-_z.y") == "w2"
    assert worker_of("") == ""


@pytest.mark.asyncio
@pytest.mark.parametrize("arrives_at", ["w1", "w2"])
async def test_a_request_finds_its_owner(workers: Workers, client: ClientSession, arrives_at: str) -> None:
    """Whichever worker a request reaches, its session's owner answers it, with all that was sent."""
    url = workers.url(arrives_at, "/socket.io/?EIO=4&sid=w2.abc&t=%20x")
    async with client.get(url, headers={"X": "é; x"}) as answer:
        told = await answer.json()
    assert (told["worker"], told["method"], told["peer"]) == ("w2", "GET", "127.0.0.1")
    assert (told["path"], told["x"]) == ("/socket.io/?EIO=4&sid=w2.abc&t=%20x", "é; x")


@pytest.mark.asyncio
async def test_a_body_comes_along(workers: Workers, client: ClientSession) -> None:
    """A body arrives whole, be it long, empty or sent in pieces."""
    url = workers.url("w1", "/socket.io/?sid=w2.abc")

    async def pieces() -> AsyncIterator[bytes]:
        for piece in ("4hello", " 🕊", " there"):
            yield piece.encode()

    for data, body in ((b"", ""), ("🕊" * 60_000, "🕊" * 60_000), (pieces(), "4hello 🕊 there")):
        async with client.post(url, data=data) as answer:
            told = await answer.json()
        assert (told["worker"], told["body"]) == ("w2", body)


@pytest.mark.asyncio
async def test_the_connection_moves(workers: Workers, client: ClientSession) -> None:
    """Later requests on the connection are its new owner's too, and may be handed on."""
    for name in ("w2", "w2", "w1", "w2"):
        async with client.get(workers.url("w1", f"/socket.io/?sid={name}.abc")) as answer:
            assert (await answer.json())["worker"] == name


@pytest.mark.asyncio
async def test_an_upgrade_moves(workers: Workers, client: ClientSession) -> None:
    """A WebSocket that is opened at the wrong worker lives at the right one."""
    async with client.ws_connect(workers.url("w1", "/socket.io/?sid=w2.abc")) as link:
        for text in ("one", "two"):
            await link.send_str(text)
            assert await link.receive_str() == f"w2: {text}"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sid",
    [
        *("", "w1.abc", "w3.abc", "abc", "..%2Fw2.abc", "%2Fetc%2Fx.abc", "w2%00.abc", ".", "%E2%91%A1.x"),
        pytest.param("w" * 256 + ".x", id="longer than a file's name"),
    ],
)
async def test_what_stays(workers: Workers, client: ClientSession, sid: str) -> None:
    """Without an owner elsewhere the worker that was reached answers, whatever a client writes as an id."""
    async with client.get(workers.url("w1", f"/socket.io/?sid={sid}")) as answer:
        assert (await answer.json())["worker"] == "w1"


@pytest.mark.asyncio
async def test_other_paths_stay(workers: Workers, client: ClientSession) -> None:
    """Only Socket.IO's requests are handed over."""
    async with client.get(workers.url("w1", "/widget?sid=w2.abc")) as answer:
        assert (await answer.json())["worker"] == "w1"


@pytest.mark.asyncio
async def test_newcomers_of_a_worker_that_sends_away(workers: Workers, client: ClientSession) -> None:
    """They are given to another that lives, with their WebSocket; where none does, they stay."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(workers.private / "w9.sock"))  # of one that was killed
    workers.handovers["w1"].sends_away = lambda: True
    for _ in range(8):
        async with client.ws_connect(workers.url("w1", "/socket.io/")) as link:
            await link.send_str("hello")
            assert await link.receive_str() == "w2: hello"
    async with client.get(workers.url("w1", "/socket.io/?sid=w1.abc")) as answer:
        assert (await answer.json())["worker"] == "w1"
    (workers.private / "w2.sock").unlink()
    async with client.get(workers.url("w1", "/socket.io/")) as answer:
        assert (await answer.json())["worker"] == "w1"


@pytest.mark.asyncio
async def test_two_that_send_each_other_newcomers(workers: Workers, client: ClientSession) -> None:
    """A newcomer is given away once."""
    for handover in workers.handovers.values():
        handover.sends_away = lambda: True
    async with client.get(workers.url("w1", "/socket.io/")) as answer:
        assert (await answer.json())["worker"] == "w2"


@pytest.mark.asyncio
async def test_an_owner_that_died(workers: Workers, client: ClientSession) -> None:
    """Where the owner is gone the client is told that its session is, and connects anew."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(workers.private / "w9.sock"))
    async with client.get(workers.url("w1", "/socket.io/?sid=w9.abc")) as answer:
        assert answer.status == 400
    async with client.get(workers.url("w1", "/socket.io/")) as answer:
        assert (await answer.json())["worker"] == "w1"


@pytest.mark.asyncio
@pytest.mark.parametrize("sent", [b"", b"\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x05GET /"])
async def test_rubbish_on_the_private_socket(workers: Workers, client: ClientSession, sent: bytes) -> None:
    """What is no handover is dropped, and the next one works."""
    with socket.socket(socket.AF_UNIX) as link:
        link.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(link, str(workers.private / "w2.sock"))
        if sent:
            await loop.sock_sendall(link, sent)
        link.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(loop.sock_recv(link, 1), 5) == b""
    async with client.get(workers.url("w1", "/socket.io/?sid=w2.abc")) as answer:
        assert (await answer.json())["worker"] == "w2"


@pytest.mark.asyncio
async def test_half_a_handover(workers: Workers) -> None:
    """A worker that dies while it hands a connection over takes that connection with it."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours, socket.socket(socket.AF_UNIX) as link:
        for end in (ours, link):
            end.setblocking(False)
        await loop.sock_connect(link, str(workers.private / "w2.sock"))
        socket.send_fds(link, [LENGTH.pack(100)], [theirs.fileno()])
        theirs.close()
        await loop.sock_sendall(link, b"GET / HT")
        link.close()
        assert await asyncio.wait_for(loop.sock_recv(ours, 1), 5) == b""


@pytest.mark.asyncio
async def test_nothing_is_left_open(workers: Workers, client: ClientSession) -> None:
    """A hundred handovers leave no descriptor behind."""
    url = workers.url("w1", "/socket.io/?sid=w2.abc")

    async def once() -> None:
        async with ClientSession() as session, session.get(url) as answer:
            assert (await answer.json())["worker"] == "w2"

    await once()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        await once()
    # Where a connection's other end was closed last is not seen at once.
    await until(lambda: len(os.listdir("/proc/self/fd")) <= before)
