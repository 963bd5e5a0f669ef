"""Is this process alive; can it do its work."""

from collections.abc import Callable

from aiohttp import web

DEAF_MS = 5_000
"""A process that has not heard its own heartbeat for so long is not ready (DESIGN section 3)."""


def routes(ready: Callable[[], bool]) -> list[web.RouteDef]:
    """`/healthz` answers while the process lives; `/readyz` is 503 unless its own broker round trip works."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        return web.Response(text="ready\n") if ready() else web.Response(status=503, text="not ready\n")

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]
