"""What the model adds where the rules are silent: with care that a guess stays a guess."""

from moderation.model import HEADS, shipped
from moderation.policy import FACT
from moderation.verdict import Finding
from moderation.view import View, joined

_HEARD = ("crisis", "medical", "safeguarding", "age", "methods", "encouragement", "withdrawal")
"""Categories whose rules have seen what the message is about: the head of risk has nothing to add."""
_CARED = ("crisis", "medical", "safeguarding", "age", "withdrawal")
"""A cry for help is not withheld on a guess about something else."""
_SPARED = ("spared.", "calm.", "care.")
"""Facts that say that words are told of, quoted, refused, past, about care, or meant for oneself."""


WORDS = 6
"""Words from which a head may withhold a line alone; one less where a weak rule holds. Of "one" or "number 2"
a head can be sure for no better reason than that the word stood in few lines that it learned from."""
NUMBER = 7
"""Digits from which a message may hold a phone number."""


def risk(view: View) -> tuple[Finding, ...]:
    """Label `crisis` by the model, where no rule says anything, those that excuse among them."""
    if view.again or any(hit.rule.category in _HEARD or hit.rule.id.startswith("calm.") for hit in view.hits):
        return ()
    score = view.once(scores)[HEADS.index("risk")]
    return () if score < shipped().alone["risk"] else (_finding(view, "risk", "crisis", score),)


def withheld(view: View, head: str, category: str) -> tuple[Finding, ...]:
    """What the policy does about `category`, where `head` is sure, or leans and a rule `weak.<head>` holds.

    Nothing where a rule has found the category itself, where somebody is heard to be at risk, or where
    the words are told of rather than said.
    """
    if view.again or (head == "contact" and view.digits >= NUMBER):
        return ()  # judged before anything was hidden; and a number that is given is hidden by its own stage
    model = shipped()
    score = view.once(scores)[HEADS.index(head)]
    if score < model.backed[head] or any(
        hit.rule.category in (category, *_CARED) or hit.rule.id.startswith(_SPARED) for hit in view.hits
    ):
        return ()
    weak = [hit for hit in view.hits if hit.rule.category == FACT and hit.rule.id == f"weak.{head}"]
    words = len(view.readings[0].text.split(" ", WORDS))
    if words < WORDS - 1 or (not weak and (score < model.alone[head] or words < WORDS)):
        return ()
    return (_finding(view, head, category, score, joined(hit.span for hit in weak)),)


def scores(view: View) -> tuple[float, ...]:
    """The score of each head, the highest of all readings: lifting a disguise can only add."""
    model = shipped()
    return tuple(map(max, *(model.scores(words.text) for words in view.readings), (0.0,) * len(HEADS)))


def _finding(
    view: View, head: str, category: str, score: float, spans: tuple[tuple[int, int], ...] = ()
) -> Finding:
    return Finding(
        action=view.policy.action(category, view.submission.topic),
        label=category,
        rule=f"model.{head}",
        version=shipped().version,
        spans=spans,
        category=None if head == "risk" else category,
        score=round(score, 3),
    )
