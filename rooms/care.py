"""What kind of help somebody's words call for. Care is apart from what becomes of the words."""

from dataclasses import dataclass
from typing import Literal

from moderation.verdict import Verdict

Kind = Literal["medical", "youth", "suicide"]

_ORDER: tuple[tuple[str, Kind], ...] = (
    ("medical", "medical"),  # the emergency number first: minutes count
    ("safeguarding", "youth"),
    ("crisis", "suicide"),
)


def needed(verdict: Verdict) -> Kind | None:
    """The kind of the card for the author (PROTOCOL: `support`), or None."""
    return next((kind for label, kind in _ORDER if label in verdict.labels), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a cry for help that nobody looks after is brought to whom, in ms since it was heard."""

    everyone: int = 60_000
    """To everyone on duty."""
    on_call: int = 120_000
    """To those who are called at home; at once where nobody is on duty."""
    answer: int = 300_000
    """How long one of them may take before the next is called."""
    sending: int = 20_000
    """After so long a call has lost its process, and another one makes it."""
