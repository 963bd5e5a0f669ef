"""Cases on the real store, by a clock turned by hand."""

import asyncio
import json
import re
from typing import Any

import pytest

from rooms import case as open_cases
from rooms import cases, duty, own_words, private_words, retention
from rooms.cases import Call, Decision, Opening
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.session import Session
from tests.rooms.town import ROOM, Town, commit

OMAR = {"id": "o", "name": "Omar", "role": "moderator"}
GUS = {"id": "g", "name": "Gus", "role": "greeter"}


def crisis(key: str = "k", visitor: str = "anna", **more: Any) -> Opening:
    about = f"crisis:{visitor}"
    given = {"site": "s", "visitor": visitor, "text": "words", "care": "suicide", "room": ROOM} | more
    return Opening(id=cases.id_of("crisis", visitor, key), kind="crisis", about=about, **given)


def call(visitor: str = "anna") -> Opening:
    return Opening(
        id=cases.id_of("call", visitor), kind="call", about=f"call:{visitor}", site="s", visitor=visitor
    )


async def only(town: Town, house: House) -> open_cases.Case:
    (case,) = await open_cases.queue(house, town.keys)
    return case


async def only_to_take_back(town: Town, house: House, words: str) -> None:
    """Words of a decided case are nowhere but where the decision can be taken back for seconds."""
    where = [name for name, value in (await town.everything(house)).items() if words in value]
    assert where == [name for name in where if name.startswith(town.keys.decided(""))]
    for name in where:
        assert 0 < await house.store.command("PTTL", name) <= retention.CASE_UNDO * 1000


async def control(town: Town) -> Any:
    ear = await town.ear()
    await ear.subscription.follow(town.keys.control)

    async def said() -> list[dict[str, Any]]:
        return [json.loads(one) for one in await ear.said("{")]

    return said


@pytest.mark.asyncio
async def test_a_hundred_races(town: Town) -> None:
    """Of four who claim at once, over two processes, exactly one wins; a hundred times of a hundred."""
    houses = [await town.house(), await town.house()]
    for number in range(100):
        opened = await cases.open_case(houses[0], town.keys, call(f"v{number}"))
        tries = [cases.claim(houses[n % 2], town.keys, opened.id, f"p{n}", "P") for n in range(4)]
        ended = await asyncio.gather(*tries, return_exceptions=True)
        won = [end for end in ended if isinstance(end, open_cases.Case)]
        lost = [end.code for end in ended if isinstance(end, Refusal)]
        assert (len(won), lost) == (1, ["conflict"] * 3)
        assert won[0].holder in {f"p{n}" for n in range(4)}


@pytest.mark.asyncio
async def test_a_claim_is_a_lease(town: Town) -> None:
    """A claim ends after 60 s without a sign of life; each further claim by its holder buys a minute."""
    house, said = await town.house(), await control(town)
    case = (await cases.open_case(house, town.keys, call())).id
    await cases.claim(house, town.keys, case, "o", "Omar")
    town.clock.turn(seconds=50)
    await cases.claim(house, town.keys, case, "o", "Omar")
    town.clock.turn(seconds=60, ms=-1)
    with pytest.raises(Refusal, match="conflict"):
        await cases.claim(house, town.keys, case, "i", "Ines")
    await cases.look(house, town.keys)
    before = len(await said())
    town.clock.turn(ms=1)
    assert (await only(town, house)).holder == ""
    await cases.look(house, town.keys)
    assert (await said())[before:] == [{"case": case}], "desks are told that nobody holds it"
    assert (await cases.claim(house, town.keys, case, "i", "Ines")).holder_name == "Ines"
    with pytest.raises(Refusal, match="conflict"):
        await cases.release(house, town.keys, case, "o")
    await cases.release(house, town.keys, case, "i")
    assert (await only(town, house)).holder == ""


