"""Asking somebody out of the room: another platform, a number, a meeting."""

from collections.abc import Sequence

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def contact(view: View) -> Sequence[Finding]:
    """What the rules for contact find. Details that somebody gives are redacted by their own stages."""
    found = guess.doubted(view, "contact", view.ruled("contact"))
    return found or guess.withheld(view, "contact", "contact")
