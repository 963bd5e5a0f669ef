"""Who comes next by the roster, as desks are told: `roster`, and a part of `handover` (PROTOCOL)."""

from msgspec import Struct

from rooms import roster
from rooms.records import people, rosters
from rooms.records.people import Person
from rooms.roster import Coming, Roster
from rooms.site import Site
from server import protocol
from server.desk_sockets import Desk, Desks
from server.transport import Answer

MOST = 20
"""Shifts that are told of: those of a few days."""


class Asked(Struct):
    """`roster`: nothing is asked for by name."""


async def upcoming(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Who is planned within a week where this person serves, they themselves among them.

    Raises SQLAlchemyError where the records are away.
    """
    protocol.parse(Asked, payload)
    return {"ok": True, "coming": await at_sites(desks, desks.sites(desk.person))}, None


async def at_sites(desks: Desks, sites: list[Site]) -> list[dict[str, object]]:
    """Planned shifts of these sites that are on or begin within a week, in order; offers are no plan."""
    engine, now = desks.staff.engine, desks.house.now()
    held = await rosters.of_sites(engine, [site.id for site in sites])
    staff = await people.of_sites(engine, list(held))
    found = []
    for site, whole in held.items():
        here = {one.id: one for one in staff if one.role_at(site)}
        found += [told(one, whole, here) | {"site": site} for one in _planned(whole.of(here), now)]
    return sorted(found, key=lambda one: (one["begins"], one["name"]))[:MOST]


def _planned(whole: Roster, now: int) -> list[Coming]:
    return [one for one in roster.comings(whole.shifts, now) if not one.offered]


def told(one: Coming, whole: Roster, staff: dict[str, Person]) -> dict[str, object]:
    """A shift of this week: who, with which languages, from when to when (ms)."""
    return {
        "id": one.person,
        "name": staff[one.person].name,
        "langs": whole.langs.get(one.person, ()),
        "begins": one.begins,
        "ends": one.ends,
    }
