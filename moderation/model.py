"""A small linear model with a head for each reason: it backs up the rules where they are silent.

A line's score for a head is the sum of that head's weights of its words, of neighbouring words, and, for
words that training never met, of their groups of letters by hash. The weights are in model.json, made by
`moderation.training` (`make model`); nothing is learned while the service runs.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, zip_longest
from zlib import crc32

import msgspec

HEADS = (
    "risk",
    "medical",
    "safeguarding",
    "methods",
    "encouragement",
    "abuse",
    "sourcing",
    "contact",
    "spam",
)
"""What the model knows, in the order in which the file holds the weights of a feature."""
BUCKETS = 4096
"""Places for groups of letters. A power of two, so that a mask finds the place."""
SHARE = 0.25
"""What a group of letters counts beside a whole word: there are many of them in each."""
LONGEST = 60
"""Words that are read: what follows in a long text adds time and says little about the moment."""
FAR = -250
"""Hundredths by its words alone from which a line is not read further, where no head is above."""
SCALE = 100
"""Weights are whole hundredths in the file: smaller, and the same on every machine."""
_BITS = 24
_FIELD = (1 << _BITS) - 1
_HALF = 1 << _BITS - 1
"""A head's place in a packed number. 60 words of a thousand features each stay far below its half."""
_LIFT = sum(_HALF << _BITS * at for at in range(len(HEADS)))
"""Keeps the sum of each head above nothing; its highest bit then says whether the sum is positive."""


_First = tuple[int, dict[str, int], dict[str, int]]
"""A word's own weight, and what follows it: at once, and one word later."""
_NOTHING: dict[str, int] = {}
_NO_FIRST: _First = (0, _NOTHING, _NOTHING)


class _File(msgspec.Struct):
    """model.json. The weights of a feature are packed into one number; what is large is decoded later.

    `pairs`, `gaps` and `threes` are the neighbours: by the first word what follows it, what follows one word
    later, and, for pairs alone, three words in a row. A pair of each three is in `pairs`, if with nothing.
    """

    version: str
    bias: list[int]
    alone: dict[str, float]
    backed: dict[str, float]
    words: dict[str, int]
    pairs: msgspec.Raw
    gaps: msgspec.Raw
    threes: dict[str, int]
    letters: list[int]


