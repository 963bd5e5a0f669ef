"""What the model adds where the rules are silent: with care that a guess stays a guess."""

from collections.abc import Sequence

from moderation.model import HEADS, shipped
from moderation.normalise import normalise
from moderation.spoken import spoken
from moderation.verdict import Finding
from moderation.view import View, joined

_HEARD = ("crisis", "medical", "safeguarding", "age", "methods", "encouragement", "withdrawal")
"""Categories whose rules have seen what the message is about: the head of risk has nothing to add."""
_CARED = ("crisis", "medical", "safeguarding", "age", "withdrawal")
"""A cry for help is not withheld on a guess about something else."""
_SPARED = ("spared.", "calm.", "care.")
"""Facts that say that words are told of, quoted, refused, past, about care, or meant for oneself."""


_KIN = {"contact": ("grooming",)}
"""What a head has learned beside its own category: where a rule says that, it has nothing to add."""
HELPING = ("risk", "medical", "safeguarding")
"""Heads that bring help and withhold nothing."""
WORDS = 6
"""Words from which a head may withhold a line alone; one less where a weak rule holds. Of "one" or "number 2"
a head can be sure for no better reason than that the word stood in few lines that it learned from."""
DOUBT = 0.01
"""The score below which what a rule has found is not believed (the README of the training)."""
DOUBTED = ("encouragement.relapse", "contact.")
"""Rules that it is asked about: those that are wrong most often, and where a line too many costs least. A
push towards death, a threat or a way to die is withheld on a rule's word."""
BESIDE = 3
"""Words on each side that may turn the sense of what a rule has found."""
_NONE = (0.0,) * len(HEADS)
NUMBER = 7
"""Digits from which a message may hold a phone number."""


def risk(view: View) -> tuple[Finding, ...]:
    """Label `crisis` by the model, where no rule says anything, those that excuse among them."""
    return _help(view, "risk", "crisis", _HEARD)


def emergency(view: View) -> tuple[Finding, ...]:
    """Label `medical` by the model, where no rule says what has happened, or that it is over."""
    return _help(view, "medical", "medical", ("medical", "withdrawal"))


def child(view: View) -> tuple[Finding, ...]:
    """Label `safeguarding` by the model, where no rule says anything of a minor."""
    return _help(view, "safeguarding", "safeguarding", ("safeguarding", "age"))


def _help(view: View, head: str, label: str, heard: Sequence[str]) -> tuple[Finding, ...]:
    """What brings help, where no rule has seen what the message is about, nor that it is over."""
    sure = None if view.again else view.once(_acting)
    if sure is None or (score := sure[HEADS.index(head)]) < shipped().alone[head]:
        return ()
    if any(hit.rule.category in heard for hit in view.hits) or _told(view, "calm."):
        return ()
    return (_finding(view, head, label, score),)


def withheld(view: View, head: str, category: str) -> tuple[Finding, ...]:
    """What the policy does about `category`, where `head` is sure, or leans and a rule `weak.<head>` holds.

    Nothing where a rule has found the category itself, where somebody is heard to be at risk, or where
    the words are told of rather than said.
    """
    sure = None if view.again else view.once(_acting)  # judged before anything was hidden
    if sure is None or (score := sure[HEADS.index(head)]) < (model := shipped()).backed[head]:
        return ()
    if head == "contact" and view.digits >= NUMBER:
        return ()  # a number that is given is hidden by its own stage
    if any(hit.rule.category in (*_KIN.get(head, ()), category, *_CARED) for hit in view.hits):
        return ()
    if _told(view, _SPARED):
        return ()
    weak = [hit for hit in view.facts if hit.rule.id == f"weak.{head}"]
    words = len(view.readings[0].text.split(" ", WORDS))
    if words < WORDS - 1 or (not weak and (score < model.alone[head] or words < WORDS)):
        return ()
    return (_finding(view, head, category, score, joined(hit.span for hit in weak)),)


def doubted(view: View, head: str, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What the rules have found, less what `head` is all but sure is something else, of the rules in DOUBTED.

    The words at hand are scored with the three on each side, beside the whole: innocent words that somebody
    puts around a push would make the whole look harmless, and those nearest to it turn its sense.
    """
    if not found or view.again or len(view.readings) > 1:
        return found  # nobody writes innocent words in disguise
    at = HEADS.index(head)
    if view.once(scores)[at] >= DOUBT:
        return found
    return tuple(
        finding
        for finding in found
        if not finding.rule.startswith(DOUBTED) or not finding.spans or _near(view, finding, at) >= DOUBT
    )


def _near(view: View, finding: Finding, at: int) -> float:
    """A head's score of what a finding points at, and of three words on each side."""
    before = view.text[: finding.spans[0][0]].split()[-BESIDE:]
    after = view.text[finding.spans[-1][1] :].split()[:BESIDE]
    said = view.text[finding.spans[0][0] : finding.spans[-1][1]]
    return shipped().scores(spoken(normalise(" ".join((*before, said, *after))).plain))[at]


def _told(view: View, families: str | tuple[str, ...]) -> bool:
    """Whether a fact of these families holds."""
    return any(hit.rule.id.startswith(families) for hit in view.facts)


def _acting(view: View) -> tuple[float, ...] | None:
    """`scores`, or None where no head acts in any reading."""
    model = shipped()
    sure = [said for words in view.readings if (said := model.acting(words.words))]
    return tuple(map(max, *sure, _NONE)) if sure else None


def scores(view: View) -> tuple[float, ...]:
    """The score of each head, the highest of all readings: lifting a disguise can only add."""
    model = shipped()
    return tuple(map(max, *(model.scores(words.text) for words in view.readings), _NONE))


def _finding(
    view: View, head: str, category: str, score: float, spans: tuple[tuple[int, int], ...] = ()
) -> Finding:
    return Finding(
        action=view.policy.action(category, view.submission.topic),
        label=category,
        rule=f"model.{head}",
        version=shipped().version,
        spans=spans,
        category=None if head in HELPING else category,
        score=round(score, 3),
    )
