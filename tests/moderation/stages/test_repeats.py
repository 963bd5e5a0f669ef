from dataclasses import replace

import pytest

from moderation.stages.repeats import repeats
from moderation.submission import Submission
from moderation.view import View

TALK = Submission(text="come and see what I made for all of you today", topic="addiction")


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({}, None),
        ({"own_repeats": 2}, None),
        ({"own_repeats": 3}, "repeats.own"),
        ({"own_repeats": 3, "text": "thank you all"}, None),
        ({"echoes": 5}, None),
        ({"echoes": 3, "newcomer": True}, "repeats.echo"),
        ({"echoes": 1, "newcomer": True}, None),
        ({"echoes": 1, "newcomer": True, "wave": True}, "repeats.echo"),
    ],
)
def test_the_same_words_again(facts: dict[str, object], rule: str | None) -> None:
    """The fourth time of one's own is spam, and a newcomer's echo of many; short words never are."""
    finding = repeats(View(replace(TALK, **facts)))  # type: ignore[arg-type]
    assert (finding.rule if finding else None) == rule
