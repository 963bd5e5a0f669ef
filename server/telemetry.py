"""What a process counts. Plain integers, so that counting costs the hot path next to nothing; each
worker hands its sums to the parent once a second, which shows them as Prometheus text.

Never a name, an address, a room or a word: labels are codes from closed lists.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

EDGES_US = (10, 25, 50, 100, 200, 400, 800, 1_600, 5_000, 20_000, 100_000, 500_000)
"""Upper edges of a step's histogram, microseconds of wall time."""

counted: Counter[tuple[str, str]] = Counter()
"""(metric, label) -> how often"""
steps: dict[str, list[int]] = {}
"""step -> one count an edge, then those above, then the sum in microseconds"""


def count(metric: str, label: str = "", by: int = 1) -> None:
    """One more of a closed list's kind."""
    counted[metric, label] += by


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Measure one step of a message's path."""
    started = time.perf_counter_ns()
    try:
        yield
    finally:
        spent = (time.perf_counter_ns() - started) // 1_000
        bins = steps.setdefault(step, [0] * (len(EDGES_US) + 2))
        bins[bisect_left(EDGES_US, spent)] += 1
        bins[-1] += spent


def sums(gauges: dict[str, float]) -> dict[str, Any]:
    """Everything counted so far, as JSON can carry it."""
    return {"counted": [[*key, n] for key, n in counted.items()], "steps": steps, "gauges": gauges}


class Workers(Collector):
    """The sums of all workers, as metrics; `reports` is filled by the parent."""

    def __init__(self) -> None:
        self.reports: dict[str, dict[str, Any]] = {}

    def collect(self) -> Iterator[Any]:
        """Prometheus' way in."""
        counters: dict[str, CounterMetricFamily] = {}
        gauges: dict[str, GaugeMetricFamily] = {}
        step = HistogramMetricFamily(
            "kindred_step_seconds", "Wall time of one step of a message's path", labels=["worker", "step"]
        )
        for worker, report in self.reports.items():
            for metric, label, n in report["counted"]:
                name = f"kindred_{metric}"
                family = counters.setdefault(
                    name, CounterMetricFamily(name, metric.replace("_", " "), labels=["worker", "kind"])
                )
                family.add_metric([worker, label], n)
            for metric, value in report["gauges"].items():
                name = f"kindred_{metric}"
                gauge = gauges.setdefault(
                    name, GaugeMetricFamily(name, metric.replace("_", " "), labels=["worker"])
                )
                gauge.add_metric([worker], value)
            for name, bins in report["steps"].items():
                step.add_metric([worker, name], _buckets(bins), bins[-1] / 1e6)
        yield from counters.values()
        yield from gauges.values()
        yield step


def _buckets(bins: list[int]) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for edge, n in zip((*[str(edge / 1e6) for edge in EDGES_US], "+Inf"), bins[:-1], strict=True):
        total += n
        buckets.append((edge, float(total)))
    return buckets
