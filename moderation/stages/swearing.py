"""Swearing is veiled where the room asks for it."""

from dataclasses import replace

from moderation.verdict import Finding
from moderation.view import View
from moderation.vocabulary import innocent, veiled


def swearing(view: View) -> Finding | None:
    """MASK the swear words of the message; nothing in rooms whose policy allows swearing.

    Not what is a dog's mother, a bird or a name here (rules `innocent.*`).
    """
    finding = veiled(view, "swearing")
    if finding is None:
        return None
    spans = tuple(span for span in finding.spans if not innocent(view, span))
    return replace(finding, spans=spans) if spans else None
