"""What can happen to a broker, and to the links that lead to it."""

import asyncio

from tests.faults.patience import when
from tests.faults.proxy import Side, opened_by
from tests.faults.scene import Fault, Scene, Strike

HEAL = 3.0
ANSWER = 2.0
"""Seconds: PROTOCOL section 7 and the promise of `unavailable`."""
MOVE = 12.0
"""Seconds until the visitors of a worker that lost its link talk elsewhere: noticed within 5 s, told to come
back within 3 s, and the first tries may meet the same worker."""


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _away(scene: Scene, seconds: float) -> None:
    """/readyz must turn 503 meanwhile."""
    end = _now() + seconds
    await when(scene.unready, seconds + 0.5)
    await asyncio.sleep(max(0.0, end - _now()))


def restart(seconds: float) -> Strike:
    """Killed, and started again empty."""

    async def strike(scene: Scene) -> float:
        assert scene.broker is not None
        scene.broker.kill()
        await _away(scene, seconds)
        await scene.broker.start()
        return _now()

    return strike


def told(*command: str | int) -> Strike:
    """One command, done at once."""

    async def strike(scene: Scene) -> float:
        assert scene.broker is not None
        await scene.broker.command(*command)
        return _now()

    return strike


def paused(seconds: float) -> Strike:
    """CLIENT PAUSE."""

    async def strike(scene: Scene) -> float:
        assert scene.broker is not None
        await scene.broker.command("CLIENT", "PAUSE", int(seconds * 1000))
        await _away(scene, seconds)
        return _now()

    return strike


def frozen(seconds: float) -> Strike:
    """SIGSTOP, and back: whatever lay in its sockets is still carried out."""

    async def strike(scene: Scene) -> float:
        assert scene.broker is not None
        scene.broker.freeze()
        try:
            await _away(scene, seconds)
        finally:
            scene.broker.thaw()
        return _now()

    return strike


def full(seconds: float) -> Strike:
    """maxmemory is reached: it answers, but takes nothing new."""

    async def strike(scene: Scene) -> float:
        assert scene.broker is not None
        await scene.broker.command("CONFIG", "SET", "maxmemory", "1")
        await asyncio.sleep(seconds)
        await scene.broker.command("CONFIG", "SET", "maxmemory", "0")
        return _now()

    return strike


def hole(seconds: float, *sides: Side) -> Strike:
    """Every worker's links swallow what they carry."""

    async def strike(scene: Scene) -> float:
        assert scene.broker_links is not None
        scene.broker_links.hole(*sides)
        await _away(scene, seconds)
        scene.broker_links.heal()
        return _now()

    return strike


def hole_for_one(seconds: float, *sides: Side) -> Strike:
    """One worker's links do; the other works on, so it is whole at once where visitors find it."""

    async def strike(scene: Scene) -> float:
        assert scene.broker_links is not None
        began = _now()
        busy = [
            pid for pid in scene.service.workers() if pid in {link.pid for link in scene.broker_links.links}
        ]
        scene.broker_links.hole(*sides, wanted=opened_by(scene.rng.choice(busy)))
        await _away(scene, seconds)
        for member in scene.members:  # elsewhere, and not only after the hole
            await member.until(lambda m=member: m.healed(began) is not None, MOVE)  # type: ignore[misc]
        scene.broker_links.heal()
        return began

    return strike


async def links_reset(scene: Scene) -> float:
    """RST on a port, a plain end on a unix socket."""
    assert scene.broker_links is not None
    back = _now()
    assert scene.broker_links.cut() >= 2
    return back


async def fail_over(scene: Scene) -> float:
    """The replica becomes the primary."""
    assert scene.trio is not None
    await scene.trio.replicated()
    await scene.trio.fail_over()
    return _now()


def restarted(seconds: float) -> Fault:
    """The broker is away for so long and comes back empty."""
    return Fault(f"broker restarted, away {seconds} s", restart(seconds), HEAL, keeps=False, answers=ANSWER)


PUBSUB_KILLED = Fault(
    "CLIENT KILL TYPE pubsub", told("CLIENT", "KILL", "TYPE", "pubsub"), HEAL, answers=ANSWER
)
NORMAL_KILLED = Fault(
    "CLIENT KILL TYPE normal", told("CLIENT", "KILL", "TYPE", "normal"), HEAL, answers=ANSWER
)
FLUSHED = Fault("FLUSHALL", told("FLUSHALL"), HEAL, keeps=False, answers=ANSWER)
RESET = Fault("every worker's links to the broker reset", links_reset, HEAL, answers=ANSWER)
SENTINEL = Fault("Sentinel failover", fail_over, HEAL, keeps=False, answers=ANSWER)
ONE_WORKER = Fault("one worker's link: black hole, 8 s", hole_for_one(8), MOVE, answers=ANSWER)
ONE_DEAF = Fault(
    "one worker's link: one-way hole from the broker, 8 s", hole_for_one(8, "down"), MOVE, answers=ANSWER
)
ONE_MUTE = Fault(
    "one worker's link: one-way hole to the broker, 8 s", hole_for_one(8, "up"), MOVE, answers=ANSWER
)


def filled(seconds: float) -> Fault:
    """It takes nothing new for so long."""
    return Fault(f"maxmemory reached, {seconds} s", full(seconds), HEAL, answers=ANSWER)


def pause(seconds: float) -> Fault:
    """It answers nobody for so long."""
    return Fault(f"CLIENT PAUSE {seconds} s", paused(seconds), HEAL, answers=ANSWER)


def stopped(seconds: float) -> Fault:
    """Its process stands still for so long."""
    return Fault(f"broker stopped (SIGSTOP), {seconds} s", frozen(seconds), HEAL, answers=ANSWER)


def holes(seconds: float) -> tuple[Fault, Fault, Fault]:
    """Nothing passes, nothing passes up, nothing passes down."""
    return (
        Fault(f"black hole between workers and broker, {seconds} s", hole(seconds), HEAL, answers=ANSWER),
        Fault(f"one-way hole to the broker, {seconds} s", hole(seconds, "up"), HEAL, answers=ANSWER),
        Fault(f"one-way hole from the broker, {seconds} s", hole(seconds, "down"), HEAL, answers=ANSWER),
    )
