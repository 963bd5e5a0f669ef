"""Pushing somebody towards death, self-harm, an eating disorder or a relapse."""

from collections.abc import Sequence

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def encouragement(view: View) -> Sequence[Finding]:
    """BLOCK encouragement of suicide, self-harm, eating disorders and relapse."""
    found = guess.doubted(view, "encouragement", view.ruled("encouragement"))
    return found or guess.withheld(view, "encouragement", "encouragement")
