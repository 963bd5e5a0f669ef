"""What was just said, as this worker knows it: the facts that take more than one message to see.

A detail can be split over three messages, an approach goes a step at a time, a flood repeats itself. The
words kept here are those that the room saw, the author's last few, for ten minutes at most; of everybody
else's only hashes of words are looked at. Nothing here is ever written anywhere.

What is said at other workers is heard where it is told to a room that somebody here is in (`overheard`);
who comes from another worker is met with what the room's log has of them (`recall`).
"""

import heapq
import re
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from moderation.hiding import HIDDEN
from rooms import retention

_WORD = re.compile(r"[^\W_]+")
ALIKE = 0.8
"""From this share of common words on two messages are nearly the same."""
FEWEST = 3
"""Different words of the shortest message that is compared."""
SKETCH = 64
"""Hashes kept of a message, the least: sets that are nearly the same have nearly the same least (a bottom
sketch, Broder 1997), and nobody can make us keep 50 KB for each message of two-letter words."""
SPLIT_MS = 180_000
ECHO_MS = 120_000
NEW_MS = 120_000
WAVE_MS = 60_000
WAVE = 15
"""So many arrivals in a community within a minute, in the rooms that this worker hears, are a wave."""
HEARD = 64
"""Messages of a community, the newest, that echoes are looked for in."""
_WORDS_OF_A_ROOM = b'"type":"message"'


@dataclass(frozen=True, slots=True)
class _Said:
    at: int
    key: str
    id: str | None  # of the message, where it is known before the store has it
    room: str
    text: str
    words: frozenset[int]


class _From(msgspec.Struct):
    id: str


class _Entry(msgspec.Struct):
    """Of a log's entry what is looked at."""

    type: str
    at: int = 0
    id: str = ""
    text: str = ""
    by: _From | None = msgspec.field(default=None, name="from")


@dataclass(frozen=True, slots=True)
class Lately:
    """The facts for one draft; see `moderation.submission.Submission`."""

    recent: tuple[str, ...]
    before: tuple[str, ...]
    own_repeats: int
    echoes: int
    newcomer: bool
    wave: bool
    minor_here: bool


