"""What can happen to our own processes."""

import asyncio
import os
import signal
from pathlib import Path

from tests.faults.patience import when
from tests.faults.scene import Fault, Scene

WORKER_BACK = 12.0
"""Seconds until everybody talks again after a worker was killed. Its visitors go to the other worker within a
second; a new connection that the kernel gives to the empty place waits there for the next one to start."""
SILENT = 5.0
"""server/parent.py replaces a worker that has said nothing for so long."""


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _gone(pid: int, patience: float = 30.0) -> float:
    async def gone() -> bool:
        return not _runs(pid)

    return await when(gone, patience)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def _replaced(scene: Scene, pid: int, patience: float = 60.0) -> None:
    async def replaced() -> bool:
        workers = scene.service.workers()
        return pid not in workers and len(workers) == 2

    await when(replaced, patience)
    await scene.steady()


async def killed(scene: Scene) -> float:
    """kill -9 of one worker: some members lose theirs, whether they were sending or hearing."""
    back = _now()
    os.kill(scene.rng.choice(scene.service.workers()), signal.SIGKILL)
    return back


async def stopped(scene: Scene) -> float:
    """SIGSTOP: the parent must replace it; SIGCONT comes too late."""
    victim = scene.rng.choice(scene.service.workers())
    began = _now()
    os.kill(victim, signal.SIGSTOP)
    try:
        waited = await _gone(victim, SILENT + 4)
    finally:
        if _runs(victim):
            os.kill(victim, signal.SIGCONT)
    return began + waited


async def rolled(scene: Scene) -> float:
    """SIGTERM to every worker, one after the other, as a deploy does."""
    for pid in scene.service.workers():
        os.kill(pid, signal.SIGTERM)
        await _replaced(scene, pid)
    return _now()


async def orphaned(scene: Scene) -> float:
    """The parent is killed: its workers must go too, and a new service takes the port and the rooms over."""
    workers = scene.service.workers()
    scene.service.process.kill()
    await asyncio.to_thread(scene.service.process.wait)
    for pid in workers:
        await _gone(pid, 12)
    assert scene.again is not None
    await scene.again()
    return _now()


KILLED = Fault("kill -9 of a worker", killed, WORKER_BACK)
STOPPED = Fault("worker stopped (SIGSTOP), 5 s", stopped, WORKER_BACK)
ROLLED = Fault("rolling SIGTERM of all workers", rolled, WORKER_BACK)
ORPHANED = Fault("parent killed, service started again", orphaned, WORKER_BACK)
