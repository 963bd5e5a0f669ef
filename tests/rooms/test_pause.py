"""The pause that the service asks for by itself, over the real store and a clock turned by hand."""

import json
from typing import Any

import pytest

from rooms import desk_sanctions
from rooms.house import House
from rooms.session import Session
from tests.rooms.test_tags import arrive, refused, say
from tests.rooms.town import Town

DEAL, ADVERT = "selling subs, hit me up", "buy now, 50 % off, order today, limited time offer"
GUESSED = (
    "our masterclass on healing starts monday, early bird price ends tonight",
    "everyone gets half off our coaching this week, early bird price ends tonight",
    "early bird price for our healing masterclass ends tonight, join us",
)
CRY = "I want to die, selling my subs, hit me up"


async def held(house: House, session: Session) -> list[Any]:
    return await desk_sanctions.in_force(house, session.keys, session.id)


@pytest.mark.asyncio
async def test_three_refusals_ask_for_a_pause(town: Town) -> None:
    """The third refusal in ten minutes, by whatever tab, pauses for ten minutes from it: in every
    process, in the outbox with its rule; the same message again counts once, and the pause ends by itself."""
    house, other = await town.house(limited=True), await town.house(limited=True)
    anna = await arrive(town, house, "tag")
    for key in ("a", "a", "a"):  # a retry
        assert refused(await say(house, anna, DEAL, key)) == "sourcing"
    town.clock.turn(minutes=4)
    assert refused(await say(other, anna, DEAL, "b")) == "sourcing"
    assert await held(house, anna) == []
    town.clock.turn(minutes=4)
    assert refused(await say(house, anna, DEAL, "c")) == "sourcing"
    (mute,) = await held(other, anna)
    assert (mute.kind, mute.reason, mute.until) == ("mute", "sourcing", town.clock() + 600_000)
    assert refused(await say(other, anna, "I am sorry", "d")) == "muted"
    (entry,) = map(json.loads, await house.store.command("LRANGE", town.keys.outbox, 0, -1))
    assert (entry["action"], entry["actor"], entry["sanction"]["id"]) == ("pause", "system", mute.id)
    assert entry["rule"].startswith("sourcing.")
    assert entry["rule_version"]
    town.clock.turn(minutes=10, ms=1)
    assert refused(await say(house, anna, "I am sorry", "e")) == ""
    assert refused(await say(house, anna, DEAL, "f")) == "sourcing"
    assert await held(house, anna) == []  # counted from the beginning


@pytest.mark.asyncio
async def test_what_never_counts(town: Town) -> None:
    """A cry for help, however it is refused, personal details, methods sought, what only the model
    refused, what lies further apart; and nothing at all where limits are off."""
    house, free = await town.house(limited=True), await town.house(limited=False)
    anna, ben, cleo, dora = [await arrive(town, house, f"tag{n}") for n in range(4)]
    assert refused(await say(house, anna, CRY, "first")) == "sourcing"
    for key in range(5):
        for text in (CRY, "my number is 555 867 5309", "how many pills does it take to die"):
            await say(house, anna, text, f"{text[:2]}{key}")
            town.clock.turn(seconds=20)
        await say(house, ben, DEAL, str(key))
        for guessed in GUESSED:
            assert refused(await say(house, dora, guessed, f"{guessed[:2]}{key}")) == "spam"
        for again in "ab":
            await say(free, cleo, DEAL, f"{key}{again}")
        town.clock.turn(minutes=5)
        assert [await held(house, one) for one in (anna, ben, cleo, dora)] == [[]] * 4
