"""The desk's API over HTTP: what every request of it goes through. The work is in `desk_api_*`.

Every answer is JSON that no cache keeps; a refusal is `{"error": {"code", "message", "retry_after"?}}`.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from rooms import telemetry, visitors
from rooms.keys import STAFF_DOOR
from rooms.records.people import Person
from rooms.refusals import Refusal
from server import door as edge_door
from server import protocol, sign_in
from server.desk_api_door import Refused, Way, from_our_page, way
from server.protocol import T
from server.settings import Settings
from server.sign_in import Denied, StaffDoor
from server.sign_in_sessions import Session

logger = logging.getLogger(__name__)
BODY = 16_384
STATUS = {
    "wrong": 401,
    "code_needed": 401,
    "no_second_factor": 403,
    "weak": 400,
    "name_taken": 409,
    "no_invitation": 404,
}


class Request:
    """A request that came in by a way we know, with what handlers ask of it."""

    def __init__(self, raw: web.Request, staff: StaffDoor, settings: Settings, by: Way) -> None:
        self.raw = raw
        self.staff = staff
        self.settings = settings
        self.way = by

    @property
    def cookie(self) -> str:
        return self.raw.cookies.get(self.way.cookie, "")

    async def body(self, kind: type[T], most: int = BODY) -> T:
        """The JSON body. Raises Refused or Refusal for anything else."""
        if self.raw.content_type != "application/json":
            raise Refused(400, "bad_request", "This wants JSON.")  # a form of another page cannot send it
        if (self.raw.content_length or 0) > most:
            raise Refused(413, "bad_request", "That is too long.")
        try:
            return protocol.parse(kind, msgspec.json.decode(await self.raw.read()))
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise Refused(400, "bad_request", "We could not read that.") from None

    async def tag(self) -> str:
        """What stands for the address."""
        where = edge_door.address(self.raw, self.settings.trusted_proxies)
        return await visitors.address_tag(self.staff.house, STAFF_DOOR, where)

    async def me(self) -> tuple[Person, Session]:
        """Who asks. Raises Refused 401."""
        token = self.cookie
        session = await self.staff.sessions.read(token) if token else None
        person = await sign_in.person(self.staff, session) if session else None
        if person is None or session is None:
            raise Refused(401, "signed_out", "Please sign in.")
        return person, session

    async def lead(self, site: str) -> Person:
        """Who asks, where they lead this site. Raises Refused 401, or 403: the same for a site that is not
        there as for one that is another clinic's."""
        person, _ = await self.me()
        if site not in self.staff.sites or not person.may(site, "lead"):
            raise Refused(403, "forbidden", "That is for the leads of this site.")
        return person


Work = Callable[[Request], Awaitable[web.Response]]
Route = tuple[str, str, Work]


def routes(staff: StaffDoor, settings: Settings, what: Iterable[Route]) -> list[web.RouteDef]:
    """Method, path below /desk/api/ and work → what the application serves."""

    def route(method: str, path: str, work: Work) -> web.RouteDef:
        async def handler(raw: web.Request) -> web.StreamResponse:
            return await _answer(raw, staff, settings, work)

        return web.route(method, f"/desk/api/{path}", handler)

    return [route(*one) for one in what]


async def _answer(raw: web.Request, staff: StaffDoor, settings: Settings, work: Work) -> web.Response:
    try:
        by = way(raw, settings)
        if raw.method != "GET":
            from_our_page(raw, by.origin)
        answer = await work(Request(raw, staff, settings, by))
    except Refused as refused:
        answer = refusal(refused.status, refused.code, refused.message, refused.retry_after)
    except Denied as denied:
        telemetry.count("sign_ins", denied.code)
        answer = refusal(STATUS[denied.code], denied.code, denied.sentence)
    except Refusal as refused:
        status = {"rate_limited": 429, "unavailable": 503}.get(refused.code, 400)
        telemetry.count("sign_ins", refused.code)
        answer = refusal(status, refused.code, _plain(refused), refused.retry_after)
    except (SQLAlchemyError, OSError) as away:  # a PostgreSQL that is down refuses as the system does
        logger.warning("records are away", extra={"reason": type(away).__name__})
        answer = refusal(503, "unavailable", AWAY, 1.0)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


AWAY = "The desk cannot be reached right now. Please try again."


def _plain(refused: Refusal) -> str:
    return AWAY if refused.code == "unavailable" else refused.message


def refusal(status: int, code: str, message: str, retry_after: float | None = None) -> web.Response:
    """An answer that says no, and when to ask again."""
    error: dict[str, Any] = {"code": code, "message": message}
    headers = {}
    if retry_after is not None:
        error["retry_after"] = retry_after
        headers["Retry-After"] = str(max(1, round(retry_after)))
    return web.json_response({"error": error}, status=status, headers=headers)
