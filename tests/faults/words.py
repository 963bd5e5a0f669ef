"""What is said in these tests: always something else, and nothing that any filter could mind. No figures:
some of them stand for hate or look like a number to call."""

import random

_FIRST = "calm warm kind soft bright quiet gentle brave steady fair glad green amber silver golden early"
_SECOND = "river meadow maple harbor garden willow island candle lantern valley window orchard pebble cedar"
_DIGITS = _FIRST.split()


def names(rng: random.Random, many: int) -> list[str]:
    """Drawn anew for each measurement, so that a room's older words are not taken for ours."""
    pairs = [f"{first} {second}" for first in _FIRST.split() for second in _SECOND.split()]
    return rng.sample(pairs, many)


def counted(name: str, number: int) -> str:
    """The words of this name with this number, which nobody else says."""
    digits = [name]
    while number or len(digits) == 1:
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return " ".join(digits)
