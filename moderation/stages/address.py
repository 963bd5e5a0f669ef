"""Where somebody lives: streets with a number, post boxes, postcodes that name a few doors."""

import re
from collections.abc import Iterator

import re2

from moderation.lexicons import entries
from moderation.look import look
from moderation.personal import told
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 2

_NAME = r"[a-z\x01][a-z\x01'.\-]*"
_SURE = frozenset(entries("streets.txt"))
STREETS = "|".join(sorted((*_SURE, *entries("streets_or_not.txt")), key=len, reverse=True))
_NUMBER = r"\b\d{1,5}(?:-\d{1,4})?[a-d]?"
_UNIT = r",? ?(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building)\b\.? ?#?\d{1,5}[a-z]?"
_SIDE = "n|s|e|w|ne|nw|se|sw|north|south|east|west"
_ENGLISH = re2.compile(
    rf"{_NUMBER},? (?:(?:{_SIDE})\.? )?((?:{_NAME} |\d{{1,3}}(?:st|nd|rd|th) ){{1,4}}?)({STREETS})\b\.?"
    rf"(?: (?:{_SIDE})\b)?(?:{_UNIT}|,? ?#\d{{1,5}})?"
)
_UNITED = re2.compile(rf"{_NUMBER},? (?:{_NAME} ){{1,4}}(?:\d{{1,4}}[a-d]?\s)?\s*{_UNIT}")
# "calle Mayor 5": the name, then the number
_AFTER = re2.compile(
    r"\b(?:calle|c/|avenida|avda\.?|av\.|paseo|plaza|pza\.?|carrera|cra\.?|camino|ronda|pasaje|travesia"
    r"|urbanizacion|urb\.|colonia|rua|via|viale|corso|piazza|ul\.)"
    rf" ?((?:{_NAME} ){{0,4}}{_NAME}),? (?:n[uo.]? ?(?:mero )?|no |# ?)?\d{{1,4}}\b"
    r"(?:,? ?\d{1,2}[oa]? ?[a-h]?\b)?"
)
_GLUED = re2.compile(
    r"\b([a-z\x01\-]{3,}(?:strasse|str\.|gasse|allee|damm|ufer|weg|vagen|vej|veien|vegen|gata|gatan|straat"
    r"|laan|plein))(?: nr\.?)? \d{1,4} ?[a-d]?\b"
)
_FRENCH = re2.compile(
    rf"{_NUMBER}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|allee|impasse|chemin|quai|cours)"
    rf" (?:de |du |des |la |le |les |l'|d')*{_NAME}(?: {_NAME}){{0,2}}"
)
_BOX = re2.compile(
    r"\b(?:p\.? ?o\.?|post(?:al)?|psc|unit|cmr|route|rte|rr)(?: ?\d{1,5},?)? ?box \d{1,6}\b"
    r"(?:,?\s(?:apo|fpo|dpo) a[aep] \d{5})?|\bapartado (?:postal |de correos )?\d{1,6}\b"
)
# UK: area, district, space, sector and two letters out of those that end one. Canada: letter, digit in turn.
_POSTCODE = re2.compile(
    r"\b(?:[a-pr-uwyz]|[a-pr-uwyz][a-hk-y])\d[a-hjkmnp-y\d]? ?(\d[abd-hjlnp-uw-z]{2})\b"
    r"|\b[abceghj-nprstvxy]\d[abceghj-nprstv-z] ?(\d[abceghj-nprstv-z]\d)\b"
)
_ZIP = re.compile(
    r"\b(?:A[AEKLPRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]"
    r"|UT|V[AT]|W[AIVY])[,.]? (\d{5}(?:-\d{4})?)\b"
)
_FIVE = re2.compile(r"\b\d{5}(?:-\d{4})?\b")
"""What `_ZIP` ends with."""
_ZIP_SAID = re2.compile(r"\bzip(?: ?code)?:? (?:is )?(\d{5}(?:-\d{4})?)\b")
_CODE_SAID = re2.compile(
    r"\b(?:post ?code|eircode):? (?:is )?([a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[\dw] ?[a-z0-9]{4})\b"
)
_ALL = (_ENGLISH, _UNITED, _AFTER, _GLUED, _FRENCH, _BOX, _POSTCODE, _ZIP_SAID, _CODE_SAID, _FIVE)
_any = look("|".join(one.pattern for one in _ALL))
"""Whether one of them is there at all: of most lines with a number one look tells that none is."""
_BEFORE = re.compile(r"\d[:./]$|\$$")
"""Before digits: they are the second half of a time, a sum or a date. Not "address:12 Elm Street"."""
_SUM = re.compile(r",\d{3}")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th|hr|lb|pt|ft|oz)")
_WORDS = re.compile(r"[a-z0-9']+")
_NEVER = frozenset(entries("no_streets.txt"))
_SMALL = frozenset(("de", "la", "las", "los", "del", "el", "y", "da", "do", "di", "van", "von", "der"))
TELLS = re2.compile(
    r"\b(?:live|living|lives|address|moved|staying|stay|house|home|flat|place|meet|door"
    r"|come (?:to|over|round)|vivo|vive|direccion|casa|piso|wohne|habite)\b"
)


