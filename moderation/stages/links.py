"""Addresses on the web. Public help stays; everything else leads out of the room."""

import re
from collections.abc import Iterator

import re2

from moderation.lexicons import entries
from moderation.stages.domains import HOSTS, SPOKEN, TOP
from moderation.verdict import Action, Finding, Span
from moderation.view import View

VERSION = 1
_LABEL = r"[a-z0-9\x01](?:[a-z0-9\-\x01]*[a-z0-9\x01])?"
_LINK = re2.compile(
    r"(?:(?:https?|hxxps?|ftps?|tg|discord) ?: ?/ ?/|www\d?\.)[^\s<>\"]+"
    rf"|(?:{_LABEL}\.)+(?:{TOP})(?:\.[a-z]{{2}})?(?::\d+)?(?:[/?#][^\s<>\"]*|\b)"
    rf"|\b(?:{HOSTS})(?:/[^\s<>\"]*|\b)"
    rf"|(?:{_LABEL}\.)+[a-z]+/[^\s<>\"]+"
)
_SPOKEN = re2.compile(
    rf"\b[a-z0-9\-]+(?:(?: dot | ?[(\[{{<] ?(?:dot|\.) ?[)\]}}>] ?| \. ?| punto ){SPOKEN}\b)+"
    r"(?:(?: slash | ?/ ?)\S+)?"
)
_JOINED = re.compile(r"\.\S")
"""What every address without a slash has in it; most full stops end a sentence."""
_SITES = frozenset(entries("support_sites.txt"))
_HOST = re.compile(r"(?:[a-z]+://)?(?:www\d?\.)?([a-z0-9.\-]+)(?=[/?#]|$)")
_ONWARD = re.compile(r"//|@|%2f|www\.|\.(?:com|net|org|info|me|io|gg|ly|ru)\b")


def links(view: View) -> Finding | None:
    """REDACT web addresses, spelled-out ones included, except those of known support sites."""
    text = view.normal.ascii
    spelled = (
        "(" in text or "[" in text or "{" in text or " ." in text or " dot " in text or " punto " in text
    )
    if not (spelled or "." in text or "/" in text):
        return None
    spans = view.spans(_outward(view, text, spelled))
    if not spans:
        return None
    return Finding(action=Action.REDACT, label="link", rule="link", version=VERSION, spans=spans)


def _outward(view: View, text: str, spelled: bool) -> Iterator[Span]:
    if "/" in text or _JOINED.search(text):
        for match in _LINK.finditer(text.encode("ascii")):  # of bytes no positions are counted
            start, end = match.span()
            end = start + len(text[start:end].rstrip(".,;:!?)'\""))
            if not (_supports(text[start:end]) and _typed_plainly(view, start, end)):
                yield start, end
    if spelled:
        for match in _SPOKEN.finditer(text):
            if not _supports(re.sub(r"\W*\b(?:dot|punto)\b\W*|[^\w.\-]+", ".", match[0])):
                yield match.span()


def _typed_plainly(view: View, start: int, end: int) -> bool:
    """Not "nhѕ.uk" with a Cyrillic letter, which reads like the support site and leads elsewhere."""
    first, last = view.normal.original(start, end)
    return view.text[first:last].isascii()


def _supports(link: str) -> bool:
    """Whether this leads to a support site and no further.

    A name before an @ ("nhs.uk@evil.example") and an address in the path or query would lead on.
    """
    host = _HOST.match(link)
    if host is None or _ONWARD.search(link[host.end() :]):
        return False
    labels = host[1].split(".")
    return any(".".join(labels[at:]) in _SITES for at in range(len(labels) - 1))
