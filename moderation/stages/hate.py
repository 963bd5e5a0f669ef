"""Hate against people for what they are, slurs thrown at somebody included."""

from collections.abc import Sequence

from moderation.verdict import Finding
from moderation.view import View


def hate(view: View) -> Sequence[Finding]:
    """What the rules for hate find: a group called vermin, wished dead, sent away; a slur at somebody."""
    return view.ruled("hate")
