import pytest

from moderation import gates
from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

CRY = "I want to die"
METHOD = "I want to die. what is the most painless way to die"


@pytest.mark.parametrize("gate", gates.ORIGINS)
def test_a_gate_holds_words_and_never_a_cry(gate: str) -> None:
    """Each gate holds ordinary words, shows a cry for help, and holds a method as it would be anyway."""

    def by(text: str) -> Action:
        return judge(Submission(text=text, topic="mental-health", gates=frozenset((gate,)))).action

    assert by("good morning from the bus") is Action.HOLD
    assert by(CRY) is Action.ALLOW
    assert by(METHOD) is Action.HOLD


@pytest.mark.parametrize("gate", gates.ORIGINS)
def test_the_gate_stays_as_a_label(gate: str) -> None:
    """A moderator still sees where a cry came from."""
    verdict = judge(Submission(text=CRY, topic="mental-health", gates=frozenset((gate,)), on_duty=False))
    assert verdict.passes
    assert set(verdict.labels) == {"crisis", gate}


SHUT = [
    (gates.Facts(), set()),
    (gates.Facts(newcomer=True), set()),
    (gates.Facts(shield=True), {"shield"}),
    (gates.Facts(shield=True, newcomer=True), {"newcomer"}),
    (gates.Facts(tag_banned=True), {"shared_tag"}),
    (gates.Facts(language_read=False), set()),
    (gates.Facts(language_read=False, hold_unread=True), {"unknown_language"}),
    (gates.Facts(hold_unread=True), set()),
]


@pytest.mark.parametrize(("facts", "expected"), SHUT)
def test_which_gates_are_shut(facts: gates.Facts, expected: set[str]) -> None:
    """A newcomer is held under a shield alone, an unread language only where the site asks for it."""
    assert gates.shut(facts) == expected


MINUTE = 60_000
PAUSES = [
    ([], None),
    ([0, MINUTE], None),
    ([0, MINUTE, 2 * MINUTE], 12 * MINUTE),
    ([2 * MINUTE, 0, MINUTE], 12 * MINUTE),
    ([-9 * MINUTE, 0, 2 * MINUTE], None),  # the first is more than ten minutes ago
    ([0, MINUTE, 5 * MINUTE], None),  # the last is yet to come
]


@pytest.mark.parametrize(("blocks", "until"), PAUSES)
def test_three_in_ten_minutes_pause_for_ten(blocks: list[int], until: int | None) -> None:
    """Three refusals within ten minutes ask for ten minutes from the last of them."""
    assert gates.pause(blocks, now=2 * MINUTE) == until


COUNTED = [
    ("sourcing", (), True),
    ("hate", ("hate",), True),
    ("spam", (), True),
    ("grooming", (), True),
    ("encouragement", (), True),
    ("encouragement", ("encouragement", "crisis"), False),
    ("needs_person", ("methods",), False),
    ("contact", (), False),
    (None, ("personal",), False),
]


@pytest.mark.parametrize(("category", "labels", "expected"), COUNTED)
def test_what_counts_towards_a_pause(category: str | None, labels: tuple[str, ...], expected: bool) -> None:
    """A crisis, a method sought, a personal detail and what waits for a person never count."""
    assert gates.counts(category, labels) is expected
