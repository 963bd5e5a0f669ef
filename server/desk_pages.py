"""The volunteers' pages: the desk, and the practice room, each in nobody's frame."""

from pathlib import Path

from aiohttp import web

from server.widget import Assets, own_origin, page, policy


def routes(static_root: Path | None = None) -> list[web.RouteDef]:
    """`/desk` and `/desk/practise`."""
    assets = Assets.find(static_root)

    async def desk(request: web.Request) -> web.Response:
        """The same for everybody: its script asks who is signed in."""
        return _page(request, assets, "main")

    async def practise(request: web.Request) -> web.Response:
        """The desk on people who are not there. It can reach neither us nor anybody else: what is done
        in it cannot meet a visitor or a record, whatever its script does."""
        return _page(request, assets, "practise", reaches="'none'")

    return [web.get("/desk", desk), web.get("/desk/practise", practise)]


def _page(request: web.Request, assets: Assets, script: str, reaches: str | None = None) -> web.Response:
    body = assets.template("desk/page.html").substitute(
        lang="en",
        css=assets.url("desk/desk.css"),
        js=assets.url(f"desk/{script}.en.js"),
        no_script="The desk needs JavaScript.",
    )
    return page(body, policy(own_origin(request), [], reaches=reaches))
