"""The same words again and again, by one person or by many who have just come."""

import re

from moderation.verdict import Finding
from moderation.view import View

OWN = 3
"""So often one may have said nearly the same in ten minutes; the next time it is a flood."""
OTHERS = 3
"""So many others may have just said nearly the same, where a newcomer repeats it."""
IN_A_WAVE = 1
"""The same while many come at once."""
LETTERS = 20
"""Shorter words are what people say to each other: thanks, welcome, same here."""

_LETTER = re.compile(r"[^\W\d_]")


def repeats(view: View) -> Finding | None:
    """BLOCK nearly the same words once more. Facts: how often the author and others just said them.

    Cries for help are never counted out: `gates.released` sees to that.
    """
    rule = _fault(view)
    if rule is None:
        return None
    action = view.policy.action("spam", view.submission.topic)
    return Finding(action=action, label="repeats", rule=f"repeats.{rule}", category="spam")


def _fault(view: View) -> str | None:
    facts = view.submission
    if not (facts.own_repeats or facts.echoes) or len(_LETTER.findall(view.normal.plain)) < LETTERS:
        return None
    if facts.own_repeats >= OWN:
        return "own"
    if facts.newcomer and facts.echoes >= (IN_A_WAVE if facts.wave else OTHERS):
        return "echo"
    return None
