"""`python -m bench.scale [ceiling] [million]`: what one community carries; a million visitors, computed.

`ceiling` measures one community on one store through one process' own calls. `million` uses measured figures
(`Figures`) to place a million visitors on shards and workers, and lets all of them come back at once.
"""

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.cpu import machine, spent
from moderation import pipeline
from moderation.submission import Submission
from rooms import log, message, presence, ready, visitors
from rooms.house import House
from rooms.message import Draft
from rooms.session import Session
from rooms.shards import SLOTS, slot
from rooms.site import Site, Topic
from rooms.store import Store
from server import embedded

TEXT = "I have been clean for nine days and today was hard, thank you all for being here tonight."
SITE = Site(
    id="scale", name="Scale", origins=(), topics=(Topic(id="a", title="A", about="a"),), cover="never"
)
FLIGHT = 64
"""Calls under way at once: a busy process, whose calls share writes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds of CPU and bytes, measured on 25 November 2026 on an AMD EPYC core (docs/scale.md)."""

    message: float = 465.0  # worker: W1, a message with its 20 deliveries, filter and log on, one in flight
    message_store: float = 53.0
    join: float = 373.0  # worker: W5, handshake, CONNECT and join
    join_store: float = 117.0
    idle: float = 0.9  # worker: W4, a connection, each second
    memory: int = 3_300  # W4: bytes a connection, joined to a room
    capacity: int = 20
    answer_time: float = 1.5


# --- one community, measured ---------------------------------------------------------------------


async def ceiling() -> list[str]:
    """What one store and one process spend on a community's messages and arrivals."""
    with tempfile.TemporaryDirectory() as home:
        child = await embedded.start(Path(home) / "store", "1gb")
        store = Store(child.url, lambda store: ready.prepare(store, [SITE.community], _nobody))
        running = asyncio.create_task(store.run())
        try:
            await store.up.wait()
            return await _ceiling(House(store=store, worker="w", limited=False), child.pid)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await child.stop()


async def _nobody(_: str) -> list[object]:
    return []


async def _ceiling(house: House, pid: int) -> list[str]:
    sessions: list[Session] = []
    verdict = pipeline.judge(Submission(text=TEXT, topic="a", on_duty=False))
    keys = itertools.count()

    async def arrive(_: int) -> None:
        arrival = await visitors.arrive(house, SITE, b"secret", None, f"{next(keys):016x}", "en")
        sessions.append(arrival.session)
        room = await presence.place(house, arrival.session, "a")
        await log.replay(house, arrival.session, room, None)

    async def commit(i: int) -> None:
        draft = Draft(key=f"k{next(keys)}", text=TEXT)
        await log.commit(house, sessions[i % len(sessions)], f"a.{1 + i % 50}", draft, verdict)

    lines = [f"{'one community, one store, one process':<40}{'server us':>10}{'store us':>10}{'a store':>12}"]
    for name, act, times in (("arrive, place, read", arrive, 4_000), ("commit", commit, 16_000)):
        server, stored = await _cost(act, times, pid)
        lines.append(f"{name:<40}{server:10.1f}{stored:10.1f}{1e6 / stored:10,.0f}/s")
    return lines


async def _cost(act: Callable[[int], Awaitable[None]], times: int, pid: int) -> tuple[float, float]:
    async def some(first: int) -> None:
        for i in range(first, times, FLIGHT):
            await act(i)

    before = time.thread_time(), spent(pid)
    await asyncio.gather(*(some(first) for first in range(FLIGHT)))
    after = time.thread_time(), spent(pid)
    server, stored = (1e6 * (b - a) / times for a, b in zip(before, after, strict=True))
    return server, stored


# --- a million, computed ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """Who comes. `pause`: seconds between two messages of one visitor."""

    people: int = 1_000_000
    communities: int = 2_000
    pause: float = 120.0
    busy: float = 0.5  # of a core that is planned for


