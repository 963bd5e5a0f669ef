"""Swearing is veiled where the room asks for it."""

from moderation.verdict import Finding
from moderation.view import View
from moderation.vocabulary import veiled


def swearing(view: View) -> Finding | None:
    """MASK the swear words of the message; nothing in rooms whose policy allows swearing."""
    return veiled(view, "swearing")
