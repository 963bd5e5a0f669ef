"""How people come close to somebody they mean to use: pictures, secrets, gifts, sex."""

from collections.abc import Sequence

from moderation.verdict import Finding
from moderation.view import View


def grooming(view: View) -> Sequence[Finding]:
    """What the rules for grooming find in this message."""
    return view.ruled("grooming")
