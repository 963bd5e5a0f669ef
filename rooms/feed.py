"""What one process knows of a room's log, decided without moving a byte.

Announcements may come doubled, late, or not at all (pub/sub promises nothing); members may join
between any two of them. This says who is to be sent what, so that every client sees each seq once
and in order.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from rooms.log import Position

RECENT = 512
Judgement = Literal["next", "seen", "gap", "lost"]
"""next: take it · seen: drop it · gap: repair from the log first · lost: another epoch"""
Entry = tuple[int, bytes]


@dataclass(slots=True)
class Feed:
    """`position`: the newest entry taken. `late`: members who were told, when they joined, of a
    position that the feed has not sent yet; they lack only what comes after it."""

    position: Position
    recent: deque[Entry] = field(default_factory=lambda: deque(maxlen=RECENT))
    late: dict[str, Position] = field(default_factory=dict)

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
        self.recent.append((seq, entry))

    def restart(self, position: Position) -> None:
        """The log was lost, or cannot be repaired: go on from here."""
        self.position = position
        self.recent.clear()
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
