"""The volunteers' pages: the desk, and the practice room, each in nobody's frame."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiohttp import web

from server.widget import Assets, own_origin, page, policy

LANGUAGE: Final = "kindred-desk-lang"
"""The cookie in which a browser keeps the desk's language; without it: what the browser asks for."""
SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"title": "Desk", "no_script": "The desk needs JavaScript."},
    "es": {"title": "Mesa", "no_script": "La mesa necesita JavaScript."},
}


def routes(static_root: Path | None = None) -> list[web.RouteDef]:
    """`/desk` and `/desk/practise`."""
    assets = Assets.find(static_root)

    async def desk(request: web.Request) -> web.Response:
        """The same for everybody: its script asks who is signed in."""
        return _page(request, assets, "main")

    async def practise(request: web.Request) -> web.Response:
        return practise_page(request, assets)

    return [web.get("/desk", desk), web.get("/desk/practise", practise)]


def practise_page(request: web.Request, assets: Assets) -> web.Response:
    """The desk on people who are not there. It can reach neither us nor anybody else: what is done in it
    cannot meet a visitor or a record, whatever its script does."""
    return _page(request, assets, "practise", reaches="'none'")


def asked_language(request: web.Request) -> str:
    """The desk's language in this browser."""
    return language(request.cookies.get(LANGUAGE, ""), request.headers.get("Accept-Language", ""))


def _page(request: web.Request, assets: Assets, script: str, reaches: str | None = None) -> web.Response:
    lang = asked_language(request)
    body = assets.template("desk/page.html").substitute(
        lang=lang,
        css=assets.url("desk/desk.css"),
        js=assets.url(f"desk/{script}.{lang}.js"),
        **SAID[lang],
    )
    return page(body, policy(own_origin(request), [], reaches=reaches))


def language(chosen: str, accepted: str) -> str:
    """What was chosen here, else the first of the browser's languages that the desk speaks, else English."""
    asked = [part.partition(";")[0].strip().partition("-")[0].lower() for part in accepted.split(",")]
    return next((lang for lang in (chosen, *asked) if lang in SAID), "en")
