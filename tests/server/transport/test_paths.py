"""Which path serves, and in which order a connection's packets are worked on."""

import asyncio
import contextlib
import logging
from typing import Any

import pytest

from server.transport import Answer, library
from server.transport.wheel import Wheel
from tests.server.transport.raw import Raw, Says, masked, until
from tests.server.transport.tiny import tiny


@pytest.mark.asyncio
@pytest.mark.parametrize("fast", [True, False])
async def test_a_name_that_is_gone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fast: bool
) -> None:
    """Where a private name is not as we know it the plain path serves, and a warning says which name."""
    monkeypatch.setattr(library, "mask", None)
    with caplog.at_level(logging.WARNING):
        wire = Says(fast=fast)
    assert not wire.engine.fast
    assert ("aiohttp._websocket.helpers.websocket_mask" in caplog.text) == fast
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open()) as raw:
            await raw.send(masked('421["x",1]'))
            assert await raw.frame() == (0x81, b"431[[1]]")


def test_every_name_is_there() -> None:
    """With the libraries that are pinned the fast path serves."""
    assert library.missing() == []
    assert Says().engine.fast


class Waits(Says):
    """Every event waits until it is let go; `begun` has them in order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.begun: list[object] = []
        self.go = asyncio.Event()
        self.on_event = self._wait

    async def _wait(self, namespace: str, sid: str, event: str, arguments: list[Any]) -> Answer:
        self.begun.append(arguments[0])
        await self.go.wait()
        return arguments, None


def events(*names: str) -> bytes:
    return b"".join(masked(f'42{n}["{name}",{n}]') for n, name in enumerate(names))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "together"),
    [
        (("message",) * 20, 16),
        (("message", "message", "leave", "message"), 2),
        (("join", "message", "message"), 1),
        (("messages", "messages"), 1),
    ],
)
async def test_what_is_begun_together(sent: tuple[str, ...], together: int) -> None:
    """Messages in a row are begun before the first is answered, 16 at most; everything else waits its turn;
    answers come in order."""
    wire = Waits(together=("message",))
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open()) as raw:
            await raw.send(events(*sent))
            await until(lambda: len(wire.begun) == together)
            for _ in range(20):
                await asyncio.sleep(0)
            assert wire.begun == list(range(together))
            wire.go.set()
            for n in range(len(sent)):
                assert await raw.frame() == (0x81, f"43{n}[[{n}]]".encode())


@pytest.mark.asyncio
async def test_what_was_sent_before_the_end() -> None:
    """A client that says something and goes is heard, and leaves after it."""
    wire = Waits()
    async with tiny(wire=wire) as url:
        raw = await Raw(url).open()
        await raw.send(events("one", "two"))
        raw.close()
        await until(lambda: wire.begun == [0])
        assert wire.gone == []
        wire.go.set()
        await until(lambda: len(wire.gone) == 1)
        assert wire.begun == [0, 1]


@pytest.mark.asyncio
async def test_a_line_that_is_too_long() -> None:
    """While one packet is worked on no more than a bounded number is read behind it; none is lost."""
    wire = Waits()
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open()) as raw:
            sending = asyncio.ensure_future(raw.send(events(*["x"] * 5_000)))
            await until(lambda: wire.begun == [0])
            (client,) = wire.clients.values()
            await until(lambda: client.full)
            for _ in range(100):
                await asyncio.sleep(0)
            assert client.inbox is not None
            assert len(client.inbox) <= 64
            wire.go.set()
            for n in range(5_000):
                _, payload = await raw.frame()
                assert payload == f"43{n}[[{n}]]".encode()
            await sending


class Heart:
    """Beats a number of times."""

    def __init__(self, wheel: "Wheel[Heart]", every: float, beats: int) -> None:
        self.slot = 0
        self.every = every
        self.at: list[float] = []
        self.beats = beats
        self.over = asyncio.Event()
        wheel.add(self, every)

    def beat(self) -> float:
        self.at.append(asyncio.get_running_loop().time())
        if len(self.at) == self.beats:
            self.over.set()
            return 0
        return self.every


@pytest.mark.asyncio
async def test_the_wheel() -> None:
    """It calls never early; who was dropped is not called; with nobody on it the timer rests."""
    wheel: Wheel[Heart] = Wheel(0.06)
    began = asyncio.get_running_loop().time()
    hearts = [Heart(wheel, every, 3) for every in (0.005, 0.02, 0.06)]
    dropped = Heart(wheel, 0.03, 3)
    assert list(wheel)
    wheel.drop(dropped)
    async with asyncio.timeout(5):
        for heart in hearts:
            await heart.over.wait()
    for heart in hearts:
        times = [began, *heart.at]
        assert all(later - sooner >= heart.every for sooner, later in zip(times, heart.at, strict=False))
    assert dropped.at == []
    assert not list(wheel)
    await until(lambda: wheel._timer is None)
