"""How the tables of examples are read: 《 and 》 stand around what a stage must report."""

import re
from collections.abc import Callable, Sequence

from moderation.stages import Stage
from moderation.submission import Submission
from moderation.verdict import Finding, Span
from moderation.view import View


def marked(example: str) -> tuple[str, tuple[Span, ...]]:
    """The text of an example and the spans that were marked in it."""
    text, spans, start = "", [], 0
    for part in re.split("([《》])", example):
        if part == "《":
            start = len(text)
        elif part == "》":
            spans.append((start, len(text)))
        else:
            text += part
    return text, tuple(spans)


def ask(stage: Stage, text: str, topic: str = "mental-health") -> Finding | None:
    """What a stage says of a text."""
    return stage(View(Submission(text=text, topic=topic)))


def spans(stage: Stage, text: str, topic: str = "mental-health") -> tuple[Span, ...]:
    """The spans a stage reports, none where it has nothing to say."""
    finding = ask(stage, text, topic)
    return finding.spans if finding else ()


def rules(stage: Callable[[View], Sequence[Finding]], text: str, topic: str = "mental-health") -> set[str]:
    """The rules by which a stage that asks the rule files finds something in a text."""
    return {finding.rule for finding in stage(View(Submission(text=text, topic=topic)))}
