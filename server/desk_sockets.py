"""Staff at their desks: who may connect, what they are told, and that a role taken away closes the desk."""

import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from rooms import cover, duty, presence, room_acts, telemetry
from rooms.house import House
from rooms.keys import Keys
from rooms.limits import Pace, Rate
from rooms.records import people
from rooms.records.people import Person
from rooms.records.tables import ROLES
from rooms.refusals import Refusal
from rooms.room_acts import Note
from rooms.session import Session
from rooms.site import Site, of_community
from server import desk_api_door, protocol, sign_in
from server.desk_fanout import DESK, Watching
from server.desk_queue import Queue
from server.settings import Settings
from server.sign_in import StaffDoor
from server.transport import Answer, Caller, Refused, Wire

logger = logging.getLogger(__name__)
EVENTS: Final = Rate(60, 100)
"""Events of one desk: a busy minute of acts, and no loop of a broken client."""
WATCH: Final = 0.5
"""Seconds between two looks at whether a role or a session is gone; PROTOCOL promises that a desk closes
within one."""
COVER: Final = 1.0
"""Seconds between two looks at how topics are covered; visitors are told within 5."""


class Auth(msgspec.Struct):
    """CONNECT `/desk` of a program without an Origin."""

    token: str | None = None


@dataclass(slots=True)
class Desk:
    """One connection of one person of the staff."""

    sid: str
    person: Person
    session: str  # the sign-in's id
    tag: str
    on_duty: bool = False
    welcomed: bool = False
    stale: bool = False  # a case changed before the welcome
    langs: tuple[str, ...] = ()
    since: int = 0  # on duty
    looking: tuple[str, str] = ("", "")  # community and room that are open before them
    rooms: dict[str, Session] = field(default_factory=dict)  # watched: `site/room` -> who watches there
    pace: Pace = field(default_factory=lambda: Pace(EVENTS))


