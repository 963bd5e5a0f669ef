"""A text as rules read it: a row of words, and for each word that some rule knows, where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ahocorasick_rs import AhoCorasick

from moderation.lexicons import entries
from moderation.spoken import Spoken, spoken

NUMBER = "#"
"""Stands among the known words for every word that begins with a digit."""

# Not after "...", with which people go on rather than stop.
_BREAK = re.compile(r"(?<!\.)[.!?;]+['\")\]]*(?=[\s_])")
_LINE_BREAK = re.compile(rf"{_BREAK.pattern}|\n")
_QUOTED = re.compile(r"\"[^\"]+\"|“[^”]+”|«[^»]+»|„[^“”]+[“”]|(?<!\w)'[^']+'(?!\w)|(?<!\w)‘[^’]+’(?!\w)")
FEW = 3
"""Ends of sentences up to which counting the words before each is quicker than placing all words."""
STEM = 3
"""Letters by which a word is looked up among the beginnings that rules know."""


class Vocabulary:
    """The words that some rule knows: whole, by their beginning (`suicid*`), or by a part (`*porn*`)."""

    def __init__(self, known: Iterable[str]) -> None:
        known = set(known)
        self.whole = frozenset(word for word in known if not word.endswith("*"))
        self.stems: dict[str, tuple[str, ...]] = {}
        for word in sorted(word for word in known if word.endswith("*") and not word.startswith("*")):
            self.stems[word[:STEM]] = (*self.stems.get(word[:STEM], ()), word)
        self.parts = sorted(word for word in known if word.startswith("*"))
        self.finder = AhoCorasick([part.strip("*") for part in self.parts]) if self.parts else None
        # Of the words that most messages are made of. Not a cache: what people write is not kept.
        self._forms = {word: self._read(word) for word in {*self.whole, *entries("common.txt")}}

    def read(self, spoken: Spoken) -> "Reading":
        """Where each known word stands."""
        places: dict[str, int] = {}
        words = spoken.text.split(" ") if spoken.text else []
        known, bit = self._forms, 1
        for word in words:
            forms = known.get(word)
            for form in self._read(word) if forms is None else forms:
                places[form] = places.get(form, 0) | bit
            bit <<= 1
        if self.finder:
            for number, first, _ in self.finder.find_matches_as_indexes(spoken.text, overlapping=True):
                part = self.parts[number]
                places[part] = places.get(part, 0) | 1 << spoken.word(first)
        return Reading(spoken, len(words), places)

    def _read(self, word: str) -> tuple[str, ...]:
        """What rules know a word as: whole, by its beginnings, as a number."""
        stems = self.stems.get(word[:STEM], ())
        forms = [stem for stem in stems if word.startswith(stem[:-1])] if stems else []
        if word in self.whole:
            forms.insert(0, word)
        if word[0].isdigit():
            forms.append(NUMBER)
        return tuple(forms)


class _At(dict[frozenset[str], int]):
    """Where any word of a set stands, by the set; worked out when it is first asked for."""

    def __init__(self, places: dict[str, int]) -> None:
        self._places = places

    def __missing__(self, choices: frozenset[str]) -> int:
        found = 0
        # A message has some fifteen words and a set up to hundreds: the words are looked up in the set.
        for word in choices.intersection(self._places):
            found |= self._places[word]
        self[choices] = found
        return found


@dataclass(slots=True)
class Reading:
    """One text read with one vocabulary. Bit n stands for word n, and for the place before it."""

    spoken: Spoken
    size: int  # words
    places: dict[str, int]
    all: int = field(init=False)
    at: "_At" = field(init=False)
    """Where any word of a set stands."""
    possible: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    """Which rows of a choice can match at all, by the choice's id; kept for it by `pattern.Either`."""
    _breaks: int | None = None

    def __post_init__(self) -> None:
        self.all = (1 << self.size) - 1
        self.at = _At(self.places)

    @property
    def breaks(self) -> int:
        """The places at which a sentence ends; a line end counts, unless lines are broken on the way."""
        if self._breaks is None:
            self._breaks = sum(1 << at for at in set(self._stops()) if 0 < at < self.size)
        return self._breaks

    def _stops(self) -> Iterable[int]:
        """The number of the word after each end of a sentence."""
        text = self.spoken.normal.plain
        stops = list((_LINE_BREAK if self.spoken.by_line else _BREAK).finditer(text))
        if self.spoken.lifted is None and len(stops) <= FEW:
            return [len(spoken(text[: stop.end()]).split()) for stop in stops]
        starts = [start for start, _ in self.spoken.places] if stops else []
        return [bisect_right(starts, stop.start()) for stop in stops]

    def quoted(self, start: int, end: int) -> bool:
        """Whether the words from `start` to `end` stand in quotation marks and others stand outside."""
        if end - start >= self.size:
            return False
        first, last = self.spoken.places[start][0], self.spoken.places[end - 1][1]
        return any(
            match.start() < first and last < match.end()
            for match in _QUOTED.finditer(self.spoken.normal.plain)
        )
