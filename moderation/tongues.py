"""Listed words that are not written in Latin letters, or mean something else without their accents.

Whole words, but for lists of languages that write no spaces. One pass of Aho-Corasick, and only over
texts that are not ASCII.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

from moderation.lexicons import Entry
from moderation.normalise import Normalised, normalise
from moderation.words import Hit

EXACT = "="
"""Before a word: only where its accents were typed."""


class Tongues:
    """Entries of other scripts, found in a normalised text. `inside`: also within longer runs of letters."""

    def __init__(self, words: Iterable[Entry], inside: Iterable[Entry]) -> None:
        whole = tuple(words)
        self._entries = [*((entry, False) for entry in whole), *((entry, True) for entry in inside)]
        self._automaton = AhoCorasick(
            [normalise(entry.word.removeprefix(EXACT)).plain for entry, _ in self._entries]
        )

    def find(self, normal: Normalised) -> Iterator[Hit]:
        """Every entry in the text, as positions in `normal.plain`."""
        plain = normal.plain
        for number, start, end in self._automaton.find_matches_as_indexes(plain, overlapping=True):
            entry, inside = self._entries[number]
            if not inside and not _stands_alone(plain, start, end):
                continue
            if entry.word.startswith(EXACT) and not _is_written(normal, start, end, entry.word[1:]):
                continue
            yield Hit(entry.category, (start, end))


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _is_written(normal: Normalised, start: int, end: int, word: str) -> bool:
    first, last = normal.original(start, end)
    return unicodedata.normalize("NFC", normal.text[first:last].casefold()) == word
