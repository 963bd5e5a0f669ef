import pytest

from moderation.stages.flood import flood
from tests.moderation.tables import ask


@pytest.mark.parametrize(
    "text",
    [
        "lol " * 16,
        "A" * 56,
        "🙂" * 300,
        "asdf" * 12,
        "LOL, lol! " * 10,
        "asdfghjkl " * 9,
        "haha" * 40 + " " + "ha" * 30,
    ],
)
def test_the_same_over_and_over_is_blocked(text: str) -> None:
    """A wall of one word, one syllable or one character is spam."""
    finding = ask(flood, text)
    assert finding is not None
    assert finding.category == "spam"


@pytest.mark.parametrize(
    "text",
    [
        "YESSSSSS I did it!!!!!",
        "noooooooooo" * 3,
        "a" * 45 + "h",
        "hahaha" * 12,
        "help" * 12,
        "💛" * 30,
        "help " * 40,
        "no no no " * 20,
        "thanks thanks thanks",
        "ha" * 60,
        "one day at a time " * 12,
        "breathe in, breathe out, " * 8,
        "thank you " * 12,
    ],
)
def test_cries_and_cheers_are_not(text: str) -> None:
    """People in pain and people in joy repeat themselves."""
    assert ask(flood, text) is None
