"""`say`, step by step."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from moderation import pipeline
from moderation.submission import Submission
from moderation.verdict import Action, Finding, Verdict
from rooms import log, message, names, own_words, relay, telemetry
from rooms.house import House
from rooms.limits import WORDS, Pace
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.room import admit
from rooms.session import Session
from rooms.site import Site
from tests.rooms.town import ROOM, Town, decoded, events, replay

UNREAD = Finding(action=Action.HOLD, label="test", rule="test", spans=((0, 4),))


async def say(house: House, session: Session, text: str, key: str = "k", **more: Any) -> dict[str, Any]:
    rooms, pace = more.pop("rooms", {ROOM}), more.pop("pace", None)
    return decoded(await relay.say(house, session, rooms, Draft(key=key, text=text, **more), pace=pace))


@pytest.mark.asyncio
async def test_words_reach_the_room(town: Town) -> None:
    """Words that pass are numbered, kept and announced as they were sent."""
    house, anna, ear = await town.house(limited=True), town.session("anna"), await town.ear()
    answer = await say(house, anna, "I relapsed last night")
    assert (answer["ok"], answer["outcome"], answer["seq"]) == (True, "allow", 1)
    assert answer["text"] == "I relapsed last night"
    assert [event["id"] for event in events(await replay(house, anna))] == [answer["id"]]
    assert len(await ear.said("e")) == 1


@pytest.mark.asyncio
async def test_hidden_in_part(town: Town) -> None:
    """What the filter hides reaches neither the room, nor the log, nor the answer, nor any key."""
    house, anna, ear = await town.house(limited=True), town.session("anna"), await town.ear()
    answer = await say(house, anna, "call me on +1 212 555 0142 tonight")
    assert answer["outcome"] == "redact"
    assert "555" not in answer["text"]
    assert events(await replay(house, anna))[0]["text"] == answer["text"]
    assert b"555 0142" not in b"".join(await ear.said())
    assert "555 0142" not in repr(await town.everything(house))


@pytest.mark.asyncio
async def test_blocked_words_reach_nobody(town: Town) -> None:
    """Words that are refused are announced to nobody and kept nowhere, not even in the receipt."""
    house, anna, ear = await town.house(limited=True), town.session("anna"), await town.ear()
    text = "MARKED " + "a\u0300" * 900
    answer = await say(house, anna, text)
    assert answer["error"]["code"] == "blocked"
    assert await ear.said() == []
    assert (await replay(house, anna)).position.seq == 0
    assert "MARKED" not in repr(await town.everything(house))


@pytest.mark.asyncio
async def test_a_retry_when_the_bucket_is_empty(town: Town) -> None:
    """A retry gets its first answer although nothing new may be sent."""
    house, anna = await town.house(limited=True), town.session("anna")
    answers = [await say(house, anna, f"hello {n}", f"k{n}") for n in range(8)]
    with pytest.raises(Refusal) as refusal:
        await say(house, anna, "more", "k8")
    assert refusal.value.code == "rate_limited"
    assert await say(house, anna, "hello 0", "k0") == answers[0]
    with pytest.raises(Refusal, match="bad_request"):
        await say(house, anna, "other words", "k0")
    town.clock.turn(seconds=2)
    assert (await say(house, anna, "more", "k8"))["ok"], "the refusal left no receipt"


@pytest.mark.asyncio
async def test_a_flood_is_not_read(town: Town) -> None:
    """Of a connection's flood the filter reads one burst; a retry among it still gets its first answer."""
    house, anna, pace = await town.house(limited=True), town.session("anna"), Pace(WORDS)
    first = await say(house, anna, "hello", "k0", pace=pace)

    def read() -> int:
        return sum(telemetry.steps["decide"][:-1])

    before = read()
    for n in range(1, 40):
        try:
            await say(house, anna, "hello", f"k{n}", pace=pace)
        except Refusal as refusal:
            assert (refusal.code, refusal.retry_after) == ("rate_limited", 1.5)  # noqa: PT017
    assert read() - before == WORDS.burst - 1
    assert await say(house, anna, "hello", "k0", pace=pace) == first


@pytest.mark.asyncio
async def test_a_retry_after_leaving(town: Town) -> None:
    """A retry gets its first answer although its author is in no room any more."""
    house, anna = await town.house(), town.session("anna")
    first = await say(house, anna, "hello", room=ROOM)
    assert await say(house, anna, "hello", room=ROOM, rooms=set()) == first
    with pytest.raises(Refusal, match="not_in_room"):
        await say(house, anna, "hello", "k2", room=ROOM, rooms=set())


