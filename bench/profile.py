"""Where a server's time goes: `python -m bench.profile WORKLOAD [SERVER]`, by py-spy, as a table.

`self`: the function itself was running (or the system, for it); `with`: it, or whatever it had called.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench import servers
from bench.__main__ import once
from bench.servers import CONTENDERS, Running
from bench.workloads import WORKLOADS

RATE, SECONDS, LINES = 250, 4, 45
"""Each sample stops the worker for a moment: without, half of the stacks come torn."""
_LINE = re.compile(r":\d+\)")
_PACKAGES = re.compile(r"\(.*?(?:site-packages|python3\.\d+)/")


def main(workload: str, server: str = "kindred") -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stacks"
        result = asyncio.run(once(CONTENDERS[server], WORKLOADS[workload], lambda at: _record(at, file)))
        print(f"{workload}, {CONTENDERS[server].title}: {result.server / result.seconds:.2f} of a core")
        print(*_table(file.read_text().splitlines()), sep="\n")


def _record(running: Running, file: Path) -> None:
    options = ("--rate", str(RATE), "--duration", str(SECONDS), "--format", "raw", "--output", str(file))
    py_spy = str(servers.ROOT / ".venv/bin/py-spy")
    # The last process is a worker. Not waited for: the load that is being measured ends later.
    subprocess.Popen(
        [py_spy, "record", "--pid", str(running.servers[-1]), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _table(stacks: list[str]) -> list[str]:
    alone, inside = Counter[str](), Counter[str]()
    for line in stacks:
        stack, _, samples = line.rpartition(" ")
        if "(threading.py" in stack:
            continue  # a thread that waits for SQL
        places = [_PACKAGES.sub("(", _LINE.sub(")", place)) for place in stack.split(";")]
        alone[places[-1]] += int(samples)
        for place in set(places):
            inside[place] += int(samples)
    total = sum(alone.values())
    lines = [f"{'self %':>7}{'with %':>8}  function"]
    for place, samples in inside.most_common(LINES):
        lines.append(f"{100 * alone[place] / total:7.1f}{100 * samples / total:8.1f}  {place}")
    return lines


if __name__ == "__main__":
    main(*sys.argv[1:])
