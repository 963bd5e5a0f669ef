"""Slurs that are not thrown at somebody in the room are veiled; those are the stage for hate's."""

from dataclasses import replace

from moderation.verdict import Finding
from moderation.view import View
from moderation.vocabulary import veiled


def slurs(view: View) -> Finding | None:
    """MASK words that degrade people for what they are.

    Not where somebody tells of them, quotes or refuses them, or means themselves (rules `spared.*`): who
    was called so must be able to say it, and a masked word reads there as if they had done wrong.
    """
    finding = veiled(view, "slur")
    if finding is None:
        return None
    spared = [hit.span for hit in view.facts if hit.rule.id.startswith("spared.")]
    spans = tuple(
        (start, end)
        for start, end in finding.spans
        if not any(first < end and start < last for first, last in spared)
    )
    return replace(finding, spans=spans) if spans else None
