"""A set of rules: read from text, checked, and asked about a message.

A rule set is a value. It is read once, never changes, and carries a version that is a hash of what it
was read from; to change the rules is to put another set in its place.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from moderation.disguise import Disguises
from moderation.rules.guard import Guard
from moderation.rules.pattern import Node
from moderation.rules.reading import Reading, Vocabulary
from moderation.spoken import Spoken
from moderation.verdict import Span

LEVELS = 3
"""Sets of words that a pattern needs, the rarest, by which it is told whether it can match. On our cases 3.6
patterns a line are then asked; by two sets 5.7, by all 3.5."""
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
        self._patterns = [(rule, found) for rule in rules for found in rule.patterns]
        self._whole = (1 << len(self._patterns)) - 1
        self._always, masks = self._masks()
        known: set[str] = set()
        for node in _nodes(rules):
            known.update(node.words())
            node.forget()
        self._vocabulary = Vocabulary(known, masks)

    def _masks(self) -> tuple[int, dict[str, int]]:
        """What tells which patterns can match: LEVELS numbers in one, each with a bit a pattern, by word.

        In the first number stand the patterns that need a word of a set in which this word is: the rarest set
        that they need; in the second the same of the next rarest. A pattern of fewer sets is always there.
        """
        always, by_set = 0, dict[frozenset[str], int]()
        for number, (_, found) in enumerate(self._patterns):
            needed = sorted({words: said for said, words in found.node.needed()}.items(), key=itemgetter(1))
            for level in range(LEVELS):
                bit = 1 << level * len(self._patterns) + number
                if level < len(needed):
                    by_set[needed[level][0]] = by_set.get(needed[level][0], 0) | bit
                else:
                    always |= bit
        by_word: dict[str, int] = {}
        for words, mask in by_set.items():
            for word in words:
                by_word[word] = by_word.get(word, 0) | mask
        same: dict[int, int] = {}  # words of one list share their mask
        return always, {word: same.setdefault(mask, mask) for word, mask in by_word.items()}

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
        said, forms = self._vocabulary.read(spoken)
        asked = self._asked(said)
        if not asked:
            return []
        reading = Reading(spoken, forms)
        found: list[Hit] = []
        for rule, pattern in self._in(asked, topic):
            if not matters or matters(rule):
                found.extend(_holds(rule, pattern, reading))
        return found

    def costs(self, spoken: Spoken, topic: str, clock: Callable[[], int]) -> dict[str, int]:
        """What asking each rule costs, in the unit of `clock`: to find the one that a message is slow for."""
        said, forms = self._vocabulary.read(spoken)
        reading = Reading(spoken, forms)
        found: dict[str, int] = {}
        for rule, pattern in self._in(self._asked(said), topic):
            began = clock()
            for _ in _holds(rule, pattern, reading):
                pass
            found[rule.id] = found.get(rule.id, 0) + clock() - began
        return found

    def _asked(self, said: int) -> int:
        """The patterns, a bit each, of which each of the rarest words that they need is among those said."""
        said |= self._always
        asked = said & self._whole
        for level in range(1, LEVELS):
            asked &= said >> level * len(self._patterns)
        return asked

    def _in(self, asked: int, topic: str) -> Iterator[tuple[Rule, Pattern]]:
        """The patterns behind the bits, in order, and their rules, of those for rooms of `topic`."""
        while asked:
            lowest = asked & -asked
            asked ^= lowest
            rule, pattern = self._patterns[lowest.bit_length() - 1]
            if not rule.rooms or topic in rule.rooms:
                yield rule, pattern


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


def _nodes(rules: Iterable[Rule]) -> Iterator[Node]:
    """Every part of every pattern; what is made of parts once, however many patterns a list is in."""
    nodes: list[Node] = []
    for rule in rules:
        nodes += (one.node for one in rule.patterns)
        nodes += (guard.node for guard in rule.guards if guard.node)
    seen: set[int] = set()  # lists are part of many
    while nodes:
        node = nodes.pop()
        yield node
        if (inner := node.inner()) and id(node) not in seen:
            seen.add(id(node))
            nodes += inner
