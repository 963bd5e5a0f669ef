"""The way from the demo page to the practice desk: a link that opens it once, and says so the second time."""

from pathlib import Path
from typing import Final

from aiohttp import web

from rooms import practice
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.site import Site
from server.desk_pages import asked_language, practise_page
from server.widget import Assets, own_origin, page, policy

PATH: Final = "/demo/practise"
_USED: Final = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width"><title>Kindred</title>
<link rel="stylesheet" href="{css}">
<main class="top words"><h1>{title}</h1><p>{said}</p><p><a href="{path}">{again}</a></p></main>
</html>"""
SAID: Final = {
    "en": {
        "title": "This link was used",
        "said": "A link to the practice desk opens it once, within a quarter of an hour.",
        "again": "Open a new practice desk",
    },
    "es": {
        "title": "Este enlace ya se usó",
        "said": "Un enlace a la mesa de práctica la abre una vez, en un cuarto de hora.",
        "again": "Abrir otra mesa de práctica",
    },
}


def routes(house: House, demo: Site | None, static_root: Path | None = None) -> list[web.RouteDef]:
    """`/demo/practise` makes a link and leads there; `/demo/practise/<token>` is the desk, once. Only where
    the built-in site is."""
    if demo is None:
        return []
    assets = Assets.find(static_root)
    keys = Keys(demo.community)

    async def make(request: web.Request) -> web.Response:
        try:
            token = await practice.make(house, keys)
        except Refusal:
            raise web.HTTPSeeOther("/desk/practise") from None  # practising needs no store
        raise web.HTTPSeeOther(f"{PATH}/{token}", headers={"Cache-Control": "no-store"})

    async def once(request: web.Request) -> web.Response:
        try:
            first = await practice.use(house, keys, request.match_info["token"])
        except Refusal:
            raise web.HTTPSeeOther("/desk/practise") from None
        if first:
            return practise_page(request, assets)
        lang = asked_language(request)
        body = _USED.format(lang=lang, path=PATH, css=assets.url("demo/demo.css"), **SAID[lang])
        return page(body, policy(own_origin(request), []), status=410)

    return [
        web.get(PATH, make, allow_head=False),
        web.get(PATH + r"/{token:[A-Za-z0-9_-]{16}}", once, allow_head=False),
    ]
