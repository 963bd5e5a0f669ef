"""Forgetting, where nobody writes any more."""

import pytest

from rooms import janitor, presence, retention
from rooms.house import House
from tests.rooms.town import ROOM, Town, commit

TOPICS = ["addiction"]


async def minute(town: Town, house: House) -> int:
    """The next minute's sweep; its lease is on the store's own clock, so it is ended here."""
    await house.store.command("DEL", town.keys.janitor)
    return await janitor.tidy(house, town.keys, TOPICS)


async def seated(town: Town, house: House, *names: str) -> None:
    for name in names:
        await presence.place(house, town.session(name), "addiction")


@pytest.mark.asyncio
async def test_one_process_a_minute(town: Town) -> None:
    """Of all processes one sweeps, and leaves the lease to the store."""
    here, there = await town.house(), await town.house()
    await seated(town, here, "anna")
    assert await janitor.tidy(here, town.keys, TOPICS) == 1
    assert await janitor.tidy(there, town.keys, TOPICS) == 0
    assert 50 < await here.store.command("TTL", town.keys.janitor) <= 60


@pytest.mark.asyncio
async def test_words_past_their_hour(town: Town) -> None:
    """In a silent room an entry is gone a minute after its hour, and what is younger stays."""
    house, anna = await town.house(), town.session("anna")
    await seated(town, house, "anna")
    await commit(house, anna, "older", "k1")
    town.clock.turn(minutes=30)
    await commit(house, anna, "younger", "k2")
    town.clock.turn(minutes=30)
    await minute(town, house)
    (kept,) = await house.store.command("HVALS", town.keys.log(ROOM))
    assert b"younger" in kept
    assert await house.store.command("HLEN", town.keys.ids(ROOM)) == 1
    assert int(await house.store.command("HGET", town.keys.meta(ROOM), "bytes")) == len(kept)


@pytest.mark.asyncio
async def test_members_past_their_hour(town: Town) -> None:
    """Whoever left an hour ago is a member no more."""
    house = await town.house()
    await seated(town, house, "anna")
    await presence.unseat(house, town.session("anna"), ROOM, forget=False)
    town.clock.turn(minutes=59)
    await minute(town, house)
    assert await house.store.command("ZCARD", town.keys.members(ROOM)) == 1
    town.clock.turn(minutes=1)
    await minute(town, house)
    assert await house.store.command("ZCARD", town.keys.members(ROOM)) == 0


@pytest.mark.asyncio
async def test_a_room_with_people_keeps_its_count(town: Town) -> None:
    """While anyone is there the room's epoch and seq do not expire, however long nobody writes."""
    house, anna = await town.house(), town.session("anna")
    await seated(town, house, "anna")
    await commit(house, anna, "hello", "k")
    await house.store.command("EXPIRE", town.keys.meta(ROOM), 100)
    await minute(town, house)
    assert await house.store.command("TTL", town.keys.meta(ROOM)) > retention.POSITION - 10
    await presence.unseat(house, anna, ROOM, forget=True)
    await house.store.command("EXPIRE", town.keys.meta(ROOM), 100)
    await minute(town, house)
    assert await house.store.command("TTL", town.keys.meta(ROOM)) <= 100


@pytest.mark.asyncio
async def test_a_room_that_is_no_room_any_more(town: Town) -> None:
    """An empty room whose count has expired is struck off the list; one with people stays."""
    house = await town.house()
    await seated(town, house, "anna")
    assert await minute(town, house) == 1
    await presence.unseat(house, town.session("anna"), ROOM, forget=False)
    await house.store.command("DEL", town.keys.meta(ROOM))  # its day ran out
    for _ in range(2):
        assert await minute(town, house) == 1, "anna may come back"
    town.clock.turn(minutes=60)
    assert await minute(town, house) == 1
    assert await minute(town, house) == 0
    assert await house.store.command("EXISTS", town.keys.rooms("addiction")) == 0


@pytest.mark.asyncio
async def test_rested_names(town: Town) -> None:
    """A name that has rested for a day is not kept."""
    house = await town.house()
    await house.store.command("ZADD", town.keys.names, town.clock(), "Kind Fox")
    town.clock.turn(hours=24, ms=-1)
    await minute(town, house)
    assert await house.store.command("ZCARD", town.keys.names) == 1
    town.clock.turn(ms=1)
    await minute(town, house)
    assert await house.store.command("ZCARD", town.keys.names) == 0


@pytest.mark.asyncio
async def test_after_the_last_one_left(town: Town) -> None:
    """A day after the last visit nothing that is kept names a visitor, a word or an address."""
    house, anna = await town.house(), town.session("anna")
    await seated(town, house, "anna")
    await commit(house, anna, "hello", "k")
    await presence.unseat(house, anna, ROOM, forget=False)
    town.clock.turn(hours=25)
    await minute(town, house)
    kept = set(await town.names(house))
    expiring = {name for name in kept if await house.store.command("TTL", name) > 0}
    assert kept - expiring <= {town.keys.ready, town.keys.workers, town.keys.rooms("addiction")} | {
        town.keys.visitor(town.site, "anna")  # made here by `commit` alone: `arrive` gives it its end
    }
