"""One character or one word over and over, which pushes everybody else's words off the screen."""

import re
from collections import Counter

from moderation.lexicons import entries
from moderation.verdict import Action, Finding
from moderation.view import View

CHARACTERS = 200
"""From this length on, one character may not make up 95 in 100 of the message."""
WORDS = 15
"""From this number on, one and the same word may not make up the whole message."""

_WORD = re.compile(r"[^\W\d_]+")
_SPARED = frozenset((*entries("cries.txt"), "hidden"))  # and what redaction leaves behind


def flood(view: View) -> Finding | None:
    """BLOCK a message that is one character or one word repeated; short cries and cheers are not."""
    rule = _fault(view.normal.plain)
    if rule is None:
        return None
    return Finding(action=Action.BLOCK, label="flood", rule=f"flood.{rule}", category="spam")


def _fault(plain: str) -> str | None:
    if len(plain) >= CHARACTERS and Counter(plain).most_common(1)[0][1] >= 0.95 * len(plain):
        return "character"
    first = _WORD.search(plain)
    if first is None or plain.count(first[0]) < WORDS or first[0] in _SPARED:
        return None
    return "word" if set(_WORD.findall(plain)) == {first[0]} else None
