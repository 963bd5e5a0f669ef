"""Risk now, to the author or to somebody absent: shown as written, and help comes."""

from collections.abc import Sequence

from moderation.model import shipped
from moderation.verdict import Action, Finding
from moderation.view import View

_HEARD = ("crisis", "medical", "safeguarding", "age", "methods", "encouragement", "withdrawal")
"""Categories whose rules have seen what the message is about: the model has nothing to add."""


def crisis(view: View) -> Sequence[Finding]:
    """Label `crisis` where somebody may be at risk now. Never withholds a word."""
    if view.again:
        return ()  # hides nothing, and was heard before anything was hidden
    return view.ruled("crisis") or _guessed(view)


def _guessed(view: View) -> Sequence[Finding]:
    """What the model makes of a message on which the rules are silent, those that excuse among them."""
    if view.hits and any(hit.rule.category in _HEARD or hit.rule.id.startswith("calm.") for hit in view.hits):
        return ()
    model = shipped()
    score = model.score(view.words.text)
    if score < model.threshold:
        return ()
    return (
        Finding(
            action=Action.ALLOW,
            label="crisis",
            rule="model.risk",
            version=model.version,
            score=round(score, 3),
        ),
    )
