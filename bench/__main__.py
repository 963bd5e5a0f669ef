"""`python -m bench [WORKLOAD…] [--servers NAME…] [--repeats N]`: what a server's CPU second carries, ours and
others side by side. Without arguments a short form of a few minutes; `--help` names everything."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench import report, servers
from bench.cpu import machine
from bench.plan import Plan, Result
from bench.servers import CONTENDERS, Contender, Running
from bench.workloads import SHORT, WORKLOADS, Workload

PATIENCE = 240.0
Began = Callable[[Running], object]


def main() -> None:
    asked = _asked()
    servers.fetch()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", *machine(), sep="\n")
    print(f"medians of {asked.repeats}, servers in turns; us: CPU microseconds", flush=True)
    for name in asked.workloads or SHORT:
        workload = WORKLOADS[name]
        results = asyncio.run(_in_turns(workload, asked.servers or list(workload.servers), asked.repeats))
        print("", f"{name}: {workload.about}", *report.table(workload, results), sep="\n", flush=True)
        if asked.keep:
            _keep(asked.keep, name, results)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    workloads = ", ".join(f"{name} ({workload.about})" for name, workload in WORKLOADS.items())
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=workloads.replace("%", "%%"))
    parser.add_argument("--servers", nargs="+", choices=CONTENDERS, help="instead of each workload's own")
    parser.add_argument("--repeats", type=int, default=3, help="how often; medians are shown")
    parser.add_argument("--keep", type=Path, help="append every run to this file, as lines of JSON")
    asked = parser.parse_args()
    unknown = set(asked.workloads) - set(WORKLOADS)
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    return asked


async def _in_turns(workload: Workload, names: list[str], repeats: int) -> dict[str, list[Result]]:
    """A B A B: a busy moment of the machine meets all of them."""
    results: dict[str, list[Result]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            result = await once(CONTENDERS[name], workload)
            results[name].append(result)
            if result.wrong:
                print(f"{name}: {result.wrong}", file=sys.stderr)
    return results


async def once(contender: Contender, workload: Workload, began: Began | None = None) -> Result:
    """Start the server, load it, stop it. `began` is called with it when the measured window begins."""
    with tempfile.TemporaryDirectory() as home:
        async with contender.start(Path(home), workload.size) as running:
            plan = workload.plan(running, ours=contender.ours)
            return await _load(plan, (lambda: began(running)) if began else None)


async def _load(plan: Plan, began: Callable[[], object] | None) -> Result:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load", json.dumps(asdict(plan))), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            if await process.stdout.readline() and began is not None:
                began()
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return Result(**json.loads(said))


def _keep(file: Path, name: str, results: dict[str, list[Result]]) -> None:
    now = int(time.time())
    with file.open("a") as lines:
        for server, runs in results.items():
            for run in runs:
                lines.write(json.dumps({"at": now, "workload": name, "by": server} | asdict(run)) + "\n")


if __name__ == "__main__":
    main()
