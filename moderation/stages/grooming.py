"""How people come close to somebody they mean to use: pictures, secrets, gifts, sex; a step at a time."""

from collections.abc import Sequence

from moderation.normalise import normalise
from moderation.spoken import read
from moderation.verdict import Finding, Span
from moderation.view import View, joined

VERSION = 1
STEPS = 2
"""Different kinds of signal (rules `signal.*`) that make a pattern out of small talk."""
ASKING = frozenset(
    f"signal.{kind}" for kind in ("age", "place", "alone", "pictures", "secret", "away", "gift", "sexual")
)
"""Signals that want something. Praise alone, however much of it, is praise."""


def grooming(view: View) -> Sequence[Finding]:
    """HOLD an approach: in one message by the rules, or over the author's last few to the same people.

    "How old are you", "you sound so pretty" and "got snap" are each nothing much. Towards somebody in the
    room who may be a child one of them that wants something is enough.
    """
    found = view.ruled("grooming")
    spans = _pattern(view)
    if not spans:
        return found
    step = Finding(
        action=view.policy.action("grooming", view.submission.topic),
        label="grooming",
        rule="grooming.steps",
        version=VERSION,
        spans=spans,
        category="grooming",
    )
    return (*found, step)


def _pattern(view: View) -> tuple[Span, ...]:
    """Where this message adds to a pattern; nothing where there is none."""
    if not view.hits:
        return ()
    now = [hit for hit in view.hits if hit.rule.id.startswith("signal.")]
    if not now:
        return ()
    kinds = {hit.rule.id for hit in now}
    if not (view.submission.minor_here and kinds & ASKING):
        kinds |= _earlier(view)
        if len(kinds) < STEPS or not kinds & ASKING:
            return ()
    return joined(hit.span for hit in now)


def _earlier(view: View) -> set[str]:
    """The kinds of signal in what the author said just before. Only asked for when this message has one."""
    rules, topic = view.rules, view.submission.topic
    return {
        hit.rule.id
        for text in view.submission.before
        for hit in rules.hits(rules.read(read(normalise(text))), topic, excusing=False)
        if hit.rule.id.startswith("signal.")
    }
