"""Numbers that are written as words or half as letters: "five five five, oh one", "cinco cinco", "2O2".

Only the stage for phone numbers reads a text this way, and only where enough of it are numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moderation.lexicons import entries
from moderation.look import look
from moderation.verdict import Span
from moderation.view import View

ASIDE = "\x02"
"""Stands for a word that people put between the parts of a number: "555 then 0143"."""
FEWEST = 3
"""Numbers of one text, in words or digits, from which on it is read so."""

_NUMBERS = {
    word: number
    for number, _, words in (line.partition(":") for line in entries("number_words.txt"))
    for word in words.split()
}
_UNITS = {word: number for word, number in _NUMBERS.items() if len(number) == 1 and number != "0"}
_TENS = {word: number for word, number in _NUMBERS.items() if len(number) == 2 and number >= "20"}
_TIMES = {"double": 2, "doble": 2, "dobro": 2, "triple": 3, "treble": 3}
_ASIDES = frozenset(
    "then dash hyphen minus space dot point next plus slash luego despues guion espacio punto tiret".split()  # noqa: SIM905
)
_TOKEN = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"[a-z]+|\d+")
_LETTERED = re.compile(r"(?=[a-z]*\d)[0-9oil]+")
_DIGITS = str.maketrans("oil", "011")


_WORDS = frozenset((*_NUMBERS, *_ASIDES))
_half = look(r"\d[oil]|\b[oil]\d|\d(?:zero|one|two|three|four|five|six|seven|eight|nine)")


@dataclass(frozen=True, slots=True)
class Numerals:
    """`text[i]` was made from `places[i]` of the text it was read from."""

    text: str
    places: Sequence[Span]

    def back(self, start: int, end: int) -> Span:
        return self.places[start][0], self.places[end - 1][1]


def is_number(token: str) -> bool:
    """Whether a run of letters and digits can be a part of a number, or stand between two."""
    return token in _WORDS or token in _TIMES or not token.isalpha()


def numerals(view: View) -> Numerals | None:
    """The normalised ASCII text with its numbers as digits; None where that changes nothing that matters."""
    text, words = view.normal.ascii, view.typed.words
    if _WORDS.isdisjoint(words) and not (view.digits >= FEWEST and _half(text)):
        return None
    if view.digits < FEWEST and sum(word in _NUMBERS or word[0].isdigit() for word in words) < FEWEST:
        return None
    tokens = [part for match in _TOKEN.finditer(text) for part in _parts(match)]
    parts: list[str] = []
    places: list[Span] = []
    at = 0
    for digits, (start, end) in _read(tokens):
        parts += (text[at:start], digits)
        places += ((here, here + 1) for here in range(at, start))
        places += [(start, end)] * len(digits)
        at = end
    parts.append(text[at:])
    places += ((here, here + 1) for here in range(at, len(text)))
    return Numerals("".join(parts), places)


def _parts(token: re.Match[str]) -> Iterator[tuple[str, Span]]:
    """A token, or its letters and digits apart where they say a number together: "07700nine00123"."""
    if token[0].isalpha() or _LETTERED.fullmatch(token[0]):
        yield token[0], token.span()
        return
    for match in _RUN.finditer(token.string, *token.span()):
        yield match[0], match.span()


def _read(tokens: Sequence[tuple[str, Span]]) -> Iterator[tuple[str, Span]]:
    """What stands for digits, in order."""
    times, begin = 1, -1
    for at, (word, (start, end)) in enumerate(tokens):
        after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
        if word in _TIMES and after in _NUMBERS:
            times, begin = _TIMES[word], start
            continue
        if word in _TENS and after in _UNITS:
            yield _TENS[word][0], (start, tokens[at + 1][1][0])  # twenty three
        elif word in _TENS and after == "y" and at + 2 < len(tokens) and tokens[at + 2][0] in _UNITS:
            yield _TENS[word][0], (start, tokens[at + 2][1][0])  # treinta y tres
        elif word == "hundred" and at > 1 and tokens[at - 1][0] in _UNITS and is_number(tokens[at - 2][0]):
            yield "00", (start, end)  # "double oh nine hundred": 00900, and not "two hundred, three hundred"
        elif word in _NUMBERS:
            yield _NUMBERS[word] * times, (start if times == 1 else begin, end)
        elif word in _ASIDES:
            yield ASIDE, (start, end)
        elif not word.isdigit() and _LETTERED.fullmatch(word):
            for offset, char in enumerate(word.translate(_DIGITS)):
                yield char, (start + offset, start + offset + 1)
        times = 1
