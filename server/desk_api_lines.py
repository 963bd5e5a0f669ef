"""The help lines that a site shows its visitors: its leads read them, and say that they called them."""

import hashlib
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from rooms.records import confirmed_lines, people
from rooms.records.confirmed_lines import DUE_DAYS, Confirmed
from rooms.records.people import Actor
from server import support
from server.desk_api import Request, Route
from server.desk_api_door import Refused

SERVICES: Final[dict[str, dict[str, Any]]] = {service["id"]: service for service in support.SERVICES}


class Called(Struct):
    """For which site the line was called, and what was called: a page that is old names old numbers."""

    site: Annotated[str, Meta(max_length=32)]
    numbers: Annotated[str, Meta(max_length=16)]


async def _lines(request: Request) -> web.Response:
    """The lines of a country (the site's own where none is named), and who has called each, and when."""
    name, region = request.raw.query.get("site", ""), request.raw.query.get("region", "")
    await request.lead(name)
    staff = request.staff
    region = (region or staff.sites[name].region).strip().upper()
    known = await confirmed_lines.of_site(staff.engine, name)
    names = await people.names(staff.engine, {one.by for one in known.values()})
    found = [service for service in SERVICES.values() if service["country"] == region]
    return web.json_response(
        {
            "region": region,
            "regions": support.regions(),
            "emergency": support.EMERGENCY.get(region, []),
            "lines": [_line(one, known.get(one["id"]), names, staff.house.now()) for one in found],
            "due_days": DUE_DAYS,
        }
    )


def _line(
    service: dict[str, Any], called: Confirmed | None, names: dict[str, str], now: int
) -> dict[str, object]:
    contacts = [one for one in service["contacts"] if one.get("ship") is not False]
    if called and called.numbers != numbers(service):
        called = None  # what was called is not what is shown any more
    return {
        "id": service["id"],
        "name": service["name"],
        "source": service["source"],
        "listed": service["registry_verified_at"],
        "numbers": numbers(service),
        "confirmed": called and {"by": names.get(called.by, called.by), "at": called.at},
        "due": called is None or called.due(now),
        "contacts": [
            {
                "method": one["method"],
                "display": one.get("display") or one.get("url"),
                "hours": one.get("hours"),
                "free": one.get("free"),
                "languages": one.get("languages", []),
            }
            for one in contacts
        ],
    }


def numbers(service: dict[str, Any]) -> str:
    """Stands for all by which visitors can reach a service: another number gives another answer."""
    ways = [
        [one["method"], one.get("dial"), one.get("url")]
        for one in service["contacts"]
        if one.get("ship") is not False
    ]
    return hashlib.sha256(msgspec.json.encode(ways)).hexdigest()[:16]


async def _confirm(request: Request) -> web.Response:
    asked = await request.body(Called)
    by = Actor((await request.lead(asked.site)).id, "lead")
    staff, service = request.staff, _service(request)
    if asked.numbers != numbers(service):
        raise Refused(409, "conflict", "This line has another number now. Look again.")
    await confirmed_lines.confirm(
        staff.engine, staff.audit_key, by, asked.site, service["id"], asked.numbers, staff.house.now()
    )
    return web.json_response({"ok": True})


async def _withdraw(request: Request) -> web.Response:
    site = request.raw.query.get("site", "")
    by = Actor((await request.lead(site)).id, "lead")
    staff, service = request.staff, _service(request)
    if not await confirmed_lines.withdraw(
        staff.engine, staff.audit_key, by, site, service["id"], staff.house.now()
    ):
        raise Refused(404, "not_found", "Nobody has confirmed this line.")
    return web.json_response({"ok": True})


def _service(request: Request) -> dict[str, Any]:
    found = SERVICES.get(request.raw.match_info["line"])
    if found is None:
        raise Refused(404, "not_found", "There is no such line.")
    return found


ROUTES: list[Route] = [
    ("GET", "lines", _lines),
    ("PUT", "lines/{line}/confirmed", _confirm),
    ("DELETE", "lines/{line}/confirmed", _withdraw),
]
