"""E-mail addresses, written as such or spelled out."""

import re
from collections.abc import Iterator

import re2

from moderation.lexicons import entries
from moderation.personal import told
from moderation.stages.domains import DOTTED, PROVIDERS, SPOKEN
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 1
_PLAIN = re2.compile(r"[a-z0-9._%+\-\x01]+ ?@ ?[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")
_AT = r"(?: at |@| @ | ?[(\[{<] ?at ?[)\]}>] ?| ?[(\[{<]@[)\]}>] ?| arroba )"
_SPELLED = re2.compile(
    rf"([a-z0-9._%+\-\x01]+){_AT}(?:[a-z0-9\-]+(?:{DOTTED}[a-z0-9\-]+)?{DOTTED}{SPOKEN}|{PROVIDERS})\b"
)
_APART = re2.compile(
    r"\b(?:[a-z0-9._%+\-\x01] ){3,}(?:@|at|\(at\)|arroba) (?:[a-z0-9\-] ){2,}"
    r"(?:\.|dot|punto) (?:[a-z] ?){2,}\b"
)
_SAID = re2.compile(rf" dot |punto|[()\[\]{{}}<>@]|{PROVIDERS}")
_HINTS = re.compile(r"at[)\]}>]")
"""With "@", " at " and " arroba ", what no address is without."""
_LEADING = frozenset(entries("before_address.txt"))
"""Words before a spelled-out address that are no part of it."""
_WORK = frozenset(
    ("work", "works", "worked", "working", "look", "looked", "looking", "go", "shop", "shopped")
)
"""Before "at yahoo": what people do there, not who they are."""


def email(view: View) -> Finding | None:
    """REDACT e-mail addresses, "name at provider dot com" and the like included."""
    text = view.normal.ascii
    spelled = " at " in text or " arroba " in text or ("at" in text and _HINTS.search(text))
    if not (spelled or "@" in text):
        return None
    return told(view, "email", VERSION, _addresses(text))


def _addresses(text: str) -> Iterator[Span]:
    for match in _PLAIN.finditer(text):
        yield match.span()
    for match in _APART.finditer(text):
        yield match.span()
    for match in _SPELLED.finditer(text):
        start, end = match.span()
        name = match[1]
        # "log in at bank.com" names a site; the stage for links sees to that.
        if name not in _WORK and (_SAID.search(match[0]) or not name.isalpha()):
            yield _with_name(text, start), end


def _with_name(text: str, start: int) -> int:
    """Where a name of up to three words before the "at" begins: "brave heron at example dot com"."""
    for _ in range(2):
        before = text[max(0, start - 40) : start]
        word = before.rstrip(" ").rpartition(" ")[2]
        if not word.isalnum() or word in _LEADING or not before.endswith(" "):
            break
        start -= len(before) - len(before.rstrip(" ")) + len(word)
    return start
