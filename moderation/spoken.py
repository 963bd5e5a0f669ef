"""The words of a message and nothing else: what phrases and rules are matched on."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.lazily import lazily
from moderation.normalise import Normalised, normalise
from moderation.verdict import Span

_WORD_BYTES = bytes(code if chr(code).isalnum() else 32 for code in range(128)).ljust(256, b" ")
_WORD = re.compile(r"[^\W_]+(?:'+[^\W_]+)*")
_STOP = re.compile(r"[.!?;\u2026\u3002]")
LINE = 3
"""Words of a line, in the mean, from which on the end of a line ends a sentence too: shorter ones are broken
as verses are, or to hide what they say."""


@dataclass  # not frozen: each message makes one, in half the time
class Spoken:
    """One reading of a message: its words, parted by single spaces.

    A word is letters and digits of any script as `Normalised.plain` has them: lower case, no marks,
    look-alikes as Latin letters, apostrophes left out ("don't" is `dont`, "¿Qué?" is `que`). Phrases
    to match must be put through the same form, see `phrase`. `text` never begins or ends with a
    space and is empty where the message has no word.

    """

    normal: Normalised
    text: str
    lifted: Sequence[Span] | None = None  # where each word stands, where that is known already

    @lazily
    def words(self) -> tuple[str, ...]:
        return tuple(self.text.split())

    @lazily
    def places(self) -> Sequence[Span]:
        """Where each word stands in `normal.plain`."""
        return (
            [match.span() for match in _WORD.finditer(self.normal.plain)]
            if self.lifted is None
            else self.lifted
        )

    @lazily
    def starts(self) -> Sequence[int]:
        """Where each word begins in `text`."""
        starts = [0]
        starts.extend(at + 1 for at, char in enumerate(self.text) if char == " ")
        return starts

    def word(self, at: int) -> int:
        """The number of the word at position `at` of `text`."""
        return bisect_right(self.starts, at) - 1

    @lazily
    def by_line(self) -> bool:
        """Whether the end of a line ends a sentence here."""
        lines = self.normal.plain.count("\n")
        return lines > 0 and self.text.count(" ") + 1 >= LINE * (lines + 1)

    def original(self, start: int, end: int) -> Span:
        """The span of the text as sent behind the words that `text[start:end]` touches, whole words only."""
        first, last = self.places[self.word(start)], self.places[self.word(end - 1)]
        return self.normal.original(first[0], last[1])

    def apart(self, first: int, second: int) -> bool:
        """Whether a sentence ends between two positions of `text` (full stop, ! ? ; … or a line's end)."""
        if second < first:
            first, second = second, first
        before, after = self.places[self.word(first)], self.places[self.word(second)]
        between = self.normal.plain[before[1] : max(before[1], after[0])]
        return _STOP.search(between) is not None or (self.by_line and "\n" in between)


def phrase(text: str) -> str:
    """A phrase of a list or a rule in the form in which `Spoken.text` would hold it."""
    return spoken(normalise(text).plain)


def read(normal: Normalised) -> Spoken:
    """The words as they were typed."""
    return Spoken(normal, spoken(normal.plain))


def spoken(plain: str) -> str:
    """The words of a normalised text (`Normalised.plain`), as they stand in `Spoken.text`."""
    if plain.isascii():
        return " ".join(plain.encode("ascii").translate(_WORD_BYTES, b"'").decode("ascii").split())
    return " ".join(match[0].replace("'", "") for match in _WORD.finditer(plain))
