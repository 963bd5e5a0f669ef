"""Logistic regression by stochastic steps (AdaGrad, Duchi et al. 2011), in plain Python."""

import hashlib
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from moderation.model import BUCKETS, LONGEST, SCALE, SHARE, evenly, groups, neighbours
from moderation.training.examples import Example

SEED = 20261125
ROUNDS = 25
STEP = 0.15
DECAY = 3e-5
SMALLEST = 15
"""Hundredths below which the weight of neighbouring words is left out: most of them, for little."""


@dataclass(slots=True)
class Weights:
    """What is learned: by feature, a group of letters as `#place`; and the words that were met."""

    bias: float = -1.0
    by: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    met: set[str] = field(default_factory=set)

    def score(self, words: Sequence[str]) -> float:
        """The score before it is a probability."""
        found = _features(words)
        return self.bias + evenly(len(words[:LONGEST])) * sum(
            value * self.by[name] for name, value in found if name in self.by
        )


def fit(examples: Sequence[Example]) -> Weights:
    """Learn from examples; the same examples in the same order give the same weights."""
    chance = random.Random(SEED)
    weights = Weights()
    grown: dict[str, float] = defaultdict(lambda: 1e-2)
    rows = [
        (_features(one.words), evenly(len(one.words[:LONGEST])), one.risk, one.counts) for one in examples
    ]
    for one in examples:
        weights.met.update(one.words[:LONGEST])
    for _ in range(ROUNDS):
        chance.shuffle(rows)
        for found, even, risk, counts in rows:
            total = weights.bias + even * sum(value * weights.by[name] for name, value in found)
            off = (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - risk) * counts
            weights.bias -= 0.02 * off
            for name, value in found:
                slope = off * value * even + DECAY * weights.by[name]
                grown[name] += slope * slope
                weights.by[name] -= STEP * slope / math.sqrt(grown[name])
    return weights


def freeze(weights: Weights, threshold: float) -> dict[str, object]:
    """The weights as model.json holds them: a word's groups of letters are added to it once, here."""
    letters = [round(SCALE * weights.by.get(f"#{place}", 0.0)) for place in range(BUCKETS)]
    words = {
        word: round(SCALE * weights.by.get(word, 0.0) + SHARE * sum(letters[place] for place in groups(word)))
        for word in sorted(weights.met)
    }
    near = {
        name: whole
        for name, weight in sorted(weights.by.items())
        if " " in name and abs(whole := round(SCALE * weight)) >= SMALLEST
    }
    model = {
        "bias": round(SCALE * weights.bias),
        "threshold": threshold,
        "words": words,
        "near": near,
        "letters": letters,
    }
    text = json.dumps(model, sort_keys=True, ensure_ascii=False)
    return {"version": hashlib.blake2b(text.encode(), digest_size=6).hexdigest(), **model}


def auc(scored: Sequence[tuple[float, bool]]) -> float:
    """The chance that a line of risk scores above one without: 0.5 is a coin, 1 is never wrong."""
    below = above = 0
    for _, risk in sorted(scored):
        below += not risk
        above += below if risk else 0
    total = sum(risk for _, risk in scored)
    return above / (total * (len(scored) - total))


def shares(scored: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float, float]]:
    """By threshold: the share of risk at or above it, and the share of the rest."""
    for threshold in (0.45, 0.6, 0.8):
        cut = math.log(threshold / (1 - threshold))
        risk = [score >= cut for score, at_risk in scored if at_risk]
        rest = [score >= cut for score, at_risk in scored if not at_risk]
        yield threshold, sum(risk) / len(risk), sum(rest) / len(rest)


def _features(words: Sequence[str]) -> list[tuple[str, float]]:
    """Each feature of a line with what it is worth: as often as it stands there."""
    found: dict[str, float] = defaultdict(float)
    read = list(words[:LONGEST])
    for word in read:
        found[word] += 1.0
        for place in groups(word):
            found[f"#{place}"] += SHARE
    for name in neighbours(read):
        found[name] += 1.0
    return list(found.items())
