"""How fast one may go. Buckets live in the store, so another tab, process or reconnect is no fresh start."""

import math
from dataclasses import dataclass

from rooms.house import House
from rooms.refusals import Refusal
from rooms.session import Session


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one each `interval_ms` (GCRA)."""

    burst: int
    interval_ms: int


WORDS = Rate(8, 1_500)
"""Messages of one visitor: a burst that an upset person may need, then a pace that others can read."""
WORDS_OF_TAG = Rate(60, 150)
"""Messages of everyone behind one address: a clinic's shared Wi-Fi must fit, a script must not."""
ARRIVALS = Rate(60, 1_000)
"""Connections without a valid token, by address tag: 60 a minute."""
SOCKETS = 200
"""Open connections by address tag."""


async def spend(house: House, session: Session) -> None:
    """Take one message's worth from the visitor's and the address tag's buckets.

    Raises Refusal `rate_limited` with `retry_after` in seconds, rounded up to a tenth.
    """
    if not house.limited:
        return
    keys = session.keys
    wait = await house.store.call(
        "spend",
        keys.community,
        (keys.bucket("words", session.id), keys.bucket("tag-words", session.tag)),
        house.now(),
        WORDS.interval_ms,
        WORDS.burst,
        WORDS_OF_TAG.interval_ms,
        WORDS_OF_TAG.burst,
    )
    if wait:
        raise Refusal("rate_limited", retry_after=math.ceil(wait / 100) / 10)


class Pace:
    """The same arithmetic for one connection's other events (typing, join, …), without a round trip.

    They reach nobody else's screen in number, so a bucket a connection is enough.
    """

    __slots__ = ("arrival", "rate")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.arrival = 0

    def spend(self, now: int) -> float:
        """Seconds to wait; 0 and spent where there is room."""
        arrival = max(self.arrival, now) + self.rate.interval_ms
        wait = arrival - now - self.rate.interval_ms * self.rate.burst
        if wait > 0:
            return math.ceil(wait / 100) / 10
        self.arrival = arrival
        return 0.0