@dataclass(slots=True)
class Memory:
    """Bounded by number and age; a visitor who is forgotten here is only seen afresh.

    `counts`: whether anybody asks how often the same was said; where nobody does, no word is compared.
    """

    counts: bool = True
    _said: OrderedDict[tuple[str, str], deque[_Said]] = field(default_factory=OrderedDict)
    _first: OrderedDict[tuple[str, str], int] = field(default_factory=OrderedDict)
    _heard: dict[str, deque[tuple[int, str, int, frozenset[int]]]] = field(default_factory=dict)
    _told: dict[str, deque[bytes]] = field(default_factory=dict)
    """Entries of rooms, not read yet: most are never asked for."""
    _arrivals: dict[str, deque[tuple[int, str]]] = field(default_factory=dict)
    _minors: dict[tuple[str, str], int] = field(default_factory=dict)
    _last: tuple[int, frozenset[int]] = (0, frozenset())
    """Of the last text its hash and those of its words: a draft is looked at, judged, and then kept."""

    def look(
        self, community: str, visitor: str, room: str, text: str, now: int, edits: str | None = None
    ) -> Lately:
        """The facts for a draft of `visitor`; the message that it `edits` is none of them."""
        words = self._words(text)
        recent: list[str] = []
        before: list[str] = []
        own_repeats = 0
        for one in self._said.get((community, visitor), ()):
            age = now - one.at
            if age >= retention.LATELY * 1000:
                continue
            own_repeats += _alike(words, one.words)
            if one.room == room and one.text and (edits is None or one.id != edits):
                before.append(one.text)
                # What was hidden whole stands between nothing: its author tries the same end again.
                if age < SPLIT_MS and one.text != HIDDEN:
                    recent.append(one.text)
        newcomer = now - self._first.get((community, visitor), now) < NEW_MS
        arrivals = self._arrivals.get(community, ())
        return Lately(
            recent=tuple(recent[-2:]),
            before=tuple(before),
            own_repeats=own_repeats,
            echoes=self._echoes(community, visitor, words, now) if newcomer else 0,
            newcomer=newcomer,
            wave=len(arrivals) >= WAVE and sum(now - at < WAVE_MS for at, _ in arrivals) >= WAVE,
            minor_here=now - self._minors.get((community, room), -(10**12)) < retention.MINOR_HERE * 1000,
        )

    def _echoes(self, community: str, visitor: str, words: frozenset[int], now: int) -> int:
        if len(words) < FEWEST:
            return 0
        self._listen(community)
        # Nearly the same sets nearly always have the same least hash: most are passed over.
        least = min(words)
        same = [heard for heard in self._heard.get(community, ()) if heard[2] == least]
        return len(
            {
                other
                for at, other, _, theirs in same
                if other != visitor and now - at < ECHO_MS and _alike(words, theirs)
            }
        )

    def _words(self, text: str) -> frozenset[int]:
        """Hashes of the words. Python keys them anew in each process: they can be compared and not read."""
        if not self.counts:
            return frozenset()
        if self._last[0] != hash(text):
            self._last = hash(text), _sketch(text)
        return self._last[1]

    def keep(
        self,
        community: str,
        visitor: str,
        room: str,
        key: str,
        text: str,
        shown: str | None,
        now: int,
        id: str | None = None,
    ) -> bool:
        """Remember a draft that was judged: the words that the room saw, or only that it was said.

        A retry under the same key is the same draft; False where it was here before.
        """
        words = self._words(text)
        mine = self._said.setdefault((community, visitor), deque(maxlen=retention.LATELY_MESSAGES))
        while mine and now - mine[0].at >= retention.LATELY * 1000:
            mine.popleft()
        if any(one.key == key for one in mine):
            return False
        mine.append(_Said(now, key, id, room, shown or "", words))
        self._said.move_to_end((community, visitor))
        self._first.setdefault((community, visitor), now)
        if len(words) >= FEWEST:
            self._heard.setdefault(community, deque(maxlen=HEARD)).append((now, visitor, min(words), words))
        for kept in (self._said, self._first):
            while len(kept) > retention.LATELY_VISITORS:
                kept.popitem(last=False)
        return True

    def drop(self, community: str, visitor: str, key: str) -> None:
        """The draft that was kept under this key came to nothing: it was not said."""
        mine = self._said.get((community, visitor))
        for one in [said for said in mine or () if said.key == key]:
            self._said[community, visitor].remove(one)

    def knows(self, community: str, visitor: str) -> bool:
        """Whether this worker has what they said within ten minutes, or has asked for it."""
        return (community, visitor) in self._said

    def recall(self, community: str, visitor: str, room: str, entries: Iterable[bytes]) -> None:
        """What a room's log has of somebody who talked at another worker until now."""
        known = self._said.setdefault((community, visitor), deque(maxlen=retention.LATELY_MESSAGES))
        ids = {one.id for one in known}
        told = [
            _Said(entry.at, "", entry.id, room, entry.text, self._words(entry.text))
            for entry in map(_read, entries)
            if entry.type == "message" and entry.by is not None and entry.by.id == visitor
            if entry.id not in ids
        ]
        if not told:
            return
        both = sorted((*told, *known), key=lambda one: one.at)
        known.clear()
        known.extend(both)
        first = min(both[0].at, self._first.get((community, visitor), both[0].at))
        self._first[community, visitor] = first

    def overheard(self, community: str, entry: bytes) -> None:
        """An entry as a room was told of it, whoever said it at whichever worker."""
        if self.counts and _WORDS_OF_A_ROOM in entry:
            self._told.setdefault(community, deque(maxlen=HEARD)).append(entry)

    def _listen(self, community: str) -> None:
        """Take the words of others out of what the rooms were told."""
        told = self._told.pop(community, ())
        heard = self._heard.setdefault(community, deque(maxlen=HEARD)) if told else deque()
        for entry in map(_read, told):
            if entry.type != "message" or entry.by is None:
                continue
            mine = self._said.get((community, entry.by.id), ())
            words = _sketch(entry.text)
            if len(words) >= FEWEST and not any(one.id == entry.id for one in mine):
                heard.append((entry.at, entry.by.id, min(words), words))

    def arrived(self, community: str, visitor: str, now: int) -> None:
        """Somebody came in, here or at another worker; said twice of one, it is one."""
        arrivals = self._arrivals.setdefault(community, deque(maxlen=WAVE))
        if not any(who == visitor and now - at < WAVE_MS for at, who in arrivals):
            arrivals.append((now, visitor))

    def minor(self, community: str, room: str, now: int) -> None:
        """Somebody in this room may be a child: approaches are judged at their strictest for an hour."""
        self._minors[community, room] = now

    def forget(self, community: str, visitor: str, room: str | None = None, id: str | None = None) -> None:
        """Words were edited, retracted or erased: those of the message `id`, or all of this visitor's.

        Of those whose id was never known, all in `room` go. The others stay: a number begun in one message
        could else be ended in the next, after any third one was taken back.
        """
        mine = self._said.get((community, visitor))
        if mine is None:
            return
        kept = [one for one in mine if room is not None and (one.room != room or one.id not in (None, id))]
        mine.clear()
        mine.extend(kept)

    def sweep(self, now: int) -> None:
        """Drop what is older than it may be kept, of people who say nothing more as well."""
        for who, said in list(self._said.items()):
            while said and now - said[0].at >= retention.LATELY * 1000:
                said.popleft()
            if not said:
                del self._said[who]
        for community in list(self._told):
            self._listen(community)
        for heard in self._heard.values():
            while heard and now - heard[0][0] >= ECHO_MS:
                heard.popleft()
        self._minors = {
            where: at for where, at in self._minors.items() if now - at < retention.MINOR_HERE * 1000
        }


def _read(entry: bytes) -> _Entry:
    return msgspec.json.decode(entry, type=_Entry)


def _sketch(text: str) -> frozenset[int]:
    words = frozenset(map(hash, _WORD.findall(text.casefold())))
    return words if len(words) <= SKETCH else frozenset(heapq.nsmallest(SKETCH, words))


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    mine, theirs = len(one), len(other)
    if mine < FEWEST or min(mine, theirs) < ALIKE * max(mine, theirs):
        return False  # even if all of the shorter one were in the longer
    common = len(one & other)
    return common >= ALIKE * (mine + theirs - common)
