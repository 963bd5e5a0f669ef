"""A decision about a case, taken back on the real store."""

import json
from typing import Any

import pytest

from rooms import case as open_cases
from rooms import case_undo, cases, own_words, retention
from rooms.cases import Decision
from rooms.house import House
from rooms.refusals import Refusal
from tests.rooms.test_cases import call, control, crisis, only
from tests.rooms.test_held import ASKING, on_duty, outcomes, say
from tests.rooms.town import Town


async def decide(house: House, town: Town, case: str, act: str = "a", **more: Any) -> None:
    await cases.decide(house, town.keys, Decision(case=case, act=act, person="o", **more))


async def back(house: House, town: Town, act: str = "a", by: str = "u") -> str:
    return await case_undo.undo(house, town.keys, act, by, "o", "Omar")


@pytest.mark.asyncio
async def test_refused_words_wait_again(town: Town) -> None:
    """Refused by a slip, words wait again as they did, once, in the hands of who refused them, and until the
    same minute; whoever comes back is not told what holds no more."""
    house, anna, said = await town.house(), town.session("anna"), await control(town)
    await on_duty(town, house)
    await say(house, anna, ASKING)
    before = await only(town, house)
    await decide(house, town, before.id, held={"outcome": "reject", "reason": "other"})
    assert [one["outcome"] for one in await outcomes(house, town)] == ["reject"]
    town.clock.turn(seconds=9)
    assert [await back(house, town) for _ in range(2)] == ["done", "done"]
    again = await only(town, house)
    assert (again.text, again.more, again.version, again.holder) == (ASKING, before.more, 2, "o")
    assert await outcomes(house, town) == []
    assert {"case": before.id} == (await said())[-1]
    await cases.approve(house, town.site, again, Decision(case=again.id, act="b", person="o"))
    assert [one["outcome"] for one in await outcomes(house, town)] == ["allow"]
    await say(house, anna, ASKING + " then", key="k2")
    second = await only(town, house)
    await decide(house, town, second.id, "c", held={"outcome": "reject"})
    assert await back(house, town, "c", "v") == "done"
    town.clock.turn(seconds=retention.HELD)
    await cases.look(house, town.keys)
    assert await open_cases.queue(house, town.keys) == []


@pytest.mark.asyncio
async def test_ten_seconds_and_no_words_after(town: Town) -> None:
    """What was decided can be taken back for twelve seconds; then nothing has its words."""
    house = await town.house()
    case = (await cases.open_case(house, town.keys, crisis())).id
    await decide(house, town, case)
    ttl = await house.store.command("PTTL", town.keys.decided("a"))
    assert 0 < ttl <= retention.CASE_UNDO * 1000 == 12_000
    where = [name for name, value in (await town.everything(house)).items() if "words" in value]
    assert where == [town.keys.decided("a")]
    await house.store.command("DEL", town.keys.decided("a"))  # as its time does
    assert await back(house, town) == "ended"
    assert await open_cases.decided(house, town.keys, case)


@pytest.mark.asyncio
async def test_not_once_somebody_asked_anew(town: Town) -> None:
    """A decision stays where a new case about the same is open, and where it was decided again."""
    house = await town.house()
    first = (await cases.open_case(house, town.keys, crisis("k"))).id
    await decide(house, town, first)
    second = (await cases.open_case(house, town.keys, crisis("l"))).id
    assert await back(house, town) == "changed"
    await decide(house, town, second, "b")
    assert await back(house, town, "b", "v") == "done"
    await decide(house, town, second, "c")
    assert await back(house, town, "b", "w") == "ended"


@pytest.mark.asyncio
async def test_handed_on(town: Town) -> None:
    """What was handed on comes back while no colleague has taken it."""
    house = await town.house()
    case = (await cases.open_case(house, town.keys, call())).id
    await decide(house, town, case, escalate=True)
    assert await back(house, town) == "done"
    assert ((await only(town, house)).escalated, (await only(town, house)).holder) == (False, "o")
    await decide(house, town, case, "b", escalate=True)
    await cases.claim(house, town.keys, case, "i", "Ines")
    assert await back(house, town, "b", "v") == "changed"
    assert (await only(town, house)).escalated


@pytest.mark.asyncio
async def test_a_reporter_is_told_anew(town: Town) -> None:
    """Who reported was told; after the decision is taken back the next one is told, and no other is kept."""
    house = await town.house()
    opening = call("anna")
    report = cases.Opening(
        id="r", kind="report", about="x", site="s", visitor="ben", text="words", reporter="eve", receipt="r"
    )
    await cases.open_case(house, town.keys, opening)
    await cases.open_case(house, town.keys, report)
    await decide(house, town, "r", reported="no_action")
    assert await back(house, town) == "done"
    assert await outcomes(house, town, "eve") == []
    await decide(house, town, "r", "b", reported="acted")
    assert [one["outcome"] for one in await outcomes(house, town, "eve")] == ["acted"]


@pytest.mark.asyncio
async def test_erased_is_erased(town: Town) -> None:
    """Who erases their words while a decision about them could be taken back has erased those too."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    await say(house, anna, ASKING)
    case = (await only(town, house)).id
    await decide(house, town, case, held={"outcome": "reject"})
    await own_words.erase(house, anna)
    assert ASKING not in json.dumps(await town.everything(house))
    assert await back(house, town) == "ended"


@pytest.mark.asyncio
async def test_taken_back_meanwhile(town: Town) -> None:
    """Refused words that their author takes back while the refusal can be undone are never said."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    await say(house, anna, ASKING)
    before = await only(town, house)
    await decide(house, town, before.id, held={"outcome": "reject", "reason": "other"})
    with pytest.raises(Refusal, match="not_found"):
        await own_words.retract(house, anna, before.room, before.message)
    assert await back(house, town) == "ended"
    assert [name for name, value in (await town.everything(house)).items() if ASKING in value] == []


@pytest.mark.asyncio
async def test_what_names_cases_ends_with_them(town: Town) -> None:
    """Which cases are open, and whom each is about, is kept as long as the longest of them is and no longer,
    whatever was decided and taken back."""
    house, longest = await town.house(), retention.CASE * 1000 + 60_000

    async def left() -> list[int]:
        return [await house.store.command("PTTL", key) for key in (town.keys.cases, town.keys.cases_about)]

    case = (await cases.open_case(house, town.keys, crisis())).id
    assert all(longest - 60_000 < ms <= longest for ms in await left())
    await on_duty(town, house)
    await say(house, town.session("ben"), ASKING)  # a quarter of an hour, which shortens nothing
    assert all(longest - 60_000 < ms <= longest for ms in await left())
    for held in [one.id for one in await open_cases.queue(house, town.keys) if one.id != case]:
        await decide(house, town, held, "b", held={"outcome": "reject"})
    await decide(house, town, case)
    assert await left() == [-2, -2], "none is open"
    assert await back(house, town) == "done"
    assert all(longest - 60_000 < ms <= longest for ms in await left())
