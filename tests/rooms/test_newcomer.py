"""First words that nobody answers, on the real store, by a clock turned by hand."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from rooms import case as open_cases
from rooms import cases, duty, own_words, retention, unanswered, whispers
from rooms.case import Case
from rooms.cases import Decision
from rooms.house import House
from rooms.session import Role, Session
from rooms.whispers import Whisper
from tests.rooms.test_cases import GUS, OMAR, control, crisis
from tests.rooms.test_held import ASKING, on_duty
from tests.rooms.test_held import say as say_held
from tests.rooms.town import ROOM, Town, commit

GINA = {"id": "h", "name": "Gina", "role": "greeter"}
HELLO = "hello, it is my first evening here"


async def say(house: House, who: Session, text: str, **more: Any) -> str:
    """Words in the room; the id that they got."""
    answer = await commit(house, who, text, house.mint(), **more)
    assert answer["ok"], answer
    return str(answer["id"])


async def later(
    town: Town, house: House, seconds: float, *there: dict[str, str], every: float = 1
) -> list[Case]:
    """So much later, second by second as a process looks; the cases that are open then."""
    for _ in range(round(seconds / every)):
        town.clock.turn(seconds=every)
        for person in there:
            await duty.begin(house, town.keys, person, [])
        await cases.look(house, town.keys)
    return await open_cases.queue(house, town.keys)


async def crowd(town: Town, house: House) -> None:
    """Three people talk in the room, and none of them is new there any more."""
    for name in ("ada", "ben", "cleo"):
        await say(house, town.session(name), "good evening")
    for name in ("ada", "ben", "cleo"):
        await say(house, town.session(name), "how are you, Ada, Ben, Cleo?")
    await cases.look(house, town.keys)


def cards(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["unanswered"] for one in said if "unanswered" in one]


def asked(said: list[dict[str, Any]]) -> list[str]:
    return [one["ask"] for one in said if "ask" in one]


@pytest.mark.asyncio
async def test_they_become_a_case(town: Town) -> None:
    """After 90 seconds without an answer a newcomer's first words are a case with what stood before them."""
    house = await town.house(limited=True)
    await crowd(town, house)
    said = await say(house, town.session("nia"), HELLO)
    since = town.clock()
    assert await later(town, house, 89) == []
    (case,) = await later(town, house, 1)
    assert (case.kind, case.visitor, case.room, case.message) == ("unanswered", "nia", ROOM, said)
    assert (case.text, case.at, case.version) == (HELLO, since, 1)
    assert (len(case.context), case.more, case.site) == (6, {"name": "Nia"}, town.site.id)
    assert len(await later(town, house, 200)) == 1


def staff(town: Town, role: Role) -> Session:
    return replace(town.session("omar"), role=role)


@pytest.mark.asyncio
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["reply", "mention", "greeter", "moderator", "lead"])
async def test_an_answer_closes_it(town: Town, how: str, when: str) -> None:
    """A reply, their name, or words of staff are an answer, before and after it became a case."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    nia, ada = town.session("nia"), town.session("ada")
    nia = replace(nia, name="Gentle Otter")
    said = await say(house, nia, HELLO)
    if when == "after":
        assert len(await later(town, house, 100)) == 1
    if how == "reply":
        await say(house, ada, "welcome", reply_to=said)
    elif how == "mention":
        await say(house, ada, "welcome gentle otter, sit down")
    else:
        await say(house, staff(town, how), "welcome")  # type: ignore[arg-type]
    assert await later(town, house, 1) == []
    assert await later(town, house, 400, every=10) == []
    assert cards(await told()) == []
    assert await house.store.command("HEXISTS", town.keys.meta(ROOM), "unheard") == 0


@pytest.mark.asyncio
async def test_what_is_no_answer(town: Town) -> None:
    """Their own words, what others say to each other, a greeter's answer to another and a simulated person's
    words leave it running."""
    house = await town.house(limited=True)
    await crowd(town, house)
    nia, ada, ben = town.session("nia"), town.session("ada"), town.session("ben")
    said = await say(house, nia, HELLO)
    await say(house, nia, "is Nia heard by anybody?", reply_to=said)
    other = await say(house, ada, "I slept badly")
    await say(house, ben, "so did I", reply_to=other)
    await say(house, staff(town, "greeter"), "what helps you, Ada?", reply_to=other)
    await say(house, replace(town.session("sim"), role="simulated"), "hello Nia", reply_to=said)
    assert [case.visitor for case in await later(town, house, 90)] == ["nia"]


@pytest.mark.asyncio
async def test_where_few_talk(town: Town) -> None:
    """Where fewer than three people talk, the next words of another are meant for who waits."""
    house = await town.house(limited=True)
    nia, ada = town.session("nia"), town.session("ada")
    await say(house, nia, HELLO)
    await later(town, house, 30)
    await say(house, ada, "the first quiet hour today")  # and she waits from now
    assert [case.visitor for case in await later(town, house, 90)] == ["ada"]
    await say(house, nia, "here too")
    assert await later(town, house, 1) == []


@pytest.mark.asyncio
async def test_who_talked_long_ago_talks_no_more(town: Town) -> None:
    """Somebody who said nothing for ten minutes is not of those who talk."""
    house = await town.house(limited=True)
    await crowd(town, house)
    assert await later(town, house, 600, every=60) == []
    await say(house, town.session("nia"), HELLO)
    await say(house, town.session("ada"), "evening")
    assert await later(town, house, 200, every=10) == []


@pytest.mark.asyncio
async def test_support_buys_a_minute(town: Town) -> None:
    """Support from another is no answer and buys 60 seconds, once; one's own buys none."""
    house = await town.house(limited=True)
    await crowd(town, house)
    nia, ada, ben = town.session("nia"), town.session("ada"), town.session("ben")
    said = await say(house, nia, HELLO)
    await own_words.react(house, nia, ROOM, said, "heart", on=True)
    for who in (ada, ben):
        await own_words.react(house, who, ROOM, said, "heard", on=True)
    assert await later(town, house, 149) == []
    assert len(await later(town, house, 1)) == 1


