"""How to do it, asked or told: nobody reads that here, and whoever asks is at risk."""

from collections.abc import Sequence
from dataclasses import replace

from moderation import guess
from moderation.verdict import Action, Finding
from moderation.view import View

VEIL = "self_harm"
"""What the room's screen says instead of the message, until a reader asks to see it (PROTOCOL: veil)."""


def methods(view: View) -> Sequence[Finding]:
    """HOLD a method sought or given, with the label `crisis`.

    A hold needs a reader. With nobody on duty the words about the method are redacted and the rest is
    shown behind a veil: a cry for help is not sent back because no person is there. Of what the model
    guesses no words can be named; then the whole is shown behind the veil.
    """
    found = view.ruled("methods")
    guessed = () if found else guess.withheld(view, "methods", "methods")
    if not (found or guessed):
        return ()
    if not view.submission.on_duty:
        found = tuple(replace(finding, action=Action.REDACT, veil=VEIL) for finding in found)
        guessed = tuple(replace(finding, action=Action.ALLOW, veil=VEIL) for finding in guessed)
    found = (*found, *guessed)
    return (*found, *(replace(finding, action=Action.ALLOW, label="crisis", veil=None) for finding in found))