def address(view: View) -> Finding | None:
    """REDACT street and number, post boxes and postcodes. Towns and streets alone stay."""
    if not view.digits or not _any(view.normal.ascii):
        return None
    return told(view, "address", VERSION, _found(view, view.normal.ascii))


def _found(view: View, text: str) -> Iterator[Span]:
    for match in _ENGLISH.finditer(text):
        if _is_street(view, match):
            yield match.span()
    for pattern in (_AFTER, _GLUED):
        for match in pattern.finditer(text):
            if _named(view, *match.span(1)) or _told(text, match.start()):
                yield match.span()
    for pattern in (_FRENCH, _BOX):
        yield from (match.span() for match in pattern.finditer(text))
    yield from (match.span() for match in _UNITED.finditer(text) if not _sum(text, *match.span()))
    for match in _POSTCODE.finditer(text):
        if _is_postcode(view, match):
            yield match.span()
    yield from (match.span(1) for said in (_ZIP_SAID, _CODE_SAID) for match in said.finditer(text))
    if view.digits >= 5 and view.text.isascii():
        yield from (match.span(1) for match in _ZIP.finditer(view.text))


def _is_street(view: View, match: "re.Match[str]") -> bool:
    text, start = view.normal.ascii, match.start()
    if not _NEVER.isdisjoint(_WORDS.findall(match[1])) or _half(text, start):
        return False
    return match[2] in _SURE or _named(view, match.start(1), match.end(2)) or _told(text, start)


def _half(text: str, start: int) -> bool:
    """Whether the digits there are the second half of something: "10:30 in court room 3"."""
    return _BEFORE.search(text[max(0, start - 2) : start]) is not None


def _sum(text: str, start: int, end: int) -> bool:
    """Whether the digits at either end are a part of something longer: "same flat 1,980 now" is a rent."""
    return _half(text, start) or _SUM.match(text, end) is not None


def _is_postcode(view: View, match: "re.Match[str]") -> bool:
    """Not "b1 5th", and in small letters only where two of them name the area."""
    start, end = match.span()
    first, last = view.normal.original(start, end)
    if match[1] and _ORDINAL.fullmatch(match[1]):
        return False
    return view.text[first:last].isupper() or match[0][1].isalpha() or _told(view.normal.ascii, start)


def _told(text: str, start: int) -> bool:
    """Whether somebody says just before that they live there."""
    return TELLS.search(text[max(0, start - 40) : start]) is not None


def _named(view: View, start: int, end: int) -> bool:
    """Whether the words are written as a name, with capitals."""
    first, last = view.normal.original(start, end)
    written = view.text[first:last].split()
    return bool(written) and all(word[0].isupper() or word[0].isdigit() or word in _SMALL for word in written)
