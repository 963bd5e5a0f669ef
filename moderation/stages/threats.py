"""Threats to somebody who is spoken to."""

from collections.abc import Sequence

from moderation.verdict import Finding
from moderation.view import View


def threats(view: View) -> Sequence[Finding]:
    """What the rules for threats find. Risk to somebody absent is the crisis stage's: it needs a person."""
    return view.ruled("threat")
