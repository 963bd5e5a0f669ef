"""A text as rules read it: a row of words, and for each word that some rule knows, where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
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


Forms = tuple[str, ...]
_UNKNOWN: tuple[int, Forms] = (0, ())


class Vocabulary:
    """The words that some rule knows: whole, by their beginning (`suicid*`), or by a part (`*porn*`).

    Each has a number, its mask, and what is asked of a text first is all of its words' masks in one.
    """

    def __init__(self, known: Iterable[str], masks: Mapping[str, int]) -> None:
        known = set(known)
        self.whole = frozenset(word for word in known if not word.endswith("*"))
        self.stems: dict[str, tuple[str, ...]] = {}
        for word in sorted(word for word in known if word.endswith("*") and not word.startswith("*")):
            self.stems[word[:STEM]] = (*self.stems.get(word[:STEM], ()), word)
        self.parts = sorted(word for word in known if word.startswith("*"))
        self.finder = AhoCorasick([part.strip("*") for part in self.parts]) if self.parts else None
        self._masks = masks
        # Of the words that most messages are made of. Not a cache: what people write is not kept.
        self._forms = {word: self._read(word) for word in {*self.whole, *entries("common.txt")}}

    def read(self, spoken: Spoken) -> tuple[int, list[Forms]]:
        """The masks of all words in one, and what rules know each word as."""
        known, mask = self._forms, 0
        others: dict[str, tuple[int, Forms]] = {}
        found: list[Forms] = []
        for word in spoken.words:
            read = known.get(word) or others.get(word)
            if read is None:
                read = others[word] = self._read(word)
            said, forms = read
            mask |= said
            found.append(forms)
        if self.finder:
            for number, first, _ in self.finder.find_matches_as_indexes(spoken.text, overlapping=True):
                part, at = self.parts[number], spoken.word(first)
                mask |= self._masks.get(part, 0)
                found[at] = (*found[at], part)
        return mask, found

    def _read(self, word: str) -> tuple[int, Forms]:
        """The mask of a word, and what rules know it as: whole, by its beginnings, as a number."""
        stems = self.stems.get(word[:STEM], ())
        forms = [stem for stem in stems if word.startswith(stem[:-1])] if stems else []
        if word in self.whole:
            forms.insert(0, word)
        if word[0].isdigit():
            forms.append(NUMBER)
        if not forms:
            return _UNKNOWN
        mask = self._masks.get(forms[0], 0)  # as it is: 0 | mask would be a copy of a thousand bytes
        for form in forms[1:]:
            mask |= self._masks.get(form, 0)
        return mask, tuple(forms)


class _At(dict[frozenset[str], int]):
    """Where any word of a set stands, by the set; worked out when it is first asked for."""

    def __init__(self, places: dict[str, int]) -> None:
        self._places = places

    def __missing__(self, choices: frozenset[str]) -> int:
        places, found = self._places, 0
        if len(choices) < len(places):  # as most sets, of four words; the longest have hundreds
            for word in choices:
                if word in places:
                    found |= places[word]
        else:
            for word in choices.intersection(places):
                found |= places[word]
        self[choices] = found
        return found


class Reading:
    """One text read with one vocabulary. Bit n stands for word n, and for the place before it."""

    __slots__ = ("_breaks", "all", "at", "places", "possible", "size", "spoken")

    def __init__(self, spoken: Spoken, forms: Sequence[Forms]) -> None:
        """`forms`: what rules know each word as."""
        self.spoken = spoken
        self.size = len(forms)  # words
        self.all = (1 << self.size) - 1
        self.places: dict[str, int] = {}
        """Where each word stands that rules know."""
        self.at = _At(self.places)
        """Where any word of a set stands."""
        self.possible: dict[int, tuple[Any, ...]] = {}
        """Which rows of a choice can match at all, by the choice's id; kept for it by `pattern.Either`."""
        self._breaks: int | None = None
        places, bit = self.places, 1
        for word in forms:
            for form in word:
                places[form] = places.get(form, 0) | bit
            bit <<= 1

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
