"""Who of the staff means to be on when: weekly shifts, each in a time zone of its own."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

import msgspec

from rooms import hosted
from rooms.site import Site

WEEK_MS: Final = 7 * 24 * 3_600_000


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A person is on each week from `start` on `day` (0: Monday) to `end`, by the clocks of `zone`.

    An `end` that is not later than `start` is on the next day. `offered`: the person's own wish, which no
    lead has taken up; nobody counts on it.
    """

    person: str
    day: int
    start: str  # HH:MM
    end: str
    zone: str
    offered: bool = False


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody's shifts at a site, and the languages in which each can help."""

    shifts: tuple[Shift, ...] = ()
    langs: dict[str, tuple[str, ...]] = {}

    def of(self, staff: Mapping[str, object]) -> "Roster":
        """What is left of it for these: whoever was dismissed is expected no more."""
        return Roster(
            shifts=tuple(one for one in self.shifts if one.person in staff),
            langs={person: langs for person, langs in self.langs.items() if person in staff},
        )


class Coming(msgspec.Struct, frozen=True, order=True):
    """One shift of one week, in ms."""

    begins: int
    ends: int
    person: str
    offered: bool = False


def comings(shifts: Iterable[Shift], now: int) -> list[Coming]:
    """Shifts that are on now or begin within a week, the earliest first."""
    found = {one for shift in shifts for one in _weeks(shift, now)}
    return sorted(one for one in found if one.ends > now and one.begins < now + WEEK_MS)


def _weeks(shift: Shift, now: int) -> Iterator[Coming]:
    there = hosted.zone(shift.zone)
    today = datetime.fromtimestamp(now / 1000, there).date()
    start, end = time.fromisoformat(shift.start), time.fromisoformat(shift.end)
    for ahead in range(-2, 9):  # the last night's is still on; it may have begun the day before yesterday
        day = today + timedelta(days=ahead)
        if day.weekday() != shift.day:
            continue
        last = day + timedelta(days=end <= start)
        begins, ends = (
            round(datetime.combine(on, at, there).timestamp() * 1000)
            for on, at in ((day, start), (last, end))
        )
        if ends > begins:  # else all of it lies in the hour that a change of the clocks leaves out
            yield Coming(begins, ends, shift.person, shift.offered)


def gaps(site: Site, roster: Roster, now: int) -> list[tuple[int, tuple[str, ...]]]:
    """Hosted beginnings within a week at which nobody is planned: when (ms), and the topics (none: all)."""
    planned = [one for one in comings(roster.shifts, now) if not one.offered]
    return [
        (at, topics)
        for at, topics in hosted.beginnings(site, now)
        if at < now + WEEK_MS and not any(one.begins <= at < one.ends for one in planned)
    ]
