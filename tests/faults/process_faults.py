"""What can happen to our own processes."""

import asyncio
import os
import signal
from pathlib import Path

from tests.faults.careful import Member
from tests.faults.ledger import Ledger
from tests.faults.patience import when
from tests.faults.scene import Fault, Scene

WORKER_BACK = 12.0
"""Seconds until everybody talks again after a worker was killed. Its visitors go to the other worker within a
second; a new connection that the kernel gives to the empty place waits there for the next one to start."""
HEAL = 3.0
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


async def left_ghosts(scene: Scene) -> float:
    """kill -9 of one worker whose visitors do not come back: the room must see them go."""
    witnesses = [member for member in scene.members if member.topic == scene.members[0].topic]
    ghosts = [Member(f"ghost {n}", scene.url, witnesses[0].topic, Ledger(), scene.rng) for n in range(6)]
    try:
        await asyncio.gather(*(ghost.enter() for ghost in ghosts))
        began = _now()
        for ghost in ghosts:
            ghost.stay_away()
        os.kill(scene.rng.choice(scene.service.workers()), signal.SIGKILL)
        await asyncio.sleep(GHOSTS_TELL)
        gone = {ghost.me["id"] for ghost in ghosts if not ghost.joined.is_set()}
        stayed = [member for member in witnesses if member.joined.is_set() and member.last_link < began]
        for witness in stayed:
            await witness.until(lambda w=witness: gone <= w.people_left, GHOST + 10)  # type: ignore[misc]
        if gone and stayed:
            scene.slowest_heal = max(scene.slowest_heal, _now() - began)
    finally:
        await asyncio.gather(*(ghost.leave() for ghost in ghosts))
    return _now()


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


async def stumbled(scene: Scene) -> float:
    """SIGSTOP for less than the parent's patience, and back: it goes on as if nothing had been."""
    victim = scene.rng.choice(scene.service.workers())
    os.kill(victim, signal.SIGSTOP)
    try:
        await asyncio.sleep(STUMBLE)
    finally:
        os.kill(victim, signal.SIGCONT)
    assert _runs(victim)
    return _now()


async def stood_still(scene: Scene) -> float:
    """SIGSTOP of the parent and all workers, as where a whole machine is paused, and back: nobody may be
    taken for dead who only stood still with everybody else."""
    family = [scene.service.process.pid, *scene.service.workers()]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(STOOD)
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)
    back = _now()
    await scene.steady()
    assert scene.service.workers() == family[1:], "a worker was replaced for nothing"
    return back


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


GHOST = 10.0
GHOSTS_TELL = 0.5
"""Seconds within which a killed process's sockets have told their other ends."""
STUMBLE = 2.0
STOOD = 30.0
KILLED = Fault("kill -9 of a worker", killed, WORKER_BACK, pause=0.06)
GHOSTS = Fault("kill -9, visitors who stay away seen as gone", left_ghosts, GHOST)
STOPPED = Fault("a worker stopped (SIGSTOP), until it is replaced", stopped, WORKER_BACK)
STUMBLED = Fault("a worker stopped (SIGSTOP), 2 s, and back", stumbled, HEAL)
STOOD_STILL = Fault("the whole service stopped (SIGSTOP), 30 s, and back", stood_still, WORKER_BACK)
ROLLED = Fault("rolling SIGTERM of all workers", rolled, WORKER_BACK)
ORPHANED = Fault("parent killed, service started again", orphaned, WORKER_BACK)
