"""Two tabs of one visitor, on two workers: one person, one order."""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.careful import Member
from tests.faults.ledger import Ledger
from tests.faults.stage import served
from tests.serving import Serving

pytestmark = pytest.mark.journey
LAPSE = 9.0
"""Seconds until a killed worker's seats are swept, at the latest: lease, beat and sweep."""


async def _second_tab(first: Member, make: Callable[[str], Member]) -> Member:
    """One that the kernel gave to the other worker."""
    while True:
        tab = make("bright candle")
        tab.token = first.token
        await tab.enter()
        if tab.worker != first.worker:
            return tab
        first.ledger.heard.remove(tab.heard)
        await tab.leave()


@pytest.mark.asyncio
@pytest.mark.parametrize("kill", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_two_tabs(unlimited: Serving, tmp_path: Path, rng: random.Random, kill: bool) -> None:
    """Both show every word in one order and speak as the same person, who stays in the room while one tab is
    closed, or its worker is killed."""
    ledger, members = Ledger(), list[Member]()
    async with served(tmp_path) if kill else contextlib.nullcontext(unlimited) as service:

        def make(name: str) -> Member:
            members.append(Member(name, service.url, "addiction", ledger, rng))
            return members[-1]

        try:
            first, witness = await make("calm river").enter(), await make("warm meadow").enter()
            second = await _second_tab(first, make)
            assert second.me == first.me
            talking = [first, second, witness]
            for member in talking:
                member.talk(0.05)
            await witness.until(lambda: len(witness.heard.shown) > 60)
            people = (await witness.call("join", {"room": witness.room}))["room"]["people"]
            assert sorted(person["id"] for person in people) == sorted({witness.me["id"], first.me["id"]})
            if kill:
                os.kill(service.workers()[0], signal.SIGKILL)
                await asyncio.sleep(LAPSE)
            else:
                await second.hush()
                await second.leave()
                talking.remove(second)
                ledger.heard.remove(second.heard)
                so_far = len(witness.heard.shown)
                await witness.until(lambda: len(witness.heard.shown) > so_far + 30)
            assert first.me["id"] not in witness.people_left
            await asyncio.gather(*(member.hush() for member in talking))
            last = await first.say()
            for member in talking:
                await member.until(lambda m=member: m.heard.shown[-1][2] == last.text)  # type: ignore[misc]
            sums = ledger.sums()
            assert sums.sent == sums.acknowledged > 60
            assert (sums.lost_silently, sums.declared_lost, sums.doubled, sums.out_of_order) == (0, 0, 0, 0)
            assert [member.wrong for member in talking] == [[] for _ in talking]
        finally:
            await asyncio.gather(*(member.leave() for member in members))
