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


_PAIRS = tuple(f"{adjective} {noun}" for adjective in ADJECTIVES for noun in NOUNS)
# Twice round in steps that meet every name: next to each other stand names that have no word in common.
_ROUND = tuple(_PAIRS[k * 4_999 % len(_PAIRS)] for k in range(2 * len(_PAIRS)))


def candidates(random: Random, n: int) -> tuple[str, ...]:
    """`n` names, all different, from where `random` begins; all 16,384 at most (else ValueError).

    One draw: everybody who comes is offered two dozen, and two dozen draws cost more than all else that is
    done for a new face.
    """
    many = len(_PAIRS)
    if n > many:
        raise ValueError("more names than there are")
    at = random.randrange(many)
    return _ROUND[at : at + n]
