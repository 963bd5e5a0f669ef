"""What one process sends of a log, whatever pub/sub does to the announcements."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.feed import RECENT, Entry, Feed
from rooms.log import Position

EPOCH = "e1"


def entry(seq: int) -> bytes:
    return b"entry %d" % seq


def fed(seqs: range, epoch: str = EPOCH) -> Feed:
    feed = Feed(Position(epoch, seqs.start - 1))
    for seq in seqs:
        feed.take(seq, entry(seq))
    return feed


@pytest.mark.parametrize(
    ("epoch", "seq", "judgement"),
    [
        (EPOCH, 6, "next"),
        (EPOCH, 5, "seen"),
        (EPOCH, 1, "seen"),
        (EPOCH, 7, "gap"),
        (EPOCH, 900, "gap"),
        ("e2", 6, "lost"),
        ("e2", 1, "lost"),
    ],
)
def test_judge(epoch: str, seq: int, judgement: str) -> None:
    """An announcement is the next one, an old one, one too far, or of another log."""
    assert fed(range(1, 6)).judge(epoch, seq) == judgement


def test_since() -> None:
    """What is still held is given whole, or not at all."""
    feed = fed(range(11, 16))
    assert feed.since(12) == [entry(13), entry(14), entry(15)]
    assert feed.since(10) == [entry(seq) for seq in range(11, 16)]
    assert feed.since(15) == feed.since(99) == []
    assert feed.since(9) is None
    assert Feed(Position(EPOCH, 5)).since(4) is None
    assert Feed(Position(EPOCH, 5)).since(5) == []


def test_it_holds_the_newest() -> None:
    """Only so many entries are held; older ones are known to be gone."""
    feed = fed(range(1, RECENT + 11))
    assert feed.since(9) is None
    held = feed.since(10)
    assert held is not None
    assert (len(held), held[0]) == (RECENT, entry(11))


def test_a_late_member() -> None:
    """Whoever was told of a position that is still to be sent lacks only what comes after it."""
    feed = fed(range(1, 4))
    feed.late = {"anna": Position(EPOCH, 2), "ben": Position(EPOCH, 9)}
    share = feed.catch_up([(seq, entry(seq)) for seq in (1, 2, 3)])
    assert share == {"anna": [entry(3)], "ben": []}
    assert feed.late.keys() == {"ben"}


def test_restart() -> None:
    """Going on elsewhere forgets what was held, and the members who were told of another log."""
    feed = fed(range(1, 4))
    feed.late = {"anna": Position(EPOCH, 9), "ben": Position("e2", 2)}
    feed.restart(Position("e2", 0))
    assert (feed.position, feed.since(0), feed.late) == (Position("e2", 0), [], {"ben": Position("e2", 2)})
    feed.take(1, b"one")
    assert feed.catch_up([(1, b"one")]) == {"ben": []}


@dataclass
class Network:
    """A log, the announcements under way, and one process that consumes them as the contract says."""

    start: int
    log: list[bytes] = field(default_factory=list)
    under_way: list[Entry] = field(default_factory=list)
    pending: list[Entry] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    coming: dict[str, int] = field(default_factory=dict)
    heard: dict[str, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = [entry(seq) for seq in range(1, self.start + 1)]
        self.feed = Feed(Position(EPOCH, self.start))

    def write(self, _: int) -> None:
        self.log.append(entry(len(self.log) + 1))
        self.under_way.append((len(self.log), self.log[-1]))

    def deliver(self, which: int, *, keep: bool = False) -> None:
        if not self.under_way:
            return
        at = which % len(self.under_way)
        seq, said = self.under_way[at] if keep else self.under_way.pop(at)
        judgement = self.feed.judge(EPOCH, seq)
        if judgement == "next":
            self.take(seq, said)
        elif judgement == "gap":
            self.repair(0)

    def deliver_and_keep(self, which: int) -> None:
        self.deliver(which, keep=True)

    def drop(self, which: int) -> None:
        if self.under_way:
            self.under_way.pop(which % len(self.under_way))

    def take(self, seq: int, said: bytes) -> None:
        self.feed.take(seq, said)
        self.pending.append((seq, said))

    def repair(self, _: int) -> None:
        for seq in range(self.feed.position.seq + 1, len(self.log) + 1):
            self.take(seq, self.log[seq - 1])

    def read(self, who: int) -> None:
        if f"m{who}" not in self.heard:
            self.coming[f"m{who}"] = len(self.log)

    def admit(self, who: int) -> None:
        sid = f"m{who}"
        if sid not in self.coming:
            return
        told = self.told[sid] = self.coming.pop(sid)
        self.heard[sid] = []
        if told > self.feed.position.seq - len(self.pending):
            self.feed.late[sid] = Position(EPOCH, told)
            return
        missed = self.feed.since(told)
        assert missed is not None
        self.heard[sid] += missed[: len(missed) - len(self.pending)]

    def flush(self, _: int) -> None:
        entries, self.pending = self.pending, []
        if not entries:
            return
        share = self.feed.catch_up(entries)
        for sid, heard in self.heard.items():
            heard += share[sid] if sid in share else [said for _, said in entries]


STEPS: list[Callable[[Network, int], None]] = [
    *(Network.write, Network.write, Network.deliver, Network.deliver, Network.deliver_and_keep),
    *(Network.drop, Network.read, Network.admit, Network.flush, Network.repair),
]


@given(st.integers(0, 3), st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=80))
def test_everyone_hears_the_log(start: int, steps: list[tuple[Callable[[Network, int], None], int]]) -> None:
    """However announcements are dropped, doubled and reordered, and whenever members come, each of them
    hears what followed the position they were told of, once and in order."""
    network = Network(start)
    for step, argument in steps:
        step(network, argument)
        for sid, heard in network.heard.items():
            told = network.told[sid]
            assert heard == network.log[told : told + len(heard)]
    network.repair(0)
    network.flush(0)
    for sid, heard in network.heard.items():
        assert heard == network.log[network.told[sid] :]


def test_what_was_sent_a_while_ago_is_let_go() -> None:
    """An entry outlives one call of the clock and not the second."""
    feed = Feed(Position("e1", 0))
    feed.take(1, b"entry 1")
    feed.age()
    feed.take(2, b"entry 2")
    assert feed.since(0) == [b"entry 1", b"entry 2"]
    feed.age()
    assert feed.since(0) is None
    assert feed.since(1) == [b"entry 2"]
    feed.age()
    assert feed.since(1) is None
    assert feed.since(2) == []
