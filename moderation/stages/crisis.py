"""Risk now, to the author or to somebody absent: shown as written, and help comes."""

from collections.abc import Sequence

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def crisis(view: View) -> Sequence[Finding]:
    """Label `crisis` where somebody may be at risk now. Never withholds a word."""
    if view.again:
        return ()  # hides nothing, and was heard before anything was hidden
    return view.ruled("crisis") or guess.risk(view)
