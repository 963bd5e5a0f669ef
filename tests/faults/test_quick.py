"""One fault of each kind under talk, every message counted; `test_long.py` has the long forms, ten and more
of each, and holds what is promised in seconds to the second. The scenes run at the same time: most of it is
waiting for time to pass."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import broker_faults, network_faults, process_faults, stage
from tests.faults.scene import Fault, Row, Scene, measure

pytestmark = pytest.mark.journey
BUSY = 2
"""Times as long as promised something may take here: four services share the machine with whatever else runs
(healed after 4.7 s of 3 where twenty processes wanted two cores)."""


@pytest.mark.asyncio
async def test_every_kind_once(tmp_path: Path, rng: random.Random, judge: Callable[[Row], None]) -> None:
    """No fault of broker, process or network loses a word in silence, doubles one or turns two around."""
    async with asyncio.TaskGroup() as scenes:
        for n, (made, faults) in enumerate(SCENES):
            scenes.create_task(_play(made(tmp_path / str(n), rng), faults, judge))


async def _play(
    made: AbstractAsyncContextManager[Scene], faults: Sequence[Fault], judge: Callable[[Row], None]
) -> None:
    async with made as scene:
        for fault in faults:
            answers = fault.answers and BUSY * fault.answers
            patient = replace(fault, heals=BUSY * fault.heals, answers=answers)
            judge(await measure(scene, patient, 1, members=6))


_ALL, _UP, _DOWN = broker_faults.holes(3)
SCENES = (
    (
        stage.with_broker,
        (
            broker_faults.restarted(1),
            broker_faults.PUBSUB_KILLED,
            broker_faults.NORMAL_KILLED,
            broker_faults.FLUSHED,
            broker_faults.filled(1),
            broker_faults.pause(3),
        ),
    ),
    (stage.with_broker_on_a_port, (broker_faults.RESET, _ALL, _UP)),
    (stage.with_broker, (broker_faults.stopped(3), process_faults.KILLED, process_faults.ORPHANED, _DOWN)),
    (stage.with_network, (network_faults.CUT, network_faults.SNAPPED, network_faults.SLOW)),
)
