"""Words thrown at somebody in the room."""

from collections.abc import Sequence

from moderation import guess
from moderation.verdict import Finding
from moderation.view import View


def harassment(view: View) -> Sequence[Finding]:
    """What the rules for harassment find: told they are worthless, sworn at, mocked as survivors."""
    return view.ruled("harassment") or guess.withheld(view, "abuse", "harassment")
