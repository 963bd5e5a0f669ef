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


async def fail_over(scene: Scene) -> float:
    """The replica becomes the primary."""
    assert scene.trio is not None
    await scene.trio.replicated()
    await scene.trio.fail_over()
    return _now()


def faults(*, long: bool) -> list[Fault]:
    """Every kind; the long ones as long as the promise names them."""
    stop = 10 if long else 5
    outages = (1, 5) if long else (1,)
    return [
        *(
            Fault(f"broker restarted, away {s} s", restart(s), HEAL, keeps=False, answers=ANSWER)
            for s in outages
        ),
        Fault("CLIENT KILL TYPE pubsub", told("CLIENT", "KILL", "TYPE", "pubsub"), HEAL, answers=ANSWER),
        Fault("CLIENT KILL TYPE normal", told("CLIENT", "KILL", "TYPE", "normal"), HEAL, answers=ANSWER),
        Fault("FLUSHALL", told("FLUSHALL"), HEAL, keeps=False, answers=ANSWER),
        Fault("maxmemory reached, 2 s", full(2), HEAL, answers=ANSWER),
        Fault("CLIENT PAUSE 5 s", paused(5), HEAL, answers=ANSWER),
        Fault(f"broker stopped (SIGSTOP), {stop} s", frozen(stop), HEAL, answers=ANSWER),
        Fault("black hole to the broker, 6 s", hole(6), HEAL, answers=ANSWER),
        Fault("one-way hole to the broker, 6 s", hole(6, "up"), HEAL, answers=ANSWER),
        Fault("one-way hole from the broker, 6 s", hole(6, "down"), HEAL, answers=ANSWER),
        Fault("one worker's link: black hole", hole_for_one(6), MOVE, answers=ANSWER),
        Fault("one worker's link: deaf", hole_for_one(6, "down"), MOVE, answers=ANSWER),
        Fault("one worker's link: mute", hole_for_one(6, "up"), MOVE, answers=ANSWER),
    ]


SENTINEL = Fault("Sentinel failover", fail_over, HEAL, keeps=False, answers=ANSWER)
LONG_AWAY = tuple(
    Fault(f"broker restarted, away {s} s", restart(s), HEAL, keeps=False, answers=ANSWER) for s in (20, 40)
)
