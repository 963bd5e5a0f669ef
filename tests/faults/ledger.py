"""What was said, answered and heard; and what that adds up to once everything is quiet again."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class Position(NamedTuple):
    """Where a member stands in its room's log."""

    epoch: str
    seq: int


class Declared(NamedTuple):
    """A member was told that what lies between is lost: by a new epoch, or by `complete: false`."""

    left: Position
    at: Position
    when: float


@dataclass(slots=True)
class Said:
    """One message of one sender; `text` is said once in a ledger, so it names the message."""

    text: str
    room: str
    number: int
    author: str
    began: float
    acknowledged: float = 0.0
    id: str = ""
    seq: int = 0


@dataclass(slots=True, eq=False)
class Heard:
    """What one member was shown, in that order, and where it was told of a loss."""

    room: str
    shown: list[tuple[Position, str, str]] = field(default_factory=list)  # position, id, text
    snapshots: set[str] = field(default_factory=set)  # texts that a snapshot brought
    declared: list[Declared] = field(default_factory=list)
    repeated: int = 0  # a seq that had been sent on the same link, or lay before the answer of a join


@dataclass(slots=True)
class Sums:
    """A row of the table, but for its name."""

    sent: int = 0
    acknowledged: int = 0
    lost_silently: int = 0
    declared_lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    examples: list[str] = field(default_factory=list)


class Ledger:
    """Shared by the members of one measurement. Times are the loop's."""

    def __init__(self) -> None:
        self.said: dict[str, Said] = {}
        self.heard: list[Heard] = []
        self.refused: Counter[str] = Counter()
        self.slowest = 0.0
        self.unanswered = 0.0

    def gave_up(self, seconds: float) -> None:
        """A link was lost that had owed an answer for so long."""
        self.unanswered = max(self.unanswered, seconds)

    def answered(self, seconds: float) -> None:
        """An answer took so long."""
        self.slowest = max(self.slowest, seconds)

    def sums(self) -> Sums:
        """Count. A message counts once as lost, however many members miss it."""
        acknowledged = [said for said in self.said.values() if said.acknowledged]
        sums = Sums(
            sent=len(self.said),
            acknowledged=len(acknowledged),
            refused=self.refused,
            slowest=self.slowest,
        )
        places = self._places()
        texts = [({text for _, _, text in heard.shown} | heard.snapshots, heard) for heard in self.heard]
        for said in acknowledged:
            missing = [heard for had, heard in texts if heard.room == said.room and said.text not in had]
            self._count_loss(said, missing, places.get(said.text), sums)
        sums.doubled = sum(_doubles(heard) + heard.repeated for heard in self.heard)
        sums.out_of_order = self._inversions()
        return sums

    def _places(self) -> dict[str, Position]:
        return {text: at for heard in self.heard for at, _, text in heard.shown}

    def _count_loss(self, said: Said, missing: list[Heard], place: Position | None, sums: Sums) -> None:
        if not missing:
            return
        silent = [heard for heard in missing if not _was_told(heard, said, place)]
        if silent:
            sums.lost_silently += 1
            sums.examples.append(f"{said.text!r} seq {said.seq} at {place}: {len(silent)} missed it untold")
        else:
            sums.declared_lost += 1

    def _inversions(self) -> int:
        """Seqs that go back, places where two members differ, and an author's words in another order."""
        wrong = 0
        agreed: dict[tuple[str, Position], str] = {}
        for heard in self.heard:
            last = Position("", 0)
            newest: dict[tuple[str, str], int] = {}
            for at, id_, text in heard.shown:
                wrong += at.epoch == last.epoch and at.seq <= last.seq
                wrong += agreed.setdefault((heard.room, at), id_) != id_
                last = at
                said = self.said.get(text)
                if said is not None:
                    of = (said.author, at.epoch)
                    wrong += said.number < newest.get(of, -1)
                    newest[of] = max(said.number, newest.get(of, -1))
        return wrong


def _was_told(heard: Heard, said: Said, place: Position | None) -> bool:
    """Whether this member was told that this message may be missing."""
    visited = {at.epoch for at, _, _ in heard.shown} | {told.left.epoch for told in heard.declared}
    for told in heard.declared:
        if place is None or place.epoch not in visited:
            # nobody heard it, or it fell into an epoch that this member never saw: the loss must have
            # been declared after it was said
            if told.when >= said.began:
                return True
        elif told.left.epoch == place.epoch:
            upto = told.at.seq if told.at.epoch == place.epoch else math.inf
            if told.left.seq < place.seq <= upto:
                return True
        elif told.at.epoch == place.epoch and place.seq <= told.at.seq:
            return True
    return False


def _doubles(heard: Heard) -> int:
    return sum(n - 1 for n in Counter(text for _, _, text in heard.shown).values())
