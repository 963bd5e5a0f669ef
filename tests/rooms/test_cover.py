"""Rooms close when nobody is there who could help, say so first, and open again: once, whoever looks."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from rooms import cover, duty, presence, relay
from rooms.house import House
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.session import Session
from tests.rooms.town import ROOM, Town, beginning, commit, decoded, events, judged, replay

OMAR = {"id": "o", "name": "Omar", "role": "moderator"}
GUS = {"id": "g", "name": "Gus", "role": "greeter"}
TOPIC = "addiction"
BARE = {"seq", "at", "type"}
LEFT = {"slow_mode": 0, "locked": False, "covered": False, "open": True}
"""What a room is told that heard of no cover before: all of it."""


async def look(town: Town, *houses: House) -> None:
    """What every process does each second, at the same moment."""
    topics = cover.topics_of([town.site])[town.site.community]
    await asyncio.gather(*(cover.look(house, town.keys, topics, "en") for house in houses))


async def told(house: House, reader: Session) -> list[Any]:
    """What the room heard of its cover, in order: each notice, and what changed."""
    heard = events(await replay(house, reader, await beginning(house, reader)))
    return [
        event["text"] if event["type"] == "notice" else {k: event[k] for k in event.keys() - BARE}
        for event in heard
        if event["type"] in ("notice", "state")
    ]


async def refused(house: House, session: Session, text: str = "hello", key: str = "late") -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await commit(house, session, text, key)
    return refusal.value


def hosted(town: Town) -> None:
    town.site = replace(town.site, cover="required")


@pytest.mark.asyncio
async def test_the_last_one_goes(town: Town) -> None:
    """A notice, ten minutes, a kind closing, and a return: each said once though two processes look; at the
    tenth minute words are refused, whether or not anybody has looked."""
    hosted(town)
    here, there, anna = await town.house(), await town.house(), town.session("anna")
    await presence.place(here, anna, TOPIC)
    await duty.begin(here, town.keys, OMAR, [])
    await look(town, here, there)
    await commit(here, anna, "hello", "k1")
    await duty.begin(here, town.keys, GUS, [])
    await duty.end(here, town.keys, "o")
    await look(town, here, there, here)
    assert (await told(here, anna))[0] == {"covered": False}
    town.clock.turn(minutes=10, ms=-1)
    await duty.begin(here, town.keys, GUS, [])
    await look(town, here, there)
    await commit(here, anna, "goodbye", "k2")
    town.clock.turn(ms=1)
    assert (await refused(here, anna)).code == "room_closed"
    await look(town, there, here)
    assert not cover.of(here, town.keys, TOPIC).open(town.clock())
    await duty.begin(here, town.keys, OMAR, [])
    await look(town, here, there)
    await commit(here, anna, "you are back", "k3")
    said = await told(here, anna)
    assert [fact for fact in said if isinstance(fact, dict)] == [
        {"covered": False},
        {"open": False},
        {"covered": True, "open": True},
    ]
    assert [text.split(".")[0] for text in said if isinstance(text, str)] == [
        "No volunteer is here any more",
        "This room is closed for now",
        "A volunteer is here",
    ]


@pytest.mark.asyncio
async def test_called_off(town: Town) -> None:
    """Anybody's return within the ten minutes calls the closing off, and the room is told."""
    hosted(town)
    here, there, anna = await town.house(), await town.house(), town.session("anna")
    await presence.place(here, anna, TOPIC)
    await duty.begin(here, town.keys, OMAR, [])
    await look(town, here, there)
    town.clock.turn(ms=duty.LEASE_MS)  # nobody said goodbye: the lease ran out
    await look(town, here, there)
    town.clock.turn(minutes=9)
    await duty.begin(there, town.keys, {**OMAR, "id": "ines", "role": "lead"}, [])
    await look(town, here, there)
    town.clock.turn(seconds=80)
    await look(town, here, there)
    await commit(here, anna, "still open", "k")
    assert [fact for fact in await told(here, anna) if isinstance(fact, dict)] == [
        LEFT,
        {"covered": True},
    ]


