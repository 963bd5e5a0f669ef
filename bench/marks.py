"""A message's number, written into its words so that it can be found again in whatever a server tells.

No vowel, no digit, never a letter twice in a row: word filters, readers of spelled-out digits and those
who collapse repeats leave it alone.
"""

import re

_DIGITS = ("bdghjlmp", "qrtvwxyz")
_PLACES = 8
MARK = re.compile(rb"nskn([bdghjlmpqrtvwxyz]{8})")


def written(number: int) -> str:
    """Base 8 in two alphabets by turns; 16.7 million messages a run."""
    letters = (_DIGITS[place & 1][number >> 3 * place & 7] for place in range(_PLACES))
    return "nskn" + "".join(letters)


_VALUES = {ord(letter): value for digits in _DIGITS for value, letter in enumerate(digits)}


def found(told: bytes) -> list[int]:
    """The numbers of all messages in a packet, in their order."""
    return [
        sum(_VALUES[letter] << 3 * place for place, letter in enumerate(mark)) for mark in MARK.findall(told)
    ]
