"""One visitor's connection."""

from dataclasses import dataclass, field

from rooms import visitors
from rooms.limits import WORDS, Pace, Rate
from rooms.refusals import Refusal
from rooms.session import Session

EVENTS = Rate(20, 250)
"""Joins, leaves, renames and look-ups of one connection."""
TYPING = Rate(2, 1_000)


@dataclass(slots=True)
class Connection:
    """One visitor's connection: its session, the rooms it has joined, its pace."""

    sid: str
    session: Session
    arrival: visitors.Arrival
    region: str
    limited: bool
    banned_until: int = 0  # ms; an open connection keeps its help
    banned_by: str = ""
    fed_back: bool = False  # said whether they felt heard
    rooms: set[str] = field(default_factory=set)
    words: Pace = field(default_factory=lambda: Pace(WORDS))
    pace: Pace = field(default_factory=lambda: Pace(EVENTS))
    typing: Pace = field(default_factory=lambda: Pace(TYPING))

    def spend(self, now: int) -> None:
        """Pay for an event that is no message. Raises `rate_limited`."""
        wait = self.pace.spend(now) if self.limited else 0
        if wait:
            raise Refusal("rate_limited", retry_after=wait)
