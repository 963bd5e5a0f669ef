"""Buckets: a burst, then a pace; shared by all tabs and processes of whoever spends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import limits
from rooms.house import House, mint
from rooms.limits import Pace, Rate
from rooms.refusals import Refusal
from rooms.session import Session
from tests.rooms.town import Town, commit


async def spend(house: House, session: Session) -> None:
    """One message."""
    await commit(house, session, "hello", mint())


@pytest.mark.asyncio
async def test_a_burst_then_a_pace(town: Town) -> None:
    """Eight messages at once, then one each 1.5 s, and the refusal says when."""
    house, anna = await town.house(limited=True), town.session("anna")
    for _ in range(8):
        await spend(house, anna)
    with pytest.raises(Refusal) as refusal:
        await spend(house, anna)
    assert (refusal.value.code, refusal.value.retry_after) == ("rate_limited", 1.5)
    town.clock.turn(seconds=1)
    with pytest.raises(Refusal) as refusal:
        await spend(house, anna)
    assert refusal.value.retry_after == 0.5
    town.clock.turn(seconds=0.5)
    await spend(house, anna)
    with pytest.raises(Refusal):
        await spend(house, anna)
    town.clock.turn(seconds=12)
    for _ in range(8):
        await spend(house, anna)


@pytest.mark.asyncio
async def test_one_bucket_a_visitor(town: Town) -> None:
    """A second process is no second bucket; another visitor has one of their own."""
    houses = [await town.house(limited=True), await town.house(limited=True)]
    for n in range(8):
        await spend(houses[n % 2], town.session("anna"))
    for house in houses:
        with pytest.raises(Refusal):
            await spend(house, town.session("anna"))
    await spend(houses[0], town.session("ben"))


@pytest.mark.asyncio
async def test_one_bucket_an_address(town: Town) -> None:
    """Everyone behind one address shares sixty at once."""
    house = await town.house(limited=True)
    for n in range(limits.WORDS_OF_TAG.burst):
        await spend(house, town.session(f"v{n}", tag="wifi"))
    with pytest.raises(Refusal) as refusal:
        await spend(house, town.session("one more", tag="wifi"))
    assert refusal.value.retry_after == 0.2, "150 ms, rounded up to a tenth"
    await spend(house, town.session("elsewhere", tag="other"))


@pytest.mark.asyncio
async def test_a_refusal_costs_nothing(town: Town) -> None:
    """What one bucket refuses is not taken out of the other."""
    house = await town.house(limited=True)
    for _ in range(8):
        await spend(house, town.session("anna", tag="wifi"))
    for _ in range(100):
        with pytest.raises(Refusal):
            await spend(house, town.session("anna", tag="wifi"))
    for n in range(limits.WORDS_OF_TAG.burst - 8):
        await spend(house, town.session(f"v{n}", tag="wifi"))


@pytest.mark.asyncio
async def test_limits_off(town: Town) -> None:
    """With limits off nothing is counted and nothing kept."""
    house = await town.house()
    for _ in range(100):
        await spend(house, town.session("anna"))
    assert not [name for name in await town.names(house) if ":bucket:" in name]


@pytest.mark.asyncio
async def test_buckets_expire(town: Town) -> None:
    """A bucket that is full again is not kept."""
    house = await town.house(limited=True)
    await spend(house, town.session("anna"))
    buckets = [name for name in await town.names(house) if ":bucket:" in name]
    assert len(buckets) == 2
    for name in buckets:
        assert 0 < await house.store.command("PTTL", name) <= 1_500


@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(1, 10), st.integers(1, 3_000))
def test_pace(gaps: list[int], burst: int, interval: int) -> None:
    """In any stretch of time a connection gets at most burst + time / interval, and whoever waits as
    told is let through."""
    pace, now, passed = Pace(Rate(burst, interval)), 1_000_000, []
    for gap in gaps:
        now += gap
        wait = pace.spend(now)
        if not wait:
            passed.append(now)
            continue
        again = Pace(pace.rate)
        again.arrival = pace.arrival
        assert again.spend(now + round(wait * 1_000)) == 0
    for i, first in enumerate(passed):
        for j in range(i, len(passed)):
            assert j - i + 1 <= burst + (passed[j] - first) / interval
