"""One visitor's connection."""

from dataclasses import dataclass, field

from rooms import visitors
from rooms.limits import HEED, WORDS, Pace, Rate
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
    clear: bool = False  # came in with no limit in force and nothing to be told
    offered: int = 0  # when a livelier room was last told of (ms)
    fed_back: bool = False  # said whether they felt heard
    bans: dict[str, int] = field(default_factory=dict)  # in force: id -> until (ms)
    sent_out: int = 0  # how often a ban or a kick was told
    rooms: set[str] = field(default_factory=set)
    words: Pace = field(default_factory=lambda: Pace(WORDS))
    heed: Pace = field(default_factory=lambda: Pace(HEED))
    pace: Pace = field(default_factory=lambda: Pace(EVENTS))
    typing: Pace = field(default_factory=lambda: Pace(TYPING))

    @property
    def banned_until(self) -> int:
        """When the longest ban ends (ms); 0 where there is none. An open connection keeps its help."""
        return max(self.bans.values(), default=0)

    def spend(self, now: int) -> None:
        """Pay for an event that is no message. Raises `rate_limited`."""
        wait = self.pace.spend(now) if self.limited else 0
        if wait:
            raise Refusal("rate_limited", retry_after=wait)