@pytest.mark.asyncio
async def test_a_retry_after_a_mute(town: Town) -> None:
    """A retry gets its first answer although its author has been muted."""
    house, anna = await town.house(limited=True), town.session("anna")
    first = await say(house, anna, "hello")
    await town.impose(house, town.mute("anna"))
    assert await say(house, anna, "hello") == first
    with pytest.raises(Refusal, match="muted"):
        await say(house, anna, "more", "k2")


def test_which_room() -> None:
    """The room may be left out by whoever is in exactly one; any other must be one's own."""
    assert admit({ROOM}, None) == ROOM
    assert admit({ROOM, "grief.1"}, "grief.1") == "grief.1"
    for rooms, named in ((set(), None), ({ROOM, "grief.1"}, None), ({ROOM}, "grief.1")):
        with pytest.raises(Refusal, match="not_in_room"):
            admit(rooms, named)


@pytest.mark.asyncio
async def test_what_the_filter_is_told(town: Town) -> None:
    """The stages learn the words, topic, language, our names, what was just said; nobody is on duty."""
    house, anna = await town.house(limited=True), town.session("anna", lang="es")
    await say(house, anna, "me llamo Ana y vivo lejos")
    gathered = relay.gather(house, anna, ROOM, Draft(key="k", text="hola"))
    assert gathered == Submission(
        text="hola",
        topic=ROOM.rpartition(".")[0],
        lang="es",
        on_duty=False,
        pseudonyms=names.ALL,
        recent=("me llamo Ana y vivo lejos",),
        before=("me llamo Ana y vivo lejos",),
        newcomer=True,
    )


@pytest.mark.asyncio
async def test_what_is_on_its_way_is_judged_beside(town: Town) -> None:
    """A number in pieces is hidden also where the pieces come at a stretch, before the store has the first;
    a piece that was refused by a limit is none, and its key may be tried again."""
    house, anna = await town.house(limited=True), town.session("anna")
    pieces = enumerate(("my number is 0151", "234 56"))
    answers = await asyncio.gather(*(say(house, anna, text, f"k{n}") for n, text in pieces))
    assert [answer["outcome"] for answer in answers] == ["allow", "redact"]
    for number in range(WORDS.burst - 2):
        await say(house, anna, f"hello {'again ' * number}", f"h{number}")
    with pytest.raises(Refusal, match="rate_limited"):
        await say(house, anna, "not said yet", "late")
    assert "not said yet" not in repr(house.lately)
    town.clock.turn(minutes=1)
    assert (await say(house, anna, "not said yet", "late"))["outcome"] == "allow"
    with pytest.raises(Refusal, match="not_found"):
        await say(house, anna, "other words", "edit", edits="nothing")
    with pytest.raises(Refusal, match="bad_request"):
        await say(house, anna, "other words", "late")
    assert "not said yet" in repr(house.lately)


@pytest.mark.asyncio
@pytest.mark.parametrize("between", ["an edit", "a message taken back"])
async def test_a_number_is_not_ended_behind_another_message(town: Town, between: str) -> None:
    """Editing or taking back a third one forgets that alone; an edit is judged beside the others too."""
    house, anna = await town.house(limited=True), replace(town.session("anna"), seed=b"seed")
    first = await say(house, anna, "hello you", "k1")
    await say(house, anna, "my number is 0151", "k2")
    if between == "an edit":
        assert (await say(house, anna, "234 56", "k3", edits=first["id"]))["outcome"] == "redact"
    else:
        await own_words.retract(house, anna, ROOM, first["id"])
    assert (await say(house, anna, "234 56", "k4"))["outcome"] == "redact"
    assert "hello you" not in repr(house.lately)


@pytest.mark.asyncio
async def test_what_the_room_did_not_see_is_not_remembered(town: Town) -> None:
    """Of refused and hidden words nothing stays, and of words that were taken back nothing either."""
    house, anna = await town.house(limited=True), town.session("anna")
    await say(house, anna, "call me on +1 212 555 0142 tonight", "k1")
    await say(house, anna, "fuck you all", "k2")
    before = relay.gather(house, anna, ROOM, Draft(key="k", text="x")).before
    assert before == ("call me on [hidden] tonight",)
    await say(house, anna, "this one goes", "k3")
    answer = await say(house, anna, "and this one", "k4")
    await own_words.retract(house, anna, ROOM, answer["id"])
    assert relay.gather(house, anna, ROOM, Draft(key="k", text="x")).before == ()
    await say(house, anna, "once more", "k5")
    await own_words.erase(house, anna)
    assert "once" not in repr(house.lately)


