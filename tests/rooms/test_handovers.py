"""What one shift tells the next is taken by one person, and is not kept for long."""

import asyncio

import pytest

from rooms import handovers, retention
from rooms.handovers import Handover
from tests.rooms.town import Town


def made(town: Town, name: str) -> Handover:
    return Handover(id=name, by="o", name="Omar", at=town.clock())


@pytest.mark.asyncio
async def test_one_has_it(town: Town) -> None:
    """Of two who take it at once, in two processes, one has it; the same handover kept again does not come
    back."""
    here, there = await town.house(), await town.house()
    await handovers.keep(here, town.keys, made(town, "h"))
    both = await asyncio.gather(
        handovers.take(here, town.keys, "h", "i"), handovers.take(there, town.keys, "h", "k")
    )
    assert sorted(both) == [False, True]
    await handovers.keep(there, town.keys, made(town, "h"))
    assert await handovers.waiting(here, town.keys) == []


@pytest.mark.asyncio
async def test_for_three_days_and_twenty_of_them(town: Town) -> None:
    """The oldest goes for the twenty-first; after 72 hours nobody is told of it."""
    house = await town.house()
    for n in range(retention.HANDOVERS + 1):
        await handovers.keep(house, town.keys, made(town, f"h{n}"))
        town.clock.turn(seconds=1)
    names = [one.id for one in await handovers.waiting(house, town.keys)]
    assert names == [f"h{n}" for n in range(1, retention.HANDOVERS + 1)]
    town.clock.turn(seconds=retention.HANDOVER - 2)
    assert [one.id for one in await handovers.waiting(house, town.keys)] == names[-1:]
    town.clock.turn(seconds=2)
    ttl = await house.store.command("PTTL", town.keys.handovers)
    assert 0 < ttl <= retention.HANDOVER * 1000
    assert await handovers.waiting(house, town.keys) == []


@pytest.mark.asyncio
async def test_a_later_one_keeps_none_longer(town: Town) -> None:
    """After 72 hours the store has nothing of one, whatever came after it, nor of who took it."""
    house = await town.house()
    await handovers.keep(house, town.keys, made(town, "old"))
    await handovers.take(house, town.keys, "old", "i")
    town.clock.turn(seconds=retention.HANDOVER - 1)
    await handovers.keep(house, town.keys, made(town, "new"))
    town.clock.turn(seconds=1)
    assert [one.id for one in await handovers.waiting(house, town.keys)] == ["new"]
    assert await house.store.command("HKEYS", town.keys.handovers) == [b"new"]
