"""Medians and ratios in words that fit a terminal: `python -m bench.report RUNS` shows kept ones again."""

import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.plan import Result
from bench.servers import CONTENDERS
from bench.workloads import WORKLOADS, Workload

Figure = Callable[[Result], float]
US = 1e6


def figures(workload: Workload) -> dict[str, Figure]:
    """What matters of it, by its head. The first is what is compared: per CPU second, more is better."""
    if workload.kind == "churn":
        return {
            "/s both": lambda run: run.handshakes / (run.server + run.store),
            "/s server": lambda run: run.handshakes / run.server,
            "us server": lambda run: US * run.server / run.handshakes,
            "us store": lambda run: US * run.store / run.handshakes,
        }
    if workload.kind == "idle":
        return {
            "conn*s/s": lambda run: run.people * run.seconds / run.server,
            "us/conn*s": lambda run: US * run.server / run.people / run.seconds,
            "KiB/conn": lambda run: (run.resident - run.empty) / run.people / 1024,
            "us to join": lambda run: US * (run.joined + run.joined_store) / run.people,
        }
    found: dict[str, Figure] = {
        "k/s both": lambda run: run.deliveries / (run.server + run.store) / 1000,
        "k/s server": lambda run: run.deliveries / run.server / 1000,
        "us/deliv.": lambda run: US * (run.server + run.store) / run.deliveries,
        "us server": lambda run: US * run.server / run.messages,
        "us store": lambda run: US * run.store / run.messages,
        "busy": lambda run: run.server / run.seconds,
        "client": lambda run: run.client / run.seconds,
    }
    if workload.sizes.get("rate"):
        for place, name in enumerate(("p50 ms", "p90 ms", "p99 ms", "p99.9 ms")):
            found[name] = lambda run, place=place: run.delays[place]
    if workload.sizes.get("stalled"):
        found["MiB more"] = lambda run: (run.resident - run.empty) / 2**20
        found["cut"] = lambda run: run.cut
    return found


def table(workload: Workload, results: dict[str, list[Result]]) -> list[str]:
    """A line a server; `x` is the first figure against the first server's."""
    chosen = figures(workload)
    lines = [f"{'':<44}" + "".join(f"{head:>11}" for head in chosen) + f"{'x':>7}   wrong"]
    compared = 0.0
    for name, runs in results.items():
        values = [statistics.median(figure(run) for run in runs) for figure in chosen.values()]
        compared = compared or values[0]
        wrong: dict[str, int] = {}
        for run in runs:
            wrong = {word: wrong.get(word, 0) + run.wrong.get(word, 0) for word in {*wrong, *run.wrong}}
        row = f"{CONTENDERS[name].title:<44}" + "".join(f"{_short(value):>11}" for value in values)
        lines.append(f"{row}{values[0] / compared:7.2f}   {wrong or 0}")
    return lines


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def kept(file: Path) -> dict[str, dict[str, list[Result]]]:
    """Runs that `--keep` has kept, by workload and server."""
    found: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    for line in file.read_text().splitlines():
        run = json.loads(line)
        run.pop("at")
        found[run.pop("workload")][run.pop("by")].append(Result(**run))
    return found


if __name__ == "__main__":
    for name, results in kept(Path(sys.argv[1])).items():
        print("", f"{name}: {WORKLOADS[name].about}", *table(WORKLOADS[name], results), sep="\n")
