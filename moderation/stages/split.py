"""A detail split over several messages: "202", then "555", then "0143"."""

import re
from collections.abc import Iterator
from dataclasses import replace

import re2

from moderation.look import look
from moderation.normalise import normalise
from moderation.numerals import is_number
from moderation.stages.address import STREETS, TELLS, address
from moderation.stages.domains import PROVIDERS, TOP
from moderation.stages.email import email
from moderation.stages.handles import PLATFORM, handles
from moderation.stages.links import links
from moderation.stages.phone import ASKED, FEWEST, phone
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 2
LONGEST = 160
"""Of what came before, the end counts: nobody splits a number over pages."""
HEAD = 300
"""Characters at the beginning of this message that are read with what came before."""
NEAR = 40
"""How far from a detail the stages look for what it is; further on, what came before changes nothing."""
_STAGES = (phone, email, address, handles, links)
_GLUE = (" ", "")

# What follows asks whether anything can be completed here at all: of most messages nothing can, and to
# read them twice more with what came before them is dear.
_promised = look(r"\b(?:insta|instagram|ig|snap|snapchat|kik|discord|telegram|tiktok)\b.{0,20}\s*$")
_ENDS = frozenset("@:=/#0123456789")
_SPELLED = rf"@|^\W*[./#]|\b(?:dot|punto|arroba)\b|^\W*at \W*(?:[a-z0-9\-]+ ?\.|{PROVIDERS}\b)"
_AT = re2.compile(r"@|\b(?:at|arroba)\W*$")
_DOTTED = r"\w\.\w"
_IS_SPELLED, _IS_DOTTED = range(2)
_looks = look(_SPELLED, _DOTTED)
_ENDED = re2.compile(rf"^\W*(?:{TOP}|me|ly|be|gd|gl)\b|^[a-z]+/|^\W*[a-z] [a-z]\b")
_LAST = re.compile(r"\n?[^a-z0-9]{0,5}([a-z0-9]+)")
"""From behind: the last word, read backwards."""
_FIRST = re.compile(r"[^a-z0-9]{0,4}([a-z0-9]+)")
_DIGIT = re.compile(r"\d")
_STREET = re2.compile(
    rf"\b(?:{STREETS})\b|\b(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|rue|quai|cours)\b"
)
_PLATFORM = re2.compile(rf"\b{PLATFORM}\b")


def split(view: View) -> Finding | None:
    """REDACT what completes a personal detail that the author's messages before began."""
    if not view.submission.recent or not _can_complete(view):
        return None
    spans = view.once(_completing)
    if not spans:
        return None
    action = view.policy.action("personal", view.submission.topic)
    return Finding(
        action=action, label="personal", rule="split", version=VERSION, spans=spans, category="contact"
    )


def _can_complete(view: View) -> bool:
    """Whether a detail that ends in this message may have begun before; rather once too often."""
    before = normalise(" ".join(view.submission.recent)[-2 * NEAR :]).ascii
    after = view.normal.ascii[: 2 * NEAR]
    end = before.rstrip()[-1:]
    if end in _ENDS or _promised(before):
        return True
    if end == "." and _ENDED.search(after):
        return True
    first, last = _FIRST.match(after), _LAST.match(before[: -NEAR - 1 : -1])
    if first and last and _counts_on(last[1][::-1], first[1]):
        return True
    looks = _looks(after) or ()
    if _IS_SPELLED in looks or (_IS_DOTTED in looks and (_AT.search(before) or _PLATFORM.search(before))):
        return True
    near = before[-NEAR:]
    if _DIGIT.search(near) and TELLS.search(near):
        return True
    if not (view.digits and _DIGIT.search(after)):
        return False
    return bool(
        (first and _DIGIT.search(first[1]))
        or TELLS.search(near)
        or (view.digits >= FEWEST and ASKED.search(near))
        or _PLATFORM.search(before + " " + after)
        or (_DIGIT.search(before) and _STREET.search(after))
    )


def _counts_on(last: str, first: str) -> bool:
    """Whether a number can go on from the last word before to the first one here, or from half a word."""
    both = last + first
    return (is_number(last) and is_number(first)) or (both.isalpha() and is_number(both))


def _completing(view: View) -> tuple[Span, ...]:
    return tuple(sorted(set(_found(view))))


def _found(view: View) -> Iterator[Span]:
    end = view.text.find(" ", HEAD)
    text = view.text if end < 0 else view.text[:end]
    for glue in _GLUE:
        before = glue.join(view.submission.recent)[-LONGEST:] + glue
        whole = View(replace(view.submission, text=before + text, recent=()), view.rules)
        for stage in _STAGES:
            finding = stage(whole)
            for start, end in finding.spans if isinstance(finding, Finding) else ():
                if end > len(before) and start < len(before) + NEAR:
                    yield max(start - len(before), 0), end - len(before)
