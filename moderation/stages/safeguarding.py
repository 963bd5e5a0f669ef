"""A minor who says so, or a child harmed now: shown, the age hidden, and treated as a crisis."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from moderation import guess
from moderation.verdict import Action, Finding, Span
from moderation.view import View

_DIGITS = re.compile(r"\d+")


def safeguarding(view: View) -> Sequence[Finding]:
    """Labels `safeguarding` and `crisis`; REDACT the digits of the age that somebody under 18 gives.

    An age draws the wrong kind of interest; the words around it are how a child asks for help, and stay.
    """
    found = view.ruled("safeguarding") or guess.child(view)
    ages = [_age(view, finding) for finding in view.ruled("age")]
    if not (found or ages):
        return ()
    return (
        *found,
        *(replace(finding, label="safeguarding") for finding in ages),
        *(replace(finding, action=Action.ALLOW, label="crisis") for finding in (*found, *ages)),
    )


def _age(view: View, finding: Finding) -> Finding:
    """The finding with the digits of the age as its spans; shown as it is where there are none."""
    spans = tuple(_digits(view, finding.spans))
    return replace(finding, spans=spans) if spans else replace(finding, action=Action.ALLOW)


def _digits(view: View, spans: Sequence[Span]) -> Iterator[Span]:
    for start, end in spans:
        for digits in _DIGITS.finditer(view.text, start, end):
            yield digits.span()
