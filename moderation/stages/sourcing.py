"""Buying and selling of drugs, and of patients."""

from collections.abc import Sequence

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def sourcing(view: View) -> Sequence[Finding]:
    """What the rules for sourcing find: asking for drugs, offering them, body brokering."""
    return view.ruled("sourcing") or guess.withheld(view, "sourcing", "sourcing")
