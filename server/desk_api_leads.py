"""What leads do over HTTP, each for a site they lead: invite, change, dismiss, reset."""

import contextlib
from collections.abc import Iterator
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from rooms.records import invitations, people
from rooms.records.people import Actor, LastLead, Person, Post
from server.desk_api import Request, Route
from server.desk_api_door import Refused

Role = Literal["greeter", "moderator", "lead"]
Badge = Annotated[str, Meta(max_length=40)]


class Appoint(Struct):
    """An invitation, or another role for somebody."""

    site: Annotated[str, Meta(max_length=32)]
    role: Role
    badge: Badge = ""


class OfSite(Struct):
    """Which of a lead's sites is meant."""

    site: Annotated[str, Meta(max_length=32)]


def _post(asked: Appoint) -> Post:
    badge = " ".join(asked.badge.split())
    if not badge.isprintable():
        raise Refused(400, "bad_request", "That label cannot be shown.")
    return Post(asked.site, asked.role, badge)


async def _invite(request: Request) -> web.Response:
    asked = await request.body(Appoint)
    by = _lead(await request.lead(asked.site))
    staff = request.staff
    made, token = await invitations.invite(
        staff.engine, staff.audit_key, by, [_post(asked)], staff.house.now()
    )
    return web.json_response({"id": made, "link": link(request.way.origin, token)}, status=201)


async def _invitations(request: Request) -> web.Response:
    site = request.raw.query.get("site", "")
    await request.lead(site)
    staff = request.staff
    found = await invitations.of_site(staff.engine, site, staff.house.now())
    told = [
        {
            "id": one.id,
            "kind": "reset" if one.person else "invite",
            "role": one.posts[0].role,
            "badge": one.posts[0].badge,
            "until": one.ends_at,
        }
        for one in found
    ]
    return web.json_response({"invitations": told})


async def _withdraw(request: Request) -> web.Response:
    site = request.raw.query.get("site", "")
    by = _lead(await request.lead(site))
    staff, which = request.staff, request.raw.match_info["token"]
    if not await invitations.withdraw(staff.engine, staff.audit_key, by, which, site, staff.house.now()):
        raise Refused(404, "not_found", "There is no such invitation.")
    return web.json_response({"ok": True})


async def _staff(request: Request) -> web.Response:
    site = request.raw.query.get("site", "")
    await request.lead(site)
    found = await people.of_sites(request.staff.engine, {site})
    told = [
        {
            "id": person.id,
            "name": person.name,
            "role": person.posts[0].role,
            "badge": person.posts[0].badge,
            "second_factor": bool(person.seed),
        }
        for person in found
    ]
    return web.json_response({"staff": told})


async def _change(request: Request) -> web.Response:
    asked = await request.body(Appoint)
    by = _lead(await request.lead(asked.site))
    who = await _colleague(request, asked.site)
    staff = request.staff
    with _a_lead_stays():
        async with staff.engine.begin() as connection:
            now = staff.house.now()
            await people.appoint(connection, staff.audit_key, by, who.id, _post(asked), now)
    return web.json_response({"ok": True})


async def _dismiss(request: Request) -> web.Response:
    site = request.raw.query.get("site", "")
    by = _lead(await request.lead(site))
    who = await _colleague(request, site)
    staff = request.staff
    with _a_lead_stays():
        await people.dismiss(staff.engine, staff.audit_key, by, who.id, [site], staff.house.now())
    return web.json_response({"ok": True})


async def _reset(request: Request) -> web.Response:
    """A new link for a colleague; only where nobody else's clinic would be opened with it."""
    asked = await request.body(OfSite)
    by = _lead(await request.lead(asked.site))
    who = await _colleague(request, asked.site)
    staff = request.staff
    whole = await people.by_id(staff.engine, who.id)
    me, _ = await request.me()
    if whole is None or not all(me.may(post.site, "lead") for post in whole.posts):
        raise Refused(403, "forbidden", "They serve another site too. The operator can do that.")
    _, token = await invitations.reset(staff.engine, staff.audit_key, by, whole, staff.house.now())
    return web.json_response({"link": link(request.way.origin, token)}, status=201)


def link(origin: str, token: str) -> str:
    """Where an invitation is accepted. Behind the #, which no server and no log ever sees."""
    return f"{origin}/desk#invite={token}"


def _lead(person: Person) -> Actor:
    return Actor(person.id, "lead")


async def _colleague(request: Request, site: str) -> Person:
    """Somebody of this site, and of no other as far as the asker can see. Raises Refused 404."""
    found = await people.of_sites(request.staff.engine, {site})
    for person in found:
        if person.id == request.raw.match_info["person"]:
            return person
    raise Refused(404, "not_found", "Nobody of that id serves this site.")


@contextlib.contextmanager
def _a_lead_stays() -> Iterator[None]:
    try:
        yield
    except LastLead:
        raise Refused(409, "conflict", "They are the only lead of this site. Name another first.") from None


ROUTES: list[Route] = [
    ("POST", "invites", _invite),
    ("GET", "invites", _invitations),
    ("DELETE", "invites/{token}", _withdraw),
    ("GET", "staff", _staff),
    ("PATCH", "staff/{person}", _change),
    ("DELETE", "staff/{person}", _dismiss),
    ("POST", "staff/{person}/reset", _reset),
]
