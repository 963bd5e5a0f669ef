"""The sums of all workers as Prometheus text. Each worker hands its own to the parent twice a second."""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from rooms.telemetry import EDGES_US, counted, steps


def sums(gauges: dict[str, float]) -> dict[str, Any]:
    """Everything counted so far, as JSON can carry it."""
    return {"counted": [[*key, n] for key, n in counted.items()], "steps": steps, "gauges": gauges}


class Workers(Collector):
    """The sums of all workers, as metrics; `reports` is filled by the parent."""

    def __init__(self) -> None:
        self.reports: dict[str, dict[str, Any]] = {}

    def ready_but(self, worker: str) -> int:
        """How many workers are ready, one left out."""
        reports = [report for name, report in self.reports.items() if name != worker]
        return sum(bool(report["gauges"]["ready"]) for report in reports)

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