@pytest.mark.asyncio
async def test_one_greeter_is_asked(town: Town) -> None:
    """At 45 seconds one greeter of those on duty is asked, once, whichever process looks; nobody else is."""
    houses, told = [await town.house(limited=True), await town.house(limited=True)], await control(town)
    await crowd(town, houses[0])
    said = await say(houses[0], town.session("nia"), HELLO)
    since = town.clock()
    for person in (GUS, GINA, OMAR):
        await duty.begin(houses[0], town.keys, person, [])
    for seconds, times in ((44, 0), (1, 1), (1, 1), (60, 1)):
        town.clock.turn(seconds=seconds)
        await asyncio.gather(*(cases.look(house, town.keys) for house in houses))
        assert len(asked(await told())) == times
    (ask,) = [one for one in await told() if "ask" in one]
    assert ask["ask"] in ("g", "h")
    item = {
        "kind": "unanswered",
        "site": town.site.id,
        "room": ROOM,
        "message": said,
        "name": "Nia",
        "at": since,
    }
    assert {name: value for name, value in ask["item"].items() if name != "id"} == item
    assert (await open_cases.queue(houses[1], town.keys))[0].id == ask["item"]["id"]


@pytest.mark.asyncio
async def test_greeters_are_asked_in_turn(town: Town) -> None:
    """Twenty newcomers are not all for one greeter of two; without a greeter nobody is asked."""
    house, told = await town.house(limited=True), await control(town)
    await duty.begin(house, town.keys, OMAR, [])
    await say(house, town.session("nia"), HELLO)
    await later(town, house, 60, OMAR, every=15)
    assert asked(await told()) == []
    await crowd(town, house)
    for number in range(20):
        await say(house, town.session(f"nia{number}"), HELLO)
    await later(town, house, 60, GUS, GINA, every=15)
    names = asked(await told())
    assert len(names) == 20
    assert set(names) == {"g", "h"}


@pytest.mark.asyncio
@pytest.mark.parametrize(("lang", "who"), [("es-MX", {"h"}), ("en", {"g"}), ("pl", {"g", "h"})])
async def test_a_greeter_of_their_language(town: Town, lang: str, who: set[str]) -> None:
    """Where a greeter on duty speaks the newcomer's language, one of those is asked; else anyone is."""
    house, told = await town.house(limited=True), await control(town)
    await duty.begin(house, town.keys, GUS, ["en"])
    await duty.begin(house, town.keys, GINA, ["es"])
    for number in range(12):
        name = f"nia{number}"
        await house.store.command("HSET", town.keys.visitor(town.site, name), "lang", lang)
        await say(house, town.session(name), HELLO, room=f"addiction.{number + 1}")
    town.clock.turn(seconds=45)
    await cases.look(house, town.keys)
    assert len(asked(await told())) == 12
    assert set(asked(await told())) == who


