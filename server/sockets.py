"""Visitors' events, from the wire to the rooms and back (PROTOCOL sections 2 to 4)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
from socketio.exceptions import ConnectionRefusedError as Refused

from rooms import log, own_words, presence, relay, telemetry, visitors
from rooms.house import House
from rooms.keys import Keys
from rooms.limits import Pace, Rate
from rooms.message import Draft
from rooms.refusals import Code, Refusal, Unavailable
from rooms.room import MOST, admit
from rooms.session import Session
from rooms.site import Site
from server import door, protocol, tokens
from server.fanout import Fanout
from server.settings import Settings
from server.support import support
from server.transport import Answer, Wire

logger = logging.getLogger(__name__)
GUIDELINES: Final = (
    "Be kind. Listen first.",
    "Share what helped you. Do not tell others what to do.",
    "Keep it private. No real names, phone numbers or links.",
    "Do not share ways to get hurt, or where to buy drugs.",
    "If something feels wrong, tap Get help now.",
)
EVENTS = Rate(20, 250)
"""Joins, leaves, renames and look-ups of one connection."""
TYPING = Rate(2, 1_000)


@dataclass(slots=True)
class Connection:
    """One visitor's connection: its session, the rooms it has joined, its pace."""

    sid: str
    session: Session
    arrival: visitors.Arrival
    region: str
    limited: bool
    rooms: set[str] = field(default_factory=set)
    pace: Pace = field(default_factory=lambda: Pace(EVENTS))
    typing: Pace = field(default_factory=lambda: Pace(TYPING))


Handler = Callable[["Edge", Connection, object], Awaitable[Answer]]


