import pytest

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

AGES = [
    ("im 13 and sad", "im [hidden] and sad"),
    ("hi, 15f here", "hi, [hidden]f here"),
    ("i just turned 14", "i just turned [hidden]"),
    ("tengo 15 años", "tengo [hidden] años"),
]
IN_WORDS = [
    "i am fourteen",
    "i'm in 8th grade and i hate it",
    "my stepdad touches me",
    "my dad hits me when he drinks",
    "my ex hits our son",
    "my daughter came home with bruises",
    "i hear the kids next door screaming and a man shouting, right now",
    "mi padrastro me toca",
    "mi ex le pega a nuestro hijo",
]
NONE = [
    "i'm 14 days sober",
    "i'm 16 weeks pregnant",
    "when i was 13 my dad left",
    "my son is 12",
    "we were together 15 years and it ended by text",
    "clean 9 years and proud",
    "he calls me a worthless drunk in front of the kids",
    "my 15 year old slammed the door",
    "i was abused as a child",
    "i teach 8th grade",
    "started drinking at 14",
    "step 12 is next",
    "tengo 45 años",
    "mi hija tiene 15 años",
]


@pytest.mark.parametrize(("text", "shown"), AGES)
def test_the_digits_of_a_minors_age_are_hidden(text: str, shown: str) -> None:
    """Nobody in the room can pick a child out by a number; the rest of the message stays."""
    verdict = judge(Submission(text=text, topic="mental-health"))
    assert (verdict.action, verdict.text) == (Action.REDACT, shown)
    assert {"safeguarding", "crisis"} <= set(verdict.labels)


@pytest.mark.parametrize("text", IN_WORDS)
def test_a_child_at_risk_is_shown_and_brings_help(text: str) -> None:
    """What a child tells, or what somebody tells about one, is shown whole with both labels."""
    verdict = judge(Submission(text=text, topic="mental-health"))
    assert (verdict.action, verdict.text) == (Action.ALLOW, text)
    assert {"safeguarding", "crisis"} <= set(verdict.labels)


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_and_long_past_harm_are_left_alone(text: str) -> None:
    """Ages of others, other numbers, and abuse survived name no child at risk now."""
    assert judge(Submission(text=text, topic="mental-health")).labels == ()
