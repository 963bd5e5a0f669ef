"""Words that wait for a person: who sees them, and what becomes of them."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from rooms import case as open_cases
from rooms import cases, cover, duty, message, own_words, relay, retention
from rooms.cases import Decision
from rooms.house import House
from rooms.limits import WORDS
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.session import Session
from tests.rooms.test_cases import OMAR, control, only, only_to_take_back
from tests.rooms.town import ROOM, Town, beginning, decoded, events, judged, replay, texts

ASKING = "what are you wearing right now"
"""Held for a person to read, by the rules of grooming."""


async def on_duty(town: Town, *houses: House) -> None:
    await duty.begin(houses[0], town.keys, OMAR, [])
    for house in houses:
        await cover.look(house, town.keys, {"addiction": True}, "en")


async def say(house: House, session: Session, text: str, key: str = "k", **more: Any) -> dict[str, Any]:
    draft = Draft(key=key, text=text, room=ROOM, **more)
    return decoded(await relay.say(house, session, {ROOM}, draft))


async def decide(house: House, town: Town, act: str = "a", **more: Any) -> None:
    made = Decision(case=(await only(town, house)).id, act=act, person="o", **more)
    if more.get("held"):
        await cases.decide(house, town.keys, made)
    else:
        await cases.approve(house, town.site, await only(town, house), made)


async def outcomes(house: House, town: Town, visitor: str = "anna") -> list[dict[str, Any]]:
    return [json.loads(bytes(one)) for one in await cases.outcomes(house, town.keys, visitor)]


@pytest.mark.asyncio
async def test_nobody_else_sees_them(town: Town) -> None:
    """Held words are in no snapshot, replay, announcement or log, and in one case; their author knows."""
    house, anna, ear = await town.house(), town.session("anna"), await town.ear()
    await on_duty(town, house)
    start = await beginning(house, anna)
    answer = await say(house, anna, ASKING)
    assert (answer["ok"], answer["outcome"], answer["seq"], answer["text"]) == (True, "hold", None, None)
    assert await say(house, anna, ASKING) == answer, "a retry opens no second case"
    found = await only(town, house)
    assert (found.kind, found.visitor, found.text, found.message) == ("held", "anna", ASKING, answer["id"])
    assert (found.more["name"], found.author_here) == ("Anna", False)
    assert found.more["rules"][0]["rule"]
    for seen in (await replay(house, anna), await replay(house, town.session("ben"), start)):
        assert "wearing" not in repr(seen)
    assert "wearing" not in repr(await ear.said())
    where = [name for name, value in (await town.everything(house)).items() if "wearing" in value]
    assert where == [town.keys.case(found.id)]


@pytest.mark.asyncio
async def test_let_through(town: Town) -> None:
    """Approved, they get the next seq at that moment, once; all hear them, and their author's outcome."""
    house, anna, ben, ear = await town.house(), town.session("anna"), town.session("ben"), await town.ear()
    await on_duty(town, house)
    answer = await say(house, anna, ASKING, reply_to="none")
    await say(house, ben, "hello")
    town.clock.turn(minutes=1)
    case = await only(town, house)
    made = Decision(case=case.id, act="a", person="o")
    await cases.approve(house, town.site, case, made)
    await cases.approve(house, town.site, case, made)
    said = events(await replay(house, ben))
    assert [(one["seq"], one["text"]) for one in said] == [(1, "hello"), (2, ASKING)]
    assert (said[1]["id"], said[1]["from"]["name"], said[1]["at"]) == (answer["id"], "Anna", town.clock())
    assert len(await ear.said("e")) == 2
    told = {"room": ROOM, "key": "k", "id": answer["id"], "outcome": "allow", "seq": 2}
    assert await outcomes(house, town) == [told]
    assert await open_cases.queue(house, town.keys) == []
    with pytest.raises(Refusal, match="conflict"):
        await cases.approve(house, town.site, case, Decision(case=case.id, act="b", person="o"))
    assert (await own_words.erase(house, anna)).erased == 1


@pytest.mark.asyncio
async def test_let_through_once(town: Town) -> None:
    """Of two who decide at once over two processes one does; the room hears the words once or never."""
    here, there = await town.house(), await town.house()
    await on_duty(town, here, there)
    for number in range(20):
        anna = town.session(f"anna{number}")
        await say(here, anna, ASKING)
        case = await only(town, here)
        no = Decision(case=case.id, act=f"n{number}", person="i", held={"outcome": "reject"})
        yes = Decision(case=case.id, act=f"y{number}", person="o")
        ended = await asyncio.gather(
            cases.decide(here, town.keys, no),
            cases.approve(there, town.site, case, yes),
            return_exceptions=True,
        )
        assert sum(isinstance(end, Refusal) for end in ended) == 1
        heard = [one for one in events(await replay(here, anna)) if one["from"]["id"] == anna.id]
        (told,) = await outcomes(here, town, anna.id)
        assert len(heard) == (told["outcome"] == "allow") == (ended[1] is None)


