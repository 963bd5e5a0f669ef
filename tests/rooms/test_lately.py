"""The memory of what was just said."""

from rooms import retention
from rooms.lately import SKETCH, WAVE, Memory

TEXT = "does anyone know when the bus goes"


def keep(memory: Memory, who: str, text: str, at: int, key: str = "", room: str = "addiction.1") -> None:
    memory.keep("demo", who, room, key or f"{who}{at}", text, text, at)


def test_near_copies_are_counted() -> None:
    """A word more or less is nearly the same; other words are not; other communities are not looked at."""
    memory = Memory()
    keep(memory, "anna", TEXT, 0)
    keep(memory, "anna", TEXT.upper() + "?!", 1)
    keep(memory, "anna", "I did sleep for once, thank you", 2)
    assert memory.look("demo", "anna", "addiction.1", TEXT + " tonight", 3).own_repeats == 2
    assert memory.look("other", "anna", "addiction.1", TEXT, 3).own_repeats == 0


def test_nothing_is_compared_where_nobody_counts() -> None:
    """With the limits off no repeat is counted; what was said before is told all the same."""
    memory = Memory(counts=False)
    keep(memory, "anna", TEXT, 0)
    keep(memory, "ben", TEXT, 1)
    seen = memory.look("demo", "anna", "addiction.1", TEXT, 2)
    assert (seen.own_repeats, seen.echoes, seen.before) == (0, 0, (TEXT,))


def test_echoes_are_of_others_and_for_newcomers() -> None:
    """Only what others said within two minutes counts, and only where a newcomer says it again."""
    memory = Memory()
    for at, who in enumerate(("ben", "cleo", "ben")):
        keep(memory, who, TEXT, at)
    assert memory.look("demo", "anna", "addiction.1", TEXT, 10).echoes == 2
    assert memory.look("demo", "anna", "addiction.1", TEXT, 200_000).echoes == 0
    keep(memory, "dora", "hello everybody here", 0)
    assert memory.look("demo", "dora", "addiction.1", TEXT, 130_000).echoes == 0


def test_words_stay_in_their_room() -> None:
    """What was said in one room is no fact of another; counts of repeats are."""
    memory = Memory()
    keep(memory, "anna", TEXT, 0)
    found = memory.look("demo", "anna", "grief.1", TEXT, 1)
    assert (found.before, found.recent, found.own_repeats) == ((), (), 1)


def test_it_is_bounded_and_forgets() -> None:
    """Few messages of a visitor, few visitors, ten minutes; the sweep drops what nobody asks for."""
    memory = Memory()
    for at in range(20):
        keep(memory, "anna", f"{TEXT} {at}", at)
    assert len(memory.look("demo", "anna", "addiction.1", "x", 20).before) == retention.LATELY_MESSAGES
    for number in range(retention.LATELY_VISITORS + 10):
        keep(memory, f"v{number}", "hello", 30)
    assert len(memory._said) == retention.LATELY_VISITORS
    memory.minor("demo", "addiction.1", 0)
    memory.sweep(retention.MINOR_HERE * 1000)
    assert not memory._said
    assert not memory._minors


def test_a_long_message_costs_little() -> None:
    """Of however many different words few hashes are kept, and a near copy of a long message is one still."""
    memory = Memory()
    many = [f"w{number}" for number in range(600)]
    keep(memory, "anna", " ".join(many), 0)
    assert [len(said.words) for said in memory._said["demo", "anna"]] == [SKETCH]
    copied, other = " ".join(many[6:]), " ".join(f"v{number}" for number in range(600))
    assert memory.look("demo", "anna", "addiction.1", copied, 1).own_repeats == 1
    assert memory.look("demo", "anna", "addiction.1", other, 1).own_repeats == 0


def test_a_wave() -> None:
    """Many arrivals within a minute are a wave, and an hour later they are not."""
    memory = Memory()
    for at in range(WAVE):
        memory.arrived("demo", f"v{at}", at)
    assert memory.look("demo", "anna", "addiction.1", "x", 100).wave
    assert not memory.look("demo", "anna", "addiction.1", "x", 3_600_000).wave
