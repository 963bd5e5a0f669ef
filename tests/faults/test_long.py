"""The fault table: ten and more of each kind, as long as the promise names them.

`pytest -m long tests/faults` prints it; each test is a part of at most 20 minutes, whose scenes run at the
same time.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.faults import broker_faults, network_faults, process_faults, stage
from tests.faults.scene import Fault, Row, Scene, measure

pytestmark = [pytest.mark.journey, pytest.mark.long]
Part = Sequence[tuple[Fault, int]]
"""Faults of one scene, one after the other, and how often each strikes."""
Make = Callable[[Path, random.Random], AbstractAsyncContextManager[Scene]]
Judge = Callable[[Row], None]


async def _play(place: Path, rng: random.Random, judge: Judge, scenes: Sequence[tuple[Make, Part]]) -> None:
    broken: list[Exception] = []

    async def one(n: int, make: Make, part: Part) -> None:
        async with make(place / str(n), rng) as scene:
            for fault, times in part:
                try:
                    judge(await measure(scene, fault, times))
                except (AssertionError, OSError) as error:  # the others go on, and the table shows them
                    broken.append(error)

    await asyncio.gather(*(one(n, make, part) for n, (make, part) in enumerate(scenes)))
    if broken:
        raise ExceptionGroup("promises not kept", broken)


@pytest.mark.asyncio
async def test_broker_away(tmp_path: Path, rng: random.Random, judge: Judge) -> None:
    """A broker that was away for 1, 5, 20 or 40 s: `unavailable` at once, and then everybody talks again."""
    scenes = [
        (stage.with_broker, [(broker_faults.restarted(40), 10)]),
        (stage.with_broker_on_a_port, [(broker_faults.restarted(20), 10)]),
        (stage.with_broker, [(broker_faults.restarted(5), 10), (broker_faults.restarted(1), 20)]),
    ]
    await _play(tmp_path, rng, judge, scenes)


@pytest.mark.asyncio
async def test_broker_in_trouble(tmp_path: Path, rng: random.Random, judge: Judge) -> None:
    """A broker that hangs up, forgets, is full, paused, stopped, or failed over."""
    told = [
        (broker_faults.PUBSUB_KILLED, 20),
        (broker_faults.NORMAL_KILLED, 20),
        (broker_faults.FLUSHED, 10),
        (broker_faults.filled(2), 10),
    ]
    scenes = [
        (stage.with_broker, [*told, (broker_faults.pause(5), 10)]),
        (stage.with_broker_on_a_port, [*told, (broker_faults.stopped(10), 10)]),
        (stage.with_sentinel, [(broker_faults.SENTINEL, 10)]),
    ]
    await _play(tmp_path, rng, judge, scenes)


@pytest.mark.asyncio
async def test_broker_out_of_reach(tmp_path: Path, rng: random.Random, judge: Judge) -> None:
    """Links between workers and broker that are reset, or swallow what they carry, one way or both."""
    scenes = [
        (stage.with_broker, [(fault, 10) for fault in broker_faults.holes(8)]),
        (
            stage.with_broker_on_a_port,
            [(broker_faults.RESET, 20), *((fault, 10) for fault in broker_faults.holes(6))],
        ),
        (
            stage.with_broker,
            [(broker_faults.ONE_WORKER, 10), (broker_faults.ONE_DEAF, 10), (broker_faults.ONE_MUTE, 10)],
        ),
    ]
    await _play(tmp_path, rng, judge, scenes)


@pytest.mark.asyncio
async def test_processes(tmp_path: Path, rng: random.Random, judge: Judge) -> None:
    """Workers that are killed, stopped and replaced, and a parent that is killed."""
    scenes = [
        (
            stage.with_broker,
            [(process_faults.KILLED, 100), (process_faults.STUMBLED, 10), (process_faults.GHOSTS, 10)],
        ),
        (stage.with_broker_on_a_port, [(process_faults.KILLED, 100), (process_faults.ORPHANED, 10)]),
        (
            stage.with_broker,
            [(process_faults.ROLLED, 20), (process_faults.STOPPED, 10), (process_faults.STOOD_STILL, 10)],
        ),
    ]
    await _play(tmp_path, rng, judge, scenes)


@pytest.mark.asyncio
async def test_network(tmp_path: Path, rng: random.Random, judge: Judge) -> None:
    """Visitors' links that are cut, reset, slow or half open."""
    scenes = [
        (stage.with_network, [(network_faults.CUT, 40), (network_faults.SNAPPED, 20)]),
        (stage.with_network, [(network_faults.SLOW, 10)]),
        (stage.with_network, [(network_faults.HALF_OPEN, 2)]),
    ]
    await _play(tmp_path, rng, judge, scenes)
