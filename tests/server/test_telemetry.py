"""Counts as Prometheus reads them."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from rooms import telemetry
from rooms.telemetry import EDGES_US
from server.telemetry import Workers, sums


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing counted yet, and nothing left of these counts."""
    before = (Counter(telemetry.counted), dict(telemetry.steps))
    telemetry.counted.clear()
    telemetry.steps.clear()
    yield
    telemetry.counted.clear()
    telemetry.steps.clear()
    telemetry.counted.update(before[0])
    telemetry.steps.update(before[1])


def report(**gauges: float) -> dict[str, Any]:
    """A worker's sums, by the pipe to the parent."""
    carried: dict[str, Any] = json.loads(json.dumps(sums({"ready": 1} | gauges)))
    return carried


def shown(workers: Workers) -> dict[tuple[str, ...], float]:
    """What a scrape says: (name, labels' values…) -> value."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(workers)
    text = generate_latest(registry).decode()
    samples: list[Sample] = [
        sample for family in text_string_to_metric_families(text) for sample in family.samples
    ]
    order = ("worker", "kind", "step", "le")
    return {
        (sample.name, *(sample.labels[label] for label in order if label in sample.labels)): sample.value
        for sample in samples
    }


def test_counters_and_gauges() -> None:
    """Each worker's counts and levels stand under its own label, and the text is Prometheus'."""
    telemetry.count("verdicts", "allow", 3)
    telemetry.count("verdicts", "needs_person")
    telemetry.count("handovers")
    workers = Workers()
    workers.reports = {"w1": report(connections=7), "w2": report(connections=0)}
    found = shown(workers)
    assert found["kindred_verdicts_total", "w1", "allow"] == 3
    assert found["kindred_verdicts_total", "w2", "needs_person"] == 1
    assert found["kindred_handovers_total", "w1", ""] == 1
    assert (found["kindred_connections", "w1"], found["kindred_connections", "w2"]) == (7, 0)


def test_steps() -> None:
    """A step's buckets add up, and its sum is in seconds."""
    for _ in range(4):
        with telemetry.timed("decide"):
            pass
    with pytest.raises(ValueError, match="x"), telemetry.timed("decide"):
        raise ValueError("x")
    telemetry.steps["slow"] = [0] * (len(EDGES_US) + 1) + [2_000_000]
    telemetry.steps["slow"][-2] = 2
    workers = Workers()
    workers.reports = {"w1": report()}
    found = shown(workers)
    assert found["kindred_step_seconds_count", "w1", "decide"] == 5
    buckets = [found["kindred_step_seconds_bucket", "w1", "decide", str(edge / 1e6)] for edge in EDGES_US]
    assert buckets == sorted(buckets)
    assert found["kindred_step_seconds_bucket", "w1", "slow", "0.5"] == 0
    assert found["kindred_step_seconds_bucket", "w1", "slow", "+Inf"] == 2
    assert found["kindred_step_seconds_sum", "w1", "slow"] == 2.0


@pytest.mark.parametrize(("spent", "bucket"), [(10, 0), (11, 1), (500_000, 11), (500_001, 12)])
def test_edges(monkeypatch: pytest.MonkeyPatch, spent: int, bucket: int) -> None:
    """A time on an edge counts below it; what is above all of them is counted too."""
    clock = iter((0, spent * 1_000))
    monkeypatch.setattr(telemetry.time, "perf_counter_ns", lambda: next(clock))
    with telemetry.timed("step"):
        pass
    bins = telemetry.steps["step"]
    assert bins[bucket] == 1
    assert (sum(bins[:-1]), bins[-1]) == (1, spent)


def test_nobody_reported() -> None:
    """Before any worker has reported, a scrape is empty and no error."""
    assert shown(Workers()) == {}


def test_others_ready() -> None:
    """How many workers could take visitors over from one."""
    workers = Workers()
    workers.reports = {"w1": report(ready=1), "w2": report(ready=0), "w3": report(ready=1)}
    assert [workers.ready_but(name) for name in ("w1", "w2", "w3")] == [1, 2, 1]