@pytest.mark.asyncio
async def test_decided_once(town: Town) -> None:
    """Held by another, an older version, decided already: conflict. The same act again is the same."""
    house = await town.house()
    case = (await cases.open_case(house, town.keys, crisis())).id
    await cases.claim(house, town.keys, case, "o", "Omar")
    await cases.open_case(house, town.keys, crisis("k2", text="worse words"))
    found = await only(town, house)
    assert (found.version, found.text, found.holder) == (2, "worse words", "o")

    async def decide(act: str, person: str, version: int | None = None) -> None:
        made = Decision(case=case, act=act, person=person, version=version, reported="acted")
        await cases.decide(house, town.keys, made)

    for act, person, version in (("a", "i", None), ("b", "o", 1)):
        with pytest.raises(Refusal, match="conflict"):
            await decide(act, person, version)
        assert not await cases.took_effect(house, town.keys, act)
    await decide("c", "o", 2)
    await decide("c", "o", 2)
    assert await cases.took_effect(house, town.keys, "c")
    with pytest.raises(Refusal, match="conflict"):
        await decide("d", "o")
    with pytest.raises(Refusal, match="not_found"):
        await cases.claim(house, town.keys, "never", "o", "Omar")
    assert await open_cases.decided(house, town.keys, case)
    await only_to_take_back(town, house, "worse words")


@pytest.mark.asyncio
async def test_a_retry_makes_no_second(town: Town) -> None:
    """The same id opens one case and leaves its version; after its end it opens none."""
    house = await town.house()
    opened = await cases.open_case(house, town.keys, crisis())
    again = await cases.open_case(house, town.keys, crisis())
    assert (opened.new, again.new, again.id) == (True, False, opened.id)
    assert (await only(town, house)).version == 1
    await cases.decide(house, town.keys, Decision(case=opened.id, act="a", person="o"))
    assert not (await cases.open_case(house, town.keys, crisis())).new
    assert await open_cases.queue(house, town.keys) == []


@pytest.mark.asyncio
async def test_ordered_by_need(town: Town) -> None:
    """A cry for help comes first however late; of one need the oldest; what was handed on before all."""
    house = await town.house()
    for visitor in ("v1", "v2"):
        await cases.open_case(house, town.keys, call(visitor))
        town.clock.turn(seconds=1)
    await cases.open_case(house, town.keys, crisis())
    order = [(case.kind, case.visitor) for case in await open_cases.queue(house, town.keys)]
    assert order == [("crisis", "anna"), ("call", "v1"), ("call", "v2")]
    made = Decision(case=cases.id_of("call", "v2"), act="e", person="o", escalate=True)
    await cases.decide(house, town.keys, made)
    first, *_ = await open_cases.queue(house, town.keys)
    assert (first.visitor, first.escalated, first.version) == ("v2", True, 2)


async def talk(house: House, session: Session, many: int) -> list[str]:
    return [(await commit(house, session, f"words {n}", f"k{n}"))["id"] for n in range(many)]


@pytest.mark.asyncio
async def test_reports_merge_and_freeze(town: Town) -> None:
    """Two reports of a message are one case with two receipts; it and the 12 before stay although erased."""
    house, anna = await town.house(), town.session("anna")
    ids = await talk(house, anna, 15)
    reporters = [town.session(name) for name in ("ben", "cleo")]
    receipts = [
        (await private_words.report(house, who, ROOM, ids[13], "harassment", None)).receipt
        for who in reporters
    ]
    again = await private_words.report(house, reporters[0], ROOM, ids[13], "harassment", None)
    assert again == (receipts[0], "")
    assert len(set(receipts)) == 2
    assert await own_words.erase(house, anna) == own_words.Erased(15, kept=13)
    case = await only(town, house)
    assert (case.kind, case.reports, case.visitor, case.message) == ("report", 2, "anna", ids[13])
    assert (case.text, case.labels) == ("words 13", ("harassment",))
    assert [json.loads(bytes(one))["text"] for one in case.context] == [f"words {n}" for n in range(1, 13)]
    with pytest.raises(Refusal, match="not_found"):
        await private_words.report(house, reporters[0], ROOM, ids[2], "danger", None)
    await cases.decide(house, town.keys, Decision(case=case.id, act="a", person="o", reported="no_action"))
    for who, receipt in zip(reporters, receipts, strict=True):
        told = [json.loads(bytes(one)) for one in await cases.outcomes(house, town.keys, who.id)]
        assert told == [{"receipt": receipt, "outcome": "no_action"}]
    await only_to_take_back(town, house, "words 13")


