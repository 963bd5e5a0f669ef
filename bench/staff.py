"""`python -m bench.staff [--runs N]`: how soon a moderator's word counts, how soon they hear a visitor's, and
what a rush to the desk's door costs those who talk.

Two workers; the desk is on one, the visitors on the other, so that everything crosses processes. From the
moment the sender lets go to the moment the other side knows, in one clock: this process's.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.cpu import machine
from tests.serving import FREE, Serving, serving
from tests.staff import Colleague, at_desk, hire, token_of
from tests.visitor import Visitor

SITE = '[[sites]]\nid = "demo"\ncover = "never"\nrequire_second_factor = false\n'
AIM_MS = 500.0
"""p95 of each, over 200 runs."""
RUSH = 50
TRIES = 5
"""Sign-ins of one account in a quarter of an hour; a rush needs so many accounts less."""
RUSHES = 3
TALKERS = 10
TALK_AIM_MS = 100.0
"""p99 of a message's way to its room while 50 people sign in at once."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.staff", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    print(*machine(), sep="\n")
    with tempfile.TemporaryDirectory() as home, serving(Path(home), workers=2, config=FREE + SITE) as service:
        hire(service, "Omar", "moderator")
        for n in range(RUSHES * RUSH // TRIES):
            hire(service, f"Staff {n}", "moderator")
        for name, times in asyncio.run(_measured(service, runs)).items():
            cuts = quantiles(times, n=100, method="inclusive")
            print(
                f"{name}: median {median(times):.1f} ms, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}, "
                f"longest {max(times):.1f}, of {len(times)}"
            )
        print(f"aims: p95 {AIM_MS:.0f} of the first two; p99 {TALK_AIM_MS:.0f} of talk during sign-ins")


async def _measured(service: Serving, runs: int) -> dict[str, list[float]]:
    omar = await at_desk(service, "Omar")
    try:
        return {
            "mute -> refused message": await _mutes(service, omar, runs),
            "report -> case at the desk": await _reports(service, omar, runs),
            **await _talk(service),
        }
    finally:
        await omar.leave()


async def _elsewhere(service: Serving, omar: Colleague) -> Visitor:
    """A visitor on the other worker than the desk's."""
    desks = str(omar.client.eio.sid).partition(".")[0]
    while True:
        someone = await Visitor(service.url).connect()
        if someone.engine.partition(".")[0] != desks:
            return someone
        await someone.close()


async def _mutes(service: Serving, omar: Colleague, runs: int) -> list[float]:
    """Somebody writes without pause; until the first answer that is `muted`."""
    times = []
    for _ in range(runs):
        someone = await _elsewhere(service, omar)
        room = (await someone.join())["room"]["id"]
        refused = asyncio.create_task(_until_muted(someone, room))
        await asyncio.sleep(0.02)
        began = time.perf_counter()
        done, at = await asyncio.gather(omar.act("mute", visitor=someone.me["id"], reason="spam"), refused)
        assert done["ok"], done
        times.append((at - began) * 1000)
        await someone.close()
    return times


async def _until_muted(someone: Visitor, room: str) -> float:
    while (await someone.say("again and again", room=room))["ok"]:
        pass
    return time.perf_counter()


async def _reports(service: Serving, omar: Colleague, runs: int) -> list[float]:
    """Until the desk is told of a case about that message."""
    author, reporter = await _elsewhere(service, omar), await _elsewhere(service, omar)
    room = (await author.join())["room"]["id"]
    await reporter.join(room=room)
    times = []
    for run in range(runs):
        said = await author.say(f"words {run}", room=room)
        began = time.perf_counter()
        asked = asyncio.create_task(reporter.ask("report", {"id": said["id"], "reason": "other"}))
        await omar.until(_told_of(omar, said["id"]))
        times.append((time.perf_counter() - began) * 1000)
        assert (await asked)["ok"]
        omar.heard.clear()
    for someone in (author, reporter):
        await someone.close()
    return times


async def _talk(service: Serving) -> dict[str, list[float]]:
    """A message until it is acknowledged, which is after its room was told: first alone, then in rushes."""
    people = [await Visitor(service.url).connect() for _ in range(TALKERS)]
    for one in people:
        await one.join()
    calm: list[float] = []
    await _talking(people, calm, asyncio.create_task(asyncio.sleep(5)))
    rushed: list[float] = []
    signed: list[float] = []
    for rush in range(RUSHES):
        names = [f"Staff {rush * RUSH // TRIES + n % (RUSH // TRIES)}" for n in range(RUSH)]
        everyone = asyncio.gather(*(_signed_in(service, name, signed) for name in names))
        await _talking(people, rushed, everyone)
    for one in people:
        await one.close()
    return {
        "talk, nobody signs in": calm,
        f"talk, {RUSH} sign in at once": rushed,
        "a sign-in of those": signed,
    }


async def _signed_in(service: Serving, name: str, times: list[float]) -> None:
    began = time.perf_counter()
    await token_of(service.url, name)
    times.append((time.perf_counter() - began) * 1000)


async def _talking(people: list[Visitor], times: list[float], until: "asyncio.Future[Any]") -> None:
    """Everybody says the next thing 20 ms after the last was acknowledged."""

    async def talk(someone: Visitor) -> None:
        while not until.done():
            began = time.perf_counter()
            assert (await someone.say("one more day"))["ok"]
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.02)

    await asyncio.gather(until, *map(talk, people))


def _told_of(omar: Colleague, message: str) -> Callable[[], bool]:
    return lambda: any(
        item.get("message") == message for packet in omar.told("queue") for item in packet["items"]
    )


if __name__ == "__main__":
    main()
