"""An overdose, a poisoning or another emergency of the body: shown, and the emergency number comes first."""

from collections.abc import Sequence
from dataclasses import replace

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def medical(view: View) -> Sequence[Finding]:
    """Labels `medical` and `crisis`: who looks for people at risk need only know the one."""
    found = view.ruled("medical") or guess.emergency(view)
    if not found:
        return ()
    return (*found, *(replace(finding, label="crisis") for finding in found))
