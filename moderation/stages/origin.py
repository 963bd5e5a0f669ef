"""Holds for where a message comes from rather than what it says."""

from collections.abc import Sequence

from moderation.gates import ORIGINS
from moderation.verdict import Action, Finding
from moderation.view import View


def origin(view: View) -> Sequence[Finding]:
    """HOLD by each gate that the caller says is shut for this author (`Submission.gates`).

    The words are read by a person first; what they say is judged by the other stages as always.
    """
    if not view.submission.gates:
        return ()
    return tuple(
        Finding(action=Action.HOLD, label=gate, rule=f"origin.{gate}")
        for gate in ORIGINS
        if gate in view.submission.gates
    )