@pytest.mark.asyncio
@pytest.mark.parametrize("state", ["none", "told", "seen"])
async def test_the_card(town: Town, state: str) -> None:
    """At 180 seconds the newcomer is told, once: nobody is here, somebody is told, or looks after it."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    said = await say(house, town.session("nia"), HELLO)
    there = () if state == "none" else (OMAR,)
    (case,) = await later(town, house, 179, *there)
    if state == "seen":
        await cases.claim(house, town.keys, case.id, "o", "Omar")
    assert cards(await told()) == []
    await later(town, house, 1, *there)
    card = {"room": ROOM, "id": said, "state": state}
    assert cards(await told()) == [card]
    assert await unanswered.standing(house, town.keys, "nia", ROOM) == unanswered.Card(**card)
    assert await unanswered.standing(house, town.keys, "ada", ROOM) is None
    await later(town, house, 300, *there, every=10)
    assert cards(await told()) == [card]
    await say(house, town.session("ada"), "welcome, Nia")
    assert await unanswered.standing(house, town.keys, "nia", ROOM) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["private word", "decided"])
async def test_no_card(town: Town, how: str) -> None:
    """Who had a private word, or was looked after in another way, is not told that nobody answered."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    await say(house, town.session("nia"), HELLO)
    (case,) = await later(town, house, 100, OMAR)
    if how == "decided":
        await cases.decide(house, town.keys, Decision(case=case.id, act="a", person="o"))
    else:
        word = Whisper("w", "o", "Omar", "moderator", "Welcome. I am here.", town.clock())
        await whispers.send(house, town.keys, "nia", word)
    left = await later(town, house, 200, OMAR, every=10)
    assert cards(await told()) == []
    assert len(left) == (how == "private word")


@pytest.mark.asyncio
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["retract", "erase", "cry"])
async def test_it_ends(town: Town, how: str, when: str) -> None:
    """Words taken back wait no more, and a cry for help has its own path: nothing of the clock is left."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    nia = town.session("nia")
    said = await say(house, nia, HELLO)
    if when == "after":
        assert len(await later(town, house, 185)) == 1
    before = len(cards(await told()))
    if how == "retract":
        await own_words.retract(house, nia, ROOM, said)
    elif how == "erase":
        assert (await own_words.erase(house, nia)).kept == 0
        assert await later(town, house, 1) == []
    else:
        await cases.open_case(house, town.keys, crisis(visitor="nia", site=town.site.id))
    left = await later(town, house, 190, GUS, every=5)
    assert [case.kind for case in left] == (["crisis"] if how == "cry" else [])
    assert (len(cards(await told())), asked(await told())) == (before, [])
    assert await house.store.command("HEXISTS", town.keys.meta(ROOM), "unheard") == 0
    if how != "cry":
        assert HELLO not in repr(await town.everything(house))


@pytest.mark.asyncio
async def test_only_first_words_of_visitors(town: Town) -> None:
    """Words in a room where one has written, of staff, of simulated people, and an edit start no clock."""
    house = await town.house(limited=True)
    await crowd(town, house)
    await say(house, town.session("ada"), "does anybody sleep?")
    await say(house, replace(town.session("sim"), role="simulated"), "hello all")
    await say(house, staff(town, "greeter"), "hello all")
    assert await later(town, house, 200, every=10) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "given", [{}, {"limited": True, "log_minutes": 2}, {"limited": True, "log_minutes": 0}]
)
async def test_not_everywhere(town: Town, given: dict[str, Any]) -> None:
    """With the profile off, or a log that forgets before the last step, nobody's words are waited for."""
    house = await town.house(**given)
    await crowd(town, house)
    await say(house, town.session("nia"), HELLO)
    assert await later(town, house, 200, every=10) == []
    assert await house.store.command("HEXISTS", town.keys.meta(ROOM), "unheard") == 0


@pytest.mark.asyncio
async def test_held_words_wait_from_their_release(town: Town) -> None:
    """First words that a person let through wait from that moment."""
    house = await town.house(limited=True)
    await crowd(town, house)
    await on_duty(town, house)
    await say_held(house, town.session("nia"), ASKING)
    (case,) = await later(town, house, 60, OMAR)
    await cases.approve(house, town.site, case, Decision(case=case.id, act="a", person="o"))
    assert await later(town, house, 89, OMAR) == []
    assert [one.kind for one in await later(town, house, 1, OMAR)] == ["unanswered"]


@pytest.mark.asyncio
async def test_nothing_is_left_after_an_hour(town: Town) -> None:
    """An unanswered case ends an hour after it was opened, with the words in it."""
    house = await town.house(limited=True)
    await crowd(town, house)
    await say(house, town.session("nia"), HELLO)
    assert len(await later(town, house, retention.UNANSWERED + 60, every=30)) == 1
    assert await later(town, house, 60, every=30) == []


