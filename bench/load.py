"""Many visitors in a process of their own: `python -m bench.load PLAN`, a plan in JSON (bench/plan.py).

Says when the measured window begins, and one line of JSON in the end: what was heard in that window, what it
cost the servers, and what was wrong. Closed loop: a speaker's next message goes when everybody in the room
has heard one of theirs, so no server is overrun. Open loop: messages go by the clock, and delay counts from
when each was due.
"""

import asyncio
import gc
import itertools
import json
import sys
import threading
import time
from collections import Counter

import uvloop

from bench.cpu import resident, spent
from bench.marks import written
from bench.member import Member
from bench.moderation import ORDINARY
from bench.plan import Plan, Result
from bench.room import Room

AT_ONCE = 24
"""Connections that are opening."""
PATIENCE = 60.0
"""Seconds until somebody who has not joined counts as hanging."""
DRAIN = 8.0
"""Seconds after the last message until what was not heard counts as lost."""


class Load:
    """All visitors and their rooms."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rooms: dict[str, Room] = {}
        self.wrong: Counter[str] = Counter()
        self.people: list[Member] = []
        self.speaker_of: list[int] = []  # message -> speaker
        self._due: list[float] = []  # message -> when it was sent, or should have been
        self._speakers: list[Member] = []
        self._doors = itertools.count()
        self._deliveries = self._messages = self._whole = 0
        self._delays: list[float] = []
        self._talking = self._timing = False
        self._held = 0
        self.cut = 0  # who read nothing, and was sent away

    # --- coming ------------------------------------------------------------------------------

    def door(self) -> dict[str, str]:
        """What the next one asks to join."""
        number = next(self._doors)
        if self.plan.topic:
            return {"topic": self.plan.topic}
        return {"room": f"room.{number // self.plan.size % self.plan.rooms}"}

    def room(self, name: str) -> Room:
        """The room that somebody was let into."""
        if name not in self.rooms:
            self.rooms[name] = Room(name, self._heard_by_all)
        return self.rooms[name]

    async def come(self, number: int) -> Member:
        """Connect and join. Raises OSError or TimeoutError."""
        port = self.plan.ports[number % len(self.plan.ports)]
        member = Member(self, port)
        joined = member.joined
        assert joined is not None
        async with asyncio.timeout(PATIENCE):
            await asyncio.get_running_loop().create_connection(lambda: member.frames, "127.0.0.1", port)
            await joined
        return member

    async def gather(self) -> None:
        """All of them, AT_ONCE at a time."""
        numbers = iter(range(self.plan.people))

        async def usher() -> None:
            for number in numbers:
                self.people.append(await self.come(number))

        await asyncio.gather(*(usher() for _ in range(AT_ONCE)))

    # --- talking -----------------------------------------------------------------------------

    def choose(self) -> None:
        """The first so many of each room that talks speak."""
        plan = self.plan
        talking = list(self.rooms.values())[: plan.talking or None]
        self._speakers = [room.members[n] for n in range(plan.speakers) for room in talking]

    def say(self, speaker: int, due: float) -> None:
        """A message of this speaker."""
        member, number = self._speakers[speaker], len(self.speaker_of)
        self.speaker_of.append(speaker)
        self._due.append(due)
        assert member.room is not None
        member.room.messages.add(number)
        text = f"{ORDINARY[number % len(ORDINARY)]} {written(number)}"
        member.emit("message", {"room": member.room.name, "key": f"b{number}", "text": text})
        self._messages += 1

    def heard(self, order: list[int], old: int, new: int) -> None:
        """One member has heard these."""
        self._deliveries += new - old
        if self._timing:
            now = time.monotonic()
            for place in range(old, new):
                self._delays.append(now - self._due[order[place]])

    def _heard_by_all(self, message: int) -> None:
        self._whole += 1
        if self._talking and not self.plan.rate:
            self.say(self.speaker_of[message], time.monotonic())

    async def talk(self) -> Result:
        """Warm up, measure, wait for the last words."""
        plan = self.plan
        self.choose()
        held = resident(*plan.servers) if plan.stalled else 0
        stalled = self.people[len(self.people) - plan.stalled :]
        for member in stalled:
            member.stall()
        self._talking = True
        if plan.rate:
            clock = threading.Thread(
                target=self._by_the_clock, args=(asyncio.get_running_loop(),), daemon=True
            )
            clock.start()
        else:
            for _ in range(plan.window):
                for speaker in range(len(self._speakers)):
                    self.say(speaker, time.monotonic())
        await asyncio.sleep(plan.warmup)
        watched = asyncio.ensure_future(self._most_held()) if plan.stalled else None
        result = await self._measured()
        self._talking = False
        if watched is not None:
            watched.cancel()
            result.empty, result.resident = held, self._held
        await self._drained()
        for member in stalled:
            member.frames.wake()
        await asyncio.sleep(DRAIN / 2 if stalled else 0)
        result.cut = self.cut
        self._missing()
        result.wrong = dict(self.wrong)
        return result

    async def _most_held(self) -> None:
        while True:
            self._held = max(self._held, resident(*self.plan.servers))
            await asyncio.sleep(0.2)

    async def _measured(self) -> Result:
        plan = self.plan
        self._timing = bool(plan.rate)
        began, own = time.monotonic(), time.process_time()
        deliveries, messages = self._deliveries, self._whole
        before = self._began()
        await asyncio.sleep(plan.seconds)
        after = spent(*plan.servers), spent(*plan.stores)
        result = Result(
            seconds=time.monotonic() - began,
            deliveries=self._deliveries - deliveries,
            messages=self._whole - messages,
            server=after[0] - before[0],
            store=after[1] - before[1],
            client=time.process_time() - own,
        )
        self._timing = False
        delays = sorted(self._delays)
        if delays:
            result.delays = [1000 * delays[int(len(delays) * part)] for part in (0.5, 0.9, 0.99, 0.999)]
        return result

    def _began(self) -> tuple[float, float]:
        """Say that the measured window begins; what the servers and stores have spent so far."""
        print("measuring", flush=True)
        return spent(*self.plan.servers), spent(*self.plan.stores)

    def _by_the_clock(self, loop: asyncio.AbstractEventLoop) -> None:
        # A thread, because the loop's own timers are a millisecond wide, as much as what is measured.
        turns = itertools.cycle(range(len(self._speakers)))
        began = time.monotonic()
        for number in itertools.count(1):
            due = began + number / self.plan.rate
            time.sleep(max(0.0, due - time.monotonic()))
            if not self._talking:
                return
            loop.call_soon_threadsafe(self.say, next(turns), due)

    async def _drained(self) -> None:
        deadline = time.monotonic() + DRAIN
        while time.monotonic() < deadline:
            if self._whole == self._messages and not any(member.owed for member in self.people):
                return
            await asyncio.sleep(0.05)

    def _missing(self) -> None:
        for room in self.rooms.values():
            lost = sum(len(room.messages) - member.at for member in room.members)
            self.wrong["lost"] += lost
        self.wrong["unanswered"] += sum(member.owed for member in self.people)
        self.wrong = +self.wrong
        if self.plan.numbered:
            orders = [{tuple(chain.order) for chain in room.chains.values()} for room in self.rooms.values()]
            self.wrong["more than one order"] += sum(len(order) > 1 for order in orders)
            self.wrong = +self.wrong

    # --- without words -----------------------------------------------------------------------

    async def idle(self) -> Result:
        """Be there and say nothing."""
        plan = self.plan
        (before, store), began = self._began(), time.monotonic()
        await asyncio.sleep(plan.seconds)
        return Result(
            seconds=time.monotonic() - began,
            server=spent(*plan.servers) - before,
            store=spent(*plan.stores) - store,
            resident=resident(*plan.servers),
            wrong=dict(self.wrong),
        )

    async def churn(self) -> Result:
        """Come, join, leave, and again."""
        plan = self.plan
        came = 0
        ending = False

        async def visitor() -> None:
            nonlocal came
            while not ending:
                member = await self.come(came)
                came += 1
                member.leave()
                assert member.room is not None
                member.room.members.remove(member)

        own = len(self.people)
        visitors = [asyncio.ensure_future(visitor()) for _ in range(AT_ONCE)]
        await asyncio.sleep(plan.warmup)
        before, first, began = self._began(), came, time.monotonic()
        client = time.process_time()
        await asyncio.sleep(plan.seconds)
        result = Result(
            seconds=time.monotonic() - began,
            handshakes=came - first,
            server=spent(*plan.servers) - before[0],
            store=spent(*plan.stores) - before[1],
            client=time.process_time() - client,
        )
        ending = True
        await asyncio.gather(*visitors)
        assert len(self.people) == own
        result.wrong = dict(self.wrong)
        return result


async def main(written_plan: str) -> None:
    load = Load(Plan(**json.loads(written_plan)))
    plan = load.plan
    empty, before = resident(*plan.servers), (spent(*plan.servers), spent(*plan.stores))
    await load.gather()
    gc.collect()
    gc.disable()
    came = spent(*plan.servers) - before[0], spent(*plan.stores) - before[1]
    await asyncio.sleep(plan.settle)
    result = await {"talk": load.talk, "idle": load.idle, "churn": load.churn}[plan.kind]()
    result.empty = result.empty or empty
    result.joined, result.joined_store = came
    result.people = len(load.people)
    print(json.dumps(vars(result)))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
