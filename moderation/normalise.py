"""One spelling for every way of writing a letter, with a map back to what was typed.

Marks, format characters and control characters go; compatibility forms, letters of other scripts
that look Latin, and digits of all scripts become their plain ASCII letter or digit, a few pictures the word
that they stand for; case is folded.
Only matching uses the result: what a room sees is cut from the original.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from moderation.lazily import lazily
from moderation.lexicons import table

FOREIGN = "\x01"
"""Stands in `ascii` for anything that has no ASCII form, so that one code point stays one byte."""

_LOOKALIKES = table("lookalikes.txt")
_PICTURES = table("pictures.txt")
_NAMED = re.compile(
    r"(?:LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL )?|PARENTHESIZED LATIN (?:SMALL|CAPITAL) LETTER "
    r"|(?:NEGATIVE )?(?:SQUARED|CIRCLED) LATIN CAPITAL LETTER "
    r"|REGIONAL INDICATOR SYMBOL LETTER |TAG LATIN (?:SMALL|CAPITAL) LETTER )([A-Z])(?: WITH .+)?"
)
"""Unicode names that tell which plain letter a character is: ø, ƙ, ʙ, 🅰, ⒜, 🇦, invisible tags."""
_NAMES = frozenset(("LAT", "NEG", "SQU", "CIR", "REG", "TAG", "PAR"))  # how those begin
_LONGEST = 4
"""Characters one code point may become; U+FDFA would become eighteen, and a wall of it cost as much."""
MOST = 8_192
"""Characters of which it is kept what they fold to."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters of which nothing is seen."""
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]+")
_PLAIN = bytes(
    ord(" ") if code < 9 or code in (11, 12, 127) or 13 < code < 32 else ord(chr(code).lower())
    for code in range(128)
).ljust(256)
"""ASCII in small letters, control characters as spaces; bytes are ten times as fast as a table of strings."""
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), " ")


@dataclass  # not frozen: each message makes one, in half the time
class Normalised:
    """`plain[i]` was made from `text[origin[i]]`; `dropped` code points of `text` left no trace."""

    text: str
    plain: str
    origin: Sequence[int]
    dropped: int

    @lazily
    def ascii(self) -> str:
        """`plain` with every other character replaced by FOREIGN: same length, so same positions."""
        return self.plain if self.plain.isascii() else _NON_ASCII.sub(FOREIGN, self.plain)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of `text` behind `plain[start:end]`, marks that hang on its last letter included."""
        first, last = self.origin[start], self.origin[end - 1] + 1
        while last < len(self.text) and unicodedata.category(self.text[last])[0] == "M":
            last += 1
        return first, last


def normalise(text: str) -> Normalised:
    """Fold `text`. Takes any code points, lone surrogates included; linear in their number."""
    if text.isascii():
        return Normalised(text, _folded(text), range(len(text)), 0)
    plain: list[str] = []
    origin: list[int] = []
    dropped = 0
    done = 0
    for match in _FOREIGN_RUN.finditer(text):
        at, end = match.span()
        if done < at:
            plain.append(_folded(text[done:at]))
            origin.extend(range(done, at))
        done = end
        if end - at == 1:  # a curly apostrophe, a dash, an accent
            folded = _FOLDS[ord(match[0])]
            plain.append(folded)
            origin.extend([at] * len(folded))
            dropped += not folded
            continue
        plain.append(match[0].translate(_FOLDS))
        sizes = match[0].translate(_SIZES)
        if sizes.count(_ONE) == end - at:
            origin.extend(range(at, end))
        else:
            dropped += sizes.count(_NONE)
            origin.extend(chain.from_iterable(map(repeat, range(at, end), map(ord, sizes))))
    plain.append(_folded(text[done:]))
    origin.extend(range(done, len(text)))
    return Normalised(text, "".join(plain), origin, dropped)


def _folded(text: str) -> str:
    """What `fold` says of ASCII, all of it at once."""
    return text.encode("ascii").translate(_PLAIN).decode("ascii")


def fold(char: str) -> str:
    """What one code point is for matching; empty when it is only a mark or invisible."""
    if char < "\x80":
        return char.lower().translate(_CONTROLS)
    if char in _BLANK:
        return " "
    if (word := _PICTURES.get(char)) is not None:
        return f" {word} "
    # Before it is taken apart: "(a)" would be three characters and the lunate sigma a round one.
    if (whole := _LOOKALIKES.get(char) or _named(char)) is not None:
        return whole
    return "".join(_fold_one(part) for part in unicodedata.normalize("NFKD", char)[:_LONGEST])


def _fold_one(char: str) -> str:
    if (look := _LOOKALIKES.get(char)) is not None:
        return look
    match unicodedata.category(char):
        case "Lo":
            return char  # no case, no digit, no plain letter: most of the world's characters end here
        case "Mn" | "Me" | "Mc":
            return ""
        case "Cf":
            return _named(char) or ""
        case "Nd" | "No" | "Nl":
            return _digit(char)
        case "Cs":
            return "\ufffd"  # a lone surrogate cannot be encoded; the shape stage refuses it
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
        case "Pd":
            return "-"
        case _:
            return _named(char) or _cased(char)


def _named(char: str) -> str | None:
    name = unicodedata.name(char, "")
    named = _NAMED.fullmatch(name) if name[:3] in _NAMES else None
    return named[1].lower() if named else None


def _digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def _cased(char: str) -> str:
    folded = char.casefold()
    return "".join(_LOOKALIKES.get(part, part) for part in folded)


class _Table(dict[int, str]):
    """A table for `str.translate` that works out what it is asked for, and forgets all of it at MOST."""

    def __init__(self, of: Callable[[str], str]) -> None:
        self._of = of

    def __missing__(self, code: int) -> str:
        if len(self) >= MOST:  # a message may walk through all of Unicode, our memory may not
            self.clear()
        self[code] = found = self._of(chr(code))
        return found


_FOLDS = _Table(fold)
_SIZES = _Table(lambda char: chr(len(_FOLDS[ord(char)])))
"""How many characters each becomes, as a character of that number."""
_NONE, _ONE = "\0", "\1"
