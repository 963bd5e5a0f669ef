"""Alcohol or benzodiazepines stopped suddenly, with symptoms: it can kill, and most do not know."""

from collections.abc import Sequence
from dataclasses import replace

from moderation.verdict import Finding
from moderation.view import View


def withdrawal(view: View) -> Sequence[Finding]:
    """Label `medical`, which brings the card to the author. No `crisis`: nobody is alarmed."""
    found = view.ruled("withdrawal")
    return tuple(replace(finding, label="medical") for finding in found) if found else ()
