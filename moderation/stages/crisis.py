"""Risk now, to the author or to somebody absent: shown as written, and help comes."""

from collections.abc import Sequence

from moderation.verdict import Finding
from moderation.view import View


def crisis(view: View) -> Sequence[Finding]:
    """Label `crisis` where somebody may be at risk now. Never withholds a word."""
    return view.ruled("crisis")
