"""Why an event was refused, in codes that tell a client what to do and a sentence for a person."""

from typing import Final, Literal

Code = Literal[
    "bad_request",
    "unknown_event",
    "no_such_topic",
    "no_such_room",
    "not_in_room",
    "room_full",
    "room_closed",
    "room_locked",
    "muted",
    "banned",
    "slow_mode",
    "rate_limited",
    "too_long",
    "blocked",
    "not_found",
    "forbidden",
    "conflict",
    "unavailable",
]

SENTENCES: Final[dict[Code, str]] = {
    "bad_request": "We could not read that.",
    "unknown_event": "This server does not know that request.",
    "no_such_topic": "There is no such topic here.",
    "no_such_room": "There is no such room here.",
    "not_in_room": "You are not in that room.",
    "room_full": "That room is full right now.",
    "room_closed": "That room is closed right now.",
    "room_locked": "That room is paused right now.",
    "muted": "Your messages are paused. You can still read.",
    "banned": "You cannot take part right now. Help lines still work.",
    "slow_mode": "This room is in slow mode. Take a breath.",
    "rate_limited": "You are sending fast. Take a breath.",
    "too_long": "That is too long. Please make it shorter.",
    "blocked": "We could not share that one. You are still welcome here.",
    "not_found": "That is not there.",
    "forbidden": "You cannot do that.",
    "conflict": "Someone was quicker.",
    "unavailable": "We cannot reach the rooms right now. Your words are safe on your screen.",
}


class Refusal(Exception):
    """An event's negative answer.

    `retry_after` is in seconds and is present exactly for the codes that invite an automatic
    retry: `slow_mode`, `rate_limited`, `unavailable` (and `forbidden` after a kick).
    """

    def __init__(self, code: Code, message: str | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or SENTENCES[code]
        self.retry_after = retry_after

    def answer(self) -> dict[str, object]:
        """The acknowledgement of PROTOCOL section 1."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.retry_after is not None:
            error["retry_after"] = self.retry_after
        return {"ok": False, "error": error}


class Unavailable(Refusal):
    """The hot store cannot be reached, or has not loaded its sanctions yet: never a false ok."""

    def __init__(self) -> None:
        super().__init__("unavailable", retry_after=1.0)
