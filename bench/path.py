"""The path of a message step by step: CPU microseconds of the server's thread, and of the store.

The worker runs in this process, so that its thread's clock can be read around each step. Steps that ask
the store are taken with one message in flight and with 16, where the calls of a loop tick share a write.
Rooms, logs and receipts are full: each message pushes an old one out.
"""

import asyncio
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass

from bench.cpu import spent
from bench.gathered import Gathered, gathered
from bench.steps import SPEAKERS, Ask, Steps
from bench.worker import Worker, worker
from rooms.retention import LOG_EVENTS

WINDOWS = (1, 16)
CALLS = 1_600
"""Of one step in one repeat."""
LISTENERS = 20
HEARD = 800
"""Messages to the room of 20 in one repeat."""
TOGETHER = ("parse", "limits", "admit", "decide", "commit", "ack")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU microseconds."""

    server: float
    store: float = 0.0


Costs = dict[tuple[str, int], Cost]
"""(step, messages in flight) -> cost; `deliver` is for one delivery, all else for one message."""


async def measure(repeats: int) -> Costs:
    """Medians. Steps and windows take turns, so that a busy moment of the machine meets each of them."""
    taken: dict[tuple[str, int], list[Cost]] = defaultdict(list)
    async with worker() as at:
        steps = Steps(at)
        await _ask(steps.commit, LOG_EVENTS * SPEAKERS, 64)
        await _ask(steps.commit_heard, LOG_EVENTS, 64)
        async with gathered(at.port, LISTENERS) as crowd:
            for repeat in range(repeats + 1):
                found = await _once(at, steps, crowd)
                for key, cost in found.items():
                    if repeat:  # the first round warms up
                        taken[key].append(cost)
    return {key: _median(costs) for key, costs in taken.items()}


async def _once(at: Worker, steps: Steps, crowd: Gathered) -> Costs:
    found: Costs = {}
    for window in WINDOWS:
        for take in (steps.parse, steps.admit, steps.decide, steps.ack):
            before = time.thread_time()
            take(CALLS)
            found[take.__name__, window] = Cost(1e6 * (time.thread_time() - before) / CALLS)
            await steps.written_out()
        for ask in (steps.limits, steps.commit):
            found[ask.__name__, window] = await _cost(at, ask, CALLS, window)
        await crowd.listen(HEARD)
        whole = await _cost(at, steps.commit_heard, HEARD, window, crowd)
        alone = found["commit", window]
        found["deliver", window] = Cost(
            (whole.server - alone.server) / LISTENERS, (whole.store - alone.store) / LISTENERS
        )
    return found


async def _cost(at: Worker, ask: Ask, calls: int, window: int, crowd: Gathered | None = None) -> Cost:
    before = time.thread_time(), spent(at.store_pid)
    await _ask(ask, calls, window)
    if crowd is not None:
        await crowd.answer()  # everybody has heard everything
    after = time.thread_time(), spent(at.store_pid)
    return Cost(*(1e6 * (b - a) / calls for a, b in zip(before, after, strict=True)))


async def _ask(ask: Ask, calls: int, window: int) -> None:
    async def one_after_another(first: int) -> None:
        for i in range(first, calls, window):
            await ask(i)

    await asyncio.gather(*(one_after_another(first) for first in range(window)))


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.server for cost in costs), statistics.median(cost.store for cost in costs)
    )
