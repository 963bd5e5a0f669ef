"""Where no volunteer is, two reports veil a message for everybody until somebody has looked."""

from dataclasses import replace
from typing import Any

import pytest

from rooms import cover, duty, veils
from rooms.house import House
from rooms.session import Session
from tests.rooms.town import ROOM, Town, beginning, commit, events, replay


async def alone(town: Town) -> House:
    """A process of a site that has no volunteer by choice."""
    house = await town.house()
    await look(town, house)
    return house


async def look(town: Town, house: House) -> None:
    await cover.look(house, town.keys, cover.topics_of([town.site])[town.site.community], "en")


async def shown(house: House, reader: Session) -> dict[str, Any]:
    """The one message, to whoever comes in now."""
    (message,) = events(await replay(house, reader))
    return message


async def veiled(house: House, reader: Session) -> list[Any]:
    """What was told of veils, in order."""
    found = events(await replay(house, reader, await beginning(house, reader)))
    return [event["veil"] for event in found if event["type"] == "veiled"]


@pytest.mark.asyncio
async def test_two_networks(town: Town) -> None:
    """One network is not enough, however many report from it, nor is its author's own report; the second
    veils it, once, in the room and in snapshots; an edit keeps the veil and the answer; a look lifts
    it."""
    house, anna = await alone(town), town.session("anna")
    first = await commit(house, town.session("eva"), "is anybody here", "k0")
    said = await commit(house, anna, "some words", "k1", reply_to=first["id"])
    reporters = [town.session(name, tag="t1") for name in ("ben", "ida")]
    for session in (*reporters, anna):
        assert not await veils.reported(house, session, ROOM, said["id"])
    assert await veils.reported(house, town.session("leo", tag="t2"), ROOM, said["id"])
    assert not await veils.reported(house, town.session("mia", tag="t3"), ROOM, said["id"])
    assert await veiled(house, anna) == [["reported"]]
    message = events(await replay(house, anna))[1]
    assert (message["veil"], message["reply_to"]) == (["reported"], first["id"])
    await edited(house, anna, "other words", said["id"])
    message = events(await replay(house, anna))[1]
    assert (message["text"], message["veil"], message["reply_to"]) == (
        "other words",
        ["reported"],
        first["id"],
    )
    assert await veils.looked_at(house, town.keys, ROOM, said["id"])
    assert not await veils.looked_at(house, town.keys, ROOM, said["id"])
    assert await veiled(house, anna) == [["reported"], []]
    await edited(house, anna, "third words", said["id"])
    message = events(await replay(house, anna))[1]
    assert (message["text"], message["reply_to"], message.get("veil", [])) == ("third words", first["id"], [])


async def edited(house: House, session: Session, text: str, message: str) -> None:
    from rooms import log
    from rooms.message import Draft
    from tests.rooms.town import judged

    draft = Draft(key=text, text=text, edits=message)
    await log.commit(house, session, ROOM, draft, judged(text))


@pytest.mark.asyncio
async def test_a_cry_is_never_veiled(town: Town) -> None:
    """Whatever others make of words of despair, they stay whole and unveiled."""
    house, anna = await alone(town), town.session("anna")
    cry = await commit(house, anna, "I want to die", "k1")
    for name in ("ben", "leo", "mia"):
        assert not await veils.reported(house, town.session(name), ROOM, cry["id"])
    assert "veil" not in await shown(house, anna)


@pytest.mark.asyncio
async def test_where_somebody_is_on_duty(town: Town) -> None:
    """With a moderator there a person decides; behind a clinic's own network each person counts."""
    house, anna = await alone(town), town.session("anna")
    said = await commit(house, anna, "some words", "k1")
    await duty.begin(house, town.keys, {"id": "o", "name": "Omar", "role": "moderator"}, [])
    await look(town, house)
    own = [replace(town.session(name), tag="") for name in ("ben", "leo")]
    for session in own:
        assert not await veils.reported(house, session, ROOM, said["id"])
    await duty.end(house, town.keys, "o")
    await look(town, house)
    assert [await veils.reported(house, session, ROOM, said["id"]) for session in own] == [False, True]
    assert (await shown(house, anna))["veil"] == ["reported"]
