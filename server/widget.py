"""The pages and files a browser loads: the one line's script, the frame, the demo clinic.

Nothing here knows a conversation. A page carries a ticket for its site and the region's phone
lines, so that "Get help now" works without a connection; no page repeats what the request said
beyond the few words it was checked against.
"""

import hashlib
import json
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from aiohttp import web

from rooms.retention import LOG_MINUTES
from rooms.site import Site
from server import words

ROOT = Path(__file__).resolve().parent.parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?")
REGION = re.compile(r"[A-Z]{2}")
LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
HASHED = re.compile(r"dist/[\w.-]+-[A-Z0-9]{8}\.(js|css)")  # named by content (static/build.mjs)

Support = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Assets:
    """Where the browser's files are: the sources, or what `make static` made of them."""

    root: Path
    names: Mapping[str, str]  # source path -> built path, both below root; empty for sources

    @classmethod
    def find(cls, root: Path | None) -> "Assets":
        """The bundle where `KINDRED_BUNDLE=1` asks for it and it was built, else the sources."""
        root = (root or ROOT).resolve()
        manifest = root / "dist" / "manifest.json"
        if os.environ.get("KINDRED_BUNDLE") == "1" and manifest.is_file():
            return cls(root, json.loads(manifest.read_text(encoding="utf-8")))
        return cls(root, {})

    def url(self, name: str) -> str:
        """The address of a source file, as it is served now."""
        return f"/static/{self.names.get(name, name)}"

    def file(self, name: str) -> Path | None:
        """The file behind an address below `/static/`; None for what is not there or not ours to give."""
        path = (self.root / name).resolve()
        served = path.is_relative_to(self.root) and path.suffix in TYPES and path.is_file()
        return path if served else None

    def loaders(self) -> dict[str, str]:
        """Start of the SHA-256 → the loader with these bytes: today's, and those of releases, in `loaders/`.

        A page that pins one by its hash keeps working after an upgrade as long as its file stays there.
        """
        kept = sorted(path.relative_to(self.root) for path in self.root.glob("loaders/*.js"))
        names = [self.names.get("embed.js", "embed.js"), *map(str, kept)]
        return {hashlib.sha256((self.root / name).read_bytes()).hexdigest()[:12]: name for name in names}

    def template(self, name: str) -> Template:
        """A page to fill in; templates themselves are never served."""
        return Template((self.root / name).read_text(encoding="utf-8"))


def routes(
    sites: Mapping[str, Site],
    *,
    ticket: Callable[[str], str],
    support: Support,
    static_root: Path | None = None,
    retention_minutes: int = LOG_MINUTES,
) -> list[web.RouteDef]:
    """The routes of `/`, `/embed.js`, `/embed-<hash>.js`, `/widget`, `/demo/phone` and `/static/…`.

    `ticket(site_id)` signs a short-lived ticket for the frame; `support(region)` gives
    `{"emergency": […], "lines": […]}`. `retention_minutes` is what the door promises.
    """
    assets = Assets.find(static_root)
    demo = next((site for site in sites.values() if site.demo), None)

    async def home(request: web.Request) -> web.Response:
        if demo is None:
            return plain("This is a chat server. The chat itself is on the pages of the clinics it serves.")
        return demo_page(request, assets, "demo/index.html", demo)

    async def phone(request: web.Request) -> web.Response:
        if demo is None:
            return plain("There is no page here.", status=404)
        return demo_page(request, assets, "demo/phone.html", demo)

    async def embed(request: web.Request) -> web.StreamResponse:
        return static(assets, assets.names.get("embed.js", "embed.js"), cache="public, max-age=600")

    async def widget(request: web.Request) -> web.Response:
        site = sites.get(request.query.get("site", ""))
        if site is None:
            return plain(
                "This chat is not set up. Please tell the clinic whose page you came from.", status=404
            )
        return frame_page(request, assets, site, ticket(site.id), support, retention_minutes)

    async def files(request: web.Request) -> web.StreamResponse:
        name = request.match_info["path"]
        cache = "public, max-age=31536000, immutable" if HASHED.fullmatch(name) else "no-cache"
        return static(assets, name, cache=cache)

    return [
        web.get("/", home),
        web.get("/demo/phone", phone),
        web.get("/embed.js", embed),
        web.get("/embed-{digest:[0-9a-f]{12}}.js", pinned(assets)),
        web.get("/widget", widget),
        web.get("/static/{path:.+}", files),
    ]


