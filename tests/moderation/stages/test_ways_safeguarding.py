"""Families of ways to be a child here: what `ways_safeguarding.rules.txt` finds, and what it must leave."""

import pytest

from moderation.stages.safeguarding import safeguarding
from tests.moderation.tables import rules

FOUND = [
    "is this chat okay for a 14 year old",
    "im only thirteen am i allowed in",
    "tengo quince, puedo estar",
]
LEFT = [
    "im 12 weeks sober, is it ok to be proud",
    "i was 15 when it began, can i say so here",
    "is this room ok for my son, he is 14",
    "im 16 months clean, is that good",
]


@pytest.mark.parametrize("text", FOUND)
def test_a_child_is_found_by_the_family(text: str) -> None:
    """Whoever asks to stay and names an age under 18 is found."""
    assert "safeguarding.way_age" in rules(safeguarding, text)


@pytest.mark.parametrize("text", LEFT)
def test_other_numbers_are_left(text: str) -> None:
    """Weeks of sobriety, an age of long ago and the age of somebody else are not the author's."""
    assert "safeguarding.way_age" not in rules(safeguarding, text)
