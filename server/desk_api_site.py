"""A site as its leads read it: its rooms as they are set, and the lines that its visitors are shown."""

from typing import Any

from aiohttp import web

from rooms.site import Site
from server import support
from server.desk_api import Request, Route


async def _site(request: Request) -> web.Response:
    name = request.raw.query.get("site", "")
    await request.lead(name)
    return web.json_response(_told(request.staff.sites[name], request.staff.house.log_ms // 60_000))


def _told(site: Site, minutes: int) -> dict[str, object]:
    return {
        "name": site.name,
        "lang": site.lang,
        "region": site.region,
        "capacity": site.capacity,
        "storage": site.storage,
        "second_factor": site.require_second_factor,
        "on_call": len(site.on_call),  # how many; the addresses may have a secret in them
        "minutes": minutes,
        "timezone": site.timezone,
        "topics": [
            {
                "id": topic.id,
                "title": topic.title,
                "about": topic.about,
                "cover": topic.cover or site.cover,
                "hours": [
                    hours.told() for hours in site.hosted if not hours.topics or topic.id in hours.topics
                ],
            }
            for topic in site.topics
        ],
    }


async def _lines(request: Request) -> web.Response:
    """The lines of a country (the site's own where none is named), and who has looked at each, and when."""
    name, region = request.raw.query.get("site", ""), request.raw.query.get("region", "")
    await request.lead(name)
    region = (region or request.staff.sites[name].region).strip().upper()
    found = [_line(service) for service in support.SERVICES if service["country"] == region]
    return web.json_response(
        {
            "region": region,
            "regions": support.regions(),
            "emergency": support.EMERGENCY.get(region, []),
            "lines": found,
        }
    )


def _line(service: dict[str, Any]) -> dict[str, object]:
    return {
        "id": service["id"],
        "name": service["name"],
        "source": service["source"],
        "listed": service["registry_verified_at"],
        "confirmed": service["verified_by_us"],
        "contacts": [
            {
                "method": one["method"],
                "display": one.get("display") or one.get("url"),
                "hours": one.get("hours"),
                "free": one.get("free"),
                "languages": one.get("languages", []),
            }
            for one in service["contacts"]
            if one.get("ship") is not False
        ],
    }


ROUTES: list[Route] = [
    ("GET", "site", _site),
    ("GET", "lines", _lines),
]