class Edge:
    """Connections of this process, and what their events do."""

    def __init__(self, settings: Settings, house: House, wire: Wire, fanout: Fanout) -> None:
        self.settings = settings
        self.house = house
        self.wire = wire
        self.fanout = fanout
        self.connections: dict[str, Connection] = {}
        self.secrets: dict[str, bytes] = {}  # community -> key for visitors' ids
        self.draining = False
        wire.on_connect = self._connect
        wire.on_connected = self._connected
        wire.on_event = self._event
        wire.on_disconnect = self._disconnect

    # --- arriving ------------------------------------------------------------------------

    async def _connect(self, sid: str, environ: dict[str, Any], raw: object) -> None:
        """The door. Raises the library's ConnectionRefusedError with `data.code`."""
        if environ["kindred.namespace"] != "/":
            raise Refused("Staff sign in first.", {"code": "forbidden"})
        try:
            auth = protocol.parse(protocol.Auth, raw)
        except Refusal:
            raise Refused("There is no such site here.", {"code": "no_such_site"}) from None
        site = self.settings.sites.get(auth.site)
        if site is None:
            raise Refused("There is no such site here.", {"code": "no_such_site"})
        request = environ["aiohttp.request"]
        try:
            arrival = await self._arrive(site, auth, request)
        except Refusal:
            raise Refused("The rooms cannot be reached right now.", {"code": "unavailable"}) from None
        except visitors.TurnedAway as away:
            data = {"code": away.code} | ({"until": away.until} if away.until else {})
            raise Refused("You cannot come in right now.", data) from None
        except Exception as error:
            # Left to the library, it would be told to nobody: the client would wait for ever.
            logger.error("connect failed", extra={"reason": type(error).__name__})  # noqa: TRY400
            raise Refused("The rooms cannot be reached right now.", {"code": "unavailable"}) from None
        region = (protocol.region(auth.region) or site.region).upper()
        self.connections[sid] = Connection(sid, arrival.session, arrival, region, limited=self.house.limited)

    async def _arrive(self, site: Site, auth: protocol.Auth, request: Any) -> visitors.Arrival:
        origin = request.headers.get("Origin")
        if self.draining:
            raise Refusal("unavailable", retry_after=1.0)
        keys = Keys(site.community)
        secret = await self.secret(keys)
        if not door.site_passes(origin, request.host, site):
            raise visitors.TurnedAway("origin_not_allowed")
        if origin == "null" and not await self._vouched(site, auth, secret):
            raise visitors.TurnedAway("origin_not_allowed")
        tag = await visitors.address_tag(self.house, keys, request.get(door.ADDRESS, ""))
        lang = (protocol.language(auth.lang) or site.lang).lower()
        return await visitors.arrive(self.house, site, secret, auth.token, tag, lang)

    async def secret(self, keys: Keys) -> bytes:
        """The key that this community's visitors' ids are derived with. Raises Unavailable."""
        return self.secrets.get(keys.community) or await self.agree(keys)

    async def agree(self, keys: Keys) -> bytes:
        """The same, asked of the store anew: it may have lost it since. Raises Unavailable."""
        known = self.secrets.get(keys.community)
        secret = await visitors.secret_of(self.house, keys, self.settings.secret, known)
        self.secrets[keys.community] = secret
        return secret

    async def _vouched(self, site: Site, auth: protocol.Auth, secret: bytes) -> bool:
        """A frame without an origin shows the ticket of its page, or the token of an earlier visit."""
        if auth.ticket and tokens.holds(secret, site.id, auth.ticket, self.house.now()):
            return True
        if not auth.token:
            return False
        return await visitors.known(self.house, site, visitors.visitor_id(secret, site, auth.token))

    async def _connected(self, sid: str) -> None:
        connection = self.connections[sid]
        session, site = connection.session, connection.session.site
        try:
            topics = await self.topics(site)
        except Refusal:
            topics = []  # told again by `topics` when the store is back
        welcome = {
            "protocol": protocol.VERSION,
            "token": connection.arrival.token,
            "resumed": connection.arrival.resumed,
            "me": {"id": session.id, "name": session.name},
            "site": {"id": site.id, "name": site.name, "lang": site.lang, "region": site.region},
            "topics": topics,
            "guidelines": GUIDELINES,
            "support": support(connection.region),
            "limits": {"text": protocol.TEXT},
        }
        self.wire.tell([sid], "welcome", welcome)
        telemetry.count("visitors", "resumed" if connection.arrival.resumed else "new")

    async def topics(self, site: Site) -> list[dict[str, object]]:
        """Doors of a site as they are now. Raises Unavailable."""
        keys = Keys(site.community)
        counts = [await presence.count(self.house, keys, topic.id) for topic in site.topics]
        return [
            {
                "id": topic.id,
                "title": topic.title,
                "about": topic.about,
                "open": True,
                "covered": False,  # nobody can be on duty before there is sign-in
                "people": people,
                "next": None,
            }
            for topic, people in zip(site.topics, counts, strict=True)
        ]

    async def _disconnect(self, namespace: str, sid: str) -> None:
        connection = self.connections.pop(sid, None) if namespace == "/" else None
        if connection is None:
            return
        for room in list(connection.rooms):
            await self._out(connection, room, forget=False)
        try:
            await visitors.depart(self.house, connection.session)
        except Refusal:
            logger.info("a visitor left while the store was away")

    async def _out(self, connection: Connection, room: str, *, forget: bool) -> None:
        seated = room in connection.rooms
        connection.rooms.discard(room)
        await self.fanout.dismiss(connection.sid, connection.session, room)
        if not seated:
            return  # a disconnect was quicker; the seat may be another tab's by now
        try:
            await presence.unseat(self.house, connection.session, room, forget=forget)
        except Refusal:
            self.fanout.owe(connection.session, presence.topic_of(room))
            if forget:
                raise

    # --- events --------------------------------------------------------------------------

    async def _event(self, namespace: str, sid: str, event: str, arguments: list[object]) -> Answer:
        connection = self.connections.get(sid)
        telemetry.count("events", event if event in HANDLERS else "other")
        try:
            return await _handler(event)(self, _present(connection), arguments[0] if arguments else {})
        except Refusal as refusal:
            telemetry.count("refusals", refusal.code)
            if refusal.code in ("bad_request", "unknown_event", "too_long") and connection is not None:
                refusal = self._patience(connection, refusal)
            return refusal.answer(), None
        except Exception as error:
            # The error's own text may quote what was sent; its kind and place do not.
            logger.error("event failed", extra={"reason": type(error).__name__, "event": event[:20]})  # noqa: TRY400
            return Refusal("unavailable", retry_after=1.0).answer(), None

    async def _join(self, connection: Connection, payload: object) -> Answer:
        asked = protocol.parse(protocol.Join, payload)
        self._spend(connection)
        if asked.topic is None and asked.room is None:
            raise Refusal("bad_request", "Name a topic, or a room.")
        # A room says its topic itself: another one beside it would count its seats among strange rooms.
        topic = presence.topic_of(asked.room) if asked.room else asked.topic or ""
        session = connection.session
        if session.site.topic(topic) is None:
            code: Code = "no_such_room" if asked.room else "no_such_topic"
            raise Refusal(code)
        mine = sorted(room for room in connection.rooms if presence.topic_of(room) == topic)
        if asked.room in mine or (asked.room is None and mine):
            return await self._joined(connection, asked.room or mine[0], asked.since)
        if len(connection.rooms) >= MOST:
            raise Refusal("bad_request", "You are in enough rooms. Leave one first.")
        try:
            room = await presence.place(self.house, session, topic, asked.room or "")
        except Unavailable:
            self.fanout.owe(session, topic)  # it may have been seated all the same
            raise
        connection.rooms.add(room)
        try:
            return await self._joined(connection, room, asked.since)
        except BaseException:
            await self._out(connection, room, forget=False)
            raise

    async def _joined(self, connection: Connection, room: str, since: log.Position | None) -> Answer:
        session = connection.session
        await self.fanout.open(connection.sid, session, room)
        people = await presence.people(self.house, session.keys, room)
        read = await log.replay(self.house, session, room, since)
        if self.connections.get(connection.sid) is not connection:
            # It went while we asked the store: its disconnect came too early to find this seat.
            await self.fanout.dismiss(connection.sid, session, room)
            raise Unavailable
        topic = presence.topic_of(room)
        described = session.site.topic(topic)
        assert described is not None
        answer: dict[str, object] = {
            "ok": True,
            "room": {
                "id": room,
                "topic": topic,
                "title": described.title,
                "slow_mode": 0,
                "locked": False,
                "covered": False,
                "open": True,
                "people": people,
            },
            "position": read.position,
            "events" if read.whole else "messages": read.entries,
        }
        if since is not None:
            answer["complete"] = read.whole
        return answer, lambda: self.fanout.admit(connection.sid, session, room, read.position)

    async def _leave(self, connection: Connection, payload: object) -> Answer:
        asked = protocol.parse(protocol.InRoom, payload)
        self._spend(connection)
        await self._out(connection, admit(connection.rooms, asked.room), forget=True)
        return {"ok": True}, None

    async def _message(self, connection: Connection, payload: object) -> Answer:
        with telemetry.timed("parse"):
            sent = protocol.parse(protocol.Message, payload)
            text = protocol.words(sent.text)
        draft = Draft(key=sent.key, text=text, room=sent.room, reply_to=sent.reply_to)
        return await relay.say(self.house, connection.session, connection.rooms, draft), None

    async def _edit(self, connection: Connection, payload: object) -> Answer:
        sent = protocol.parse(protocol.Edit, payload)
        draft = Draft(key=sent.key, text=protocol.words(sent.text), room=sent.room, edits=sent.id)
        return await relay.say(self.house, connection.session, connection.rooms, draft), None

    async def _retract(self, connection: Connection, payload: object) -> Answer:
        asked = protocol.parse(protocol.OfMessage, payload)
        self._spend(connection)
        room = admit(connection.rooms, asked.room)
        await own_words.retract(self.house, connection.session, room, asked.id)
        return {"ok": True}, None

    async def _react(self, connection: Connection, payload: object) -> Answer:
        asked = protocol.parse(protocol.React, payload)
        self._spend(connection)
        room = admit(connection.rooms, asked.room)
        await own_words.react(self.house, connection.session, room, asked.id, asked.kind, asked.on)
        return {"ok": True}, None

    async def _erase(self, connection: Connection, payload: object) -> Answer:
        protocol.parse(protocol.Nothing, payload)
        self._spend(connection)
        erased = await own_words.erase(self.house, connection.session)
        return {"ok": True, "erased": erased, "kept": 0}, None

    async def _typing(self, connection: Connection, payload: object) -> Answer:
        asked = protocol.parse(protocol.InRoom, payload)
        room = admit(connection.rooms, asked.room)
        if connection.typing.spend(self.house.now()) == 0:
            await presence.typing(self.house, connection.session, room)
        return {"ok": True}, None

    async def _support(self, connection: Connection, payload: object) -> Answer:
        asked = protocol.parse(protocol.Support, payload)
        self._spend(connection)
        return {"ok": True, **support(asked.region.upper())}, None

    async def _rename(self, connection: Connection, payload: object) -> Answer:
        protocol.parse(protocol.Nothing, payload)
        self._spend(connection)
        session = await visitors.rename(self.house, connection.session)
        for other in self.connections.values():
            if other.session.id == session.id:
                other.session = replace(other.session, name=session.name)  # its own address tag, its language
        await self.fanout.renamed(session)
        return {"ok": True, "name": session.name}, None

    def _patience(self, connection: Connection, refusal: Refusal) -> Refusal:
        """Rubbish costs its sender as other events do; what it said stays the answer while that lasts."""
        try:
            self._spend(connection)
        except Refusal as limited:
            return limited
        return refusal

    def _spend(self, connection: Connection) -> None:
        wait = connection.pace.spend(self.house.now()) if connection.limited else 0
        if wait:
            raise Refusal("rate_limited", retry_after=wait)

    # --- told to many --------------------------------------------------------------------

    async def tell_topics(self, shown: dict[str, bytes]) -> None:
        """`topics` to visitors in no room, where it has changed since `shown` (site -> JSON)."""
        for site in self.settings.sites.values():
            waiting = [
                connection.sid
                for connection in list(self.connections.values())
                if connection.session.site is site and not connection.rooms
            ]
            if not waiting:
                shown.pop(site.id, None)
                continue
            topics = msgspec.json.encode(await self.topics(site))
            if shown.get(site.id) != topics:
                shown[site.id] = topics
                self.wire.tell(waiting, "topics", {"topics": msgspec.Raw(topics)})

    async def remember(self) -> None:
        """Identities of the connected are kept; their hour begins when they leave."""
        await self.fanout.pay()
        for connection in list(self.connections.values()):
            await visitors.remember(self.house, connection.session)

    def drain(self, spread_ms: int, jitter: Callable[[int], int]) -> None:
        """Tell everyone to come back later, and elsewhere; each with a time of their own."""
        for sid in list(self.connections):
            self.wire.tell([sid], "drain", {"reconnect_in": jitter(spread_ms)})

    async def gone(self) -> None:
        """Wait until every connection has been taken out of its rooms, a second at most."""
        for _ in range(20):
            if not self.connections:
                return
            await asyncio.sleep(0.05)


def _handler(event: str) -> Handler:
    if event == protocol.UNREADABLE:
        raise Refusal("bad_request")
    handler = HANDLERS.get(event)
    if handler is None:
        raise Refusal("unknown_event")
    return handler


def _present(connection: Connection | None) -> Connection:
    if connection is None:
        raise Refusal("unavailable", retry_after=1.0)  # it is just being taken apart
    return connection


HANDLERS: Final[dict[str, Handler]] = {
    "join": Edge._join,
    "leave": Edge._leave,
    "message": Edge._message,
    "edit": Edge._edit,
    "retract": Edge._retract,
    "react": Edge._react,
    "erase": Edge._erase,
    "typing": Edge._typing,
    "support": Edge._support,
    "rename": Edge._rename,
}
