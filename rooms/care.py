"""What kind of help somebody's words call for. Care is apart from what becomes of the words."""

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