@pytest.mark.asyncio
async def test_a_report_of_staff(town: Town) -> None:
    """What one of the staff said is a case about that person, and no visitor's."""
    house, ben = await town.house(), town.session("ben")
    omar = Session(id="o", name="Omar", site=town.site, lang="en", tag="t", worker="w1", role="moderator")
    said = await commit(house, omar, "words", "k")
    for _ in range(2):  # for whoever tries again, too
        reported = await private_words.report(house, ben, ROOM, said["id"], "other", "he was rude")
        assert reported.concerns == "o"
    case = await only(town, house)
    assert (case.concerns, case.more) == ("o", {"note": "he was rude"})


@pytest.mark.asyncio
async def test_asking_has_a_pace(town: Town) -> None:
    """Six reports and calls at once, then one a minute."""
    house, ben = await town.house(limited=True), town.session("ben")
    for _ in range(6):
        await private_words.call(house, ben, "", None)
    with pytest.raises(Refusal, match="rate_limited"):
        await private_words.call(house, ben, "", None)
    town.clock.turn(minutes=1)
    await private_words.call(house, ben, "", None)
    assert (await only(town, house)).version == 7, "one open call a visitor"


async def ask(house: House, session: Session, text: str) -> None:
    verdict = private_words.judged(house, session, ROOM, text)
    await private_words.call(house, session, ROOM, verdict)


@pytest.mark.asyncio
async def test_a_call_passes_the_filter(town: Town) -> None:
    """What a caller says is shown to staff without numbers, and refused where it may be said to nobody."""
    house, ben = await town.house(), town.session("ben")
    await ask(house, ben, "please phone me on +1 212 555 0142")
    case = await only(town, house)
    assert case.text is not None
    assert "0142" not in case.text
    with pytest.raises(private_words.Blocked) as refused:
        await ask(house, ben, "a\u0300" * 900)
    assert refused.value.answer()["error"]["category"] == "spam"  # type: ignore[index]
    assert "0142" not in repr(await town.everything(house))


@pytest.mark.asyncio
async def test_forgotten_after_three_days(town: Town) -> None:
    """An open case goes after 72 hours with all its words."""
    house = await town.house()
    await cases.open_case(house, town.keys, call())
    assert (
        0
        < await house.store.command("PTTL", town.keys.case(cases.id_of("call", "anna")))
        <= retention.CASE * 1000 + 60_000
    )
    town.clock.turn(hours=72, ms=-1)
    await cases.look(house, town.keys)
    assert await open_cases.queue(house, town.keys)
    town.clock.turn(ms=1)
    await cases.look(house, town.keys)
    assert await open_cases.queue(house, town.keys) == []
    assert await open_cases.decided(house, town.keys, cases.id_of("call", "anna"))


@pytest.mark.asyncio
async def test_another_community(town: Town) -> None:
    """A case of one community is none of another's."""
    house, other = await town.house(), Keys(town.keys.community + "x")
    case = (await cases.open_case(house, town.keys, call())).id
    assert await open_cases.queue(house, other) == []
    assert await open_cases.read(house, other, case) is None


# --- a cry for help ----------------------------------------------------------------------


@pytest.mark.asyncio
async def test_nobody_is_promised_who_is_not_there(town: Town) -> None:
    """`told` only by a duty lease of somebody who can act; `seen` once it was claimed; `none` else."""
    house = await town.house()
    assert (await cases.open_case(house, town.keys, crisis(visitor="a"))).told == "none"
    await duty.begin(house, town.keys, GUS, [])
    assert (await cases.open_case(house, town.keys, crisis(visitor="b"))).told == "none", "a greeter"
    await duty.begin(house, town.keys, OMAR, [])
    opened = await cases.open_case(house, town.keys, crisis(visitor="c"))
    assert opened.told == "told"
    said = await control(town)
    await cases.claim(house, town.keys, opened.id, "o", "Omar")
    await cases.claim(house, town.keys, opened.id, "o", "Omar")
    told = [one for one in await said() if "care" in one]
    assert told == [{"visitor": "c", "care": {"kind": "suicide", "state": "seen"}}]
    assert (await cases.open_case(house, town.keys, crisis("k2", visitor="c"))).told == "seen"
    town.clock.turn(seconds=91)
    assert (await cases.open_case(house, town.keys, crisis(visitor="d"))).told == "none", "the lease is over"


