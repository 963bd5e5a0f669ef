import pytest

from moderation.pipeline import judge
from moderation.stages.grooming import grooming
from moderation.submission import Submission
from moderation.view import View


def rules(text: str, *before: str, minor_here: bool = False) -> set[str]:
    """The rules that an approach breaks, after what the same person said before."""
    asked = Submission(text=text, topic="mental-health", before=before, minor_here=minor_here)
    return {finding.rule for finding in grooming(View(asked))}


STEPS = [
    ("so how old are you", ("you seem so special", "got any hobbies?")),
    ("do you have a boyfriend", ("where do you live, roughly?",)),
    ("are you alone", ("you sound so pretty",)),
    ("don't tell anyone ok", ("I could get you a phone",)),
    ("¿cuántos años tienes?", ("eres guapa, ¿tienes novio?",)),
]


@pytest.mark.parametrize(("text", "before"), STEPS)
def test_steps_make_a_pattern(text: str, before: tuple[str, ...]) -> None:
    """Two kinds of signal over a few messages are held where each alone is small talk."""
    assert "grooming.steps" in rules(text, *before)
    assert "grooming.steps" not in rules(text)
    assert not any("grooming.steps" in rules(one) for one in before)


def test_one_signal_is_enough_towards_a_child() -> None:
    """Where somebody in the room may be a child, a question that wants something is held at once."""
    assert rules("how old are you?", minor_here=True)
    assert not rules("how old are you?")
    assert not rules("that was brave of you", minor_here=True)


@pytest.mark.parametrize(
    "before",
    [
        ("I'm forty and on day three",),
        ("my kids are asleep", "you all sound lovely"),
        ("I quit instagram last week",),
        ("where is everyone from? I'm in Leeds",),
    ],
)
def test_talk_is_no_pattern(before: tuple[str, ...]) -> None:
    """Talk about oneself and kindness to the room add up to nothing."""
    assert not rules("you sound so kind, thank you for sitting with me", *before)


def test_an_approach_is_called_one_thing() -> None:
    """The head for contact has learned approaches too; where a rule says that it is one, it adds no name."""
    asked = Submission(text="what are you wearing right now", topic="addiction")
    assert judge(asked).labels == ("grooming",)
