"""Which requests may reach the desk's API: over what, from which page, on whose behalf."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from server.settings import Settings

SECURE_COOKIE, PLAIN_COOKIE = "__Host-kindred", "kindred"
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via")


class Refused(Exception):
    """An answer in JSON that is not 200."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Way:
    """How a browser reached us: our own origin as it knows it, and the cookie that goes with it."""

    origin: str
    cookie: str

    @property
    def secure(self) -> bool:
        return self.cookie == SECURE_COOKIE


def way(request: web.Request, settings: Settings) -> Way:
    """Raises Refused: 404 on another host than `desk_url`'s, 403 for plain http from elsewhere than
    this machine, where anybody on the way could read a password."""
    scheme = "https" if _by_tls(request, settings.trusted_proxies) else "http"
    if settings.desk_url:
        own = urlsplit(settings.desk_url)
        if request.host.lower() != own.netloc:
            raise Refused(404, "not_found", "There is no desk at this address.")
        scheme = own.scheme if settings.trusted_proxies else scheme
    if scheme == "https":
        return Way(f"https://{request.host.lower()}", SECURE_COOKIE)
    if not _on_this_machine(request):
        raise Refused(403, "insecure", "Staff sign in over https, or on the machine itself.")
    return Way(f"http://{request.host.lower()}", PLAIN_COOKIE)


def from_our_page(request: web.Request, own: str) -> None:
    """Raises Refused 403 for a request that a page of another origin made.

    A browser names the page's origin on everything but GET; a program may leave it out. `same-site` is not
    ours either: a clinic's own pages must not act for its volunteers.
    """
    origin = request.headers.get("Origin")
    fetched = request.headers.get("Sec-Fetch-Site")
    if (origin is not None and origin.lower() != own) or fetched not in (None, "same-origin", "none"):
        raise Refused(403, "forbidden", "This page may not do that.")


def _by_tls(request: web.Request, trusted_proxies: int) -> bool:
    if request.secure:
        return True
    if trusted_proxies <= 0:
        return False
    said = [part.strip() for part in request.headers.get("X-Forwarded-Proto", "").split(",")]
    # as for addresses: what our own proxies added, never what a client put in front
    return said[-min(trusted_proxies, len(said))].lower() == "https"


def _on_this_machine(request: web.Request) -> bool:
    """Both ends are this machine and nothing stands between; a proxy on it would hide that it is not so."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return _loopback(request.remote or "") and is_this_machine(request.host)


def is_this_machine(host: str) -> bool:
    """Whether a Host header names the machine itself, with or without a port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _loopback(name)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
