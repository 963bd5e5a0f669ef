"""What the stages for personal details share."""

from collections.abc import Iterable

from moderation.verdict import Finding, Span
from moderation.view import View


def told(view: View, rule: str, version: int, found: Iterable[Span]) -> Finding | None:
    """The finding on details at these spans of the normalised text; None where there are none."""
    spans = view.spans(found)
    if not spans:
        return None
    action = view.policy.action("personal", view.submission.topic)
    return Finding(
        action=action, label="personal", rule=rule, version=version, spans=spans, category="contact"
    )
