"""A set of rules: read from text, checked, and asked about a message.

A rule set is a value. It is read once, never changes, and carries a version that is a hash of what it
was read from; to change the rules is to put another set in its place.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from moderation.disguise import Disguises
from moderation.rules.guard import Guard
from moderation.rules.pattern import Node
from moderation.rules.rarity import rarity
from moderation.rules.reading import Reading, Vocabulary
from moderation.spoken import Spoken
from moderation.verdict import Span

MOST_HITS = 32
"""Of one pattern in one message. Behind so many, one that is excused proves nothing about the next."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a rule that says what to find."""

    node: Node
    line: str  # "sourcing.txt:12", for whoever reads a report

    def find(self, text: Reading) -> Iterable[tuple[int, int]]:
        """Matches as (first word, word after the last), the last of the message first."""
        ends = self.node.ends(text.all + 1 | text.all, text)
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


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds for a message, and where, in code points of the text as sent."""

    rule: Rule
    line: str
    span: Span


class RuleSet:
    """Rules that can be asked together. Made by `moderation.rules.read`; never changes."""

    def __init__(self, rules: Sequence[Rule], version: str) -> None:
        self.rules = tuple(rules)
        self.version = version
        self._vocabulary = Vocabulary(_words(rules))
        asked: dict[str, list[_Asked]] = {}
        sets: dict[frozenset[str], int] = {}
        self._patterns = [(rule, found) for rule in rules for found in rule.patterns]
        for number, (_, found) in enumerate(self._patterns):
            anchor = found.node.anchor(rarity)
            assert anchor, "read() refuses a pattern without a word"
            needed = set(found.node.needed(rarity))
            needs = sum(1 << sets.setdefault(words, len(sets)) for words in needed)
            for word in anchor[1]:
                asked.setdefault(word, []).append((needs, number))
        said: dict[str, int] = {}
        for words, bit in sets.items():
            for word in words:
                said[word] = said.get(word, 0) | 1 << bit
        self._all = (1 << len(sets)) - 1
        self._known = {word: (said[word], tuple(asked.get(word, ()))) for word in said}

    @cached_property
    def disguises(self) -> Disguises:
        """What the words of these rules may hide behind."""
        return Disguises(self.plain_words())

    def plain_words(self) -> set[str]:
        """Every word and beginning that these rules know."""
        known = self._vocabulary
        return {*known.whole, *(stem.strip("*") for stems in known.stems.values() for stem in stems)}

    def hits(self, spoken: Spoken, topic: str, matters: Callable[[Rule], bool] | None = None) -> list[Hit]:
        """Every rule that holds for a reading in a room of `topic`, once for each place where it does.

        Where `matters` is given, of the rules for which it says so.
        """
        reading = self._vocabulary.read(spoken)
        found: list[Hit] = []
        for rule, pattern in self._asked(reading, topic):
            if not matters or matters(rule):
                found.extend(_holds(rule, pattern, reading))
        return found

    def costs(self, spoken: Spoken, topic: str, clock: Callable[[], int]) -> dict[str, int]:
        """What asking each rule costs, in the unit of `clock`: to find the one that a message is slow for."""
        reading = self._vocabulary.read(spoken)
        found: dict[str, int] = {}
        for rule, pattern in self._asked(reading, topic):
            began = clock()
            for _ in _holds(rule, pattern, reading):
                pass
            found[rule.id] = found.get(rule.id, 0) + clock() - began
        return found

    def _asked(self, reading: Reading, topic: str) -> Iterable[tuple[Rule, Pattern]]:
        known = [self._known[word] for word in reading.places if word in self._known]
        said = 0
        for sets, _ in known:
            said |= sets
        unsaid = self._all ^ said  # not ~said: masks below zero take twice as long
        # Most patterns end here: the word by which they are looked up stands in many messages, and
        # what else they ask for does not.
        asked = {number for _, asked in known for needs, number in asked if not needs & unsaid}
        for number in sorted(asked):
            rule, pattern = self._patterns[number]
            if not rule.rooms or topic in rule.rooms:
                yield rule, pattern


_Asked = tuple[int, int]
"""A pattern as it is looked up: bit n says that it has to find a word of the n-th set; its number."""


def version(sources: Mapping[str, str]) -> str:
    """The name of a rule set: the same on every process that read the same files."""
    text = "\0".join(f"{name}\0{sources[name]}" for name in sorted(sources))
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _holds(rule: Rule, one: Pattern, reading: Reading) -> Iterable[Hit]:
    for count, (start, end) in enumerate(one.find(reading)):
        if count >= MOST_HITS or all(guard.lets(start, end, reading) for guard in rule.guards):
            yield Hit(rule, one.line, _span(reading.spoken, start, end))
        if count >= MOST_HITS:
            return


def _span(spoken: Spoken, start: int, end: int) -> Span:
    return spoken.normal.original(spoken.places[start][0], spoken.places[end - 1][1])


def _words(rules: Iterable[Rule]) -> Iterable[str]:
    for rule in rules:
        for one in rule.patterns:
            yield from one.node.words()
        for guard in rule.guards:
            if guard.node:
                yield from guard.node.words()
