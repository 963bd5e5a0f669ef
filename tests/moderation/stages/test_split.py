import pytest

from moderation.stages.split import split
from moderation.submission import Submission
from moderation.view import View
from tests.moderation.tables import marked

HIDDEN = [
    (("202", "555"), "《0143》"),
    (("call me", "202-555"), "《0143》 ok?"),
    (("my number is five five five", "oh one nine"), "《two oh four three》"),
    (("soft.cedar", "@example"), "《.org》"),
    (("soft cedar at",), "《example dot com》"),
    (("my insta is",), "《soft.cedar》"),
    (("soft", "@exam"), "《ple.com》"),
    (("I live at 14",), "《Nonesuch Crescent》, number"),
]
SHOWN = [
    ((), "0143"),
    (("I'm 34", "2 kids"), "and 10 years sober"),
    (("see you at 7",), "30 or 8?"),
    (("[hidden]",), "2 pm"),
    (("call 988",), "or 911"),
    (("day 41",), "two weeks and four days"),
    (("my insta is",), "gone, I deleted it"),
    (("one",), "two, three"),
]


@pytest.mark.parametrize(("recent", "example"), HIDDEN)
def test_the_last_part_is_hidden(recent: tuple[str, ...], example: str) -> None:
    """A detail that began in the messages before is not completed."""
    text, expected = marked(example)
    finding = split(View(Submission(text=text, topic="mental-health", recent=recent)))
    assert finding is not None
    assert finding.spans == expected


@pytest.mark.parametrize(("recent", "text"), SHOWN)
def test_messages_that_only_follow_each_other_stay(recent: tuple[str, ...], text: str) -> None:
    """Numbers of several messages that make no detail together stay."""
    assert split(View(Submission(text=text, topic="mental-health", recent=recent))) is None