def pinned(assets: Assets) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The loader of exactly these bytes, for pages that pin their scripts."""
    loaders = assets.loaders()

    async def answer(request: web.Request) -> web.StreamResponse:
        name = loaders.get(request.match_info["digest"], "")
        return static(assets, name, cache="public, max-age=31536000, immutable")

    return answer


def frame_page(
    request: web.Request, assets: Assets, site: Site, ticket: str, support: Support, retention_minutes: int
) -> web.Response:
    """The chat's own page. Every option of the address is checked, or falls back to the site's."""
    query = request.query
    origin = own_origin(request)
    region = checked(REGION, query.get("region"), site.region)
    help_lines = support(region)
    lang = checked(LANG, query.get("lang"), site.lang)
    speaks = words.spoken(lang, site.lang, accepted=site.accept_unreviewed)
    said = words.page(speaks, site)
    body = assets.template("widget/page.html").substitute(
        theme=query.get("theme") if query.get("theme") in ("light", "dark") else "auto",
        ticket=escape(ticket),
        css=assets.url("widget/widget.css"),
        js=assets.url(f"widget/main.{speaks}.js"),
        shelf=escape(json.dumps(shelf(site, speaks), ensure_ascii=False)),
        later=assets.url(f"widget/later.{speaks}.js"),
        support=in_script(help_lines),
        site=escape(site.id),
        topic=escape(query["topic"]) if site.topic(query.get("topic", "")) else "",
        lang=lang,
        speaks=speaks,
        dir="rtl" if speaks in words.RIGHT_TO_LEFT else "ltr",
        accepts=" ".join(site.accept_unreviewed),
        help=said["help"],
        no_script=said["no_script"],
        region=region,
        retention=retention_minutes,
        lines=plain_lines(help_lines, said),
    )
    ancestors = [*site.origins, *([origin] if site.demo else [])]
    # Without its own origin the page cannot reach any storage: "nothing stored" by construction.
    forgetful = site.storage == "none" or query.get("storage") == "none"
    return page(body, policy(origin, ancestors, forgetful=forgetful))


def shelf(site: Site, lang: str) -> dict[str, object]:
    """What the panel shows of it, in one language.

    `kinds` of card under "", and under topics where that is otherwise; the site's `own` as [kind, topics,
    title, lines …]; the ids of ours that it is `without`.
    """
    kinds = {topic.id: topic.shelf for topic in site.topics if topic.shelf is not None}
    own = [[card.kind, card.topics, card.title, *card.lines] for card in site.cards if card.lang == lang]
    return {"kinds": {"": site.shelf, **kinds}, "own": own, "without": site.without_cards}


def demo_page(request: web.Request, assets: Assets, name: str, site: Site) -> web.Response:
    """A page of the pretend clinic, with the one line as a clinic would write it."""
    origin = own_origin(request)
    body = assets.template(name).substitute(origin=escape(origin), site=escape(site.id))
    # https: so that Leave fast can take the small phone to its neutral page too.
    return page(body, f"{policy(origin, [origin])}; frame-src {origin} https:")


def policy(origin: str, ancestors: list[str], *, forgetful: bool = False, reaches: str | None = None) -> str:
    """A Content-Security-Policy. It names our origin: `'self'` matches nothing in a sandboxed WebKit page.

    `reaches`: whom its scripts may talk to, where not us.
    """
    socket = origin.replace("http", "ws", 1)
    rules = [
        "default-src 'none'",
        f"script-src {origin}",
        f"style-src {origin}",
        f"connect-src {reaches or f'{origin} {socket}'}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors " + (" ".join(ancestors) or "'none'"),
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    if forgetful:
        # allow-modals: else a card could not be printed
        rules.append(
            "sandbox allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"
        )
    return "; ".join(rules)


def page(body: str, csp: str, status: int = 200) -> web.Response:
    """HTML that no cache keeps: a ticket stands in it, or the address it was asked under."""
    headers = {
        "Content-Security-Policy": csp,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    response = web.Response(text=body, status=status, content_type="text/html", headers=headers)
    # Safe beside a ticket: each page has a new one, so nothing can be learnt of it from many lengths.
    response.enable_compression()
    return response


def plain(sentence: str, status: int = 200) -> web.Response:
    """One sentence as a page."""
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Chat</title>'
    body = f"{head}<p>{escape(sentence)}</p></html>"
    return page(body, "default-src 'none'", status)


def static(assets: Assets, name: str, *, cache: str) -> web.StreamResponse:
    """A script or style sheet. Any origin may read it: the sandboxed frame has none of its own."""
    path = assets.file(name)
    if path is None:
        return plain("There is no page here.", status=404)
    headers = {
        "Content-Type": TYPES[path.suffix],
        "Cache-Control": cache,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(path, headers=headers)


def own_origin(request: web.Request) -> str:
    """How this browser reached us. A Host that is not one is refused before it gets into a header.

    The forwarded scheme is believed because a lie changes only the liar's own, uncached page.
    """
    if not HOST.fullmatch(request.host):
        raise web.HTTPBadRequest(text="This address is not one.")
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    return f"{'https' if secure else 'http'}://{request.host}"


def checked(pattern: re.Pattern[str], value: str | None, default: str) -> str:
    """The value where it is whole and well-formed, else the default."""
    return value if value is not None and pattern.fullmatch(value) else default


def in_script(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def plain_lines(support: Mapping[str, Any], said: Mapping[str, str]) -> str:
    """The phone lines for a browser that runs no script."""
    calls = [("tel", number, f"{said['emergency']}: {number}") for number in support["emergency"]]
    for line in support["lines"]:
        for how, field, verb in (("tel", "phone", said["call"]), ("sms", "text", said["text"])):
            if line.get(field):
                calls.append((how, line[field], f"{line['name']}: {verb} {line[field]}"))
    return "\n".join(f'<p><a href="{how}:{escape(dial)}">{escape(said)}</a></p>' for how, dial, said in calls)