@pytest.mark.asyncio
async def test_unclaimed(town: Town) -> None:
    """Everyone at 60 s, the first at home at 120 s, the next 5 minutes later; once for two processes."""
    houses = [await town.house(), await town.house()]
    await duty.begin(houses[0], town.keys, OMAR, [])
    opened = await cases.open_case(houses[0], town.keys, crisis())
    said = await control(town)

    async def look() -> list[Call]:
        await duty.begin(houses[0], town.keys, OMAR, [])
        return [call for house in houses for call in await cases.look(house, town.keys)]

    async def alerts() -> int:
        return sum(one.get("alert", False) for one in await said())

    town.clock.turn(seconds=60, ms=-1)
    assert (await look(), await alerts()) == ([], 0)
    town.clock.turn(ms=1)
    assert (await look(), await alerts()) == ([], 1)
    town.clock.turn(seconds=60, ms=-1)
    assert await look() == []
    town.clock.turn(ms=1)
    (first,) = await look()
    assert first == Call("s", opened.id, 0)
    town.clock.turn(seconds=19)
    assert await look() == []
    town.clock.turn(seconds=1)
    assert await look() == [first], "a process that died while it called: another calls"
    await cases.called(houses[1], town.keys, first, "told")
    town.clock.turn(minutes=5, ms=-1)
    assert await look() == []
    town.clock.turn(ms=1)
    assert await look() == [Call("s", opened.id, 1)]
    await cases.called(houses[0], town.keys, Call("s", opened.id, 1), "failed")
    assert await look() == [Call("s", opened.id, 2)], "where a call fails the next is called at once"
    assert await cases.answered(houses[0], town.keys, opened.id)
    town.clock.turn(hours=1)
    assert (await look(), await alerts()) == ([], 1)


@pytest.mark.asyncio
async def test_a_claim_stops_the_clock(town: Town) -> None:
    """While somebody looks after it nobody is called; a claim that runs out starts the minute again."""
    house = await town.house()
    await duty.begin(house, town.keys, OMAR, [])
    case = (await cases.open_case(house, town.keys, crisis())).id
    said = await control(town)
    await cases.claim(house, town.keys, case, "o", "Omar")
    for _ in range(3):
        town.clock.turn(seconds=50)
        await duty.begin(house, town.keys, OMAR, [])
        await cases.claim(house, town.keys, case, "o", "Omar")
        assert await cases.look(house, town.keys) == []
    assert not any("alert" in one for one in await said())
    town.clock.turn(seconds=60)
    await duty.begin(house, town.keys, OMAR, [])
    assert await cases.look(house, town.keys) == []
    town.clock.turn(seconds=60)
    await duty.begin(house, town.keys, OMAR, [])
    await cases.look(house, town.keys)
    assert sum(one.get("alert", False) for one in await said()) == 1


@pytest.mark.asyncio
async def test_nobody_on_duty(town: Town) -> None:
    """With nobody there those at home are called at once, also where the last one leaves; and only then."""
    house = await town.house()
    case = (await cases.open_case(house, town.keys, crisis())).id
    assert await cases.look(house, town.keys) == [Call("s", case, 0)]
    said = await control(town)
    await cases.called(house, town.keys, Call("s", case, 0), "over")
    assert not any("care" in one for one in await said()), "nobody was told"
    town.clock.turn(hours=1)
    assert await cases.look(house, town.keys) == [], "nobody else is there to be called"
    await duty.begin(house, town.keys, OMAR, [])
    town.clock.turn(seconds=60)
    await cases.look(house, town.keys)
    assert sum(one.get("alert", False) for one in await said()) == 1, "who comes on duty is told of it"
    other = (await cases.open_case(house, town.keys, crisis(visitor="ben"))).id
    assert await cases.look(house, town.keys) == []
    await duty.end(house, town.keys, "o")
    assert await cases.look(house, town.keys) == [Call("s", other, 0)]


