"""The whole service under load: what a CPU second of it carries.

A real `kindred serve --workers 1`, 50 rooms of 20 people, one message or 16 in flight in each room.
Every client checks that nothing is lost, doubled or reordered, and that all saw one order.
"""

import statistics
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import spent
from bench.gathered import gathered
from tests.serving import FREE, serving

ROOMS, CAPACITY = 50, 20
MESSAGES = 48
"""A room's in one run."""
WINDOWS = (1, 16)


@dataclass(frozen=True, slots=True)
class Run:
    """CPU microseconds a message; everybody in the room has heard it and its author has the answer."""

    worker: float
    store: float


@dataclass(frozen=True, slots=True)
class Report:
    """`runs`: by messages in flight. `refused`: ordinary lines that the filter refused."""

    runs: dict[int, Run]
    deliveries: int
    refused: int


async def measure(repeats: int) -> Report:
    """Medians. The windows take turns, so that a busy moment of the machine meets each."""
    runs: dict[int, list[Run]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home, serving(Path(home), workers=1, config=FREE) as service:
        worker, store = service.workers()[0], _store(service.process.pid)
        async with gathered(service.port, ROOMS * CAPACITY) as crowd:
            assert crowd.rooms == ROOMS
            for repeat in range(repeats + 1):
                for window in WINDOWS:
                    before = spent(worker), spent(store)
                    await crowd.talk(MESSAGES, window)
                    after = spent(worker), spent(store)
                    took = (1e6 * (b - a) / (MESSAGES * ROOMS) for a, b in zip(before, after, strict=True))
                    if repeat:  # the first round warms up
                        runs[window].append(Run(*took))
            deliveries = (repeats + 1) * len(WINDOWS) * ROOMS * CAPACITY * MESSAGES
            return Report({window: _median(of) for window, of in runs.items()}, deliveries, crowd.refused)


def _store(parent: int) -> int:
    """Pid of the embedded store that belongs to this service."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"--unixsocket" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise LookupError("no embedded store")


def _median(runs: list[Run]) -> Run:
    return Run(statistics.median(run.worker for run in runs), statistics.median(run.store for run in runs))