@pytest.mark.asyncio
async def test_the_case_follows_the_room(town: Town) -> None:
    """What its author changes, and others take back, is no more in an unanswered case at its next look."""
    house, nia = await town.house(limited=True), town.session("nia")
    await crowd(town, house)
    before = await say(house, town.session("ada"), "I live above the bakery")
    said = await say(house, nia, HELLO + ", call me at the mill")
    (case,) = await later(town, house, 180)
    assert "mill" in (case.text or "")
    assert b"bakery" in b"".join(map(bytes, case.context))
    assert (await say_held(house, nia, HELLO, key="e", edits=said))["ok"]
    await own_words.retract(house, town.session("ada"), ROOM, before)
    (case,) = await later(town, house, 31)
    assert (case.text, case.version) == (HELLO, 1)
    assert "bakery" not in repr(await town.everything(house))


@pytest.mark.asyncio
async def test_a_process_that_looks_late(town: Town) -> None:
    """Where nobody looked for minutes, no greeter is asked any more and the case comes at the next look."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    await say(house, town.session("nia"), HELLO)
    await duty.begin(house, town.keys, GUS, [])
    town.clock.turn(seconds=240)
    await later(town, house, 3, GUS)
    assert (asked(await told()), len(cards(await told()))) == ([], 1)
    assert len(await open_cases.queue(house, town.keys)) == 1


@pytest.mark.asyncio
async def test_a_flood_hides_nobody(town: Town) -> None:
    """First words that were pushed out of a full log in the meantime are a case all the same."""
    house = await town.house(limited=True)
    people = [town.session(f"p{number}") for number in range(30)]
    await say(house, town.session("nia"), HELLO)
    await say(house, town.session("nia"), "or may I come later?")
    await house.store.command("HSET", town.keys.meta(ROOM), "unheard", "")  # nobody's words are an answer
    for number in range(retention.LOG_EVENTS):
        town.clock.turn(ms=60)
        await say(house, people[number % 30], f"and {number} more")
    found = {case.visitor: case for case in await later(town, house, 40)}
    assert found["nia"].text is None
    assert found["nia"].message


@pytest.mark.asyncio
async def test_many_who_wait(town: Town) -> None:
    """Of a hundred who wait in one room each becomes a case, and what the room keeps of it is bounded."""
    house = await town.house(limited=True)
    await crowd(town, house)
    for number in range(100):
        await say(house, town.session(f"nia{number}"), HELLO)
    unheard = await house.store.command("HGET", town.keys.meta(ROOM), "unheard")
    assert unheard.count(b"\n") == 64
    assert len(await later(town, house, 100, every=10)) == 100
    await say(house, staff(town, "greeter"), "welcome, all of you")
    assert len(await later(town, house, 400, every=10)) == 100 - 64
    assert await house.store.command("HEXISTS", town.keys.meta(ROOM), "unheard") == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("second", [None, "nia", "ada", "ben"])
async def test_a_second_answer_is_asked_for(town: Town, second: str | None) -> None:
    """Five minutes after the first answer one greeter is asked for another, unless a second person gave one:
    not its author, and not whoever gave the first."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    said = await say(house, town.session("nia"), HELLO)
    await later(town, house, 40)
    await say(house, town.session("ada"), "welcome", reply_to=said)
    await later(town, house, 100, GUS, every=10)
    if second:
        await say(house, town.session(second), "hello Nia", reply_to=said)
    await later(town, house, 190, GUS, every=10)
    assert asked(await told()) == []
    assert await later(town, house, 600, GUS, every=10) == []
    asks = [one["item"] for one in await told() if "ask" in one]
    assert [ask["second"] for ask in asks] == [True] * (second != "ben")
    assert cards(await told()) == []
    assert await house.store.command("HEXISTS", town.keys.meta(ROOM), "unheard") == 0
    assert await house.store.command("ZCARD", town.keys.cases_due) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["erase", "cry", "the one greeter"])
async def test_no_second_answer_is_asked_for(town: Town, how: str) -> None:
    """Nobody is asked for one to words taken back, beside a cry for help, or who gave the first."""
    house, told = await town.house(limited=True), await control(town)
    await crowd(town, house)
    nia = town.session("nia")
    said = await say(house, nia, HELLO)
    first = replace(town.session("g"), role="greeter") if how == "the one greeter" else town.session("ada")
    await say(house, first, "welcome", reply_to=said)
    if how == "erase":
        await own_words.erase(house, nia)
    elif how == "cry":
        await cases.open_case(house, town.keys, crisis(visitor="nia", site=town.site.id))
    await later(town, house, 400, GUS, every=10)
    assert asked(await told()) == []
