"""The one way out: only this module tells a room anything, and only what the log's pub/sub brought back.

The publisher's own process waits for the announcement like every other, so all processes show one
order. A room's events of one loop tick go out as one packet, encoded once; entries are copied as the
log wrote them.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Protocol

import msgspec

from rooms import log, presence, telemetry
from rooms.feed import Entry, Feed
from rooms.house import House
from rooms.keys import Keys
from rooms.log import Position
from rooms.refusals import Refusal
from rooms.session import Session

logger = logging.getLogger(__name__)
PEOPLE_EVERY = 0.1
"""Seconds over which arrivals and departures of a room are gathered."""
HELD = 1_000
"""Announcements kept while a gap is repaired; more than the log holds would be of no use."""
Announced = tuple[str, int, bytes]


@dataclass(slots=True)
class LocalRoom:
    """A room as this process shows it. `feed` is None until its position is known."""

    name: str
    session: Session  # any member's: it names the community for reads
    feed: Feed | None = None
    members: dict[str, Session] = field(default_factory=dict)  # sid -> session
    pending: list[Entry] = field(default_factory=list)
    held: list[Announced] = field(default_factory=list)
    repairing: bool = False
    joined: dict[str, msgspec.Raw] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    people: int = 0
    people_due: bool = False
    coming: dict[str, Position | None] = field(default_factory=dict)
    """Whose `join` is being answered; of a member who joins again, up to where it was told."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # opening, repairing and closing


class _Person(msgspec.Struct):
    id: str


class _People(msgspec.Struct):
    joined: list[msgspec.Raw]
    left: list[str]
    count: int


class Told(Protocol):
    """What a way out needs of the wire (server.transport.Wire)."""

    def tell(self, sids: Iterable[str], event: str, data: object) -> None:
        """Send one event to these connections."""

    def gather(self, recipients: int, flush: Callable[..., None], *arguments: Any) -> None:
        """Call `flush` soon."""