class Model:
    """Weights of all heads by word, by neighbouring words, and by group of letters; in hundredths.

    The weights of a feature are packed into one number, a head every 24 bits in the order of HEADS, so
    that one addition adds for all heads; so they stand in model.json too (`unpacked` reads them).
    `alone` and `backed`: by head the score from which it acts alone, and from which it acts where a
    rule has seen something too.
    """

    def __init__(self, file: _File) -> None:
        self.version = file.version
        self.alone = file.alone
        self.backed = file.backed
        self._bias = file.bias
        self._letters = file.letters
        # Three words of four and a third of the weights are said more than once: each is kept once.
        words = {word: word for word in file.words}
        weights: dict[int, int] = {}
        self._words = {word: weights.setdefault(one, one) for word, one in file.words.items()}
        self._threes = {three: weights.setdefault(one, one) for three, one in file.threes.items()}
        pairs, gaps = (_followers(raw, words, weights) for raw in (file.pairs, file.gaps))
        self._first = {
            word: (self._words.get(word, 0), pairs.get(word, _NOTHING), gaps.get(word, _NOTHING))
            for word in {**pairs, **gaps}
        }
        lowest = [min(self.alone[head], self.backed[head]) for head in HEADS]
        self._far = self._lifts([FAR] * len(HEADS))
        self._low = self._lifts([SCALE * math.log(score / (1 - score)) for score in lowest])

    def _lifts(self, floors: Sequence[float]) -> list[int]:
        """By the number of words what lifts a head's sum above nothing from its floor, or just below it."""
        return [
            packed(
                [
                    _HALF + 1 - math.floor((floor - bias) / evenly(words))
                    for bias, floor in zip(self._bias, floors, strict=True)
                ]
            )
            for words in range(LONGEST + 1)
        ]

    def scores(self, text: str) -> tuple[float, ...]:
        """How sure each head is of `text` (as in `Spoken.text`): 0 to 1, in the order of HEADS."""
        words = text.split(" ", LONGEST)[:LONGEST]
        even = evenly(len(words))
        total, firsts = self._alone(words)
        sums = self._apart(total, even)
        if max(sums) > FAR:
            sums = self._apart(total + self._beside(words, firsts), even)
        return _sure(sums)

    def acting(self, words: Sequence[str]) -> tuple[float, ...] | None:
        """`scores`, or None where no head is sure enough to act: of most lines a comparison or two tell."""
        words = words[:LONGEST] or ("",)
        total, firsts = self._alone(words)
        if not (total + self._far[len(words)]) & _LIFT:
            return None
        beside = self._beside(words, firsts)
        if not (total + beside + self._low[len(words)]) & _LIFT:
            return None
        even = evenly(len(words))
        near = max(self._apart(total, even)) > FAR
        return _sure(self._apart(total + beside if near else total, even))

    def _alone(self, words: Sequence[str]) -> tuple[int, list[_First]]:
        """What the words weigh by themselves, and what each says of its neighbours."""
        total, known, firsts = 0, self._first.get, [self._first.get("<", _NO_FIRST)]
        for word in words:
            first = known(word, _NO_FIRST)
            firsts.append(first)
            weight = first[0] or self._words.get(word)
            total += self._unknown(word) if weight is None else weight
        return total, firsts

    def _apart(self, total: int, even: float) -> list[float]:
        """The sum of each head, its bias included, in hundredths."""
        sums = []
        total += _LIFT
        for bias in self._bias:
            sums.append(bias + ((total & _FIELD) - _HALF) * even)
            total >>= _BITS
        return sums

    def _beside(self, words: Sequence[str], firsts: Sequence[_First]) -> int:
        """What `neighbours` adds, by words as they are: to spell three out for each costs twice as much."""
        total, before = 0, "<"
        for (_, pairs, gaps), first, second in zip(firsts, words, chain(words[1:], (">",)), strict=False):
            if pairs and (weight := pairs.get(first)) is not None:
                total += weight + self._threes.get(f"{before} {first} {second}", 0)
            if gaps and (weight := gaps.get(second)):
                total += weight
            before = first
        return total + firsts[-1][1].get(">", 0)

    def _unknown(self, word: str) -> int:
        return sum(map(self._letters.__getitem__, groups(word)))


def _followers(raw: msgspec.Raw, words: dict[str, str], weights: dict[int, int]) -> dict[str, dict[str, int]]:
    """What follows each word, made of the words and weights that are there already."""
    return {
        words.setdefault(word, word): {
            words.setdefault(other, other): weights.setdefault(weight, weight)
            for other, weight in after.items()
        }
        for word, after in msgspec.json.decode(raw, type=dict[str, dict[str, int]]).items()
    }


def _sure(sums: Sequence[float]) -> tuple[float, ...]:
    return tuple(1 / (1 + math.exp(-one / SCALE)) for one in sums)


def packed(weights: Sequence[int]) -> int:
    """A head's weight every 24 bits; negative ones borrow from the next, and sums pay it back."""
    whole = 0
    for weight in reversed(weights):
        whole = (whole << _BITS) + weight
    return whole


def unpacked(whole: int) -> list[int]:
    """The weight of each head in a packed number."""
    lifted = whole + _LIFT
    return [(lifted >> _BITS * at & _FIELD) - _HALF for at in range(len(HEADS))]


def loaded(raw: bytes) -> Model:
    """The model of a file. Raises msgspec.DecodeError."""
    return Model(msgspec.json.decode(raw, type=_File))


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
    return loaded(files("moderation").joinpath("model.json").read_bytes())