@pytest.mark.asyncio
async def test_refused(town: Town) -> None:
    """Rejected, their author hears why; the room never saw them, and the store has no word of them."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    answer = await say(house, anna, ASKING)
    await decide(house, town, held={"outcome": "reject", "reason": "harassment"})
    told = {"room": ROOM, "key": "k", "id": answer["id"], "outcome": "reject", "reason": "harassment"}
    assert await outcomes(house, town) == [told]
    assert (await replay(house, anna)).position.seq == 0
    await only_to_take_back(town, house, "wearing")


@pytest.mark.asyncio
async def test_fifteen_minutes(town: Town) -> None:
    """Words that nobody decided about go back after 15 minutes, once, whoever is on duty."""
    houses = [await town.house(), await town.house()]
    anna, said = town.session("anna"), await control(town)
    await on_duty(town, *houses)
    await say(houses[0], anna, ASKING)
    for turned, gone in ((0, 0), (60 * 15 - 1, 0), (1, 1)):
        town.clock.turn(seconds=turned)
        await on_duty(town, *houses)
        for house in houses:
            await cases.look(house, town.keys)
        told = [one["outcome"]["outcome"] for one in await said() if "outcome" in one]
        assert told == ["expired"] * gone
    assert await open_cases.queue(houses[0], town.keys) == []
    assert "wearing" not in repr(await town.everything(houses[0]))


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["ends", "lapses"])
async def test_the_last_one_goes(town: Town, how: str) -> None:
    """Where the last one goes off duty, or is no more heard of, what waits goes back: a person was needed."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    await say(house, anna, ASKING)
    await cases.look(house, town.keys)
    assert await outcomes(house, town) == []
    if how == "ends":
        await duty.end(house, town.keys, "o")
    else:
        town.clock.turn(seconds=90)
    await cases.look(house, town.keys)
    (told,) = await outcomes(house, town)
    assert (told["outcome"], told["reason"]) == ("expired", "needs_person")
    assert await open_cases.queue(house, town.keys) == []


@pytest.mark.asyncio
async def test_nothing_waits_for_nobody(town: Town) -> None:
    """With nobody on duty words go back at once, also where a process still thinks that somebody is."""
    house, anna = await town.house(limited=True), town.session("anna")
    refused = await say(house, anna, ASKING)
    assert refused["error"]["category"] == "needs_person"
    await on_duty(town, house)
    await duty.end(house, town.keys, "o")
    ben = town.session("ben")
    refused = await say(house, ben, ASKING)
    assert refused["error"]["category"] == "needs_person"
    spent = int(await house.store.command("GET", town.keys.bucket("words", "ben"))) - town.clock()
    assert spent == WORDS.interval_ms, "judged twice, and paid for once"
    assert await open_cases.queue(house, town.keys) == []
    method = await say(house, town.session("eve"), "I can't go on. what is the most painless way to die")
    assert method["outcome"] == "redact"
    assert events(await replay(house, anna))[0]["veil"] == ["self_harm"]


@pytest.mark.asyncio
async def test_a_muted_author_is_not_let_through(town: Town) -> None:
    """After a mute no seq belongs to the muted, approved or not; the case stays to be rejected."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    await say(house, anna, ASKING)
    await town.impose(house, town.mute("anna"))
    with pytest.raises(Refusal, match="conflict"):
        await decide(house, town)
    assert (await replay(house, anna)).position.seq == 0
    await decide(house, town, held={"outcome": "reject", "reason": "other"})


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["retract", "erase"])
async def test_taken_back_while_they_wait(town: Town, how: str) -> None:
    """What its author takes back is never let through; staff keep it until they decided."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    answer = await say(house, anna, ASKING)
    if how == "retract":
        with pytest.raises(Refusal, match="not_found"):
            await own_words.retract(house, town.session("ben"), ROOM, answer["id"])
        await own_words.retract(house, anna, ROOM, answer["id"])
    else:
        assert await own_words.erase(house, anna) == own_words.Erased(0, 1)
    assert (await only(town, house)).withdrawn
    with pytest.raises(Refusal, match="conflict"):
        await decide(house, town)
    assert (await replay(house, anna)).position.seq == 0
    await decide(house, town, held={"outcome": "reject", "reason": "other"})


