"""When somebody means to be there next: by the clinic's own clock."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from rooms import hosted
from rooms.hosted import Hours
from rooms.site import Site

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = Hours(days=(0, 1, 2, 3, 4), at=time(18, 30))
SUNDAY = Hours(days=(6,), at=time(10, 0), topics=("grief",))
SITE = Site(id="w", name="W", origins=(), topics=(), timezone="Europe/Berlin", hosted=(WEEKDAYS, SUNDAY))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> int:
    return round(datetime(2026, month, day, hour, minute, tzinfo=BERLIN).timestamp() * 1000)


@pytest.mark.parametrize(
    ("topic", "now", "then"),
    [
        ("addiction", at(25, 12), at(25, 18, 30)),  # a Wednesday
        ("addiction", at(25, 18, 30), at(26, 18, 30)),  # it has begun, and whoever meant to come is not there
        ("addiction", at(27, 19), at(30, 18, 30)),  # over the weekend
        ("grief", at(27, 19), at(29, 10)),
        ("addiction", at(23, 19, month=10), at(26, 18, 30, month=10)),  # the clocks went back on the 25th
    ],
)
def test_the_next_one(topic: str, now: int, then: int) -> None:
    """The first beginning after now, of this topic, on the clinic's wall clock."""
    assert hosted.following(SITE, topic, now) == then


def test_no_hours() -> None:
    """A site without hours promises none."""
    assert hosted.following(Site(id="w", name="W", origins=(), topics=()), "addiction", at(25, 12)) is None


def test_no_zone() -> None:
    """A zone that this machine does not know is said to be none."""
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(ValueError, match="no such time zone"):
            hosted.zone(name)
