"""On duty is a lease: nobody is promised who is not there."""

import pytest

from rooms import duty
from rooms.keys import Keys
from tests.rooms.town import Town

OMAR = {"id": "o", "name": "Omar", "role": "moderator"}
GUS = {"id": "g", "name": "Gus", "role": "greeter"}


@pytest.mark.asyncio
async def test_the_lease_runs_out(town: Town) -> None:
    """Omar is on duty for 90 seconds after the last sign of life, in every process, and no longer."""
    here, there = await town.house(), await town.house()
    await duty.begin(here, town.keys, OMAR, ["es"])
    (entry,) = await duty.on_duty(there, town.keys)
    assert (entry.name, entry.role, entry.langs) == ("Omar", "moderator", ("es",))
    town.clock.turn(seconds=60)
    await duty.begin(here, town.keys, OMAR, ["es"])
    town.clock.turn(seconds=90, ms=-1)
    assert duty.covers(await duty.on_duty(there, town.keys))
    town.clock.turn(ms=1)
    assert await duty.on_duty(there, town.keys) == []


@pytest.mark.asyncio
async def test_off_duty_at_once(town: Town) -> None:
    """Who goes off duty is gone for everybody; the others stay."""
    house = await town.house()
    await duty.begin(house, town.keys, OMAR, [])
    await duty.begin(house, town.keys, GUS, [])
    await duty.end(house, town.keys, "o")
    assert [entry.name for entry in await duty.on_duty(house, town.keys)] == ["Gus"]


@pytest.mark.asyncio
async def test_who_covers(town: Town) -> None:
    """A greeter cannot act and so covers nothing; nobody covers nothing; a moderator does."""
    house = await town.house()
    assert not duty.covers(await duty.on_duty(house, town.keys))
    await duty.begin(house, town.keys, GUS, [])
    assert not duty.covers(await duty.on_duty(house, town.keys))
    await duty.begin(house, town.keys, OMAR, [])
    assert duty.covers(await duty.on_duty(house, town.keys))


@pytest.mark.asyncio
async def test_the_store_forgets_by_itself(town: Town) -> None:
    """Where every process died, no promise outlives the lease."""
    house = await town.house()
    await duty.begin(house, town.keys, OMAR, [])
    assert 0 < await house.store.command("PTTL", town.keys.duty) <= duty.LEASE_MS


@pytest.mark.asyncio
async def test_another_community(town: Town) -> None:
    """Duty in one community covers no other."""
    house = await town.house()
    await duty.begin(house, town.keys, OMAR, [])
    assert await duty.on_duty(house, Keys(town.keys.community + "x")) == []
