"""What is kept of the request that a connection began with: the request itself would be kilobytes."""

from dataclasses import dataclass

from aiohttp import web

from server.door import ADDRESS


@dataclass(frozen=True, slots=True)
class Caller:
    """Who connects, as HTTP said it. `headers` has Origin, Host and Cookie, where they came."""

    host: str
    address: str
    headers: dict[str, str]


_KEPT = ("Origin", "Cookie")


def caller_of(request: web.Request) -> Caller:
    """The part of a request that the door judges by."""
    headers = {name: value for name in _KEPT if (value := request.headers.get(name)) is not None}
    return Caller(request.host, request.get(ADDRESS, ""), headers)
