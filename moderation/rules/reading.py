"""A text as rules read it: a row of words, and for each word that some rule knows, where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ahocorasick_rs import AhoCorasick

from moderation.lexicons import entries
from moderation.spoken import Spoken, spoken
from moderation.verdict import Span

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


Known = int | tuple[int, tuple[str, ...]]
"""What rules know a word as: its mask, and where it is more than itself (`suicid*`, a number) as what."""


class Vocabulary:
    """The words that some rule knows: whole, by their beginning (`suicid*`), or by a part (`*porn*`).

    Each has a number, its mask, and what is asked of a text first is all of its words' masks in one.
    """

    def __init__(self, known: Iterable[str], masks: Mapping[str, int]) -> None:
        known = set(known)
        whole = [word for word in known if not word.endswith("*")]
        self._stems: dict[str, tuple[str, ...]] = {}
        for word in sorted(word for word in known if word.endswith("*") and not word.startswith("*")):
            self._stems[word[:STEM]] = (*self._stems.get(word[:STEM], ()), word)
        self._parts = sorted(word for word in known if word.startswith("*"))
        self._finder = AhoCorasick([part.strip("*") for part in self._parts]) if self._parts else None
        # Of the words that most messages are made of. Not a cache: what people write is not kept.
        self._known = {word: self._read(word, masks) for word in (*whole, *entries("common.txt"))}
        self._whole = len(whole)
        self._masks = {form: mask for form, mask in masks.items() if form.endswith("*") or form == NUMBER}

    def plain_words(self) -> set[str]:
        """Every word and beginning that rules know."""
        stems = (stem.strip("*") for stems in self._stems.values() for stem in stems)
        return {*islice(self._known, self._whole), *stems}

    def read(self, spoken: Spoken) -> "Reading":
        """Where the words of a text stand, and the masks of all of them in one."""
        known = self._known
        others: dict[str, Known] = {}
        places: dict[str, int] = {}
        said, bit = 0, 1
        for word in spoken.words:
            mask = known.get(word)
            if mask is None:
                mask = others.get(word)
                if mask is None:
                    mask = others[word] = self._read(word, self._masks)
            if type(mask) is tuple:
                mask, forms = mask
                for form in forms:
                    places[form] = places.get(form, 0) | bit
            said |= mask  # type: ignore[operator]  # a number; `isinstance` takes twice as long
            places[word] = places.get(word, 0) | bit
            bit <<= 1
        if self._finder:
            for number, first, _ in self._finder.find_matches_as_indexes(spoken.text, overlapping=True):
                part = self._parts[number]
                said |= self._masks.get(part, 0)
                places[part] = places.get(part, 0) | 1 << spoken.word(first)
        return Reading(spoken, places, said)

    def _read(self, word: str, masks: Mapping[str, int]) -> Known:
        """The mask of a word, with those of its beginnings and of numbers."""
        stems = self._stems.get(word[:STEM], ())
        forms = [stem for stem in stems if word.startswith(stem[:-1])] if stems else []
        if word[0].isdigit():
            forms.append(NUMBER)
        mask = masks.get(word, 0)
        if not forms:
            return mask
        for form in forms:
            mask |= masks.get(form, 0)
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

    __slots__ = ("_breaks", "_quotes", "all", "at", "places", "possible", "said", "size", "spoken")

    def __init__(self, spoken: Spoken, places: dict[str, int], said: int) -> None:
        """`places`: where each word stands, by all that rules know it as. `said`: all their masks."""
        self.spoken = spoken
        self.said = said
        self.size = len(spoken.words)
        self.all = (1 << self.size) - 1
        self.places = places
        self.at = _At(places)
        """Where any word of a set stands."""
        self.possible: dict[int, tuple[Any, ...]] = {}
        """Which rows of a choice can match at all, by the choice's id; kept for it by `pattern.Either`."""
        self._breaks: int | None = None
        self._quotes: list[Span] | None = None

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
        if self._quotes is None:
            self._quotes = [match.span() for match in _QUOTED.finditer(self.spoken.normal.plain)]
        return any(opens < first and last < closes for opens, closes in self._quotes)