class Fanout:
    """Rooms with a member in this process, and what they are told."""

    def __init__(self, house: House, wire: Told, url: str) -> None:
        self._house = house
        self._wire = wire
        self._rooms: dict[str, LocalRoom] = {}  # channel -> room
        self._tasks: set[asyncio.Task[None]] = set()
        self._owed: dict[tuple[Keys, str], dict[str, Session]] = {}  # topic -> visitor -> session
        self.subscription = house.store.ears(url, self._heard, self.repair_all)
        self.last_heard: dict[str, int] = {}  # beat channel -> when this process heard itself there (ms)
        self.linked_at: dict[str, int] = {}  # beat channel -> when it began to listen there

    def beat(self, group: Collection[str]) -> str:
        """The channel on which this process hears itself through the store that holds these communities."""
        return Keys(min(group, default="")).beat(self._house.worker)

    def deaf_for(self, group: Collection[str]) -> int | None:
        """Milliseconds since this process heard itself there, or began to listen; None before it does."""
        beat = self.beat(group)
        since = max(self.last_heard.get(beat, 0), self.linked_at.get(beat, 0))
        return self._house.now() - since if since else None

    @property
    def size(self) -> int:
        """Rooms with a member here."""
        return len(self._rooms)

    def quiet(self, most: int) -> list[LocalRoom]:
        """Rooms with a member here and no more than `most` connections of ours."""
        return [room for room in self._rooms.values() if 0 < len(room.members) <= most]

    def age(self) -> None:
        """Let go of what every room has sent a while ago."""
        for room in self._rooms.values():
            if room.feed is not None:
                room.feed.age()

    def named(self, room: LocalRoom) -> dict[str, object]:
        """What a packet calls a room: nobody is in two communities."""
        return {"room": room.name}

    # --- members come and go -------------------------------------------------------------

    async def open(self, sid: str, session: Session, name: str) -> None:
        """Hear a room before its position is read, so that nothing falls between.

        The room stays open for `sid` until `admit`, `go_on` or `dismiss`. A member who joins again is told
        nothing meanwhile: after its answer it would come a second time. Raises Unavailable.
        """
        channel = session.keys.channel(name)
        while True:
            room = self._rooms.setdefault(channel, LocalRoom(name, session))
            async with room.lock:
                if self._rooms.get(channel) is not room:
                    continue  # the last member left while we waited
                room.coming.setdefault(sid, self._told(room, sid) if sid in room.members else None)
                if room.feed is None:
                    await self._begin(room, channel)
                return

    @staticmethod
    def _told(room: LocalRoom, sid: str) -> Position:
        """Up to where this member was told, by events or by the answer of its `join`."""
        assert room.feed is not None, "it has a member"
        at = room.feed.position
        return room.feed.late.get(sid) or Position(at.epoch, at.seq - len(room.pending))

    def leads_to(self, session: Session, name: str, told: Position) -> bool:
        """Whether everything that came after `told` is in hand, or will be."""
        room = self._rooms.get(session.keys.channel(name))
        feed = room.feed if room is not None else None
        if feed is None or feed.position.epoch != told.epoch:
            return False
        return feed.since(told.seq) is not None

    async def _begin(self, room: LocalRoom, channel: str) -> None:
        try:
            await self.subscription.follow(channel)
            read = await log.replay(self._house, room.session, room.name, None, most=0)
            minor = await presence.minor_since(self._house, room.session.keys, room.name)
        except Refusal:
            self._rooms.pop(channel, None)
            await self.subscription.unfollow(channel)
            raise
        if minor is not None:
            self._house.lately.minor(room.session.keys.community, room.name, minor)
        room.feed = Feed(read.position)
        self._release(room)

    def admit(self, sid: str, session: Session, name: str, told: Position) -> None:
        """From now on this connection hears the room, beginning with what came after `told`."""
        room = self._rooms.get(session.keys.channel(name))
        if room is None or room.feed is None or sid not in room.coming:
            return  # it was cut off while its acknowledgement was written
        del room.coming[sid]
        room.members[sid] = session
        feed = room.feed
        sent = feed.position.seq - len(room.pending)
        if told.epoch != feed.position.epoch or told.seq > sent:
            feed.late[sid] = told
            return
        missed = feed.since(told.seq) or []  # None: it will see the step in seq, and join again
        ready = missed[: max(0, len(missed) - len(room.pending))]
        if ready:
            self._send(room, [sid], ready)

    def go_on(self, sid: str, session: Session, name: str) -> None:
        """A member could not join again: it hears the room as before, and what it was not told meanwhile."""
        room = self._rooms.get(session.keys.channel(name))
        told = room.coming.get(sid) if room is not None else None
        if told is not None:
            self.admit(sid, session, name, told)

    async def dismiss(self, sid: str, session: Session, name: str) -> None:
        """This connection hears the room no more; the last one gone, the process lets go of it."""
        channel = session.keys.channel(name)
        room = self._rooms.get(channel)
        if room is None:
            return
        room.members.pop(sid, None)
        room.coming.pop(sid, None)
        if room.feed is not None:
            room.feed.late.pop(sid, None)
        async with room.lock:
            if not room.members and not room.coming and self._rooms.get(channel) is room:
                del self._rooms[channel]
                await self.subscription.unfollow(channel)

    async def renamed(self, session: Session) -> None:
        """The same person under another name, in every room and tab of this process."""
        for room in list(self._rooms.values()):
            mine = [sid for sid, member in room.members.items() if member.id == session.id]
            for sid in mine:
                room.members[sid] = session
            if mine:
                await self.reseat(room)

    async def reseat(self, room: LocalRoom) -> None:
        """Say again whom this process has in a room, and under which names."""
        connections = Counter(session.id for session in room.members.values())
        people = {session.id: session for session in room.members.values()}
        seats = [(people[visitor], n) for visitor, n in connections.items()]
        await presence.reseat(self._house, room.name, seats)

    def owe(self, session: Session, topic: str) -> None:
        """The store did not answer when this visitor came or went: what it knows of their seat in the topic
        may be wrong, and only we can say."""
        self._owed.setdefault((session.keys, topic), {})[session.id] = session

    async def pay(self, communities: Collection[str] = ()) -> None:
        """Say of everyone owed what is true now. Raises Unavailable; then the rest stays owed."""
        for keys, topic in list(self._owed):
            if communities and keys.community not in communities:
                continue
            sessions = self._owed.pop((keys, topic))
            try:
                await self._pay(keys, topic, sessions.values())
            except Refusal:
                for session in sessions.values():
                    self.owe(session, topic)
                raise

    async def _pay(self, keys: Keys, topic: str, sessions: Iterable[Session]) -> None:
        for name in await presence.rooms(self._house, keys, topic):
            room = self._rooms.get(keys.channel(name))
            here = Counter(member.id for member in room.members.values()) if room else Counter[str]()
            await presence.reseat(self._house, name, [(session, here[session.id]) for session in sessions])

    async def reseat_all(self) -> None:
        """After this worker's lease had lapsed: others have taken its people out."""
        for room in list(self._rooms.values()):
            await self.reseat(room)

    # --- announcements -------------------------------------------------------------------

    def _heard(self, channel: bytes, payload: bytes) -> None:
        name = channel.decode()
        room = self._rooms.get(name)
        if room is None:
            if name in self.linked_at:
                self.last_heard[name] = self._house.now()
            return
        try:
            self._say(room, payload)
        except Exception:
            # Whatever it was, the log has it: what this announcement left undone is read again.
            if room.feed is not None and not room.repairing:
                self._spawn_repair(room)
            raise

    def _say(self, room: LocalRoom, payload: bytes) -> None:
        kind, _, rest = payload.partition(b" ")
        if kind == b"e":
            epoch, seq, entry = rest.split(b" ", 2)
            self._take(room, (epoch.decode(), int(seq), entry))
        elif kind == b"p":
            self._people(room, msgspec.json.decode(rest, type=_People))
        elif kind == b"t":
            visitor = rest.decode()
            sids = [sid for sid, session in room.members.items() if session.id != visitor]
            self._wire.tell(sids, "typing", {**self.named(room), "id": visitor})
        elif kind == b"m":
            self._house.lately.minor(room.session.keys.community, room.name, int(rest))

    def _take(self, room: LocalRoom, announced: Announced) -> None:
        feed = room.feed
        if feed is None or room.repairing:
            if len(room.held) < HELD:
                room.held.append(announced)
            return
        epoch, seq, entry = announced
        judgement = feed.judge(epoch, seq)
        if judgement == "next":
            if not room.pending:
                self._wire.gather(len(room.members), self._flush, room)
            feed.take(seq, entry)
            room.pending.append((seq, entry))
            self._house.lately.overheard(room.session.keys.community, entry)
        elif judgement == "seen":
            telemetry.count("deliveries_dropped", "seen")
        else:
            telemetry.count("feed_repairs", judgement)
            room.held.append(announced)
            self._spawn_repair(room)

    def _release(self, room: LocalRoom) -> None:
        """After a look at the log: what came too early is a gap no more, what is of another log is told
        to nobody. (Were that one newer, its store would have sent every process to `recover`.)"""
        held, room.held = room.held, []
        for announced in sorted(held, key=itemgetter(1)):
            if room.feed is not None and announced[0] == room.feed.position.epoch:
                self._take(room, announced)
            else:
                telemetry.count("deliveries_dropped", "epoch")

    def _flush(self, room: LocalRoom) -> None:
        entries, room.pending = room.pending, []
        if not entries or room.feed is None:
            return
        late = room.feed.catch_up(entries)
        for sid, lacking in late.items():
            if lacking and sid not in room.coming:
                self._send(room, [sid], lacking)
        apart = late.keys() | room.coming.keys()
        whole = [sid for sid in room.members if sid not in apart] if apart else list(room.members)
        self._send(room, whole, [entry for _, entry in entries])
        telemetry.count("deliveries", "", len(entries) * len(whole))

    def _send(self, room: LocalRoom, sids: list[str], entries: list[bytes]) -> None:
        assert room.feed is not None
        events = [msgspec.Raw(entry) for entry in entries]
        packet = {**self.named(room), "epoch": room.feed.position.epoch, "events": events}
        self._wire.tell(sids, "events", packet)

    # --- people --------------------------------------------------------------------------

    def _people(self, room: LocalRoom, change: _People) -> None:
        for person in change.joined:
            visitor = msgspec.json.decode(person, type=_Person).id
            self._house.lately.arrived(room.session.keys.community, visitor, self._house.now())
            room.joined[visitor] = person
            room.left.discard(visitor)
        for visitor in change.left:
            room.joined.pop(visitor, None)
            room.left.add(visitor)
        room.people = change.count
        if not room.people_due:
            room.people_due = True
            asyncio.get_running_loop().call_later(PEOPLE_EVERY, self._tell_people, room)

    def _tell_people(self, room: LocalRoom) -> None:
        joined, left = list(room.joined.values()), sorted(room.left)
        room.joined, room.left, room.people_due = {}, set(), False
        packet = {**self.named(room), "joined": joined, "left": left, "count": room.people}
        self._wire.tell(list(room.members), "people", packet)

    # --- repair --------------------------------------------------------------------------

    def _spawn_repair(self, room: LocalRoom) -> None:
        room.repairing = True
        task = asyncio.create_task(self._repair_or_wait(room))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _repair_or_wait(self, room: LocalRoom) -> None:
        try:
            await self._repair(room)
        except Refusal:
            room.held.clear()  # the store went away meanwhile; its return repairs every room

    async def repair_all(self, communities: Collection[str] = ()) -> None:
        """Bring every room of these communities (all, where none is named) up to the log: after a new link,
        or a store that lost its memory."""
        for community in communities or ("",):
            await self._house.store.reached(community)
        beat = self.beat(communities)
        self.linked_at.setdefault(beat, 0)
        # Confirmed after every channel asked for before it: from here on nothing is missed.
        await self.subscription.follow(beat)
        self.linked_at[beat] = self._house.now()
        for room in self._of(communities):
            await self._repair(room)

    def _of(self, communities: Collection[str]) -> list[LocalRoom]:
        rooms = list(self._rooms.values())
        return [r for r in rooms if r.session.site.community in communities] if communities else rooms

    async def recover(self, communities: Collection[str] = ()) -> None:
        """The store of these communities (all, where none is named) is back: say again who is here, and go on
        from its log."""
        await self.pay(communities)
        for room in self._of(communities):
            await self.reseat(room)
            await self._repair(room)

    async def _repair(self, room: LocalRoom) -> None:
        async with room.lock:
            if room.feed is not None:
                room.repairing = True
                try:
                    await self._reread(room, room.feed)
                finally:
                    room.repairing = False
                self._release(room)

    async def _reread(self, room: LocalRoom, feed: Feed) -> None:
        since = feed.position
        read = await log.replay(self._house, room.session, room.name, since, most=0)
        self._flush(room)
        if read.position.epoch != since.epoch:
            # Every member is told at once, by an empty list, that the log is another one.
            feed.restart(Position(read.position.epoch, 0))
            self._send(room, list(room.members), [])
            read = await log.replay(self._house, room.session, room.name, feed.position, most=0)
        if not read.whole:
            # Older than the log keeps: clients see the step in seq and are told `complete: false`. What
            # was announced meanwhile is in hand, and shows them the step at once.
            telemetry.count("feed_repairs", "declared")
            epoch, seq = read.position.epoch, read.position.seq
            newer = [held[1] for held in room.held if held[0] == epoch and held[1] > feed.position.seq]
            feed.restart(Position(epoch, min([seq, *(held - 1 for held in newer)])))
            return
        first = read.position.seq - len(read.entries) + 1
        for seq, entry in enumerate(read.entries, first):
            feed.take(seq, bytes(entry))
            room.pending.append((seq, bytes(entry)))
        self._flush(room)
