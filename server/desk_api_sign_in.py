"""The desk's API for one person: sign in, sign out, accept an invitation, see and end own sessions."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from rooms import telemetry
from rooms.records.people import Person, Post
from rooms.records.tables import ROLES
from server import sign_in, sign_in_code
from server.desk_api import Request, Route
from server.desk_api_door import Refused
from server.sign_in import Offer, StaffDoor


class SignIn(Struct):
    """`POST /desk/api/session`, and accepting an invitation."""

    password: Annotated[str, Meta(min_length=1, max_length=1_024)]
    name: Annotated[str, Meta(max_length=128)] = ""
    code: Annotated[str, Meta(max_length=64)] | None = None


def about(staff: StaffDoor, person: Person) -> dict[str, object]:
    """`me`: `role` is the highest of the roles, which are by site."""
    posts = staff.posts(person)
    return {
        "id": person.id,
        "name": person.name,
        "role": max((post.role for post in posts), key=ROLES.index),
        "sites": [post.site for post in posts],
        "roles": [
            {
                "site": post.site,
                "site_name": staff.sites[post.site].name,
                "role": post.role,
                "badge": post.badge,
            }
            for post in posts
        ],
        "second_factor": bool(person.seed),
    }


def _about_post(staff: StaffDoor, post: Post) -> dict[str, str]:
    name = staff.sites[post.site].name
    return {"site": post.site, "site_name": name, "role": post.role, "badge": post.badge}


# --- signing in and out ------------------------------------------------------------------------


async def _sign_in(request: Request) -> web.Response:
    asked = await request.body(SignIn)
    before = request.cookie
    person, token = await sign_in.sign_in(
        request.staff, asked.name, asked.password, asked.code, await request.tag()
    )
    # What was there before is ended and never taken over: a cookie that somebody planted opens nothing.
    await sign_in.sign_out(request.staff, before)
    telemetry.count("sign_ins", "done")
    return _with_cookie(web.json_response({"me": about(request.staff, person)}), request, token)


async def _sign_out(request: Request) -> web.Response:
    await sign_in.sign_out(request.staff, request.cookie)
    answer = web.json_response({"ok": True})
    answer.del_cookie(
        request.way.cookie, path="/", secure=request.way.secure, httponly=True, samesite="Strict"
    )
    return answer


def _with_cookie(answer: web.Response, request: Request, token: str) -> web.Response:
    # No Max-Age: it goes with the browser. `__Host-` wants Secure, Path=/ and no Domain.
    answer.set_cookie(
        request.way.cookie, token, path="/", secure=request.way.secure, httponly=True, samesite="Strict"
    )
    return answer


async def _me(request: Request) -> web.Response:
    person, _ = await request.me()
    return web.json_response({"me": about(request.staff, person)})


async def _sessions(request: Request) -> web.Response:
    person, mine = await request.me()
    sessions = [
        {"id": session.id, "at": session.at, "seen": session.seen, "current": session.id == mine.id}
        for session in await request.staff.sessions.of(person.id)
    ]
    return web.json_response({"sessions": sessions})


async def _end_session(request: Request) -> web.Response:
    person, _ = await request.me()
    for session in await request.staff.sessions.of(person.id):
        if session.id == request.raw.match_info["id"]:
            await request.staff.sessions.end(session)
            return web.json_response({"ok": True})
    raise Refused(404, "not_found", "That session is over.")


# --- invitations, as who was invited meets them ------------------------------------------------


async def _offer(request: Request) -> web.Response:
    offered = await sign_in.offer(request.staff, request.raw.match_info["token"])
    return web.json_response({"invitation": _about_offer(request.staff, offered)})


def _about_offer(staff: StaffDoor, offered: Offer) -> dict[str, object]:
    told: dict[str, object] = {
        "kind": "reset" if offered.invitation.person else "invite",
        "until": offered.invitation.ends_at,
        "roles": [
            {
                "site": post.site,
                "site_name": staff.sites[post.site].name,
                "role": post.role,
                "badge": post.badge,
            }
            for post in offered.invitation.posts
            if post.site in staff.sites
        ],
    }
    if offered.name:
        told["name"] = offered.name
    if offered.secret:
        who = offered.name or "staff"
        uri = sign_in_code.uri(offered.secret, who, sign_in.ISSUER)
        told["totp"] = {"secret": sign_in_code.base32(offered.secret), "uri": uri}
    return told


async def _accept(request: Request) -> web.Response:
    asked = await request.body(SignIn)
    before = request.cookie
    token = request.raw.match_info["token"]
    person, cookie, codes = await sign_in.accept(
        request.staff, token, asked.name, asked.password, asked.code, await request.tag()
    )
    await sign_in.sign_out(request.staff, before)
    answer = {"me": about(request.staff, person), "recovery_codes": codes}
    return _with_cookie(web.json_response(answer), request, cookie)


ROUTES: list[Route] = [
    ("POST", "session", _sign_in),
    ("DELETE", "session", _sign_out),
    ("GET", "me", _me),
    ("GET", "sessions", _sessions),
    ("DELETE", "sessions/{id}", _end_session),
    ("GET", "invites/{token}", _offer),
    ("POST", "invites/{token}", _accept),
]
