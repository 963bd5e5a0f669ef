"""Connections of this process: who arrives, what they send, what all are told (PROTOCOL sections 2 and 4)."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import msgspec

from rooms import cover, desk_sanctions, hosted, presence, telemetry, visitors
from rooms.doors import COUNTED_MS, Door, Doors
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.site import Site
from server import door, protocol, tokens, words
from server.connection import Connection
from server.desk_fanout import DESK
from server.desk_sockets import Desks
from server.events import HANDLERS, handler_of
from server.fanout import Fanout
from server.reasons_in_force import ReasonsInForce
from server.rules_in_force import RulesInForce
from server.sanctioned import Sanctioned
from server.settings import Settings
from server.support import support
from server.transport import Answer, Caller, Refused, Wire

logger = logging.getLogger(__name__)
REMEMBERED: Final = 200
"""People in one call: it holds the store for a third of a millisecond."""


_NEVER: Final = (0, None, msgspec.Raw())
KEPT: Final = ("support", "appeal")
"""What a ban leaves on an open connection."""


class Edge:
    """Connections of this process, and what their events do."""

    def __init__(self, settings: Settings, house: House, wire: Wire, fanout: Fanout) -> None:
        self.settings = settings
        self.house = house
        self.wire = wire
        self.fanout = fanout
        self.connections: dict[str, Connection] = {}
        self.outside: dict[str, Connection] = {}  # those of them that were welcomed and are in no room
        self.secrets: dict[str, bytes] = {}  # community -> key for visitors' ids
        self.draining = False
        self.doors = Doors(house, words.LANGUAGES)
        self._same: dict[tuple[str, str, str], dict[str, msgspec.Raw]] = {}  # by site, region and language
        self._topics: dict[str, tuple[int, object, msgspec.Raw]] = {}  # site -> when, of what, as JSON
        self.desks: Desks | None = None
        self.rules: RulesInForce | None = None
        self.reasons: ReasonsInForce | None = None
        self.sanctioned = Sanctioned(self)
        wire.on_connect = self._connect
        wire.on_connected = self._connected
        wire.on_event = self._event
        wire.on_disconnect = self._disconnect

    # --- arriving ------------------------------------------------------------------------

    async def _connect(self, namespace: str, sid: str, caller: Caller, raw: object) -> None:
        """The door. Raises Refused with `data.code`."""
        if namespace != "/":
            if self.desks is None:
                raise Refused("Staff sign in first.", {"code": "forbidden"})
            await self.desks.connect(sid, caller, raw)
            return
        try:
            auth = protocol.parse(protocol.Auth, raw)
        except Refusal:
            raise Refused("There is no such site here.", {"code": "no_such_site"}) from None
        site = self.settings.sites.get(auth.site)
        if site is None:
            raise Refused("There is no such site here.", {"code": "no_such_site"})
        said = self.sanctioned.said[site.community]
        try:
            arrival = await self._arrive(site, auth, caller)
        except Refusal:
            raise Refused("The rooms cannot be reached right now.", {"code": "unavailable"}) from None
        except visitors.TurnedAway as away:
            data: dict[str, object] = {"code": away.code}
            if away.until:
                data |= {"until": away.until, "reason": await self._why_banned(site, auth.token)}
            raise Refused("You cannot come in right now.", data) from None
        except Exception as error:
            # Untold, the client would wait for ever.
            logger.error("connect failed", extra={"reason": type(error).__name__})  # noqa: TRY400
            raise Refused("The rooms cannot be reached right now.", {"code": "unavailable"}) from None
        region = (protocol.region(auth.region) or site.region).upper()
        # What is done to them from here on finds this connection; what was done since the store answered, and
        # heard before it, does not.
        clear = arrival.clear and self.sanctioned.said[site.community] == said
        connection = Connection(
            sid, arrival.session, arrival, region, limited=self.house.limited, clear=clear
        )
        self.connections[sid] = connection

    async def _why_banned(self, site: Site, token: str | None) -> str:
        """The reason of the ban that lasts longest; `other` where it has just ended, or the store is away."""
        keys = Keys(site.community)
        visitor = visitors.visitor_id(self.secrets[site.community], site, token or "")
        with contextlib.suppress(Refusal):
            held = await desk_sanctions.in_force(self.house, keys, visitor)
            return next((one.reason for one in reversed(held) if one.kind == "ban"), "other")
        return "other"

    async def _arrive(self, site: Site, auth: protocol.Auth, caller: Caller) -> visitors.Arrival:
        origin = caller.headers.get("Origin")
        if self.draining:
            raise Refusal("unavailable", retry_after=1.0)
        keys = Keys(site.community)
        secret = await self.secret(keys)
        if not door.site_passes(origin, caller.host, site):
            raise visitors.TurnedAway("origin_not_allowed")
        if origin == "null" and not await self._vouched(site, auth, secret):
            raise visitors.TurnedAway("origin_not_allowed")
        own = site.is_own(caller.address)
        tag = "" if own else await visitors.address_tag(self.house, keys, caller.address)
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

    async def _connected(self, namespace: str, sid: str) -> None:
        if namespace != "/":
            assert self.desks is not None, "it let them in"
            await self.desks.connected(sid)
            return
        connection = self.connections[sid]
        session, site = connection.session, connection.session.site
        try:
            topics = await self.topics(site)
        except Refusal:
            topics = msgspec.Raw(b"[]")  # told again by `topics` when the store is back
        welcome = {
            "protocol": protocol.VERSION,
            "token": connection.arrival.token,
            "resumed": connection.arrival.resumed,
            "me": {"id": session.id, "name": session.name},
            "topics": topics,
            **self._same_for_all(site, connection.region, words.spoken(session.lang, site.lang)),
        }
        self.wire.tell([sid], "welcome", welcome)
        self._stay_outside(connection)  # not before: `topics` would overtake `welcome`
        telemetry.count("visitors", "resumed" if connection.arrival.resumed else "new")
        if connection.clear:
            return
        with contextlib.suppress(Refusal):  # the store is away: no words go anywhere, muted or not
            await self.sanctioned.in_force(connection)

    def _same_for_all(self, site: Site, region: str, lang: str) -> dict[str, msgspec.Raw]:
        """The part of `welcome` that depends on nothing else, encoded once."""
        same = self._same.get((site.id, region, lang))
        if same is None:
            parts = {
                "site": {"id": site.id, "name": site.name, "lang": site.lang, "region": site.region},
                "guidelines": words.guidelines(lang),
                "support": support(region),
                "limits": {"text": protocol.TEXT},
            }
            same = {name: msgspec.Raw(msgspec.json.encode(part)) for name, part in parts.items()}
            self._same[site.id, region, lang] = same
        return same

    async def topics(self, site: Site) -> msgspec.Raw:
        """Doors of a site as they are now, within a second, as JSON. Raises Unavailable."""
        keys, now = Keys(site.community), self.house.now()
        doors = await self.doors.of(keys, [topic.id for topic in site.topics])
        told_of = doors, [cover.of(self.house, keys, topic.id) for topic in site.topics]
        at, of, told = self._topics.get(site.id, _NEVER)
        if of != told_of or not 0 <= now - at < COUNTED_MS:  # whoever comes within a second is shown the same
            told = msgspec.Raw(msgspec.json.encode(self._told(site, doors)))
            self._topics[site.id] = now, told_of, told
        return told

    def _told(self, site: Site, doors: list[Door]) -> list[dict[str, object]]:
        return [
            {"id": topic.id, "title": topic.title, "about": topic.about, "people": door.people}
            # Of the site's own language it goes without saying.
            | {"langs": [lang for lang in door.langs if lang != presence.spoken(site.lang)]}
            | ({"pinned": topic.pinned} if topic.pinned else {})
            | self._covering(site, topic.id)
            for topic, door in zip(site.topics, doors, strict=True)
        ]

    def _covering(self, site: Site, topic: str) -> dict[str, object]:
        """Whether a topic is open and covered, as of a second ago; if not, when it is hosted next."""
        now = self.house.now()
        phase = cover.of(self.house, Keys(site.community), topic)
        covered, known = phase.covered(now), bool(phase.word)
        return {
            "open": phase.open(now) and (known or not site.cover_required(topic)),
            "covered": covered,
            "next": None if covered else hosted.following(site, topic, now),
        }

    async def _disconnect(self, namespace: str, sid: str) -> None:
        if self.desks is not None and namespace != "/":
            await self.desks.disconnected(sid)
            return
        connection = self.connections.pop(sid, None)
        if connection is None:
            return
        self.outside.pop(sid, None)
        for room in list(connection.rooms):
            await self.out(connection, room, forget=False)
        try:
            await visitors.depart(self.house, connection.session)
        except Refusal:
            logger.info("a visitor left while the store was away")

    async def out(self, connection: Connection, room: str, *, forget: bool) -> None:
        """Out of a room; `forget` for good. Raises Unavailable where that cannot be kept."""
        seated = room in connection.rooms
        connection.rooms.discard(room)
        self._stay_outside(connection)
        await self.fanout.dismiss(connection.sid, connection.session, room)
        if not seated:
            return  # a disconnect was quicker; the seat may be another tab's by now
        try:
            await presence.unseat(self.house, connection.session, room, forget=forget)
        except Refusal:
            self.fanout.owe(connection.session, presence.topic_of(room))
            if forget:
                raise

    def _stay_outside(self, connection: Connection) -> None:
        if not connection.rooms and connection.sid in self.connections:
            self.outside[connection.sid] = connection

    # --- events --------------------------------------------------------------------------

    async def _event(self, namespace: str, sid: str, event: str, arguments: list[object]) -> Answer:
        if self.desks is not None and namespace != "/":
            return await self.desks.event(sid, event, arguments)
        connection = self.connections.get(sid)
        telemetry.count("events", event if event in HANDLERS else "other")
        try:
            return await handler_of(event)(
                self, _present(connection, event, self.house.now()), arguments[0] if arguments else {}
            )
        except Refusal as refusal:
            telemetry.count("refusals", refusal.code)
            if refusal.code in ("bad_request", "unknown_event", "too_long") and connection is not None:
                refusal = self._patience(connection, refusal)
            return refusal.answer(), None
        except Exception as error:
            # The error's own text may quote what was sent; its kind and place do not.
            logger.error("event failed", extra={"reason": type(error).__name__, "event": event[:20]})  # noqa: TRY400
            return Refusal("unavailable", retry_after=1.0).answer(), None

    def _patience(self, connection: Connection, refusal: Refusal) -> Refusal:
        """Rubbish costs its sender as other events do; what it said stays the answer while that lasts."""
        try:
            connection.spend(self.house.now())
        except Refusal as limited:
            return limited
        return refusal

    # --- told to many --------------------------------------------------------------------

    async def tell_topics(self, shown: dict[str, bytes]) -> None:
        """`topics` to visitors in no room, where it has changed since `shown` (site -> JSON)."""
        here: dict[str, list[str]] = defaultdict(list)
        for sid, connection in self.outside.items():
            here[connection.session.site.id].append(sid)
        for site in self.settings.sites.values():
            waiting = here[site.id]
            if not waiting:
                shown.pop(site.id, None)
                continue
            try:
                topics = bytes(await self.topics(site))
            except Refusal:
                continue  # its shard is away; the others' are not
            if shown.get(site.id) != topics:
                shown[site.id] = topics
                self.wire.tell(waiting, "topics", {"topics": msgspec.Raw(topics)})

    async def remember(self) -> None:
        """Identities of the connected are kept; their hour begins when they leave."""
        with contextlib.suppress(Refusal):
            await self.fanout.pay()
        here: dict[str, list[str]] = defaultdict(list)
        for sid, connection in self.connections.items():
            here[connection.session.site.community].append(sid)
        for sids in here.values():
            with contextlib.suppress(Refusal):  # a shard that is away lets nobody else's hour run out
                await self._remember(sids)

    async def _remember(self, sids: list[str]) -> None:
        for first in range(0, len(sids), REMEMBERED):
            # Whoever has left while we asked the store is on their way to be forgotten.
            still = (self.connections.get(sid) for sid in sids[first : first + REMEMBERED])
            await visitors.remember(self.house, [one.session for one in still if one is not None])

    def drain(self, spread_ms: int, jitter: Callable[[int], int]) -> None:
        """Tell everyone to come back later, and elsewhere; each with a time of their own."""
        for sid in list(self.connections):
            self.wire.tell([sid], "drain", {"reconnect_in": jitter(spread_ms)})
        for sid in self.desks.drain() if self.desks is not None else ():
            self.wire.tell([sid], "drain", {"reconnect_in": jitter(spread_ms)}, DESK)

    async def gone(self) -> None:
        """Wait until every connection has been taken out of its rooms, a second at most."""
        for _ in range(20):
            if not self.connections:
                return
            await asyncio.sleep(0.05)


def _present(connection: Connection | None, event: str, now: int) -> Connection:
    if connection is None:
        raise Refusal("unavailable", retry_after=1.0)  # it is just being taken apart
    if connection.banned_until > now and event not in KEPT:
        raise Refusal("banned")
    return connection