@pytest.mark.asyncio
async def test_the_same_again_and_again(town: Town) -> None:
    """The fourth time in ten minutes is a flood; a retry is no new time; later it may be said again."""
    house, anna = await town.house(limited=True), town.session("anna")
    text = "check your email folder for the meeting notes, everybody"
    for key in ("k0", "k1", "k1", "k1", "k2"):
        assert (await say(house, anna, text, key))["ok"]
    assert (await say(house, anna, text + "!", "k3"))["error"]["category"] == "spam"
    town.clock.turn(seconds=601)
    assert (await say(house, anna, text, "k4"))["ok"]


@pytest.mark.asyncio
async def test_a_cry_may_be_said_again_and_again(town: Town) -> None:
    """Words of despair are shown however often they come."""
    house, anna = await town.house(limited=True), town.session("anna")
    for count in range(6):
        assert (await say(house, anna, "please somebody, I want to die, I mean it", f"k{count}"))["ok"]


def test_a_filter_over_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that took the filter too long, twice, are refused for want of a reader."""
    quick = relay.decide(Submission(text="hello", topic="addiction", on_duty=False))
    assert quick.passes
    monkeypatch.setattr(relay, "OVERTIME_NS", -1)
    slow = relay.decide(Submission(text="hello", topic="addiction", on_duty=False))
    assert (slow.action, slow.category, slow.text) == (Action.BLOCK, "needs_person", None)


def verdict(finding: Finding, *, on_duty: bool) -> Verdict:
    return pipeline.judge(
        Submission(text="some words", topic="x", on_duty=on_duty), stages=[lambda _: finding]
    )


@pytest.mark.parametrize("on_duty", [True, False])
def test_no_event_without_a_pass(anna: Session, on_duty: bool) -> None:
    """An event cannot be made of a verdict that holds or blocks."""
    with pytest.raises(ValueError, match="passed the filter"):
        message.event(verdict(UNREAD, on_duty=on_duty), anna, "id")


@pytest.fixture
def anna() -> Session:
    site = Site(id="s", name="S", origins=(), topics=())
    return Session(id="anna", name="Anna", site=site, lang="en", tag="t", worker="w")


def test_what_the_author_is_told() -> None:
    """`needs_person` says which part; any other category says nothing of where or why."""
    unread = message.refused(verdict(UNREAD, on_duty=False))["error"]
    assert isinstance(unread, dict)
    assert (unread["category"], unread["spans"]) == ("needs_person", ((0, 4),))
    hate = Finding(action=Action.BLOCK, label="slur", rule="secret-rule", spans=((0, 4),), category="hate")
    blocked = message.refused(verdict(hate, on_duty=False))["error"]
    assert isinstance(blocked, dict)
    assert blocked.keys() == {"code", "message", "category"}
    assert "secret-rule" not in repr(blocked)


def test_a_pause_that_fell_into_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first try took too long: the words were not the reason, and they pass."""
    clock = iter([0, relay.OVERTIME_NS + 1, 0, 1])
    monkeypatch.setattr(relay.time, "thread_time_ns", lambda: next(clock))
    assert relay.decide(Submission(text="hello", topic="addiction", on_duty=False)).passes


@pytest.mark.asyncio
async def test_a_number_begun_at_another_worker(town: Town) -> None:
    """Whoever goes to another process in the middle of a number cannot end it there."""
    here, there = await town.house(limited=True), await town.house(limited=True)
    anna = town.session("anna")
    await say(here, anna, "my number starts 0770 09", "k1")
    away = await say(there, replace(anna, resumed=True), "00 123 then", "k2")
    assert away["outcome"] == "redact"
    assert "123" not in away["text"]


@pytest.mark.asyncio
async def test_the_log_is_asked_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process has of somebody it does not ask for again; of a newcomer there is nothing to ask."""
    house, asked, read = await town.house(limited=True), list[str](), log.replay

    async def counted(house: House, session: Session, *which: Any) -> log.Replay:
        asked.append(session.id)
        return await read(house, session, *which)

    monkeypatch.setattr(log, "replay", counted)
    for key in ("k1", "k2"):
        await say(house, replace(town.session("anna"), resumed=True), f"hello again {key}", key)
        await say(house, town.session("ben"), f"my first words {key}", key)
    assert asked == ["anna"]
