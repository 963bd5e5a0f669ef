"""What a client is told when something is refused."""

from typing import get_args

from rooms.refusals import SENTENCES, Code, Refusal, Unavailable

PROTOCOL = """
bad_request unknown_event no_such_topic no_such_room not_in_room room_full room_closed room_locked muted
banned slow_mode rate_limited too_long blocked not_found forbidden conflict unavailable
"""


def test_the_codes() -> None:
    """The codes are those of the protocol, each with a plain sentence for a person."""
    assert set(get_args(Code)) == set(SENTENCES) == set(PROTOCOL.split())
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in SENTENCES.values())


def test_an_answer() -> None:
    """A refusal is one object with a code, a sentence and, where a retry is invited, when."""
    assert Refusal("room_full").answer() == {
        "ok": False,
        "error": {"code": "room_full", "message": SENTENCES["room_full"]},
    }
    assert Refusal("rate_limited", "Slow down.", retry_after=1.5).answer() == {
        "ok": False,
        "error": {"code": "rate_limited", "message": "Slow down.", "retry_after": 1.5},
    }


def test_unavailable_invites_a_retry() -> None:
    """A store that is away is no final answer."""
    assert Unavailable().answer() == Refusal("unavailable", retry_after=1.0).answer()
