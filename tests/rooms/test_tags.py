"""Who is looked at twice: newcomers under a shield, and the new behind a sanctioned person's address."""

from dataclasses import replace
from typing import Any

import pytest

from rooms import cover, desk_sanctions, duty, presence, relay, room_acts, tags, visitors
from rooms.house import House
from rooms.limits import Pace, Rate
from rooms.message import Draft
from rooms.records.sanctions import Sanction
from rooms.refusals import Refusal
from rooms.room_acts import Effect
from rooms.session import Session
from rooms.site import Topic
from tests.rooms.town import ROOM, Town, decoded, events, replay

OMAR = {"id": "o", "name": "Omar", "role": "moderator"}
CRY = "please somebody, I want to die"
GRIEF = "grief.1"


async def arrive(town: Town, house: House, tag: str) -> Session:
    """Somebody new at the door, and in a room."""
    session = (await visitors.arrive(house, town.site, b"secret", None, tag, "en")).session
    await presence.place(house, session, "addiction")
    return session


async def say(house: House, session: Session, text: str, key: str, room: str = ROOM) -> dict[str, Any]:
    draft = Draft(key=key, text=text, room=room)
    try:
        return decoded(await relay.say(house, session, {room}, draft, pace=Pace(Rate(100, 1))))
    except Refusal as refusal:
        return refusal.answer()


def refused(answer: dict[str, Any]) -> str:
    """Its category, or its code; "" where it was said."""
    error = answer.get("error", {})
    return str(error.get("category", error.get("code", "")))


async def look(town: Town, house: House) -> None:
    await cover.look(house, town.keys, cover.topics_of([town.site])[town.site.community], "en")


async def sanction(town: Town, house: House, visitor: str, kind: str = "mute") -> Sanction:
    made = town.mute(visitor, kind=kind)
    await desk_sanctions.impose(house, town.keys, made)
    await tags.watch(house, town.keys, [town.site], made)
    return made


@pytest.fixture
def two_topics(town: Town) -> Town:
    grief = Topic(id="grief", title="Grief", about="Someone is missing.")
    town.site = replace(town.site, topics=(*town.site.topics, grief))
    return town


@pytest.mark.asyncio
async def test_a_newcomer_under_a_shield(town: Town) -> None:
    """First words wait for a person (and go back where none reads them), paid for once; who was heard before
    speaks; a cry is shown at once and says where it came from; when the shield is down all is as before."""
    house = await town.house(limited=True)
    anna, ben = await arrive(town, house, "t1"), await arrive(town, house, "t2")
    assert refused(await say(house, ben, "hello", "k0")) == ""
    effect = Effect(act="a1", told={})
    await room_acts.set_field(house, town.keys, ROOM, effect, "shield", "1")
    town.clock.turn(minutes=1)
    assert refused(await say(house, anna, "hello everybody", "k1")) == "needs_person"
    assert "hello everybody" not in repr(house.lately), "what the room did not see is not remembered"
    for n in range(7):  # a burst of eight: the first try cost one
        assert refused(await say(house, anna, f"may I? {n}", f"m{n}")) == "needs_person"
    assert refused(await say(house, anna, "may I?", "m9")) == "rate_limited"
    assert refused(await say(house, ben, "hello again", "k1")) == ""
    town.clock.turn(minutes=1)
    cry = await say(house, anna, CRY, "k3")
    assert (cry["outcome"], set(cry["flags"])) == ("allow", {"crisis", "newcomer"})
    eva = await arrive(town, house, "t3")
    assert await room_acts.unset(house, town.keys, ROOM, Effect(act="a2", told={}), "a1")
    assert refused(await say(house, eva, "hello, I am new", "k1")) == ""


@pytest.mark.asyncio
async def test_new_behind_a_sanctioned_address(two_topics: Town) -> None:
    """While a mute runs: the first words of somebody new behind that address wait for a person, in that topic
    alone; not of who was heard there before, not of others, never a cry; lifted or ended, of nobody."""
    town = two_topics
    house = await town.house(limited=True)
    await duty.begin(house, town.keys, OMAR, [])
    await look(town, house)
    troll, regular = await arrive(town, house, "t1"), await arrive(town, house, "t1")
    for someone in (troll, regular):
        assert refused(await say(house, someone, "hello", "k0")) == ""
    quiet = await arrive(town, house, "t1")
    town.clock.turn(ms=1)
    mute = await sanction(town, house, troll.id)
    assert refused(await say(house, quiet, "I was here before that", "k1")) == ""
    new, other = await arrive(town, house, "t1"), await arrive(town, house, "t2")
    assert (await say(house, new, "hello, it is me", "k1"))["outcome"] == "hold"
    for someone, text, key, room in (
        (new, "hello", "k2", GRIEF),
        (regular, "hello again", "k1", ROOM),
        (other, "hello", "k1", ROOM),
        (new, CRY, "k3", ROOM),
    ):
        assert refused(await say(house, someone, text, key, room)) == "", (someone.id, key)
    assert refused(await say(house, new, "thank you for that", "k4")) == "", "one was shown"
    await desk_sanctions.lift(house, town.keys, troll.id, sanction=mute.id)
    await tags.unwatch(house, town.keys, [town.site], troll.id, [mute.id])
    late = await arrive(town, house, "t1")
    assert refused(await say(house, late, "hello", "k1")) == ""
    await sanction(town, house, troll.id, "ban")
    town.clock.turn(minutes=10)
    await duty.begin(house, town.keys, OMAR, [])
    await look(town, house)
    last = await arrive(town, house, "t1")
    assert refused(await say(house, last, "hello", "k1")) == ""


@pytest.mark.asyncio
async def test_where_nobody_could_read_it(two_topics: Town) -> None:
    """In a room without a volunteer they are slowed instead: one message each twenty seconds, and cries
    as they come; the others keep the room's pace."""
    town = two_topics
    house = await town.house(limited=True)
    await look(town, house)
    troll, regular = await arrive(town, house, "t1"), await arrive(town, house, "t1")
    for someone in (troll, regular):
        await say(house, someone, "hello", "k0")
    town.clock.turn(ms=1)
    await sanction(town, house, troll.id)
    new = await arrive(town, house, "t1")
    assert refused(await say(house, new, "hello, it is me", "k1")) == ""
    free = await town.house()
    assert refused(await say(free, new, "without limits", "k0")) == ""
    slow = await say(house, new, "and more", "k2")
    assert (refused(slow), slow["error"]["retry_after"]) == ("slow_mode", 20.0)
    assert refused(await say(house, new, CRY, "cry")) == ""
    assert refused(await say(house, regular, "and I", "k1")) == ""
    town.clock.turn(seconds=20)
    assert refused(await say(house, new, "and more", "k2")) == ""
    assert len(events(await replay(house, new))) == 7


@pytest.mark.asyncio
async def test_who_shares_a_tag(town: Town) -> None:
    """Others in rooms now with the same tag are counted, each once; a site's own network has no tag."""
    house = await town.house()
    troll = await arrive(town, house, "t1")
    for tag in ("t1", "t1", "t2"):
        await arrive(town, house, tag)
    own = await arrive(town, house, "")
    assert await tags.sharing(house, town.keys, [town.site], troll.id) == 2
    assert await tags.sharing(house, town.keys, [town.site], own.id) == 0
    await sanction(town, house, own.id)
    assert await house.store.command("EXISTS", town.keys.tag_watch("")) == 0
