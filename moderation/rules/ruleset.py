"""A set of rules: read from text, checked, and asked about a message.

A rule set is a value. It is read once, never changes, and carries a version that is a hash of what it
was read from; to change the rules is to put another set in its place.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from moderation.disguise import Disguises
from moderation.policy import FACT
from moderation.rules.guard import Guard
from moderation.rules.pattern import Node, Part
from moderation.rules.reading import Reading, Vocabulary
from moderation.spoken import Spoken
from moderation.verdict import Span

LEVELS = 3
"""Sets of words that a pattern needs, the rarest, by which it is told whether it can match. On our cases 3.6
patterns a line are then asked; by two sets 5.7, by all 3.5."""
MOST_HITS = 32
"""Of one pattern in one message. Behind so many, one that is excused proves nothing about the next."""


Readings = tuple[Reading, ...]
"""One text, read once for each set of which a rule set is made."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a rule that says what to find."""

    node: Node
    line: str  # "sourcing.txt:12", for whoever reads a report

    def ends(self, text: Reading) -> int:
        """Where matches end, a bit each; of most patterns that are asked none does."""
        return self.node.ends(text.all << 1 | 1, text)

    def find(self, ends: int, text: Reading) -> Iterator[tuple[int, int]]:
        """The matches of these ends as (first word, word after the last), the last of the message first."""
        while ends:
            end = ends.bit_length() - 1
            ends ^= 1 << end
            start = self.node.begins(1 << end, text).bit_length() - 1
            if start < end:
                yield start, end


@dataclass(frozen=True, slots=True)
class Rule:
    """What to find, what excuses it, and what it is called when it is found.

    `action` is None where the policy's table decides, as it should nearly always.
    """

    id: str
    category: str
    action: str | None
    rooms: frozenset[str]  # empty: all
    note: str
    patterns: tuple[Pattern, ...]
    guards: tuple[Guard, ...]
    line: int = 0  # where it begins in its file

    @property
    def excuses(self) -> bool:
        """Whether it finds nothing by itself: it excuses something, or makes a guess likelier. Not the
        `signal.*`, which are asked of every message."""
        return self.category == FACT and not self.id.startswith("signal.")


class Hit(NamedTuple):
    """A rule that holds for a message, and where, in code points of the text as sent."""

    rule: Rule
    line: str
    span: Span


