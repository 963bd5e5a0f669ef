"""The small language that rules are written in, and how it is matched.

A pattern is a row of words. What else it may hold:

    (get|buy|pick up)   one of these          suicid*    a word that begins so (three letters at least)
    [some]              may be left out       *porn*     a word that has this in it
    <drug>              one of a named list   #          a word that begins with a digit
    ..3                 up to three words     _          any one word
    ^ $                 the message begins, the message ends

Matching is one pass of shifts and masks over integers that hold a bit a word: each part of a pattern
turns "may begin here" into "may end here" for all places at once. There is nothing to backtrack into,
so the time is bounded by the length of the pattern times the length of the text, whatever both say.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Literal

from moderation.rules.rarity import rarity
from moderation.rules.reading import NUMBER, Reading
from moderation.spoken import phrase

LONGEST_GAP = 12
DEEPEST = 6
MOST_PARTS = 500
"""Of one pattern. A bound on what one line may cost, far above what a line needs."""
WORTH_SORTING = 4
"""Rows of a choice from which on they are looked up by their words."""
FEWEST_LETTERS = 3
"""Of a beginning or a middle: "a*" would be found in every message."""

_TOKEN = re.compile(
    r"\s+|\.\.(?P<gap>\d+)|<(?P<list>[a-z_]+)>|(?P<sign>[()\[\]|^$_#])(?![^\s()\[\]|])|(?P<bracket>[()\[\]|])"
    r"|(?P<word>[^\s()\[\]|<>]+)"
)
_NAMED = frozenset(("gap", "list", "word"))
_PLAIN = re.compile(r"\s*[a-z0-9']+(?: +[a-z0-9']+)*\s*")
"""A pattern that is words and nothing else."""


class PatternError(ValueError):
    """A pattern cannot be read; the message says what is wrong and what to do."""


Words = str | frozenset[str]
"""One word, or one out of a set."""
Anchor = tuple[int, frozenset[str]]
"""Words of which one must be there, and how often they are said together."""


# Nodes never change. They are not frozen because 40,000 are made while loading, and those take half as long.
class Node:
    """A part of a pattern. Bit n of `starts` or `ends` is the place before word n of the text."""

    __slots__ = ()

    def ends(self, starts: int, text: Reading) -> int:
        """Where it can end, if it may begin at any of `starts`."""
        raise NotImplementedError

    def begins(self, ends: int, text: Reading) -> int:
        """Where it can have begun, if it may end at any of `ends`."""
        raise NotImplementedError

    def anchor(self) -> Anchor | None:
        """Words of which a match holds at least one, and how often they are said; None: there are none."""
        return None

    def needed(self) -> Iterable[Anchor]:
        """Such words for each part: a match holds at least one of each."""
        anchor = self.anchor()
        return (anchor,) if anchor else ()

    def inner(self) -> Sequence["Part"]:
        """The parts that it is made of."""
        return ()

    def forget(self) -> None:
        """Give back what is asked for only while rules are loaded."""


Part = Node | Words


@lru_cache(maxsize=16_384)
def _same(words: frozenset[str]) -> frozenset[str]:
    """These words, as one object for all that are equal."""
    return words


@lru_cache(maxsize=16_384)
def _anchor(part: Words) -> Anchor:
    words = _same(frozenset((part,))) if isinstance(part, str) else part
    return sum(map(rarity, words)), words


@dataclass(slots=True, unsafe_hash=True)
class Any(Node):
    """Any one word."""

    def ends(self, starts: int, text: Reading) -> int:
        return (starts & text.all) << 1

    def begins(self, ends: int, text: Reading) -> int:
        return ends >> 1


@dataclass(slots=True, unsafe_hash=True)
class Gap(Node):
    """Up to `most` words that stand in one sentence with what is before and after them."""

    most: int

    def ends(self, starts: int, text: Reading) -> int:
        inside, words = ~text.breaks, text.all
        found, here = starts, starts & inside
        for _ in range(self.most):
            here = ((here & words) << 1) & inside
            found |= here
        return found

    def begins(self, ends: int, text: Reading) -> int:
        inside = ~text.breaks
        found, here = ends, ends & inside
        for _ in range(self.most):
            here = (here >> 1) & inside
            found |= here
        return found


@dataclass(slots=True, unsafe_hash=True)
class Edge(Node):
    """The beginning of the message, or its end."""

    last: bool

    def ends(self, starts: int, text: Reading) -> int:
        return starts & (text.all + 1 if self.last else 1)

    def begins(self, ends: int, text: Reading) -> int:
        return self.ends(ends, text)


@dataclass(slots=True, unsafe_hash=True)
class Row(Node):
    """One part after the other; words stand in it as they are, nodes of their own would take longer."""

    parts: tuple["Part", ...]

    def ends(self, starts: int, text: Reading) -> int:
        for part in self.parts:
            if type(part) is str:
                starts = (starts & text.places.get(part, 0)) << 1
            elif type(part) is frozenset:
                starts = (starts & text.at[part]) << 1
            else:
                starts = part.ends(starts, text)  # type: ignore[union-attr]  # `isinstance` takes twice as long
            if not starts:
                return 0
        return starts

    def begins(self, ends: int, text: Reading) -> int:
        for part in reversed(self.parts):
            if type(part) is str:
                ends = (ends >> 1) & text.places.get(part, 0)
            elif type(part) is frozenset:
                ends = (ends >> 1) & text.at[part]
            else:
                ends = part.begins(ends, text)  # type: ignore[union-attr]
            if not ends:
                return 0
        return ends

    def anchor(self) -> Anchor | None:
        return min(self.needed(), key=itemgetter(0), default=None)

    def needed(self) -> Iterable[Anchor]:
        for part in self.parts:
            if not isinstance(part, Node):
                yield _anchor(part)
            elif isinstance(part, Row):
                yield from part.needed()
            elif anchor := part.anchor():
                yield anchor

    def inner(self) -> Sequence["Part"]:
        return self.parts


@dataclass(slots=True, unsafe_hash=True)
class Either(Node):
    """One of several rows."""

    rows: tuple[Node, ...]
    # What follows is worked out when it is first asked for: of many lists it never is.
    _anchor: "Anchor | Literal[False] | None" = field(init=False, repr=False, compare=False, default=False)
    _by_word: "Mapping[str, tuple[Node, ...]] | Literal[False] | None" = field(
        init=False, repr=False, compare=False, default=False
    )

    def ends(self, starts: int, text: Reading) -> int:
        found = 0
        for row in self._possible(text):
            found |= row.ends(starts, text)
        return found

    def begins(self, ends: int, text: Reading) -> int:
        found = 0
        for row in self._possible(text):
            found |= row.begins(ends, text)
        return found

    def _possible(self, text: Reading) -> Sequence[Node]:
        """The rows of which the message has a word. Lists have a hundred, a message words of two or three."""
        by_word = self._by_word
        if by_word is False:
            by_word = self._by_word = _by_word(self.rows)
        if by_word is None:
            return self.rows
        rows = text.possible.get(id(self))
        if rows is None:
            said = by_word.keys() & text.places.keys()
            if len(said) == 1:
                rows = by_word[said.pop()]
            else:
                rows = (
                    tuple({id(row): row for word in said for row in by_word[word]}.values()) if said else ()
                )
            text.possible[id(self)] = rows
        return rows

    def anchor(self) -> Anchor | None:
        if self._anchor is False:
            anchors = [row.anchor() for row in self.rows]
            known = [anchor for anchor in anchors if anchor]
            whole = frozenset[str]().union(*(words for _, words in known))
            self._anchor = (sum(said for said, _ in known), whole) if len(known) == len(anchors) else None
        return self._anchor

    def forget(self) -> None:
        self._anchor = False

    def inner(self) -> Sequence["Part"]:
        return self.rows


def _by_word(rows: tuple[Node, ...]) -> Mapping[str, tuple[Node, ...]] | None:
    """The rows by the words of which they need one; None where that would not be worth it."""
    if len(rows) < WORTH_SORTING:
        return None
    found: dict[str, tuple[Node, ...]] = {}
    for row in rows:
        anchor = row.anchor()
        if anchor is None:
            return None
        for word in anchor[1]:
            found[word] = (*found.get(word, ()), row)
    return found


@dataclass(slots=True, unsafe_hash=True)
class Maybe(Node):
    """A part that may be left out."""

    part: Node

    def ends(self, starts: int, text: Reading) -> int:
        return starts | self.part.ends(starts, text)

    def begins(self, ends: int, text: Reading) -> int:
        return ends | self.part.begins(ends, text)

    def inner(self) -> Sequence["Part"]:
        return (self.part,)


def pattern(source: str, lists: Mapping[str, Node]) -> Node:
    """Read a pattern. Raises PatternError."""
    plain = _PLAIN.fullmatch(source) is not None  # as most entries of lists are
    tokens = [("word", word) for word in source.split()] if plain else _tokens(source)
    if len(tokens) > MOST_PARTS:
        raise PatternError(f"more than {MOST_PARTS} parts; make two patterns of it, or a list")
    tokens.reverse()  # the next one is the last, to be taken off
    node = _row(tokens, lists, 0)
    if tokens:
        raise PatternError(f'"{tokens[-1][1]}" closes what nothing opened; take it out')
    return node


Token = tuple[str, str]


def _tokens(source: str) -> list[Token]:
    tokens: list[Token] = []
    done = 0
    for match in _TOKEN.finditer(source):
        if match.start() > done:
            break
        done = match.end()
        if kind := match.lastgroup:
            what = match[kind]
            tokens.append((kind if kind in _NAMED else what, what))
    if done < len(source):
        raise PatternError(f'"{source[done:].split()[0]}" is nothing a pattern can hold; see the language')
    return tokens


def _row(tokens: list[Token], lists: Mapping[str, Node], depth: int) -> Node:
    """The rows up to the next bracket that closes, as one node. Takes their tokens off the end."""
    if depth > DEEPEST:
        raise PatternError(f"brackets more than {DEEPEST} deep; name the inner part as a list")
    rows: list[Sequence[Part]] = []
    parts: list[Part] = []
    while tokens and tokens[-1][0] not in (")", "]"):
        kind, what = tokens.pop()
        if kind == "|":
            rows.append(parts)
            parts = []
        elif kind in ("(", "["):
            inner = _row(tokens, lists, depth + 1)
            closes = ")" if kind == "(" else "]"
            if not tokens or tokens.pop()[0] != closes:
                raise PatternError(f'"{kind}" is not closed; add a "{closes}"')
            parts += _parts(inner) if kind == "(" else (Maybe(inner),)
        else:
            parts += _parts(_leaf(kind, what, lists))
    rows.append(parts)
    if not all(rows):
        raise PatternError('nothing stands between two signs; "(a|)" is written "[a]"')
    return either(list(map(_node, rows)))


def _node(parts: Sequence[Part]) -> Node:
    """Parts that stand in a row, as one node."""
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Node) else Row(tuple(parts))


def _parts(node: Node) -> Sequence[Part]:
    """What stands in a row when this node stands there: rows in rows would only be asked twice."""
    return node.parts if type(node) is Row else (node,)


def _leaf(kind: str, what: str, lists: Mapping[str, Node]) -> Node:
    if kind == "gap":
        if not 1 <= int(what[:3]) <= LONGEST_GAP:
            raise PatternError(f'"..{what}": a gap is 1 to {LONGEST_GAP} words')
        return Gap(int(what))
    if kind == "list":
        if what not in lists:
            raise PatternError(f'there is no list "{what}" above this line; write "list {what} = …" first')
        return lists[what]
    if kind in ("^", "$"):
        return Edge(last=kind == "$")
    if kind == "_":
        return Any()
    if kind == "#":
        return Row((NUMBER,))
    return _word(what)


@lru_cache(maxsize=16_384)  # rules say the same words again and again, and nodes never change
def _word(written: str) -> Node:
    """A word, or a few where a hyphen parts them: as the text will be read, so is the pattern."""
    words = phrase(written.strip("*")).split()
    if not words or "*" in written.strip("*"):
        raise PatternError(f'"{written}" is no word; letters, digits, and "*" at its ends alone')
    if "*" in written:
        if len(words) > 1 or len(words[0]) < FEWEST_LETTERS or not written.endswith("*"):
            raise PatternError(
                f'"{written}": write "begin*" or "*middle*", one word with at least {FEWEST_LETTERS} letters'
            )
        star = "*" if written.startswith("*") else ""
        return Row((f"{star}{words[0]}*",))
    return Row(tuple(words))


def read_once() -> None:
    """Give back what was kept to read a file quickly."""
    _word.cache_clear()
    _anchor.cache_clear()
    _same.cache_clear()


def either(rows: Sequence[Node]) -> Node:
    """One of these, with what they share said once.

    Single words become one set, "gay people, black people" one set before "people", and "fat cow, fat
    pig" one "fat" before a set: a list of a hundred phrases then costs as much as a few words.
    """
    if len(rows) == 1:
        return rows[0]
    by_rest: dict[tuple[Part, ...], set[str]] = {}
    others: list[Node] = []
    for row in rows:
        parts = tuple(_parts(row))
        first, rest = parts[0], parts[1:]
        if isinstance(first, Node):
            others.append(row)
        else:
            by_rest.setdefault(rest, set()).update((first,) if isinstance(first, str) else first)
    by_first: dict[frozenset[str], list[tuple[Part, ...]]] = {}
    for rest, words in by_rest.items():
        by_first.setdefault(_same(frozenset(words)), []).append(rest)
    for choices, rests in by_first.items():
        others.append(_shared(choices, rests))
    return others[0] if len(others) == 1 else Either(tuple(others))


def _shared(choices: frozenset[str], rests: Sequence[tuple[Part, ...]]) -> Node:
    """A word before one of several rests; an empty rest means that the word can be all."""
    first: Words = next(iter(choices)) if len(choices) == 1 else choices
    longer = [_node(rest) for rest in rests if rest]
    if not longer:
        return Row((first,))
    after = either(longer)
    return Row((first, Maybe(after)) if () in rests else (first, *_parts(after)))
