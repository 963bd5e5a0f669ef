"""One character or one word over and over, which pushes everybody else's words off the screen."""

import re

from moderation.lexicons import entries
from moderation.verdict import Action, Finding
from moderation.view import View

CHARACTERS = 50
"""From this length on, one character may not make up 95 in 100 of the message."""
WORDS = 15
"""From this number on, one and the same word may not make up the whole message."""
LONG_WORDS = 9
LETTERS = 80
"""Nor from nine times on, where it is a long one: 80 letters in all ("asdfghjkl asdfghjkl …")."""
BEAT = 150
LONGEST_BEAT = 12
"""150 letters and more may not be one beat of up to twelve over and over. Laughter is shorter, a mantra's
beat longer ("one day at a time")."""

KEYS = 40
"""Letters from which one word may not be a beat of four to twelve over and over: a hand on the keys."""

_WORD = re.compile(r"[^\W\d_]+")
_SPARED = frozenset((*entries("cries.txt"), "hidden"))  # and what redaction leaves behind


def flood(view: View) -> Finding | None:
    """BLOCK a message that is one character or one word repeated; short cries and cheers are not."""
    rule = _fault(view.normal.plain)
    if rule is None:
        return None
    return Finding(action=Action.BLOCK, label="flood", rule=f"flood.{rule}", category="spam")


def _fault(plain: str) -> str | None:
    if len(plain) >= CHARACTERS and _one_character(plain):
        return "character"
    first = _WORD.search(plain)
    if first is None or first[0] in _SPARED:
        return None
    if plain.count(first[0]) >= LONG_WORDS and _one_word(plain, first[0]):
        return "word"
    if len(first[0]) >= KEYS and first[0] == plain.strip() and _keys(first[0]):
        return "beat"
    return "beat" if len(plain) >= BEAT and _one_beat(plain) else None


def _one_character(plain: str) -> bool:
    kinds = set(plain)
    # Where more kinds than that stand beside it, no character can make up so much.
    return len(kinds) - 1 <= 0.05 * len(plain) and max(map(plain.count, kinds)) >= 0.95 * len(plain)


def _one_word(plain: str, word: str) -> bool:
    said = _WORD.findall(plain)
    return set(said) == {word} and (len(said) >= WORDS or len(said) * len(word) >= LETTERS)


def _one_beat(plain: str) -> bool:
    letters = "".join(_WORD.findall(plain))
    return len(letters) >= BEAT and any(
        letters[beat:] == letters[:-beat] for beat in range(1, LONGEST_BEAT + 1)
    )


def _keys(word: str) -> bool:
    beats = (beat for beat in range(1, LONGEST_BEAT + 1) if word[beat:] == word[:-beat])
    beat = next(beats, 0)
    return beat >= 4 and word[:beat] not in _SPARED