class RuleSet:
    """Rules that can be asked together. Made by `moderation.rules.read`; never changes."""

    def __init__(self, rules: Sequence[Rule], version: str) -> None:
        self.rules = tuple(rules)
        self.version = version
        self._patterns = [(rule, found) for rule in rules for found in rule.patterns]
        whole = (1 << len(self._patterns)) - 1
        excusing = _mask([at for at, (rule, _) in enumerate(self._patterns) if rule.excuses])
        self._kinds = {None: whole, True: excusing, False: whole ^ excusing}
        self._guards = max((guard.bit.bit_length() for rule in rules for guard in rule.guards), default=0)
        self._always, masks = self._masks()
        self._vocabulary = Vocabulary(self._words(), masks)

    def _masks(self) -> tuple[int, dict[str, int]]:
        """What tells by word which patterns can match: the bits of guards, then LEVELS times a bit a pattern.

        The first of a pattern's bits is in the masks of the rarest set of words that it needs, the second in
        those of the next rarest. A pattern of fewer sets has the others always.
        """
        always: list[int] = []
        by_set: dict[frozenset[str], list[int]] = defaultdict(list)
        for guard in (guard for rule in self.rules for guard in rule.guards):
            if guard.node and (anchor := guard.node.anchor()):
                by_set[anchor[1]].append(guard.bit.bit_length() - 1)
        for number, (_, found) in enumerate(self._patterns, self._guards):
            needed = sorted({words: said for said, words in found.node.needed()}.items(), key=itemgetter(1))
            for level in range(LEVELS):
                bits = by_set[needed[level][0]] if level < len(needed) else always
                bits.append(level * len(self._patterns) + number)
        by_word: dict[str, list[int]] = defaultdict(list)
        for words, bits in by_set.items():
            for word in words:
                by_word[word] += bits
        same: dict[int, int] = {}  # words of one list share their mask
        masks = ((word, _mask(bits)) for word, bits in by_word.items())
        return _mask(always), {word: same.setdefault(mask, mask) for word, mask in masks}

    @cached_property
    def disguises(self) -> Disguises:
        """What the words of these rules may hide behind."""
        return Disguises(self.plain_words())

    def plain_words(self) -> set[str]:
        """Every word and beginning that these rules know."""
        return self._vocabulary.plain_words()

    def _words(self) -> set[str]:
        """All words of all patterns, whose parts forget what was needed to make masks alone."""
        found: set[str] = set()
        parts: list[Part] = []
        for rule in self.rules:
            parts += (one.node for one in rule.patterns)
            parts += (guard.node for guard in rule.guards if guard.node)
        seen: set[int] = set()  # lists and words are part of many
        while parts:
            part = parts.pop()
            if id(part) in seen:
                continue
            seen.add(id(part))
            if isinstance(part, str):
                found.add(part)
            elif isinstance(part, frozenset):
                found |= part
            else:
                parts += part.inner()
                part.forget()
        return found

    def read(self, spoken: Spoken) -> Readings:
        """A text as these rules read it, to be asked about as often as one likes."""
        return (self._vocabulary.read(spoken),)

    def hits(
        self,
        readings: Readings,
        topic: str,
        excusing: bool | None = None,
        matters: Callable[[Rule], bool] | None = None,
    ) -> list[Hit]:
        """Every rule that holds for what was read in a room of `topic`, once for each place where it does.

        `excusing`: of those that excuse something, or else of the others; None: of both. Where `matters` is
        given, of those for which it says so.
        """
        reading = readings[0]
        found: list[Hit] = []
        for rule, pattern in self._in(self._asked(reading.said, excusing), topic):
            if (not matters or matters(rule)) and (ends := pattern.ends(reading)):
                found += _holds(rule, pattern, ends, reading)
        return found

    def costs(self, readings: Readings, topic: str, clock: Callable[[], int]) -> dict[str, int]:
        """What asking each rule costs, in the unit of `clock`: to find the one that a message is slow for."""
        reading = readings[0]
        found: dict[str, int] = {}
        for rule, pattern in self._in(self._asked(reading.said), topic):
            began = clock()
            for _ in _holds(rule, pattern, pattern.ends(reading), reading):
                pass
            found[rule.id] = found.get(rule.id, 0) + clock() - began
        return found

    def _asked(self, said: int, excusing: bool | None = None) -> int:
        """The patterns, a bit each, of which each of the rarest words that they need is among those said."""
        said |= self._always
        asked = self._kinds[excusing]
        for level in range(LEVELS):
            asked &= said >> self._guards + level * len(self._patterns)
        return asked

    def _in(self, asked: int, topic: str) -> Iterator[tuple[Rule, Pattern]]:
        """The patterns behind the bits, in order, and their rules, of those for rooms of `topic`."""
        numbers = []
        while asked:
            number = asked.bit_length() - 1
            asked ^= 1 << number
            numbers.append(number)
        for number in reversed(numbers):
            rule, pattern = self._patterns[number]
            if not rule.rooms or topic in rule.rooms:
                yield rule, pattern


def _mask(bits: Sequence[int]) -> int:
    """A number with these bits."""
    found = bytearray(max(bits, default=0) // 8 + 1)
    for bit in bits:
        found[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(found, "little")


def version(sources: Mapping[str, str]) -> str:
    """The name of a rule set: the same on every process that read the same files."""
    text = "\0".join(f"{name}\0{sources[name]}" for name in sorted(sources))
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _holds(rule: Rule, one: Pattern, ends: int, reading: Reading) -> Iterator[Hit]:
    for count, (start, end) in enumerate(one.find(ends, reading)):
        if count >= MOST_HITS or all(guard.lets(start, end, reading) for guard in rule.guards):
            yield Hit(rule, one.line, _span(reading.spoken, start, end))
        if count >= MOST_HITS:
            return


def _span(spoken: Spoken, start: int, end: int) -> Span:
    return spoken.normal.original(spoken.places[start][0], spoken.places[end - 1][1])
