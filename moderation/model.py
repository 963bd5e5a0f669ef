"""A small linear model of risk now: it backs up the rules of `crisis` where they are silent.

A line's score is the sum of weights of its words, of neighbouring words, and, for words that training
never met, of their groups of letters by hash. The weights are in model.json, made by
`moderation.training` (`make model`); nothing is learned while the service runs.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, zip_longest
from zlib import crc32

import msgspec

BUCKETS = 4096
"""Places for groups of letters. A power of two, so that a mask finds the place."""
SHARE = 0.25
"""What a group of letters counts beside a whole word: there are many of them in each."""
LONGEST = 60
"""Words that are read: what follows in a long text adds time and says little about the moment."""
FAR = -250
"""Hundredths by its words alone from which a line is not read further: 1 % of the lines with a score that
counts began there, and nine ordinary lines in ten."""
SCALE = 100
"""Weights are whole hundredths in the file: smaller, and the same on every machine."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by word, by neighbouring words, and by group of letters; in hundredths."""

    version: str
    bias: int
    threshold: float
    words: dict[str, int]
    near: dict[str, int]
    letters: list[int]

    def score(self, text: str) -> float:
        """How sure the model is that `text` (as in `Spoken.text`) tells of risk now: 0 to 1."""
        words = text.split(" ", LONGEST)[:LONGEST]
        even = evenly(len(words))
        total, known, near = 0.0, self.words, self.near
        for word in words:
            weight = known.get(word)
            total += self._unknown(word) if weight is None else weight
        if self.bias + total * even > FAR:
            total += sum(filter(None, map(near.get, neighbours(words))))
        return 1 / (1 + math.exp(-(self.bias + total * even) / SCALE))

    def _unknown(self, word: str) -> float:
        return SHARE * sum(map(self.letters.__getitem__, groups(word)))


def evenly(words: int) -> float:
    """What a line's weights are multiplied by, so that a long line is not sure of itself for its length."""
    return 2 / math.sqrt(6 * words + 4)


def neighbours(words: list[str]) -> Iterator[str]:
    """Two words, two with one between, and three, from before the first to after the last."""
    row = ["<", *words, ">"]
    seconds, thirds = row[1:], row[2:]
    together = zip_longest(
        map(" ".join, zip(row, seconds, strict=False)),
        map(" _ ".join, zip(row, thirds, strict=False)),
        map(" ".join, zip(row, seconds, thirds, strict=False)),
    )
    return filter(None, chain.from_iterable(together))


def groups(word: str) -> list[int]:
    """The places of a word's groups of three to five letters, its ends among them."""
    whole = f"<{word[:24]}>"
    if whole.isascii():
        return _hashed(whole.encode())
    return [
        crc32(whole[at : at + size].encode("utf-8", "replace")) & BUCKETS - 1
        for size in (3, 4, 5)
        for at in range(len(whole) - size + 1)
    ]


def _hashed(whole: bytes) -> list[int]:
    """The same of ASCII, where a letter is a byte."""
    last, mask = len(whole) - 2, BUCKETS - 1
    return [
        *[crc32(whole[at : at + 3]) & mask for at in range(last)],
        *[crc32(whole[at : at + 4]) & mask for at in range(last - 1)],
        *[crc32(whole[at : at + 5]) & mask for at in range(last - 2)],
    ]


@cache
def shipped() -> Model:
    """The model that comes with us."""
    return msgspec.json.decode(files("moderation").joinpath("model.json").read_bytes(), type=Model)
