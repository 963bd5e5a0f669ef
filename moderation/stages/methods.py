"""How to do it, asked or told: nobody reads that here, and whoever asks is at risk."""

from collections.abc import Sequence
from dataclasses import replace

from moderation.verdict import Action, Finding
from moderation.view import View

VEIL = "self_harm"
"""What the room's screen says instead of the message, until a reader asks to see it (PROTOCOL: veil)."""


def methods(view: View) -> Sequence[Finding]:
    """HOLD a method sought or given, with the label `crisis`.

    A hold needs a reader. With nobody on duty the words about the method are redacted and the rest is
    shown behind a veil: a cry for help is not sent back because no person is there.
    """
    found = view.ruled("methods")
    if not found:
        return ()
    if not view.submission.on_duty:
        found = tuple(replace(finding, action=Action.REDACT, veil=VEIL) for finding in found)
    return (*found, *(replace(finding, action=Action.ALLOW, label="crisis", veil=None) for finding in found))
