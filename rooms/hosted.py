"""When a topic is hosted next, by the site's own hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from rooms.site import Site


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From `at` on these days (0: Monday) somebody means to be there; `topics` empty: in all of them."""

    days: tuple[int, ...]
    at: time
    topics: tuple[str, ...] = ()

    def told(self) -> dict[str, object]:
        """As desks are told of them: days by name, and the time of the site's clock."""
        return {"days": [DAYS[day] for day in self.days], "at": self.at.isoformat("minutes")}


def zone(name: str) -> tzinfo:
    """A time zone by its name in the IANA database. Raises ValueError where this machine knows none such."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, KeyError, ValueError):
        raise ValueError("no such time zone") from None


def following(site: "Site", topic: str, now: int) -> int | None:
    """The next beginning of hosted hours after `now` (ms); None where none are set.

    Hours that have begun are not it: whoever meant to come is not there, and may not come.
    """
    return next((at for at, topics in beginnings(site, now) if not topics or topic in topics), None)


def beginnings(site: "Site", now: int) -> list[tuple[int, tuple[str, ...]]]:
    """The beginnings of hosted hours after `now` (ms) and within eight days, with their topics, in order."""
    there = zone(site.timezone)
    today = datetime.fromtimestamp(now / 1000, there).date()
    begins = (
        (round(datetime.combine(day, one.at, there).timestamp() * 1000), one.topics)
        for day in (today + timedelta(days=ahead) for ahead in range(9))
        for one in site.hosted
        if day.weekday() in one.days
    )
    return sorted(one for one in begins if one[0] > now)
