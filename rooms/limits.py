"""How fast one may go. Buckets live in the store, so another tab, process or reconnect is no fresh start."""

import math
from collections.abc import Mapping
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
REACTIONS = Rate(10, 3_000)
"""Each one is an entry of the log: a heart that blinks must not push the conversation out of it."""
ALONE = Rate(8, 4_000)
"""Messages of one visitor in a room without a volunteer, by the site's choice: the same burst, for an upset
person needs it here too, then a pace at which peers can keep an eye on each other."""
HEED = Rate(3, 3_000)
"""Messages of one connection that came too fast and are heard all the same, for a cry for help alone: as
often as somebody types who is ahead of the bucket; 67 a second from 200 connections behind one address."""
ARRIVALS = Rate(60, 1_000)
"""Connections without a valid token, by address tag: 60 a minute."""
SOCKETS = 200
"""Open connections by address tag."""


Buckets = Mapping[str, Rate]


def words(house: House, session: Session) -> Buckets:
    """The buckets that one message is taken from, the visitor's and the address tag's, by key."""
    if not house.limited:
        return {}
    keys = session.keys
    mine = {keys.bucket("words", session.id): WORDS}
    return mine | {keys.bucket("tag-words", session.tag): WORDS_OF_TAG} if session.tag else mine


def rates(buckets: Buckets) -> list[int]:
    """Interval and burst of each, as scripts/buckets.lua takes them."""
    return [number for rate in buckets.values() for number in (rate.interval_ms, rate.burst)]


def too_fast(wait_ms: int) -> Refusal:
    """`rate_limited` with `retry_after` in seconds, rounded up to a tenth."""
    return Refusal("rate_limited", retry_after=math.ceil(wait_ms / 100) / 10)


def slow_of_alone(house: House) -> int:
    """Seconds that a room without a volunteer names as its pace; 0 where limits are off."""
    return ALONE.interval_ms // 1000 if house.limited else 0


def too_slow(wait_ms: int) -> Refusal:
    """`slow_mode`, as `too_fast`."""
    return Refusal("slow_mode", retry_after=math.ceil(wait_ms / 100) / 10)


async def spend_reaction(house: House, session: Session) -> None:
    """Take one word of support out of the visitor's bucket. Raises Refusal `rate_limited`."""
    if not house.limited:
        return
    keys = session.keys
    bucket = {keys.bucket("reactions", session.id): REACTIONS}
    wait = await house.store.call("spend", keys.community, tuple(bucket), house.now(), *rates(bucket))
    if wait:
        raise too_fast(wait)


def hold_back(house: House, pace: "Pace | None") -> None:
    """The first bucket of a message: its connection's own, without a round trip.

    As large as the visitor's, which `commit` takes from: one connection cannot be slower for it. A flood
    ends here, before the filter has read it. Raises Refusal `rate_limited`.
    """
    if pace is not None and house.limited and (wait := pace.spend(house.now())):
        raise Refusal("rate_limited", retry_after=wait)


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
