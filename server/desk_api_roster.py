"""The roster over HTTP: a site's staff read it, its leads plan, and each offers or withdraws own hours."""

from dataclasses import replace
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from rooms import hosted, roster
from rooms.records import people, rosters
from rooms.records.changes import Overtaken
from rooms.records.people import Actor, Person
from rooms.records.rosters import Planned
from rooms.roster import Roster, Shift
from rooms.site import Site
from server import desk_roster
from server.desk_api import Request, Route
from server.desk_api_door import Refused

BODY: Final = 65_536
MOST: Final = 200
"""Shifts of a site: a week of round the clock with several people."""
MOST_OWN: Final = 20
Site_ = Annotated[str, Meta(max_length=32)]
At = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
Lang = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$", max_length=35)]
Langs = Annotated[list[Lang], Meta(max_length=8)]
Base = Annotated[int, Meta(ge=0)]


class Hours(Struct, kw_only=True):
    """A weekly shift of one's own."""

    day: Annotated[int, Meta(ge=0, le=6)]
    start: At
    end: At
    zone: Annotated[str, Meta(max_length=64)]


class Named(Hours, kw_only=True):
    """Somebody's."""

    person: Annotated[str, Meta(max_length=24)]
    offered: bool = False


class Plan(Struct):
    """A whole roster; `base`: the change that it was written upon."""

    site: Site_
    base: Base
    shifts: Annotated[list[Named], Meta(max_length=MOST)]
    langs: Annotated[dict[Annotated[str, Meta(max_length=24)], Langs], Meta(max_length=MOST)] = {}


class Own(Struct):
    """All hours of whoever asks."""

    site: Site_
    base: Base
    shifts: Annotated[list[Hours], Meta(max_length=MOST_OWN)]
    langs: Langs = []


class Undo(Struct):
    """`base`: the change that is to be taken back."""

    site: Site_
    base: Annotated[int, Meta(ge=1)]


async def _read(request: Request) -> web.Response:
    site, me = await _served(request, request.raw.query.get("site", ""))
    engine, now = request.staff.engine, request.staff.house.now()
    known = await rosters.history(engine, site.id)
    held = known[0] if known else Planned(site=site.id)
    staff = await _staff(request, site)
    whole = held.roster.of(staff)
    titles = {topic.id: topic.title for topic in site.topics}
    coming = roster.comings(whole.shifts, now)
    answer: dict[str, object] = {
        "n": held.n,
        "timezone": site.timezone,
        "staff": [
            {
                "id": one.id,
                "name": one.name,
                "role": one.role_at(site.id),
                "langs": whole.langs.get(one.id, ()),
            }
            for one in staff.values()
        ],
        "shifts": msgspec.to_builtins(whole.shifts),
        "coming": [desk_roster.told(one, whole, staff) | {"offered": one.offered} for one in coming],
        "gaps": [
            {"at": at, "topics": [titles[topic] for topic in topics if topic in titles]}
            for at, topics in roster.gaps(site, whole, now)
        ],
    }
    if me.may(site.id, "lead"):
        answer["history"] = [{"n": one.n, "at": one.at, "by": one.by, "undoes": one.undoes} for one in known]
    return web.json_response(answer)


async def _plan(request: Request) -> web.Response:
    asked = await request.body(Plan, BODY)
    by = await request.lead(asked.site)
    staff = await _staff(request, request.staff.sites[asked.site])
    if not {one.person for one in asked.shifts} | set(asked.langs) <= set(staff):
        raise Refused(400, "bad_request", "Somebody of these does not serve here.")
    shifts = tuple(_shift(one, one.person, one.offered) for one in asked.shifts)
    whole = Roster(
        shifts=tuple(dict.fromkeys(shifts)), langs={who: tuple(langs) for who, langs in asked.langs.items()}
    )
    return await _put(request, by, Planned(site=asked.site, n=asked.base + 1, roster=whole), "roster_change")


async def _own(request: Request) -> web.Response:
    """What a lead had planned and is named again stays planned; what is new is an offer."""
    asked = await request.body(Own)
    site, by = await _served(request, asked.site)
    held = await _held(request, site, asked.base)
    planned = {one for one in held.roster.shifts if one.person == by.id and not one.offered}
    wanted = [_shift(one, by.id, offered=False) for one in asked.shifts]
    mine = [
        one if one in planned else msgspec.structs.replace(one, offered=True) for one in dict.fromkeys(wanted)
    ]
    others = [one for one in held.roster.shifts if one.person != by.id]
    if len(others) + len(mine) > MOST:
        raise Refused(400, "bad_request", "The roster is full.")
    whole = Roster(shifts=(*others, *mine), langs=held.roster.langs | {by.id: tuple(asked.langs)})
    return await _put(request, by, Planned(site=site.id, n=held.n + 1, roster=whole), "roster_own")


async def _undo(request: Request) -> web.Response:
    asked = await request.body(Undo)
    by = await request.lead(asked.site)
    known = await rosters.history(request.staff.engine, asked.site, limit=2)
    if not known or known[0].n != asked.base:
        raise _overtaken()
    before = known[1] if len(known) > 1 else Planned(site=asked.site)
    change = replace(before, n=asked.base + 1, undoes=asked.base)
    return await _put(request, by, change, "roster_undo")


async def _put(request: Request, by: Person, change: Planned, action: str) -> web.Response:
    staff = request.staff
    change = replace(change, at=staff.house.now())
    actor = Actor(by.id, by.role_at(change.site) or "")
    try:
        await rosters.put(staff.engine, staff.audit_key, actor, change, action)
    except Overtaken:
        raise _overtaken() from None
    return web.json_response({"n": change.n})


async def _held(request: Request, site: Site, base: int) -> Planned:
    known = await rosters.history(request.staff.engine, site.id, limit=1)
    held = known[0] if known else Planned(site=site.id)
    if held.n != base:
        raise _overtaken()
    return held


async def _served(request: Request, site: str) -> tuple[Site, Person]:
    """The site, and who asks, where they serve there in any role. Raises Refused 401 or 403."""
    me, _ = await request.me()
    if site not in request.staff.sites or me.role_at(site) is None:
        raise Refused(403, "forbidden", "That is for the staff of this site.")
    return request.staff.sites[site], me


async def _staff(request: Request, site: Site) -> dict[str, Person]:
    return {one.id: one for one in await people.of_sites(request.staff.engine, {site.id})}


def _shift(asked: Hours, person: str, offered: bool) -> Shift:
    try:
        hosted.zone(asked.zone)
    except ValueError:
        raise Refused(400, "bad_zone", "There is no such time zone.") from None
    if asked.start == asked.end:
        raise Refused(400, "bad_request", "A shift ends at another time than it begins.")
    return Shift(
        person=person, day=asked.day, start=asked.start, end=asked.end, zone=asked.zone, offered=offered
    )


def _overtaken() -> Refused:
    return Refused(409, "conflict", "Somebody has changed the roster meanwhile. Read it again.")


ROUTES: list[Route] = [
    ("GET", "roster", _read),
    ("PUT", "roster", _plan),
    ("PUT", "roster/own", _own),
    ("POST", "roster/undo", _undo),
]
