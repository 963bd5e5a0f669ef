"""What is no message at all. The door refuses most of it already; this is the wall behind the door."""

import re

from moderation.verdict import Action, Finding
from moderation.view import View

LONGEST = 2_000
"""Code points; PROTOCOL section 2, `limits.text`."""
UNSEEN = 30
UNSEEN_SHARE = 3
"""More than 30 marks and invisible characters, and more than three to each visible one. Fully pointed
Hebrew and Arabic stay under two, family emoji and flags under three."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"[\s\u115f\u1160\u2800\u3164\uffa0]*")


def shape(view: View) -> Finding | None:
    """BLOCK what is too long, empty, unprintable, or buried under marks."""
    rule = _fault(view)
    if rule is None:
        return None
    return Finding(action=Action.BLOCK, label="shape", rule=f"shape.{rule}", category="spam")


def _fault(view: View) -> str | None:
    if len(view.text) > LONGEST:
        return "length"
    if not view.text.isprintable() and _CONTROL.search(view.text):
        return "control"
    normal = view.normal
    if _BLANKS.fullmatch(normal.plain):
        return "empty"
    if normal.dropped > UNSEEN and normal.dropped > UNSEEN_SHARE * len(normal.plain):
        return "marks"
    return None
