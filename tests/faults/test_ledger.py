"""The ledger sees what it is there to see: a loss, a double, another order, and who was told."""

from tests.faults.ledger import Declared, Heard, Ledger, Position, Said, Sums


def _ledger(*heard: Heard) -> Sums:
    """Two acknowledged messages of one author, and who heard what."""
    ledger = Ledger()
    for n, text in enumerate(("one", "two"), 1):
        ledger.said[text] = Said(text, "r.1", n, "anna", began=n, acknowledged=n + 0.1, id=text, seq=n)
    ledger.heard = list(heard)
    return ledger.sums()


def _heard(*texts: str, first: int = 1, epoch: str = "e") -> Heard:
    shown = [(Position(epoch, n), text, text) for n, text in enumerate(texts, first)]
    return Heard("r.1", shown=shown)


def _counts(sums: Sums) -> tuple[int, int, int, int]:
    return sums.lost_silently, sums.declared_lost, sums.doubled, sums.out_of_order


def test_all_is_well() -> None:
    """Everybody heard everything once and in order."""
    assert _counts(_ledger(_heard("one", "two"), _heard("one", "two"))) == (0, 0, 0, 0)


def test_a_silent_loss() -> None:
    """One of two missed a message and was not told; it makes no difference who was told of something else."""
    missed = _heard("two", first=2)
    assert _counts(_ledger(_heard("one", "two"), missed)) == (1, 0, 0, 0)
    missed.declared = [Declared(Position("e", 1), Position("e", 1), when=0)]
    assert _counts(_ledger(_heard("one", "two"), missed)) == (1, 0, 0, 0)


def test_nobody_heard_it() -> None:
    """An acknowledged message that nobody heard is lost: silently, unless all were told of it since."""
    told, untold = _heard("two", epoch="f"), _heard("two", epoch="f")
    told.declared = [Declared(Position("e", 0), Position("f", 0), when=1.5)]
    assert _counts(_ledger(told, untold)) == (1, 0, 0, 0)
    untold.declared = told.declared
    assert _counts(_ledger(told, untold)) == (0, 1, 0, 0)


def test_a_declared_loss() -> None:
    """A member who was told that what lies between is missing has not lost it in silence."""
    missed = _heard("two", first=2)
    missed.declared = [Declared(Position("e", 0), Position("e", 1), when=3)]
    assert _counts(_ledger(_heard("one", "two"), missed)) == (0, 1, 0, 0)


def test_a_snapshot_counts_as_heard() -> None:
    """Where a snapshot brought the words, they are not lost."""
    missed = _heard("two", first=2)
    missed.snapshots = {"one"}
    assert _counts(_ledger(_heard("one", "two"), missed)) == (0, 0, 0, 0)


def test_a_double() -> None:
    """The same words under two numbers."""
    assert _counts(_ledger(_heard("one", "two", "two"))) == (0, 0, 1, 0)


def test_another_order() -> None:
    """Two members who differ at two places; and an author's words turned around for all."""
    assert _ledger(_heard("one", "two"), _heard("two", "one")).out_of_order == 3
    assert _ledger(_heard("two", "one")).out_of_order == 1
