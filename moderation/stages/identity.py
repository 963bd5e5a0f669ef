"""Numbers by which an office, a bank or the internet knows a person: all that are not digits alone.

Digits alone, of seven and more, are the stage for phone numbers; cards and social security numbers with them.
"""

import re
from collections.abc import Iterator

import re2

from moderation.lexicons import entries
from moderation.personal import told
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 1
FEWEST = 4
"""Digits of the shortest such number."""

_SHAPED = re2.compile(
    # UK national insurance, and what forms print as an example of it
    r"\b(?:qq|[a-ceghj-prstw-z][a-ceghj-nprstw-z]) ?\d{2} ?\d{2} ?\d{2} ?[a-d]\b"
    r"|\b[xyz][- ]?\d{7}[- ]?[a-z]\b|\b\d{8}[- ]?[a-hj-np-tv-z]\b"  # Spain: NIE and DNI
    r"|\b[a-z]{4}\d{6}[hmx][a-z]{5}[a-z0-9]\d\b|\b[a-z]{3,4}\d{6}[a-z0-9]{3}\b"  # Mexico: CURP and RFC
    r"|\b[a-z]{6}\d{2}[a-ehlmprst]\d{2}[a-z]\d{3}[a-z]\b"  # Italy
    r"|\b(?:0x[0-9a-f]{40}|bc1[a-z0-9]{25,60})\b"  # purses of crypto money
)
_ACCOUNT = re2.compile(r"\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,3})?\b")
_PAPERS = "|".join(entries("papers.txt"))
_NAMED = re2.compile(
    rf"\b(?:{_PAPERS})(?: ?(?:number|num|no|nr|numero|id|es|is|was|card|#|:|-|=|\.))* ?"
    r"([a-z]{0,4}-?\d[a-z0-9]*(?:[ -]\d[a-z0-9]*)*)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOTTED = re2.compile(r"(?:^|[^\d.])(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?(?:\s|$)|$)")
_COLONS = re2.compile(
    r"(?:^|[^0-9a-f:])((?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}"
    r"|(?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?:[^0-9a-f:]|$)"
)
_CONTROL_LETTERS = "trwagmyfpdxbnjzsqvhlcke"
"""The letter that ends a DNI is the one at its number modulo 23."""


def identity(view: View) -> Finding | None:
    """REDACT national, tax, licence and account numbers and the addresses of machines."""
    if view.digits < FEWEST:
        return None
    return told(view, "identity", VERSION, _found(view.normal.ascii))


def _found(text: str) -> Iterator[Span]:
    for match in _SHAPED.finditer(text):
        if not match[0][:8].isdigit() or _is_dni(match[0]):
            yield match.span()
    for match in _ACCOUNT.finditer(text):
        if _is_account(match[0]):
            yield match.span()
    for match in _NAMED.finditer(text):
        if sum(map(str.isdigit, match[1])) >= FEWEST and not _YEAR.fullmatch(match[1]):
            yield match.span(1)
    yield from _machines(text)


def _machines(text: str) -> Iterator[Span]:
    for match in _DOTTED.finditer(text):
        if all(int(part) <= 255 for part in match[1].split(".")):
            yield match.span(1)
    if ":" in text:
        yield from (match.span(1) for match in _COLONS.finditer(text))


def _is_dni(written: str) -> bool:
    return _CONTROL_LETTERS[int(written[:8]) % 23] == written[-1]


def _is_account(written: str) -> bool:
    """Whether the check digits of an IBAN (ISO 7064, mod 97-10) are right."""
    code = re.sub(r"[ -]", "", written)
    turned = code[4:] + code[:4]
    return len(code) >= 15 and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
