"""Adverts, schemes and invitations."""

from collections.abc import Sequence

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def spam(view: View) -> Sequence[Finding]:
    """What the rules for spam find. Walls of one word are the flood stage's."""
    return view.ruled("spam") or guess.withheld(view, "spam", "spam")
