"""A submission as the stages read it: the text as sent, and beside it the text as it is matched."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from moderation.lazily import lazily
from moderation.normalise import Normalised, normalise
from moderation.policy import FACT, Policy
from moderation.rules import Hit, Readings, Rule, RuleSet, shipped
from moderation.spoken import Spoken, read
from moderation.submission import Submission
from moderation.verdict import Action, Finding, Span

T = TypeVar("T")


class View:
    """One submission on its way through the stages. Everything here is computed once, on first use.

    A stage for words and phrases matches on `readings`, one for marks and numbers on `normal.plain` or
    `normal.ascii`, and reports spans through `Spoken.original` or `spans`.
    """

    def __init__(self, submission: Submission, rules: RuleSet | None = None, again: bool = False) -> None:
        """`again`: of a text in which something was hidden already, and only what hides more is asked."""
        self.submission = submission
        self.again = again
        self.rules = rules or submission.rules or shipped()
        self.text = submission.text
        self._kept: dict[Callable[[View], object], object] = {}

    @lazily
    def normal(self) -> Normalised:
        return normalise(self.text)

    @lazily
    def typed(self) -> Spoken:
        """The words as they were typed, disguises and all."""
        return read(self.normal)

    @lazily
    def words(self) -> Spoken:
        """The words, disguises lifted ("k!ll mys3lf" is `kill myself`). See `Spoken`."""
        return self.readings[-1]

    @lazily
    def readings(self) -> tuple[Spoken, ...]:
        """Every way to read the words: as typed and, only where that differs, with disguises lifted.

        A rule asks each of them, so lifting a disguise can never save what plain words would not.
        """
        lifted = self.rules.disguises.lift(self.normal, self.typed)
        return (self.typed,) if lifted is self.typed else (self.typed, lifted)

    @property
    def policy(self) -> Policy:
        """The site's policy."""
        return self.submission.policy

    @lazily
    def heard(self) -> tuple[Readings, ...]:
        """`readings` as the rules read them."""
        return tuple(map(self.rules.read, self.readings))

    @lazily
    def hits(self) -> tuple[Hit, ...]:
        """Every rule that holds for this message, however its words are read; `facts` are asked for apart."""
        return self._holding(excusing=False, matters=self._hides if self.again else None)

    @lazily
    def facts(self) -> tuple[Hit, ...]:
        """Of the rules that find nothing by themselves those that excuse something, or make a guess likelier.

        Not the `signal.*`, which are among `hits`: of most messages nobody asks for the others.
        """
        return self._holding(excusing=True)

    def _holding(self, excusing: bool, matters: Callable[[Rule], bool] | None = None) -> tuple[Hit, ...]:
        topic = self.submission.topic
        if len(self.heard) == 1:
            return tuple(self.rules.hits(self.heard[0], topic, excusing, matters))
        # By name: to compare rules by what they say would read all of their patterns.
        hits = (hit for heard in self.heard for hit in self.rules.hits(heard, topic, excusing, matters))
        return tuple({(hit.rule.id, hit.line, hit.span): hit for hit in hits}.values())

    def _hides(self, rule: Rule) -> bool:
        """Whether what a rule finds can be hidden."""
        if rule.category == "methods" and not self.submission.on_duty:
            return True
        return rule.category != FACT and self._action(rule) in (Action.MASK, Action.REDACT)

    @lazily
    def _by_category(self) -> dict[str, dict[str, list[Hit]]]:
        found: dict[str, dict[str, list[Hit]]] = {}
        for hit in self.hits:
            found.setdefault(hit.rule.category, {}).setdefault(hit.rule.id, []).append(hit)
        return found

    def ruled(self, category: str) -> tuple[Finding, ...]:
        """A finding for each rule of a category that holds, with all the places where it does."""
        found = self._by_category.get(category)
        return tuple(map(self.finding, found.values())) if found else ()

    def finding(self, hits: Sequence[Hit]) -> Finding:
        """What the policy makes of the hits of one rule."""
        rule = hits[0].rule
        return Finding(
            action=self._action(rule),
            label=rule.category,
            rule=rule.id,
            version=self.rules.version,
            spans=joined(hit.span for hit in hits),
            category=rule.category,
        )

    def _action(self, rule: Rule) -> Action:
        if rule.action is not None:
            return Action[rule.action.upper()]
        return self.policy.action(rule.category, self.submission.topic)

    @lazily
    def digits(self) -> int:
        """How many digits stand in the text, whatever script they are of: no number without them."""
        return len(self.normal.ascii) - len(self.normal.ascii.encode("ascii").translate(None, b"0123456789"))

    def spans(self, found: Iterable[Span]) -> tuple[Span, ...]:
        """Spans of the normalised text as spans of the text as sent: in order, overlapping ones as one."""
        places = list(found)
        return joined([self.normal.original(*span) for span in places]) if places else ()

    def once(self, compute: Callable[["View"], T]) -> T:
        """What `compute` says of this view; two stages that need it pay for it once."""
        try:
            return self._kept[compute]  # type: ignore[return-value]  # what `compute` returned, under its own key
        except KeyError:
            found = self._kept[compute] = compute(self)
            return found


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, overlapping ones as one."""
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return tuple(apart)
