"""What an author is told and given beside the verdict."""

import pytest

from moderation.pipeline import judge
from moderation.policy import TABLE
from moderation.submission import Submission
from moderation.verdict import Action
from rooms import care, message, relay, sentences, telemetry
from rooms.limits import HEED, WORDS, Pace
from rooms.message import Draft
from rooms.refusals import Refusal
from tests.rooms.town import ROOM, Town, decoded, events, replay

KINDS = [
    ("I want to die", "suicide"),
    ("I took them all and I can't stay awake", "medical"),
    ("hi im 14 and my uncle does things to me", "youth"),
    ("I relapsed last night", None),
    ("i drank again", None),
    ("i take methadone", None),
    ("you are worthless. I want to die", "suicide"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_help(text: str, kind: str | None) -> None:
    """Help is of the kind that the words call for, whatever becomes of the words."""
    assert care.needed(judge(Submission(text=text, topic="mental-health", on_duty=False))) == kind


@pytest.mark.asyncio
async def test_help_comes_before_any_refusal(town: Town) -> None:
    """Who is muted, or writes what cannot be shared, is given help no less."""
    house, anna = await town.house(limited=True), town.session("anna")
    told: list[tuple[str, str]] = []

    async def care(cry: relay.Cry) -> None:
        told.append((cry.kind, cry.text))

    blocked = await relay.say(house, anna, {ROOM}, Draft(key="k", text="fuck you all. I want to die"), care)
    assert decoded(blocked)["error"]["category"] == "harassment"
    await town.impose(house, town.mute("anna"))
    with pytest.raises(Refusal, match="muted"):
        await relay.say(house, anna, {ROOM}, Draft(key="k2", text="I want to die"), care)
    assert told == [("suicide", "fuck you all. I want to die"), ("suicide", "I want to die")]


@pytest.mark.asyncio
async def test_a_cry_amid_a_flood(town: Town) -> None:
    """Words that come too fast are heard for a cry for help, a few of a flood; sent again it is
    the same cry."""
    house, anna, told = await town.house(limited=True), town.session("anna"), list[relay.Cry]()
    pace, heed = Pace(WORDS), Pace(HEED)

    async def care(cry: relay.Cry) -> None:
        told.append(cry)

    async def say(text: str, key: str) -> None:
        await relay.say(house, anna, {ROOM}, Draft(key=key, text=text), care, pace, heed)

    def read() -> int:
        return sum(telemetry.steps["decide"][:-1])

    for n in range(WORDS.burst):
        await say(f"please {n}", f"k{n}")
    with pytest.raises(Refusal, match="rate_limited"):
        await say("I want to die", "cry")
    assert [(cry.kind, cry.text) for cry in told] == [("suicide", "I want to die")]
    before = read()
    for n in range(100):
        with pytest.raises(Refusal, match="rate_limited"):
            await say("I want to die", f"f{n}")
    assert read() - before == HEED.burst - 1
    town.clock.turn(seconds=3)
    await say("I want to die", "cry")
    assert (told[-1].key, told[-1].message) == (told[0].key, told[0].message)
    assert [event["text"] for event in events(await replay(house, anna))].count("I want to die") == 1


@pytest.mark.asyncio
async def test_a_cry_for_help_is_shown_and_labelled(town: Town) -> None:
    """Words of despair reach the room whole and unveiled, and their author's answer says `crisis`."""
    house, anna = await town.house(limited=True), town.session("anna")
    answer = decoded(await relay.say(house, anna, {ROOM}, Draft(key="k", text="I want to die")))
    assert (answer["outcome"], answer["flags"], answer["text"]) == ("allow", ["crisis"], "I want to die")
    (event,) = events(await replay(house, anna))
    assert (event["text"], event.get("veil")) == ("I want to die", None)


@pytest.mark.asyncio
async def test_a_method_is_veiled_where_nobody_reads(town: Town) -> None:
    """With nobody on duty the method is cut out and the rest stands behind a veil, in every replay."""
    house, anna = await town.house(limited=True), town.session("anna")
    text = "I can't go on. what is the most painless way to die"
    answer = decoded(await relay.say(house, anna, {ROOM}, Draft(key="k", text=text)))
    assert answer["outcome"] == "redact"
    (event,) = events(await replay(house, anna))
    assert event["veil"] == ["self_harm"]
    assert "painless" not in event["text"]


def test_every_refusal_has_its_sentence() -> None:
    """Each category that can be refused has a sentence in each language, and none names a rule."""
    refusable = {category for category, row in TABLE.items() if max(row) is Action.BLOCK}
    assert refusable | {"contact", "grooming", "needs_person"} == set(sentences.REFUSED)
    for said in (*sentences.REFUSED.values(), *sentences.NOTES.values()):
        assert set(said) == {"en", "es"}


@pytest.mark.parametrize(("lang", "start"), [("en", "We could"), ("es-MX", "No hemos"), ("pl", "We could")])
def test_the_author_is_told_in_their_language(lang: str, start: str) -> None:
    """A refusal names the category in the author's language, English where we have no other."""
    verdict = judge(Submission(text="who's got percs", topic="addiction"))
    refused = message.refused(verdict, lang)["error"]
    assert isinstance(refused, dict)
    assert refused["category"] == "sourcing"
    assert refused["message"].startswith(start)
    assert "percs" not in str(refused)


def test_no_spans_teach_the_way_round() -> None:
    """`needs_person` says which part a person would have to read, but never of contact or grooming."""
    alone = judge(Submission(text="what are you wearing right now", topic="mental-health", on_duty=False))
    assert (alone.category, bool(alone.spans)) == ("needs_person", True)
    error = message.refused(alone)["error"]
    assert isinstance(error, dict)
    assert "spans" not in error