class Desks:
    """The desks of this process."""

    def __init__(self, settings: Settings, staff: StaffDoor, wire: Wire, watching: Watching) -> None:
        self.settings = settings
        self.staff = staff
        self.wire = wire
        self.watching = watching
        self.open: dict[str, Desk] = {}
        sites = list(settings.sites.values())
        self._topics = cover.topics_of(sites)
        self._unread = {site.community for site in sites if site.hold_unread}
        self._lang = {site.community: site.lang for site in reversed(sites)}  # rooms hear the first site's
        self.queue = Queue(self)
        self._changed = -1
        self.draining = False

    @property
    def house(self) -> House:
        return self.staff.house

    # --- arriving ------------------------------------------------------------------------

    async def connect(self, sid: str, caller: Caller, raw: object) -> None:
        """The door. Raises Refused with `data.code` `forbidden` or `unavailable`."""
        token = token_of(caller, raw, self.settings.desk_url)
        if token is None:
            telemetry.count("desk_refusals", "forbidden")
            raise Refused("Staff sign in first.", {"code": "forbidden"})
        try:
            desk = await self._desk(sid, token)
        except (Refusal, SQLAlchemyError, OSError):  # a PostgreSQL that is down refuses as the system does
            raise Refused("The desk cannot be reached right now.", {"code": "unavailable"}) from None
        if desk is None:
            telemetry.count("desk_refusals", "forbidden")
            raise Refused("Please sign in again.", {"code": "forbidden"})
        self.open[sid] = desk

    async def _desk(self, sid: str, token: str) -> Desk | None:
        if self.draining:
            raise Refusal("unavailable", retry_after=1.0)
        session = await self.staff.sessions.read(token)
        person = await sign_in.person(self.staff, session) if session else None
        if session is None or person is None:
            return None
        desk = Desk(sid, person, session.id, tag=f"desk-{person.id}")
        for keys in self.communities(person):
            for entry in await duty.on_duty(self.house, keys):
                if entry.id == person.id:  # a connection that was lost and is back within the lease
                    desk.on_duty, desk.langs, desk.since = True, entry.langs, entry.since
        return desk

    async def connected(self, sid: str) -> None:
        """`welcome` comes first."""
        desk = self.open[sid]
        try:
            rooms = await self.rooms(desk.person)
            there = await self.on_duty(desk.person)
            queue = await self.queue.open_for(desk)
            notes = await self.notes(desk.person)
            hard = await self.queue.hard_for(desk)
        except Refusal:
            rooms, there, queue, notes, hard = [], [], [], [], []
        welcome = {
            "me": self.me(desk.person),
            "rooms": rooms,
            "queue": queue,
            "on_duty": there,
            "notes": notes,
            "hard": hard,
        }
        self.wire.tell([sid], "welcome", welcome, DESK)
        desk.welcomed = True
        if desk.stale:
            with contextlib.suppress(Refusal):
                await self.queue.again([desk])
        logger.info("a desk opened", extra={"person": desk.person.id})

    async def disconnected(self, sid: str) -> None:
        """The lease goes on for its 90 seconds: whoever only lost a connection is still on duty."""
        desk = self.open.pop(sid, None)
        if desk is None:
            return
        for name in list(desk.rooms):
            await self.unwatch(desk, name)

    async def unwatch(self, desk: Desk, name: str) -> None:
        """This desk hears that room no more."""
        session = desk.rooms.pop(name, None)
        if session is not None:
            await self.watching.dismiss(desk.sid, session, name.partition("/")[2])

    # --- events --------------------------------------------------------------------------

    async def event(self, sid: str, event: str, arguments: list[object]) -> Answer:
        """As Edge's: one acknowledgement, whatever happens."""
        from server.desk_events import HANDLERS

        desk = self.open.get(sid)
        telemetry.count("desk_events", event if event in HANDLERS else "other")
        try:
            present = self._may_ask(desk, event, HANDLERS)
            return await HANDLERS[event](self, present, arguments[0] if arguments else {})
        except Refusal as refusal:
            telemetry.count("desk_refusals", refusal.code)
            return refusal.answer(), None
        except SQLAlchemyError:
            return Refusal("unavailable", retry_after=1.0).answer(), None
        except Exception as error:
            logger.error("event failed", extra={"reason": type(error).__name__, "event": event[:20]})  # noqa: TRY400
            return Refusal("unavailable", retry_after=1.0).answer(), None

    def _may_ask(self, desk: Desk | None, event: str, known: Collection[str]) -> Desk:
        if desk is None:
            raise Refusal("unavailable", retry_after=1.0)  # it is just being taken apart
        wait = desk.pace.spend(self.house.now()) if self.house.limited else 0
        if wait:
            raise Refusal("rate_limited", retry_after=wait)
        protocol.readable(event)
        if event not in known:
            raise Refusal("unknown_event")
        return desk

    # --- what is so ----------------------------------------------------------------------

    def sites(self, person: Person) -> list[Site]:
        """Where they serve."""
        return [self.settings.sites[post.site] for post in self.staff.posts(person)]

    def communities(self, person: Person) -> list[Keys]:
        """Whose rooms they see."""
        return [Keys(name) for name in sorted({site.community for site in self.sites(person)})]

    def sites_in(self, community: str) -> list[Site]:
        """All sites of a community, whoever serves them."""
        return of_community(self.settings.sites.values(), community)

    def role_in(self, person: Person, community: str) -> str:
        """The highest of their roles in a community."""
        held = [site.id for site in of_community(self.sites(person), community)]
        found = [post.role for post in self.staff.posts(person) if post.site in held]
        return max(found, key=ROLES.index)

    def me(self, person: Person) -> dict[str, object]:
        """`me` of PROTOCOL section 5, with each role beside it."""
        posts = self.staff.posts(person)
        return {
            "id": person.id,
            "name": person.name,
            "role": max((post.role for post in posts), key=ROLES.index),
            "sites": [post.site for post in posts],
            "roles": [{"site": post.site, "role": post.role, "badge": post.badge} for post in posts],
        }

    def speaker(self, desk: Desk, site: Site) -> Session:
        """The person as those in a room see them."""
        post = next(post for post in self.staff.posts(desk.person) if post.site == site.id)
        return Session(
            id=desk.person.id,
            name=desk.person.name,
            site=site,
            lang=site.lang,
            tag=desk.tag,
            worker=self.house.worker,
            role=post.role,  # type: ignore[arg-type]
            badge=post.badge,
        )

    async def rooms(self, person: Person) -> list[dict[str, object]]:
        """Every room of theirs, as it stands."""
        return [await self.room(site, name) for site, name in await self.room_names(person)]

    async def room_names(self, person: Person) -> list[tuple[Site, str]]:
        """Every room of theirs, with the site through which they see it; a shared one once."""
        found: list[tuple[Site, str]] = []
        seen: set[tuple[str, str]] = set()
        for site in self.sites(person):
            keys = Keys(site.community)
            for topic in site.topics:
                for name in await presence.rooms(self.house, keys, topic.id):
                    if (site.community, name) in seen:
                        continue
                    seen.add((site.community, name))
                    found.append((site, name))
        return found

    async def room(self, site: Site, name: str) -> dict[str, object]:
        """A room as section 3 has it, with `site` and `community`: two may each have a room of one name."""
        topic = site.topic(presence.topic_of(name))
        assert topic is not None, "checked by the caller"
        keys = Keys(site.community)
        return {
            "id": name,
            "site": site.id,
            "community": site.community,
            "topic": topic.id,
            "title": topic.title,
            **msgspec.structs.asdict(await cover.stands(self.house, keys, name)),
            "people": await presence.people(self.house, keys, name),
        }

    async def on_duty(self, person: Person) -> list[dict[str, object]]:
        """Colleagues on duty, and they themselves: since when, in which languages, before which open room."""
        found: dict[str, dict[str, object]] = {}
        for keys in self.communities(person):
            sites = of_community(self.sites(person), keys.community)
            for entry in await duty.on_duty(self.house, keys):
                told = {"id": entry.id, "name": entry.name, "role": entry.role}
                one = found.setdefault(entry.id, {**told, "langs": entry.langs, "since": entry.since})
                if entry.room:
                    one["watching"] = [f"{site.id}/{entry.room}" for site in sites]
        return list(found.values())

    async def notes(self, person: Person) -> list[Note]:
        """What colleagues wrote about visitors where this person moderates."""
        mine = [
            keys for keys in self.communities(person) if self.role_in(person, keys.community) in duty.COVERING
        ]
        return [note for keys in mine for note in await room_acts.notes(self.house, keys)]

    # --- by the clock --------------------------------------------------------------------

    async def look_at_cover(self) -> None:
        """How every topic is covered, for everything that visitors are told. Of a community whose store is
        away what was known holds, until its leases are over."""
        for community, topics in self._topics.items():
            with contextlib.suppress(Refusal):
                await cover.look(self.house, Keys(community), topics, self._lang[community])
                if community in self._unread:
                    there = await duty.on_duty(self.house, Keys(community))
                    self.house.spoken[community] = duty.spoken(there)

    async def renew(self, keys: Keys) -> None:
        """Desks that are open keep their people on duty in this community. Raises Unavailable."""
        for desk in list(self.open.values()):
            if desk.on_duty and keys in self.communities(desk.person):
                await self._begin_duty(desk, keys)

    async def stay_signed_in(self) -> None:
        """Desks that are open keep their people signed in. Raises Unavailable."""
        self.watching.age()
        for desk in list(self.open.values()):
            await self.staff.sessions.alive(desk.session)

    async def begin_duty(self, desk: Desk) -> None:
        """On duty in every community that they serve. Raises Unavailable."""
        for keys in self.communities(desk.person):
            await self._begin_duty(desk, keys)

    async def tell_duty(self, person: Person, since: int, langs: tuple[str, ...]) -> None:
        """Other processes may have desks of theirs too. Raises Unavailable."""
        told = msgspec.json.encode({"duty": {"person": person.id, "since": since, "langs": langs}})
        for keys in self.communities(person):
            await self.house.store.command("SPUBLISH", keys.control, told)

    async def tell_colleagues(self, person: Person) -> None:
        """Every desk reads anew who is on duty. Raises Unavailable."""
        for keys in self.communities(person):
            await self.house.store.command("SPUBLISH", keys.control, b'{"on_duty":true}')

    async def heard_on_duty(self, community: str) -> None:
        """At once; a lease that ran out is found by asking (`wall`)."""
        for desk in self.queue.desks_of(community):
            with contextlib.suppress(Refusal):
                self.wire.tell([desk.sid], "on_duty", {"on_duty": await self.on_duty(desk.person)}, DESK)

    async def _begin_duty(self, desk: Desk, keys: Keys) -> None:
        role = self.role_in(desk.person, keys.community)
        who = {"id": desk.person.id, "name": desk.person.name, "role": role}
        community, room = desk.looking
        looking = room if community == keys.community else ""
        await duty.begin(self.house, keys, who, desk.langs, desk.since, looking)

    def of(self, person: str) -> list[Desk]:
        """The desks of one person here: tabs, or a phone beside a computer."""
        return [desk for desk in self.open.values() if desk.person.id == person]

    def same_duty(self, person: str, since: int, langs: tuple[str, ...]) -> None:
        """On at one desk is on at all of them, in the same languages; off (`since` 0) as well."""
        for desk in self.of(person):
            desk.on_duty, desk.since, desk.langs = since > 0, since, langs

    async def heard_duty(self, person: str, since: int, langs: tuple[str, ...]) -> None:
        """What they pressed at a desk of another process. Private words are for those on duty."""
        changed = [desk for desk in self.of(person) if desk.on_duty != since > 0]
        self.same_duty(person, since, langs)
        with contextlib.suppress(Refusal):
            await self.queue.again(changed)

    async def end_duty(self, person: Person) -> None:
        """Off duty everywhere; the other processes are told, or a desk there would bring them back.

        Raises Unavailable.
        """
        await self.tell_duty(person, 0, ())
        for keys in self.communities(person):
            await duty.end(self.house, keys, person.id)
        await self.tell_colleagues(person)

    async def look_at_rights(self) -> None:
        """Close the desks of whoever was dismissed or given another role, and of sessions that are over.

        Raises Unavailable or SQLAlchemyError: an open desk outlives a store that is away, since its
        person was let in while it was there.
        """
        if not self.open:
            return
        for desk in list(self.open.values()):
            if await self.staff.sessions.peek(desk.session) is None:
                await self._close(desk)
        changed = await people.changed(self.staff.engine)
        if changed == self._changed:
            return
        for desk in list(self.open.values()):
            now = await people.by_id(self.staff.engine, desk.person.id)
            if now is None or now.posts != desk.person.posts or now.password != desk.person.password:
                await self._close(desk)
        self._changed = changed

    async def _close(self, desk: Desk) -> None:
        self.wire.close(desk.sid)
        self.open.pop(desk.sid, None)
        for name in list(desk.rooms):
            await self.unwatch(desk, name)
        if not any(other.person.id == desk.person.id for other in self.open.values()):
            await self.end_duty(desk.person)
        logger.info("a desk was closed", extra={"person": desk.person.id})

    def drain(self) -> list[str]:
        """Take in nobody more; answers whom to tell."""
        self.draining = True
        return list(self.open)


def token_of(caller: Caller, raw: object, desk_url: str) -> str | None:
    """The cookie's value where our own page sent it, or a program's token; None for anything else.

    A page of another origin may not use the cookie, and no page may use a token: it would have to keep it
    where its scripts can read it.
    """
    origin = caller.headers.get("Origin")
    if origin is None:
        try:
            return protocol.parse(Auth, raw).token if raw is not None else None
        except Refusal:
            return None
    own, host = origin.lower(), caller.host.lower()
    if desk_url and host != desk_url.partition("://")[2]:
        return None
    # A browser has the one cookie over https alone, and got the other on this machine alone.
    name = {f"https://{host}": desk_api_door.SECURE_COOKIE, f"http://{host}": desk_api_door.PLAIN_COOKIE}.get(
        own
    )
    if name is None or (name == desk_api_door.PLAIN_COOKIE and not desk_api_door.is_this_machine(host)):
        return None
    try:
        found = SimpleCookie(caller.headers.get("Cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None