@pytest.mark.asyncio
async def test_cases_that_wait_for_nobody_are_read_once(town: Town) -> None:
    """While nobody is on duty a look reads no case that is not due, however many wait; it reads all ten
    seconds later, where one was opened, and when the last one goes; a cry let go then is not left waiting."""
    houses = [await town.house(), await town.house()]
    for n in range(50):
        await cases.open_case(houses[0], town.keys, call(f"v{n}"))

    async def read(*, on: bool = False) -> int:
        if on:
            await duty.begin(houses[0], town.keys, OMAR, [])
        before = await commands(houses[0], "hmget")
        for house in houses:
            await cases.look(house, town.keys)
        return await commands(houses[0], "hmget") - before

    assert [await read() for _ in range(3)] == [50, 0, 0]
    town.clock.turn(seconds=10)
    assert [await read(), await read()] == [50, 0]
    await cases.open_case(houses[1], town.keys, call("late"))  # while they look away
    assert [await read(), await read()] == [51, 0]
    assert await read(on=True) == 0
    cry = (await cases.open_case(houses[0], town.keys, crisis())).id
    await cases.claim(houses[0], town.keys, cry, "o", "Omar")
    await duty.end(houses[0], town.keys, "o")
    assert await read() > 50
    await cases.release(houses[0], town.keys, cry, "o")
    assert await cases.look(houses[1], town.keys) == [Call("s", cry, 0)]


async def commands(house: House, name: str) -> int:
    """How often the store has done this, scripts included."""
    told: bytes = await house.store.command("INFO", "commandstats")
    found = re.search(rf"cmdstat_{name}:calls=(\d+)", told.decode())
    return int(found[1]) if found else 0


@pytest.mark.asyncio
async def test_seen_is_not_seen_for_ever(town: Town) -> None:
    """Somebody looked an hour ago and went: of what is said now nobody is claimed to have
    seen it."""
    house = await town.house()
    await duty.begin(house, town.keys, OMAR, [])
    opened = await cases.open_case(house, town.keys, crisis())
    await cases.claim(house, town.keys, opened.id, "o", "Omar")
    await duty.end(house, town.keys, "o")
    for _ in range(4):
        town.clock.turn(minutes=20)
        for one in await cases.look(house, town.keys):
            await cases.called(house, town.keys, one, "over")
    again = await cases.open_case(house, town.keys, crisis("k2", text="now I mean it"))
    assert again.told == "none"


@pytest.mark.asyncio
async def test_a_new_cry_is_called_about(town: Town) -> None:
    """Where nobody more was to be called an hour ago, a new cry for help begins anew at the first address."""
    house = await town.house()
    opened = await cases.open_case(house, town.keys, crisis())
    (one,) = await cases.look(house, town.keys)
    await cases.called(house, town.keys, one, "over")
    await duty.begin(house, town.keys, OMAR, [])
    town.clock.turn(seconds=60)
    await cases.look(house, town.keys)  # everyone on duty is told
    await duty.end(house, town.keys, "o")
    town.clock.turn(hours=8)
    await cases.look(house, town.keys)
    await cases.open_case(house, town.keys, crisis("k2", text="now I mean it"))
    assert [call.case for call in await cases.look(house, town.keys)] == [opened.id]


@pytest.mark.asyncio
async def test_who_goes_on_crying_is_called_about_again(town: Town) -> None:
    """Somebody at home said that they have it, and nobody looks after it: who cries for help every few
    minutes is not left with that for an hour."""
    house = await town.house()
    called = []
    for n in range(5):
        await cases.open_case(house, town.keys, crisis(f"still{n}"))
        for one in await cases.look(house, town.keys):
            called.append(n)
            await cases.called(house, town.keys, one, "told")
            assert await cases.answered(house, town.keys, one.case)
        town.clock.turn(minutes=5)
    assert called == [0, 3]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("person", "of", "told"),
    [
        ("o", {"visitor": "anna"}, "acted"),
        ("o", {"message": "m"}, "acted"),
        ("o", {"visitor": "ben"}, "no_action"),
        ("p", {"visitor": "anna"}, "no_action"),
    ],
)
async def test_what_a_report_led_to(town: Town, person: str, of: dict[str, str], told: str) -> None:
    """Who looked after a report and acted on whom or what it is about has done something, although the report
    itself was dismissed; what anybody else did, or to somebody else, is not it."""
    house = await town.house()
    report = Opening(
        id="r",
        kind="report",
        about="w",
        site="s",
        visitor="anna",
        message="m",
        reporter="eve",
        receipt="r",
    )
    await cases.open_case(house, town.keys, report)
    await cases.claim(house, town.keys, "r", "o", "Omar")
    await cases.acted(house, town.keys, person, **of)
    await cases.decide(house, town.keys, Decision(case="r", act="a", person="o", reported="no_action"))
    heard = [json.loads(bytes(one)) for one in await cases.outcomes(house, town.keys, "eve")]
    assert heard == [{"receipt": "r", "outcome": told}]
