"""Who does not read costs little, and is sent away so that they come back; others notice nothing."""

import asyncio
import contextlib
import gc
from pathlib import Path

import pytest

from server.transport import bounds, websocket
from tests.server.transport.raw import Raw, Says, masked, until
from tests.server.transport.tiny import tiny

EVENT = "x" * 4_000
ROOMY = 3 * bounds.QUEUED // len(EVENT)
"""Events that are more than a reader may leave unread, whatever the kernel takes."""


def carried(wire: Says) -> list[websocket.WebSocket]:
    return [
        client.carrier for client in wire.clients.values() if isinstance(client.carrier, websocket.WebSocket)
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("reads", [True, False], ids=["reads again", "never reads"])
async def test_a_reader_that_stalls(monkeypatch: pytest.MonkeyPatch, reads: bool) -> None:
    """It is closed with "come back" once more than the bound is unread, and torn down if it goes on not
    reading, whether it answers pings or not; never is more than the bound kept for it."""
    monkeypatch.setattr(websocket, "LINGER", 0.3 if not reads else 30)
    wire = Says(ping_interval=0.2, ping_timeout=5)
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open(receive_buffer=4_096)) as raw:
            (sid,) = wire.clients
            (carrier,) = carried(wire)
            most = 0
            for _ in range(10_000):
                wire.tell([sid], "events", EVENT)
                most = max(most, carrier._queued if carrier._slow else 0)
                if not wire.clients:
                    break
                await asyncio.sleep(0)
                with contextlib.suppress(BlockingIOError):
                    raw.socket.send(masked("3"))
            assert bounds.QUEUED / 2 < most <= bounds.QUEUED + len(EVENT) + 20
            assert wire.gone == [sid] or await until(lambda: wire.gone) is None
            if reads:
                assert await raw.close_code() == bounds.COME_BACK
            else:
                await until(lambda: carrier.transport.is_closing())


@pytest.mark.asyncio
async def test_a_reader_that_catches_up() -> None:
    """What waited for it comes whole and in order, and it stays."""
    wire = Says()
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open(receive_buffer=4_096)) as raw:
            (sid,) = wire.clients
            (carrier,) = carried(wire)
            told = 0
            while not carrier._slow or carrier._queued < bounds.QUEUED / 2:
                wire.tell([sid], "events", [told, EVENT])
                told += 1
                await asyncio.sleep(0)
            for n in range(told):
                _, payload = await raw.frame()
                assert payload.startswith(b'42["events",[%d,' % n)
            assert not carrier._slow
            await raw.send(masked('421["still"]'))
            assert await raw.frame() == (0x81, b"431[[]]")


@pytest.mark.asyncio
async def test_a_long_answer() -> None:
    """A snapshot above the bound, and a few events behind it, cut nobody off."""
    wire = Says()
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open(receive_buffer=4_096)) as raw:
            (sid,) = wire.clients
            snapshot = "s" * (4 * bounds.QUEUED)
            wire.tell([sid], "snapshot", snapshot)
            for n in range(10):
                wire.tell([sid], "events", [n, EVENT])
            await asyncio.sleep(0)
            assert len((await raw.frame())[1]) > len(snapshot)
            for n in range(10):
                assert (await raw.frame())[1].startswith(b'42["events",[%d,' % n)
            assert wire.clients


def resident() -> float:
    """MiB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1_048_576


@pytest.mark.asyncio
async def test_five_hundred_stalled_readers() -> None:
    """Each with words of its own unread, they cost no more than 256 MiB, and somebody who reads hears all."""
    wire = Says()
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open()) as reads, contextlib.ExitStack() as stalled:
            (reader,) = wire.clients
            for _ in range(500):
                stalled.enter_context(contextlib.closing(await Raw(url).open(receive_buffer=4_096)))
            gc.collect()
            before, swollen = resident(), 0.0
            for _ in range(ROOMY):
                for sid in list(wire.clients):
                    wire.tell([sid], "events", EVENT)
                assert reader in wire.clients
                await reads.frame()
                swollen = max(swollen, resident() - before)
            await until(lambda: set(wire.clients) == {reader})
            assert 60 < swollen <= 256