def shards_needed(load: Load, f: Figures, workers: int) -> tuple[int, int]:
    """For talk alone; and so that a storm of joins, as fast as the workers can, never waits for a store."""
    talk = load.people / load.pause * f.message_store / 1e6 / load.busy
    return max(1, -(-int(talk * 100) // 100)), -(-int(workers * f.join_store) // int(f.join))


def spread(load: Load, shards: int, seed: int) -> list[int]:
    """People on each shard: community sizes fall as 1/rank (Zipf), slots as the cluster computes them."""
    sizes = [1 / rank for rank in range(1, load.communities + 1)]
    whole = sum(sizes)
    held = [0] * shards
    names = random.Random(seed).sample(range(10**6), load.communities)
    for size, name in zip(sizes, names, strict=True):
        held[slot(f"clinic{name}") * shards // SLOTS] += round(load.people * size / whole)
    return held


def rooms_filled(people: int, capacity: int, changes: int, seed: int) -> float:
    """Mean people in a room after so many departures and arrivals: the fullest room with a seat is taken."""
    chance = random.Random(seed)
    rooms = [capacity] * (people // capacity)
    for _ in range(changes):
        gone = _somebody(rooms, chance)
        rooms[gone] -= 1
        best = max((n for n in range(len(rooms)) if rooms[n] < capacity), key=rooms.__getitem__)
        rooms[best] += 1
    lived = [room for room in rooms if room]
    return sum(lived) / len(lived)


def _somebody(rooms: list[int], chance: random.Random) -> int:
    while True:
        n = chance.randrange(len(rooms))
        if chance.random() * max(rooms) < rooms[n]:
            return n


@dataclass(slots=True)
class Storm:
    """What came of everybody coming back at once."""

    whole_after: float  # seconds until the last is in a room; inf: not within ten minutes
    cuts: int  # links given up because an answer took longer than a call may wait
    wait: float  # longest wait for the busiest store


def storm(
    people: int, workers: int, held: list[int], spread_s: float, f: Figures, step: float = 0.05
) -> Storm:
    """Time in steps. Workers take who has come, as fast as they can; each join is then in its shard's queue.

    A queue longer than `answer_time` makes the workers give that link up: everybody in it is refused and
    comes back within 1 to 5 s, but the store does the work of those calls all the same.
    """
    share = [n / people for n in held]
    coming = {round(i * step / step): people * step / spread_s for i in range(round(spread_s / step))}
    waiting, queues, done, cuts, longest = 0.0, [0.0] * len(held), 0.0, 0, 0.0
    wasted = [0.0] * len(held)
    for now in range(round(600 / step)):
        waiting += coming.pop(now, 0.0)
        served = min(waiting, workers * step * 1e6 / f.join)
        waiting -= served
        for n, part in enumerate(share):
            queues[n] += served * part
            able = step * 1e6 / f.join_store
            lost = min(wasted[n], able)
            wasted[n] -= lost
            finished = min(queues[n], able - lost)
            queues[n] -= finished
            done += finished
            delay = (queues[n] + wasted[n]) * f.join_store / 1e6
            longest = max(longest, delay)
            if delay > f.answer_time and queues[n] > 0:
                cuts += 1
                for later in range(round(1 / step), round(5 / step)):
                    at = now + later
                    coming[at] = coming.get(at, 0.0) + queues[n] / round(4 / step)
                wasted[n], queues[n] = wasted[n] + queues[n], 0.0
        if done > people - 1:
            return Storm(now * step, cuts, longest)
    return Storm(float("inf"), cuts, longest)


def million(load: Load, f: Figures, seed: int) -> list[str]:
    """The sums, the placement and the storm."""
    said = load.people / load.pause
    cpu = said * f.message / 1e6 + load.people * f.idle / 1e6
    workers = round(cpu / load.busy)
    talk, calm = shards_needed(load, f, workers)
    filled = rooms_filled(2_000, f.capacity, 20_000, seed)
    session = Session(id="a" * 24, name="Gentle Otter", site=SITE, lang="en", tag="t", worker="w")
    verdict = pipeline.judge(Submission(text=TEXT, topic="a", on_duty=False))
    size = len(message.event(verdict, session, "a" * 12)) + 110  # seq, time, envelope, frame; no TCP
    lines = [
        f"{load.people:,} visitors, one message each {load.pause:.0f} s, rooms of {f.capacity}:",
        f"  messages {said:,.0f}/s, deliveries {said * f.capacity:,.0f}/s of {size} bytes: "
        f"{said * f.capacity * size * 8 / 1e9:.2f} Gbit/s out",
        f"  workers' CPU {cpu:.1f} cores, so {workers} workers half busy; their connections "
        f"{load.people * f.memory / 2**30:.1f} GiB, {load.people // workers:,} each",
        f"  stores' CPU for talk {said * f.message_store / 1e6:.2f} cores, so {talk} shard(s) half busy; "
        f"{calm} so that no storm of joins waits for a store",
        f"  after 20,000 changes a community of 2,000 has {filled:.1f} people a room of {f.capacity}",
    ]
    for shards in (talk, calm, 2 * calm):
        held = spread(load, shards, seed)
        lines.append(
            f"  {shards} shards: the fullest holds {max(held):,} of {load.people // shards:,} on average"
        )
        for spread_s in (3.0, 30.0, 120.0):
            found = storm(load.people, workers, held, spread_s, f)
            lines.append(
                f"    all back within {spread_s:.0f} s: whole after {found.whole_after:,.0f} s, "
                f"longest wait for a store {found.wait:.2f} s, links given up {found.cuts}"
            )
    return lines


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("parts", nargs="*", help="ceiling, million; both where none is named")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(*machine(), sep="\n")
    if not asked.parts or "ceiling" in asked.parts:
        print(*uvloop.run(ceiling()), sep="\n")
    if not asked.parts or "million" in asked.parts:
        print(*million(Load(), Figures(), asked.seed), sep="\n")


if __name__ == "__main__":
    main()
