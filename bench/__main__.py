"""`python -m bench [path] [service] [--repeats N]`: what a message costs, in CPU time, in one table."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

import uvloop

from bench import path, service
from bench.cpu import machine


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help="path, service; both where none is named")
    parser.add_argument("--repeats", type=int, default=5, help="how often; medians are shown")
    asked = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    print(*machine(), sep="\n")
    print(f"CPU microseconds, medians of {asked.repeats}; the machine may be shared: compare within one run")
    if not asked.parts or "path" in asked.parts:
        print(*_path(uvloop.run(path.measure(asked.repeats))), sep="\n")
    if not asked.parts or "service" in asked.parts:
        print(*_service(uvloop.run(service.measure(asked.repeats))), sep="\n")


def _path(costs: path.Costs) -> list[str]:
    lines = ["", f"{'a message, step by step':<34}{'1 in flight':>18}{'16 in flight':>18}"]
    lines.append(f"{'':<34}" + f"{'server':>10}{'store':>8}" * 2)
    for step in path.TOGETHER:
        lines.append(_row(step, [costs[step, window] for window in path.WINDOWS]))
    sums = [
        path.Cost(
            sum(costs[step, window].server for step in path.TOGETHER),
            sum(costs[step, window].store for step in path.TOGETHER),
        )
        for window in path.WINDOWS
    ]
    lines.append(_row("together (aim: server <= 200)", sums))
    return [*lines, _row("deliver, each of 20", [costs["deliver", window] for window in path.WINDOWS])]


def _row(name: str, costs: list[path.Cost]) -> str:
    return f"{name:<34}" + "".join(f"{cost.server:10.1f}{cost.store:8.1f}" for cost in costs)


def _service(report: service.Report) -> list[str]:
    people = service.CAPACITY
    heads = "".join(f"{window:>4} in flight" for window in service.WINDOWS)
    lines = ["", f"{'kindred serve, 50 rooms of 20':<46}{heads}"]
    rows: dict[str, Callable[[service.Run], float]] = {
        "worker, us a message with its 20 deliveries": lambda run: run.worker,
        "store, us a message": lambda run: run.store,
        "messages a CPU second of the worker": lambda run: 1e6 / run.worker,
        "messages a CPU second of both": lambda run: 1e6 / (run.worker + run.store),
        "deliveries a CPU second of the worker": lambda run: 1e6 * people / run.worker,
        "deliveries a CPU second of both": lambda run: 1e6 * people / (run.worker + run.store),
    }
    for name, value in rows.items():
        lines.append(f"{name:<46}" + "".join(f"{value(report.runs[w]):14,.0f}" for w in service.WINDOWS))
    heard = f"{report.deliveries:,} deliveries: none lost, doubled or reordered, one order in every client"
    return [*lines, f"{heard}; {report.refused} refused and said again"]


if __name__ == "__main__":
    main()
