"""A shift hands over to the next one: `handover`, `hand_over`, `take_over` (PROTOCOL section 5).

The service writes it from what it knows; a volunteer adds a line, and names who worried them. It waits at
every desk of the community until another moderator on duty says that they have it.
"""

import asyncio
import hashlib
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from rooms import case as open_cases
from rooms import handovers, hosted, room_acts
from rooms.handovers import Handover, Matter
from rooms.keys import Keys
from rooms.records import sanctions
from rooms.refusals import Refusal
from rooms.site import Site, of_community
from server import desk_roster, protocol
from server.desk_cases import FOR_MODERATORS
from server.desk_sockets import Desk, Desks
from server.protocol import Key, Name
from server.transport import Answer

MOST: Final = 50
"""Lines of a kind: a handover that nobody can read hands nothing over."""
Worried = Annotated[list[Name], Meta(max_length=20)]
Words = Annotated[str, Meta(max_length=1_000)]


class Draft(Struct):
    """`handover`."""

    site: Name | None = None
    worried: Worried = []


class HandOver(Struct):
    """`hand_over`."""

    key: Key
    site: Name | None = None
    worried: Worried = []
    note: Words = ""


class TakeOver(Struct):
    """`take_over`."""

    handover: Name
    site: Name | None = None


async def draft(desks: Desks, desk: Desk, payload: object) -> Answer:
    """What would be handed over now, and who means to come when. Raises `forbidden` for a greeter."""
    asked = protocol.parse(Draft, payload)
    site = _site(desks, desk, asked.site)
    made = await _compose(desks, site, asked.worried)
    return {"ok": True, "handover": _told(made, site), "roster": await _roster(desks, desk, site)}, None


async def hand_over(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Keep it for the next person. The same key again is the same handover."""
    asked = protocol.parse(HandOver, payload)
    site = _site(desks, desk, asked.site)
    note = asked.note.strip()
    if note:
        note = protocol.words(note)
    made = msgspec.structs.replace(
        await _compose(desks, site, asked.worried),
        id=hashlib.sha256(f"handover\0{desk.person.id}\0{asked.key}".encode()).hexdigest()[:24],
        by=desk.person.id,
        name=desk.person.name,
        note=note,
    )
    await handovers.keep(desks.house, Keys(site.community), made)
    return {"ok": True, "handover": _told(made, site)}, None


async def take_over(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Say that one has it: for another moderator than who wrote it, on duty.

    Raises `forbidden`; `conflict` where somebody took it before; `not_found`.
    """
    asked = protocol.parse(TakeOver, payload)
    site = _site(desks, desk, asked.site)
    keys = Keys(site.community)
    if not desk.on_duty:
        raise Refusal("forbidden", "That is for whoever is on duty.")
    found = [one for one in await handovers.waiting(desks.house, keys) if one.id == asked.handover]
    if not found:
        raise Refusal("not_found")
    if found[0].by == desk.person.id:
        raise Refusal("forbidden", "Another person takes it over.")
    if not await handovers.take(desks.house, keys, asked.handover, desk.person.id):
        raise Refusal("conflict")
    return {"ok": True}, None


async def waiting(desks: Desks, desk: Desk) -> list[dict[str, object]]:
    """What waits for somebody to take it over, where this person moderates. Raises Unavailable."""
    found = []
    for keys in desks.communities(desk.person):
        if mine := of_community(_moderated(desks, desk), keys.community):
            found += [_told(one, mine[0]) for one in await handovers.waiting(desks.house, keys)]
    return found


def _moderated(desks: Desks, desk: Desk) -> list[Site]:
    return [site for site in desks.sites(desk.person) if desk.person.may(site.id, "moderator")]


def _told(made: Handover, site: Site) -> dict[str, object]:
    return {"site": site.id, **msgspec.to_builtins(made)}


def _site(desks: Desks, desk: Desk, named: str | None) -> Site:
    """Which of their communities is meant, by one of its sites: what was seen in one is nothing for another.

    Raises `forbidden`; `bad_request` where there are several and none is named.
    """
    mine = [site for site in _moderated(desks, desk) if named in (None, site.id)]
    if not mine:
        raise Refusal("forbidden", FOR_MODERATORS)
    if len({site.community for site in mine}) > 1:
        raise Refusal("bad_request", "You serve several places. Name the site.")
    return mine[0]


async def _compose(desks: Desks, site: Site, worried: Iterable[str]) -> Handover:
    house, keys = desks.house, Keys(site.community)
    cases = [case for case in await open_cases.queue(house, keys) if not case.concerns][:MOST]
    now = house.now()
    limits = (await sanctions.in_force(desks.staff.engine, site.community, now))[-MOST:]
    notes = (await room_acts.notes(house, keys))[-MOST:]
    crying = [case.visitor for case in cases if case.kind == "crisis"]
    who = list(dict.fromkeys([*crying, *worried]))
    about = {one.visitor for one in cases} | {one.visitor for one in limits} | {one.visitor for one in notes}
    names = await _names(desks, keys, {*who, *about} - {""})
    return Handover(
        at=now,
        cases=tuple(
            Matter(
                visitor=one.visitor, name=names.get(one.visitor, ""), kind=one.kind, room=one.room, at=one.at
            )
            for one in cases
        ),
        worried=tuple(Matter(visitor=one, name=names.get(one, "")) for one in who if names.get(one, "")),
        limits=tuple(
            Matter(
                visitor=one.visitor,
                name=names.get(one.visitor, ""),
                kind=one.kind,
                reason=one.reason,
                at=one.until,
            )
            for one in limits
        ),
        notes=tuple(
            Matter(
                visitor=one.visitor, name=names.get(one.visitor, ""), text=one.text, by=one.name, at=one.at
            )
            for one in notes
        ),
    )


async def _names(desks: Desks, keys: Keys, visitors: Iterable[str]) -> dict[str, str]:
    """Pseudonyms, of those that the store still remembers."""
    sites = desks.sites_in(keys.community)
    asked = [(visitor, keys.visitor(site, visitor)) for visitor in visitors for site in sites]
    found = await asyncio.gather(*(desks.house.store.command("HGET", record, "name") for _, record in asked))
    return {visitor: name.decode() for (visitor, _), name in zip(asked, found, strict=True) if name}


async def _roster(desks: Desks, desk: Desk, site: Site) -> dict[str, object]:
    """The site's promised hours, in its own time zone, the next of each topic, and who is planned."""
    now = desks.house.now()
    return {
        "timezone": site.timezone,
        "lang": site.lang,
        "hours": [
            hours.told() | {"topics": [topic.title for topic in site.topics if topic.id in hours.topics]}
            for hours in site.hosted
        ],
        "next": min(
            (at for topic in site.topics if (at := hosted.following(site, topic.id, now))), default=None
        ),
        "coming": await desk_roster.at_sites(desks, of_community(desks.sites(desk.person), site.community)),
    }
