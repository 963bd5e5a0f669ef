"""What one process knows of a room's log, decided without moving a byte.

Announcements may come doubled, late, or not at all (pub/sub promises nothing); members may join
between any two of them. This says who is to be sent what, so that every client sees each seq once
and in order.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from rooms.log import Position

RECENT = 512
Judgement = Literal["next", "seen", "gap", "lost"]
"""next: take it · seen: drop it · gap: repair from the log first · lost: another epoch"""
Entry = tuple[int, bytes]

HEAD = 80
"""Bytes at the start of an entry within which its type stands: seq and time come before it."""
_TAKES_WORDS = re.compile(rb'"type":"(?:edited|retracted)"')


class _Told(msgspec.Struct):
    type: str
    at: int
    id: str = ""


@dataclass(slots=True)
class Feed:
    """`position`: the newest entry taken. `late`: members who were told, when they joined, of a
    position that the feed has not sent yet; they lack only what comes after it."""

    position: Position
    recent: deque[Entry] = field(default_factory=lambda: deque(maxlen=RECENT))
    late: dict[str, Position] = field(default_factory=dict)
    aged: int = 0

    def judge(self, epoch: str, seq: int) -> Judgement:
        """What an announced entry is to this feed."""
        if epoch != self.position.epoch:
            return "lost"
        if seq <= self.position.seq:
            return "seen"
        return "next" if seq == self.position.seq + 1 else "gap"

    def take(self, seq: int, entry: bytes) -> None:
        """The next entry: it will be sent with the coming flush."""
        self.position = Position(self.position.epoch, seq)
        if _TAKES_WORDS.search(entry, 0, HEAD):
            self._forget_words(entry)
        self.recent.append((seq, entry))

    def _forget_words(self, entry: bytes) -> None:
        """Words that were edited or taken back may be sent to nobody any more."""
        told = msgspec.json.decode(entry, type=_Told).id
        for n, (seq, old) in enumerate(self.recent):
            if told.encode() not in old:
                continue
            words = msgspec.json.decode(old, type=_Told)
            if words.id == told and words.type in ("message", "edited"):
                gone = {"seq": seq, "at": words.at, "type": "gone", "id": told}
                self.recent[n] = (seq, msgspec.json.encode(gone))

    def age(self) -> None:
        """Called by the clock: what was there at the last call too is let go. The log is the memory;
        this is only for those who join while words arrive."""
        while self.recent and self.recent[0][0] <= self.aged:
            self.recent.popleft()
        self.aged = self.position.seq

    def restart(self, position: Position) -> None:
        """The log was lost, or cannot be repaired: go on from here."""
        self.position = position
        self.recent.clear()
        self.aged = 0
        self.late = {sid: told for sid, told in self.late.items() if told.epoch == position.epoch}

    def since(self, seq: int) -> list[bytes] | None:
        """The entries after `seq` that this process still holds, or None where some are gone."""
        if seq >= self.position.seq:
            return []
        first = self.recent[0][0] if self.recent else self.position.seq + 1
        if seq < first - 1:
            return None
        return [entry for number, entry in self.recent if number > seq]

    def catch_up(self, entries: list[Entry]) -> dict[str, list[bytes]]:
        """Which of a flush's entries each late member lacks; whoever has caught up is late no more."""
        share: dict[str, list[bytes]] = {}
        epoch, last = self.position.epoch, entries[-1][0]
        for sid, told in list(self.late.items()):
            had = told.seq if told.epoch == epoch else 0
            share[sid] = [entry for seq, entry in entries if seq > had]
            if had <= last:
                del self.late[sid]
        return share
