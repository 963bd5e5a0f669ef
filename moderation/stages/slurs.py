"""Slurs are veiled in every room."""

from moderation.verdict import Finding
from moderation.view import View
from moderation.vocabulary import veiled


def slurs(view: View) -> Finding | None:
    """MASK words that degrade people for what they are."""
    return veiled(view, "slur")
