"""Logistic regression by stochastic steps (AdaGrad, Duchi et al. 2011), in plain Python, a head at a time."""

import hashlib
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from moderation.model import BUCKETS, HEADS, LONGEST, SCALE, SHARE, evenly, groups, neighbours, packed
from moderation.training.examples import Example

SEED = 20261125
ROUNDS = 35
AGAIN = 8
"""Rounds without the neighbours of small weight, in which the others make up for them."""
UNSEEN = 0.4
"""Share of a line's features that a step does not see, by chance: no head is to hang on a pair of words alone
(dropout, Srivastava et al. 2014)."""
STEP = 0.15
DECAY = 3e-5
SURE = 0.02
"""How far off a score may be without a step: most lines of other kinds are right after a round or two."""
DIGITS = re.compile(r"\d\D*\d\D*\d\D*\d")
"""What is not learned as a word: a telephone number of a text from elsewhere has no place in the file."""
OFTEN = 2
"""Lines in which words stand side by side before that is learned: once is chance."""
SMALLEST = 0.65
"""Weight below which neighbouring words are left out after the first rounds: two in three, for nothing."""
SPELLED = 25
"""Hundredths below which what a word adds to its groups of letters is left out: they stand for it then."""

Row = tuple[list[int], list[float], float]
"""A line: its features by number, what each is worth, and what evens its length."""


@dataclass(slots=True)
class Weights:
    """What is learned: features by name (a group of letters is `#place`), and the heads' weights for them."""

    names: dict[str, int] = field(default_factory=dict)
    bias: list[float] = field(default_factory=list)
    by: list[list[float]] = field(default_factory=list)

    def scores(self, words: Sequence[str]) -> list[float]:
        """The score of each head before it is a probability."""
        found, worth, even = _row(words, self.names)
        return [
            bias + even * sum(by[name] * value for name, value in zip(found, worth, strict=True))
            for bias, by in zip(self.bias, self.by, strict=True)
        ]


def fit(examples: Sequence[Example]) -> Weights:
    """Learn from examples; the same examples in the same order give the same weights."""
    often = Counter(name for one in examples for name in _features(one.words))
    known = (name for name, count in often.items() if count >= OFTEN or " " not in name)
    names = {name: at for at, name in enumerate(name for name in known if _kept(name))}
    rows = [_row(one.words, names) for one in examples]
    with ProcessPoolExecutor() as heads:
        learned = list(heads.map(partial(_fit, examples, rows, names), HEADS))
    return Weights(names, [bias for bias, _ in learned], [by for _, by in learned])


def _fit(
    examples: Sequence[Example], rows: Sequence[Row], names: Mapping[str, int], head: str
) -> tuple[float, list[float]]:
    """The bias and the weights of one head."""
    told = [
        (*row, float(says), one.counts)
        for one, row in zip(examples, rows, strict=True)
        if (says := one.says(head)) is not None
    ]
    learned = _Head([0.0] * len(names), [1e-2] * len(names))
    learned.rounds(told, ROUNDS)
    left_out = {at for name, at in names.items() if " " in name and -SMALLEST < learned.by[at] < SMALLEST}
    for at in left_out:
        learned.by[at] = 0.0
    learned.rounds([_without(one, left_out) for one in told], AGAIN)
    return learned.bias, learned.by


Told = tuple[list[int], list[float], float, float, float]
"""A row, what it is for the head, and what it counts."""


@dataclass(slots=True)
class _Head:
    """The weights of one head while they are learned, and how much each has moved."""

    by: list[float]
    grown: list[float]
    bias: float = -1.0
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def rounds(self, told: list[Told], rounds: int) -> None:
        """Learn from all of `told`, in another order and with other features unseen each time."""
        bias, by, grown, chance = self.bias, self.by, self.grown, self.chance.random
        for _ in range(rounds):
            self.chance.shuffle(told)
            for found, worth, even, wanted, counts in told:
                even /= 1 - UNSEEN
                seen = [at for at in zip(found, worth, strict=True) if chance() >= UNSEEN]
                total = bias + even * sum([by[name] * value for name, value in seen])
                off = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - wanted
                if -SURE < off < SURE:
                    continue
                off *= counts
                bias -= 0.02 * off
                for name, value in seen:
                    slope = off * value * even + DECAY * by[name]
                    grown[name] += slope * slope
                    by[name] -= STEP * slope / math.sqrt(grown[name])
        self.bias = bias


