"""A detail split over several messages: "202", then "555", then "0143"."""

from collections.abc import Iterator
from dataclasses import replace

import re2

from moderation.stages.address import address
from moderation.stages.email import email
from moderation.stages.handles import handles
from moderation.stages.links import links
from moderation.stages.phone import phone
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 1
LONGEST = 300
"""Of what came before, the end counts: nobody splits a number over pages."""
_STAGES = (phone, email, address, handles, links)
_GLUE = (" ", "")
_PART = re2.compile(
    r"[\d@]|\w\.\w|^\W*\.|\b(?:dot|punto|at|arroba|one|two|three|four|five|six|seven|eight|nine|zero)\b"
)
_PROMISED = re2.compile(
    r"(?:\b(?:insta|instagram|ig|snap|snapchat|kik|discord|telegram|tiktok)\b.{0,20}|[@.:=]|\d)\s*$"
)


def split(view: View) -> Finding | None:
    """REDACT what completes a personal detail that the author's messages before began."""
    recent = view.submission.recent
    if not recent or not (_PART.search(view.normal.ascii) or _PROMISED.search(recent[-1].lower())):
        return None
    spans = view.once(_completing)
    if not spans:
        return None
    action = view.policy.action("personal", view.submission.topic)
    return Finding(
        action=action, label="personal", rule="split", version=VERSION, spans=spans, category="contact"
    )


def _completing(view: View) -> tuple[Span, ...]:
    return tuple(sorted(set(_found(view))))


def _found(view: View) -> Iterator[Span]:
    for glue in _GLUE:
        before = glue.join(view.submission.recent)[-LONGEST:] + glue
        whole = View(replace(view.submission, text=before + view.text, recent=()), view.rules)
        for stage in _STAGES:
            finding = stage(whole)
            for start, end in finding.spans if isinstance(finding, Finding) else ():
                if end > len(before):
                    yield max(start - len(before), 0), end - len(before)
