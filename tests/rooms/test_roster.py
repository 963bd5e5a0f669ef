"""Who means to be on when: by the clocks of each shift's own zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rooms import roster
from rooms.hosted import Hours
from rooms.roster import Roster, Shift
from rooms.site import Site

BERLIN, DENVER = "Europe/Berlin", "America/Denver"


def ms(*at: int, zone: str = BERLIN) -> int:
    return round(datetime(*at, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[arg-type,misc]


def shift(day: int, start: str, end: str, zone: str = BERLIN, *, offered: bool = False) -> Shift:
    return Shift(person="ada", day=day, start=start, end=end, zone=zone, offered=offered)


WEDNESDAY = ms(2026, 11, 25, 12)


@pytest.mark.parametrize(
    ("planned", "now", "begins", "ends"),
    [
        (shift(2, "18:00", "20:00"), WEDNESDAY, ms(2026, 11, 25, 18), ms(2026, 11, 25, 20)),
        (shift(2, "11:00", "13:00"), WEDNESDAY, ms(2026, 11, 25, 11), ms(2026, 11, 25, 13)),  # on now
        (shift(2, "10:00", "12:00"), WEDNESDAY, ms(2026, 12, 2, 10), ms(2026, 12, 2, 12)),  # just over
        (shift(1, "22:00", "06:00"), ms(2026, 11, 25, 5), ms(2026, 11, 24, 22), ms(2026, 11, 25, 6)),
        # Tuesday evening in Denver is Wednesday in Berlin
        (shift(1, "18:00", "20:00", DENVER), WEDNESDAY, ms(2026, 12, 2, 2), ms(2026, 12, 2, 4)),
        # the clocks go forward in the night to 29 March and back in that to 25 October
        (shift(5, "22:00", "06:00"), ms(2026, 3, 28, 12), ms(2026, 3, 28, 22), ms(2026, 3, 29, 6)),
        (shift(5, "22:00", "06:00"), ms(2026, 10, 24, 12), ms(2026, 10, 24, 22), ms(2026, 10, 25, 6)),
        (shift(6, "18:00", "20:00"), ms(2026, 10, 24, 12), ms(2026, 10, 25, 18), ms(2026, 10, 25, 20)),
        # all of it in the hour that is left out: the next week's is it
        (shift(6, "02:45", "03:00"), ms(2026, 3, 28, 12), None, None),
    ],
)
def test_the_next_of_a_shift(planned: Shift, now: int, begins: int | None, ends: int | None) -> None:
    """It begins and ends when the clocks of its zone say so, over midnight and a change of them too."""
    found = roster.comings([planned], now)
    assert [(one.begins, one.ends) for one in found[:1]] == ([(begins, ends)] if begins else [])


def test_a_night_is_as_long_as_it_is() -> None:
    """Eight hours by the clock are seven in spring and nine in autumn."""
    night = shift(5, "22:00", "06:00")
    lengths = {roster.comings([night], ms(2026, *day, 12))[0] for day in ((3, 28), (10, 24), (11, 28))}
    assert sorted((one.ends - one.begins) // 3_600_000 for one in lengths) == [7, 8, 9]


def test_every_week_has_each_shift_once() -> None:
    """At each noon of a year a weekly shift is told of once."""
    nights = shift(6, "23:00", "01:00", DENVER)
    begun = set()
    for day in range(365):
        now = WEDNESDAY + round(timedelta(days=day).total_seconds()) * 1000
        found = roster.comings([nights], now)
        assert len(found) == 1
        begun.add(found[0].begins)
    assert len(begun) == 53


def test_what_nobody_covers() -> None:
    """A hosted beginning is a gap unless a planned shift is on at that moment; an offer is no plan."""
    site = Site(
        id="w", name="W", origins=(), topics=(), timezone=BERLIN,
        hosted=(Hours(days=(2, 3), at=time(18, 0)), Hours(days=(4,), at=time(9, 0), topics=("grief",))),
    )  # fmt: skip
    wednesday, thursday, friday = ms(2026, 11, 25, 18), ms(2026, 11, 26, 18), ms(2026, 11, 27, 9)
    assert roster.gaps(site, Roster(), WEDNESDAY) == [(wednesday, ()), (thursday, ()), (friday, ("grief",))]
    held = Roster(
        shifts=(
            shift(2, "18:00", "20:00"),
            shift(3, "17:00", "18:00"),  # over when it begins
            shift(4, "00:30", "02:00", DENVER),  # 08:30 there
            shift(3, "18:00", "20:00", offered=True),
        )
    )
    assert roster.gaps(site, held, WEDNESDAY) == [(thursday, ())]


def test_who_is_not_staff_any_more_is_not_expected() -> None:
    """Shifts and languages of whoever was dismissed are left out."""
    held = Roster(shifts=(shift(2, "18:00", "20:00"),), langs={"ada": ("en",)})
    assert held.of({"ada": None}) == held
    assert held.of({}) == Roster()