@pytest.mark.asyncio
async def test_nobody_ever_came(town: Town) -> None:
    """Until anybody knows, words are refused for now; where nobody is on duty the room is closed from the
    start, and a moderator may speak in it all the same."""
    hosted(town)
    house, anna = await town.house(), town.session("anna")
    assert (await refused(house, anna)).code == "unavailable"
    await look(town, house)
    assert (await refused(house, anna)).code == "room_closed"
    entered = await presence.enter(house, anna, TOPIC, "", None)
    stands = cover.standing(house, town.keys, TOPIC, entered.replay.standing)
    assert (stands.open, stands.covered) == (False, False)
    await commit(house, replace(town.session("omar"), role="moderator"), "I come at six", "k")
    assert await told(house, anna) == []


@pytest.mark.asyncio
async def test_told_by_the_next_one(town: Town) -> None:
    """A process decides that the rooms close and is killed: the next one tells them, once."""
    hosted(town)
    here, there, anna = await town.house(), await town.house(), town.session("anna")
    await presence.place(here, anna, TOPIC)
    await duty.begin(here, town.keys, OMAR, [])
    await look(town, here, there)
    await duty.end(here, town.keys, "o")
    keys = (town.keys.duty, town.keys.cover)
    await here.store.call("cover", town.keys.community, keys, town.clock(), 600_000, TOPIC, "1", "")
    assert await told(here, anna) == []
    await look(town, there, here)
    assert len(await told(here, anna)) == 2


@pytest.mark.asyncio
async def test_a_store_that_forgot(town: Town) -> None:
    """A store that lost its memory is told what was known: a room that was covered does not close, nor does
    it say that it might."""
    hosted(town)
    house, anna = await town.house(), town.session("anna")
    await duty.begin(house, town.keys, OMAR, [])
    await look(town, house)
    await town.lose(house)
    with pytest.raises(Refusal):
        await look(town, house)
    await town.back(house)
    await house.store.up.wait()
    await look(town, house)
    await commit(house, anna, "are you there?", "k")
    await duty.begin(house, town.keys, OMAR, [])
    await look(town, house)
    assert await told(house, anna) == []


@pytest.mark.asyncio
async def test_alone_by_choice(town: Town) -> None:
    """Where cover is `never` the room stays open and slow: eight at once, then one each four seconds; a cry
    for help waits for nothing; with somebody on duty, or without limits, nobody is slowed."""
    house, anna = await town.house(limited=True), town.session("anna")
    await presence.place(house, anna, TOPIC)
    await duty.begin(house, town.keys, OMAR, [])
    await look(town, house)
    await duty.end(house, town.keys, "o")
    await look(town, house)
    assert await told(house, anna) == [{**LEFT, "slow_mode": 4}]
    for n in range(8):
        await commit(house, anna, f"hello {n}", f"k{n}")
    town.clock.turn(seconds=2)  # by now the bucket that everybody has would let it pass
    slow = await refused(house, anna)
    assert (slow.code, slow.retry_after) == ("slow_mode", 2.0)
    town.clock.turn(seconds=1)
    await commit(house, anna, "I want to die", "cry", verdict=judged("I want to die"))
    town.clock.turn(seconds=2)
    await commit(house, anna, "hello", "late")
    town.clock.turn(seconds=2)
    free = await town.house()
    await look(town, free)
    for n in range(10):
        await commit(free, town.session("ben"), f"hello {n}", f"k{n}")
    await duty.begin(house, town.keys, OMAR, [])
    await look(town, house)
    assert (await told(house, anna))[-1] == {"slow_mode": 0, "covered": True}
    await commit(house, anna, "hello", "covered")


@pytest.mark.asyncio
async def test_contact_where_nobody_watches(town: Town) -> None:
    """Asking somebody out of a room without a volunteer is refused as what it is; elsewhere it waits for a
    reader; staff never ask it."""
    house, anna = await town.house(), town.session("anna")
    omar = replace(town.session("omar"), role="moderator")

    async def category(session: Session, key: str) -> str:
        draft = Draft(key=key, text="add me on snapchat so we can talk there")
        answer = decoded(await relay.say(house, session, {ROOM}, draft))
        return str(answer["error"]["category"])

    assert await category(anna, "k1") == "needs_person"
    assert await category(omar, "k2") == "contact"
    await look(town, house)
    assert await category(anna, "k3") == "contact"