def _without(one: Told, left_out: set[int]) -> Told:
    found, worth, even, wanted, counts = one
    kept = [(name, value) for name, value in zip(found, worth, strict=True) if name not in left_out]
    return [name for name, _ in kept], [value for _, value in kept], even, wanted, counts


def freeze(weights: Weights, alone: Mapping[str, float], backed: Mapping[str, float]) -> dict[str, object]:
    """The weights as model.json holds them: a word's groups of letters are added to it once, here."""

    def of(name: str, share: float = 1.0) -> list[float]:
        at = weights.names.get(name)
        return [0.0 if at is None else SCALE * share * by[at] for by in weights.by]

    letters = [list(map(round, of(f"#{place}", SHARE))) for place in range(BUCKETS)]
    words = {
        word: [
            round(own + sum(parts))
            for own, *parts in zip(of(word), *map(letters.__getitem__, groups(word)), strict=True)
        ]
        for word in sorted(name for name in weights.names if " " not in name and not name.startswith("#"))
        if max(abs(round(own)) for own in of(word)) >= SPELLED
    }
    near = {
        name: packed(by)
        for name in sorted(name for name in weights.names if " " in name)
        if any(by := list(map(round, of(name))))
    }
    model: dict[str, object] = {
        "bias": [round(SCALE * bias) for bias in weights.bias],
        "alone": dict(alone),
        "backed": dict(backed),
        "words": {word: packed(by) for word, by in words.items()},
        **_by_first(near),
        "letters": [packed(by) for by in letters],
    }
    text = json.dumps(model, sort_keys=True, ensure_ascii=False)
    return {"version": hashlib.blake2b(text.encode(), digest_size=6).hexdigest(), **model}


def _by_first(near: Mapping[str, int]) -> dict[str, dict[str, object]]:
    """Neighbouring words as `Model` looks them up."""
    pairs: dict[str, dict[str, int]] = {}
    gaps: dict[str, dict[str, int]] = {}
    threes: dict[str, int] = {}
    for name, weight in near.items():
        match name.split(" "):
            case first, "_", third:
                gaps.setdefault(first, {})[third] = weight
            case first, second, _:
                threes[name] = weight
                pairs.setdefault(first, {}).setdefault(second, 0)
            case first, second:
                pairs.setdefault(first, {})[second] = weight
    return {"pairs": {**pairs}, "gaps": {**gaps}, "threes": {**threes}}


def auc(scored: Sequence[tuple[float, bool]]) -> float:
    """The chance that a line of risk scores above one without: 0.5 is a coin, 1 is never wrong."""
    below = above = 0
    for _, risk in sorted(scored):
        below += not risk
        above += below if risk else 0
    total = sum(risk for _, risk in scored)
    return above / (total * (len(scored) - total))


def shares(scored: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float, float]]:
    """By threshold: the share of what is to be found at or above it, and the share of the rest."""
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        cut = math.log(threshold / (1 - threshold))
        found = [score >= cut for score, wanted in scored if wanted]
        rest = [score >= cut for score, wanted in scored if not wanted]
        yield threshold, sum(found) / len(found), sum(rest) / len(rest)


def _kept(name: str) -> bool:
    return name.startswith("#") or not DIGITS.search(name)


def _row(words: Sequence[str], names: dict[str, int]) -> Row:
    found = [(names[name], value) for name, value in _features(words).items() if name in names]
    return [name for name, _ in found], [value for _, value in found], evenly(len(words[:LONGEST]))


def _features(words: Sequence[str]) -> dict[str, float]:
    """Each feature of a line with what it is worth: as often as it stands there."""
    found: dict[str, float] = defaultdict(float)
    read = list(words[:LONGEST])
    for word in read:
        found[word] += 1.0
        for place in groups(word):
            found[f"#{place}"] += SHARE
    for name in neighbours(read):
        found[name] += 1.0
    return found
