"""A site as its leads read it: its rooms as they are set."""

from aiohttp import web

from rooms.site import Site
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


ROUTES: list[Route] = [
    ("GET", "site", _site),
]
