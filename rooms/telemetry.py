"""What a process counts. Plain integers, so that counting costs the hot path next to nothing.

Never a name, an address, a room or a word: labels are codes from closed lists. server.telemetry
shows the sums of all workers.
"""

import time
from bisect import bisect_left
from collections import Counter

EDGES_US = (10, 25, 50, 100, 200, 400, 800, 1_600, 5_000, 20_000, 100_000, 500_000)
"""Upper edges of a step's histogram, microseconds of wall time."""

counted: Counter[tuple[str, str]] = Counter()
"""(metric, label) -> how often"""
steps: dict[str, list[int]] = {}
"""step -> one count an edge, then those above, then the sum in microseconds"""


def count(metric: str, label: str = "", by: int = 1) -> None:
    """One more of a closed list's kind."""
    counted[metric, label] += by


class timed:
    """Measure the wall time of one step of a message's path, refusals included."""

    __slots__ = ("started", "step")

    def __init__(self, step: str) -> None:
        self.step = step
        self.started = time.perf_counter_ns()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        spent = (time.perf_counter_ns() - self.started) // 1_000
        bins = steps.setdefault(self.step, [0] * (len(EDGES_US) + 2))
        bins[bisect_left(EDGES_US, spent)] += 1
        bins[-1] += spent
