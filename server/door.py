"""Who may open a connection: origins, addresses, and how many at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from rooms.site import Site

ADDRESS = web.RequestKey("address", str)
"""Where a request to /socket.io/ came from."""
SOCKETS_AN_ADDRESS = 1_000
"""Open Engine.IO sessions of one address in one process, CONNECTed or not: a wall against a script that
never says who it is. Visitors' own limits (200 an address tag) are rooms.limits."""


def origin_passes(origin: str | None, host: str, sites: Iterable[Site]) -> bool:
    """PROTOCOL section 2: ours, a site's own, the string `null`, or absent."""
    if origin is None or origin == "null" or is_ours(origin, host):
        return True
    return any(origin in site.origins for site in sites)


def is_ours(origin: str, host: str) -> bool:
    """Whether the page came from the host that is asked now. The scheme is not compared: a proxy that
    speaks TLS for us hides it, and no page can forge its own Origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:  # half an IPv6 address, say
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc.lower() == host.lower()


def site_passes(origin: str | None, host: str, site: Site) -> bool:
    """Whether a page of this origin may speak for this site."""
    return origin is None or origin == "null" or is_ours(origin, host) or origin in site.origins


def address(request: web.Request, trusted_proxies: int) -> str:
    """The client's address; of X-Forwarded-For only what our own proxies added is believed."""
    peer = request.remote or ""
    if trusted_proxies <= 0:
        return peer
    hops = [hop.strip() for hop in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")]
    hops = [hop for hop in hops if hop]
    return hops[-trusted_proxies] if len(hops) >= trusted_proxies else peer


class Porch:
    """Counts connections by address before anybody has said who they are."""

    def __init__(self, sites: Mapping[str, Site], *, trusted_proxies: int, limited: bool) -> None:
        self._sites = sites
        self._trusted = trusted_proxies
        self._limited = limited
        self._open: Counter[str] = Counter()

    @web.middleware
    async def judge(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """403 for a foreign page; 429 where one address holds too many sessions."""
        if not request.path.startswith("/socket.io/"):
            return await handler(request)
        origin = request.headers.get("Origin")
        if not origin_passes(origin, request.host, self._sites.values()):
            return web.Response(status=403, text="This page may not connect here.")
        where = address(request, self._trusted)
        request[ADDRESS] = where
        if self._limited and self._open[where] >= SOCKETS_AN_ADDRESS and "sid" not in request.query:
            return web.Response(status=429, headers={"Retry-After": "10"}, text="Too many connections.")
        return await handler(request)

    async def allow_origin(self, request: web.Request, response: web.StreamResponse) -> None:
        """CORS for polling from a frame without an origin of its own; never with credentials."""
        origin = request.headers.get("Origin")
        if origin is not None and request.path.startswith("/socket.io/") and response.status != 403:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Headers"] = "Content-Type"

    def opened(self, where: str) -> None:
        """An Engine.IO session of this address began."""
        self._open[where] += 1

    def closed(self, where: str) -> None:
        """One ended."""
        self._open[where] -= 1
        if self._open[where] <= 0:
            del self._open[where]
