"""A room's afternoon: whole messages through the whole list, with what the room sees."""

import pytest

from moderation.pipeline import judge
from moderation.submission import Submission

CASES = [
    ("addiction", "I relapsed last night. Heroin, again.", None),
    ("addiction", "41 days! fucking proud", None),
    ("addiction", "they called my brother a junkie and I lost it", None),
    ("mental-health", "I was raped at 15 and I want to say it once", None),
    ("mental-health", "I want to die", None),
    ("mental-health", "text me 555-019-2043 or call 988", "text me [hidden] or call 988"),
    ("mental-health", "this is bullshit 💛", "this is ******** 💛"),
    ("mental-health", "shit, write heron@example.com", "****, write [hidden]"),
    ("life-changes", "my ex is gay and I am happy for him", None),
    ("life-changes", "see pills4u.com or nhs.uk", "see [hidden] or nhs.uk"),
    ("life-changes", "👩‍👩‍👧 we are fuck\u200bing tired", "👩‍👩‍👧 we are ******** tired"),
]


@pytest.mark.parametrize(("room", "text", "shown"), CASES)
def test_what_the_room_sees(room: str, text: str, shown: str | None) -> None:
    """The room sees the message as written, except for what the policy hides."""
    assert judge(Submission(text=text, topic=room)).text == (text if shown is None else shown)
