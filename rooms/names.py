"""Pseudonyms: "Gentle Otter". Drawn, never typed, so a name can neither tell who somebody is nor hurt.

The words are in rooms/data, 128 of each kind, at most eight letters. They are gentle, of no gender,
and say nothing of body, food, weight or colour. None vouches for its bearer: a "Trusty Dolphin"
would be trusted. A test screens all 16,384 pairs; change a word and it reads them all again.
"""

from pathlib import Path
from random import Random

DATA = Path(__file__).with_name("data")
ADJECTIVES = tuple((DATA / "adjectives.txt").read_text("utf-8").split())
NOUNS = tuple((DATA / "nouns.txt").read_text("utf-8").split())

ALL = frozenset(f"{adjective} {noun}".casefold() for adjective in ADJECTIVES for noun in NOUNS)
"""Every name there is, as the filter compares them."""


def candidates(random: Random, n: int) -> list[str]:
    """`n` names, all different, in the order `random` drew them; all 16,384 at most (else ValueError)."""
    pairs = random.sample(range(len(ADJECTIVES) * len(NOUNS)), n)
    return [f"{ADJECTIVES[pair // len(NOUNS)]} {NOUNS[pair % len(NOUNS)]}" for pair in pairs]
