"""A service under continuous talk, struck again and again by one fault, and counted."""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from tests.faults.broker import Broker, Trio
from tests.faults.careful import Member
from tests.faults.ledger import Ledger, Sums
from tests.faults.patience import when
from tests.faults.proxy import Proxy
from tests.faults.words import names
from tests.serving import Serving

TOPICS = ("addiction", "mental-health", "life-changes")
STEADY = 12
"""Answers of /readyz in a row that must be 200: each goes to the worker that the kernel chooses."""


@dataclass(slots=True)
class Scene:
    """What there is to break, and who talks meanwhile."""

    service: Serving
    url: str
    rng: random.Random
    broker: Broker | None = None
    broker_links: Proxy | None = None
    visitor_links: Proxy | None = None
    trio: Trio | None = None
    members: list[Member] = field(default_factory=list)
    again: Callable[[], Awaitable[None]] | None = None
    """Starts the service anew on its port, after its parent was killed."""
    slowest_heal: float = 0.0
    """For strikes that see themselves how long something took to heal."""

    async def status(self) -> int:
        """What /readyz says, or 0 where nobody answers."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(2)) as http,
                http.get(f"{self.service.url}/readyz") as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0

    async def steady(self) -> None:
        """Until every worker is there and ready."""

        async def all_ready() -> bool:
            return all([await self.status() == 200 for _ in range(STEADY)])

        await when(all_ready)

    async def unready(self) -> bool:
        """Whether a worker says that it cannot do its work."""
        return await self.status() == 503


Strike = Callable[[Scene], Awaitable[float]]
"""Breaks something and mends it; answers the loop's time at which it was whole again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, and what is promised about it."""

    name: str
    strike: Strike
    heals: float
    """Seconds after the end of the fault until everybody speaks and hears."""
    keeps: bool = True
    """Whether the store keeps its memory; then nothing may be lost, declared or not."""
    answers: float | None = None
    """Seconds within which every question has an answer, `unavailable` or a true ok."""
    pause: float = 0.1
    """Seconds between two messages of a member."""
    each: int = 1
    """How many faults one strike is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    fault: Fault
    times: int
    in_flight: int
    """The fewest messages that were on their way when a fault struck."""
    sums: Sums
    heal: float
    wrong: list[str]

    def complaints(self) -> list[str]:
        """Every promise that was not kept."""
        sums, fault = self.sums, self.fault
        found = [*self.wrong, *sums.examples[:3]]
        for what, n in (("lost silently", sums.lost_silently), ("doubled", sums.doubled)):
            if n:
                found.append(f"{n} {what}")
        if sums.out_of_order:
            found.append(f"{sums.out_of_order} out of order")
        if fault.keeps and sums.declared_lost:
            found.append(f"{sums.declared_lost} lost although the store kept its memory")
        if sums.sent != sums.acknowledged:
            found.append(f"{sums.sent - sums.acknowledged} never acknowledged")
        if not self.in_flight:
            found.append("nothing was in flight when it struck")
        if fault.answers is not None and sums.slowest > fault.answers:
            found.append(f"an answer took {sums.slowest:.2f} s, promised {fault.answers}")
        if self.heal > fault.heals:
            found.append(f"healed after {self.heal:.2f} s, promised {fault.heals}")
        unknown = set(sums.refused) - {"unavailable", "not_in_room"}
        return found + [f"refused: {code}" for code in sorted(unknown)]


async def measure(scene: Scene, fault: Fault, times: int, members: int = 9) -> Row:
    """Let so many people talk, strike, wait until they all talk and hear again; count in the end."""
    ledger = Ledger()
    await scene.steady()
    scene.members, scene.slowest_heal = [], 0.0
    try:
        for name, n in zip(names(scene.rng, members), range(members), strict=True):
            member = Member(name, scene.url, TOPICS[n % len(TOPICS)], ledger, scene.rng)
            scene.members.append(member)
            await member.enter()
        for member in scene.members:
            member.talk(fault.pause)
        for member in scene.members:
            await member.until(lambda member=member: len(member.oks) >= 2)  # type: ignore[misc]
        in_flight, heal = members, 0.0
        gave_up: list[str] = []
        try:
            for _ in range(times):
                await asyncio.sleep(scene.rng.uniform(0.05, 0.5))  # a random moment
                in_flight = min(in_flight, await _something_in_flight(scene))
                for member in scene.members:
                    member.forget()
                back = await fault.strike(scene)
                heal = max(heal, await _healed(scene, back, keeps=fault.keeps))
                await scene.steady()
        except TimeoutError as error:
            gave_up.append(f"waited in vain: {traceback.extract_tb(error.__traceback__)[1].line}")
        # Whatever came of it, the count begins when nothing is on its way any more: no loss otherwise.
        try:
            await asyncio.gather(*(member.hush() for member in scene.members))
            await _everything_heard(scene)
        except TimeoutError as error:
            line = traceback.extract_tb(error.__traceback__)[1].line
            gave_up.append(f"counted while words were on their way, or lost: waited in vain: {line}")
        sums = ledger.sums()
        if fault.answers is not None:
            sums.slowest = max(sums.slowest, ledger.unanswered)
        return Row(
            fault,
            times * fault.each,
            in_flight,
            sums,
            max(heal, scene.slowest_heal),
            gave_up + [w for m in scene.members for w in m.wrong],
        )
    finally:
        await asyncio.gather(*(member.leave() for member in scene.members))


async def _something_in_flight(scene: Scene) -> int:
    flying = 0

    async def any_flies() -> bool:
        nonlocal flying
        flying = sum(member.in_flight for member in scene.members)
        return flying > 0

    await when(any_flies, look=0)
    return flying


async def _healed(scene: Scene, back: float, *, keeps: bool) -> float:
    for member in scene.members:
        await member.until(lambda m=member: m.healed(back, keeps=keeps) is not None)  # type: ignore[misc]
    return max(member.healed(back, keeps=keeps) or 0.0 for member in scene.members)


async def _everything_heard(scene: Scene) -> None:
    """One last word in each room; whoever has heard it has heard, or been told of, all before it."""
    rooms = {member.room: member for member in scene.members}
    for room, speaker in rooms.items():
        last = await speaker.say()
        for member in scene.members:
            if member.room == room:
                await member.until(lambda m=member, text=last.text: _has(m, text))  # type: ignore[misc]


def _has(member: Member, text: str) -> bool:
    return any(heard == text for _, _, heard in member.heard.shown[-20:]) or text in member.heard.snapshots