@pytest.mark.asyncio
async def test_a_held_edit(town: Town) -> None:
    """New words for an own message wait too: the old ones stand until a person lets them through."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    first = await say(house, anna, "hello there")
    answer = await say(house, anna, ASKING, "k2", edits=first["id"])
    assert (answer["outcome"], answer["id"]) == ("hold", first["id"])
    assert texts(await replay(house, anna)) == ["hello there"]
    with pytest.raises(Refusal, match="forbidden"):
        await say(house, town.session("ben"), ASKING, "k3", edits=first["id"])
    town.clock.turn(minutes=12)
    await decide(house, town)
    assert texts(await replay(house, anna)) == [ASKING]
    assert "hello there" not in repr(await town.everything(house))


@pytest.mark.asyncio
@pytest.mark.parametrize("newer", ["shown", "held"])
async def test_only_the_newest_edit_is_let_through(town: Town, newer: str) -> None:
    """Other words for a message that already has newer ones, shown or waiting, are let through no more: the
    room would read what their author has left behind."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    first = await say(house, anna, "hello there")
    await say(house, anna, ASKING, "k2", edits=first["id"])
    old = await only(town, house)
    text = "I am glad to be here" if newer == "shown" else f"{ASKING}, my dear"
    await say(house, anna, text, "k3", edits=first["id"])
    with pytest.raises(Refusal, match="conflict"):
        await cases.approve(house, town.site, old, Decision(case=old.id, act="a", person="o"))
    for case in await open_cases.queue(house, town.keys):
        if case.id != old.id:
            assert old.id in [one.id for one in await open_cases.queue(house, town.keys) if one.withdrawn]
            await cases.approve(house, town.site, case, Decision(case=case.id, act="b", person="o"))
    assert texts(await replay(house, anna)) == [text]


@pytest.mark.asyncio
async def test_a_held_edit_goes_with_its_message(town: Town) -> None:
    """Who takes a message back takes the words back that wait to stand in its place: staff see that."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    first = await say(house, anna, "hello there")
    await say(house, anna, ASKING, "k2", edits=first["id"])
    await own_words.retract(house, anna, ROOM, first["id"])
    assert (await only(town, house)).withdrawn


@pytest.mark.asyncio
async def test_what_is_hidden_stays_hidden(town: Town) -> None:
    """A number in held words is hidden from staff too, and from the room when they are let through."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    await say(house, anna, f"{ASKING}? phone me on +1 212 555 0142")
    case = await only(town, house)
    assert case.text is not None
    assert ("wearing" in case.text, "0142" in case.text) == (True, False)
    assert {rule["span"] for rule in case.more["rules"]} == {None}
    await decide(house, town)
    assert "0142" not in repr(await town.everything(house))
    assert events(await replay(house, anna))[0]["text"] == case.text


def test_only_held_words_wait(town: Town) -> None:
    """Words that may be said, and words that nobody may say, are no event that waits."""
    for text in ("hello", "who's got percs"):
        with pytest.raises(ValueError, match="held"):
            message.held(judged(text), town.session("anna"), "id")


@pytest.mark.asyncio
async def test_outlive_their_time(town: Town) -> None:
    """The store keeps them longer than they may wait: whoever looks a moment late still finds their author,
    who is told that they expired."""
    house, anna = await town.house(), town.session("anna")
    await on_duty(town, house)
    await say(house, anna, ASKING)
    kept = await house.store.command("PTTL", town.keys.case((await only(town, house)).id))
    assert kept > retention.HELD * 1000


@pytest.mark.asyncio
async def test_a_language_that_nobody_reads(town: Town) -> None:
    """Where the site asks for it, it waits for a person unless somebody on duty speaks it; a cry that is
    understood does not wait; elsewhere it is shown."""
    house = await town.house()
    shown = await say(house, town.session("ola", lang="pl"), "dzie\u0144 dobry", "k1")
    assert (shown["ok"], shown["outcome"]) == (True, "allow"), "by default"
    town.site = replace(town.site, hold_unread=True)
    ola, anna = town.session("ola", lang="pl-PL"), town.session("anna", lang="en-GB")
    refused = await say(house, ola, "dzie\u0144 dobry", "k2")
    assert refused["error"]["category"] == "needs_person"
    await on_duty(town, house)
    assert (await say(house, ola, "dzie\u0144 dobry", "k3"))["outcome"] == "hold"
    assert (await only(town, house)).labels == ("unknown_language",)
    assert (await say(house, anna, "good morning", "k4"))["outcome"] == "allow"
    cry = await say(house, ola, "I want to kill myself tonight", "k5")
    assert (cry["outcome"], "crisis" in cry["flags"]) == ("allow", True)
    house.spoken[town.keys.community] = frozenset(("pl",))
    assert (await say(house, ola, "dzie\u0144 dobry", "k6"))["outcome"] == "allow"
