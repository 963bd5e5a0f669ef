"""The figures of the filter on our own labelled cases (tests/cases). See `bench.filter`."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action, Verdict

FOLDER = Path(__file__).parent.parent / "tests" / "cases"

LEGITIMATE = (
    *("legit", "harm_reduction", "withdrawal", "crisis_neg", "safeguarding_neg"),
    *("methods_neg", "encouragement_neg", "sourcing_neg", "contact_neg", "spam_neg"),
)
"""Categories whose messages a filter may not touch; the figure counts them together."""


class Case(msgspec.Struct, frozen=True):
    """One labelled line; tests/cases/README.md says what each field means."""

    id: str
    text: str
    room: str
    expect: str
    cat: str
    note: str = ""
    also: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    label: str | None = None
    func: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what the filter said of it."""

    case: Case
    verdict: Verdict

    @property
    def outcome(self) -> str:
        """The answer in the words of `expect`: an action, or `crisis` for a message shown with that label."""
        if self.verdict.passes and "crisis" in self.verdict.labels:
            return "crisis"
        return self.verdict.action.word

    @property
    def right(self) -> bool:
        """Whether the answer is one that the policy leaves room for, and what must go is gone."""
        shown = self.verdict.text or ""
        accepted = (self.case.expect, *self.case.also)
        return self.outcome in accepted and not any(part in shown for part in self.case.gone)

    @property
    def labelled(self) -> bool:
        """Whether the label that the policy asks for beside the action is there."""
        return self.case.label is None or self.case.label in self.verdict.labels


def judged(half: str) -> list[Judged]:
    """Every case of one of our files, each judged alone, as from an ordinary visitor with someone on duty."""
    return judged_file(FOLDER / f"{half}.jsonl")


def judged_file(path: Path) -> list[Judged]:
    """The same for any file of cases in this form."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cases = [msgspec.convert(json.loads(line), Case) for line in lines]
    return [
        Judged(case, judge(Submission(text=case.text, topic=case.room, lang=case.lang))) for case in cases
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `good` of `total`, and the share that the issue asks for at least."""

    name: str
    good: int
    total: int
    least: float | None = None
    most: float | None = None

    @property
    def share(self) -> float:
        return self.good / self.total if self.total else 0.0

    def __str__(self) -> str:
        sign = "<=" if self.most is not None else ">="
        bound = self.most if self.most is not None else self.least
        missed = (self.least is not None and self.share < self.least) or (
            self.most is not None and self.share > self.most
        )
        asked = "" if bound is None else f"  {sign} {bound:.3f}" + (" MISSED" if missed else "")
        return f"{self.name:<48}{self.good:6} /{self.total:6}{self.share:8.3f}{asked}"


def rows(found: list[Judged]) -> Iterator[Row]:
    """The figures that count shares of our own cases."""

    def those(*cats: str) -> list[Judged]:
        return [one for one in found if one.case.cat in cats]

    def share(name: str, among: list[Judged], least: float, good: Callable[[Judged], bool] = right) -> Row:
        return Row(name, sum(map(good, among)), len(among), least=least)

    def at_most(name: str, among: list[Judged], most: float, bad: Callable[[Judged], bool]) -> Row:
        return Row(name, sum(map(bad, among)), len(among), most=most)

    legitimate = those(*LEGITIMATE)
    yield share("all own cases right", found, 0.90)
    yield at_most("legitimate touched", legitimate, 0.02, lambda one: one.verdict.action > Action.ALLOW)
    yield at_most("legitimate withheld", legitimate, 0.005, lambda one: not one.verdict.passes)
    yield share("crisis and medical: recall", those("crisis", "medical"), 0.92)
    shown = [one for one in found if one.outcome == "crisis"]
    yield share("crisis: precision of the label, where shown", shown, 0.88, _rightly_crisis)
    yield share("safeguarding", those("safeguarding"), 0.85)
    yield share("labels asked for beside the action", [o for o in found if o.case.label], 0.90, _labelled)
    yield share("personal details", those("pii"), 0.90)
    yield share("personal details: look-alikes left alone", those("pii_neg"), 0.95)
    yield share("swearing and evasion masked", those("profanity"), 0.90)
    yield share("swearing: look-alikes left alone", those("profanity_neg"), 0.97)
    yield share("sourcing", those("sourcing"), 0.85)
    yield share("contact", those("contact"), 0.85)
    yield share("methods and encouragement", those("methods", "encouragement"), 0.85)
    yield share("spam", those("spam"), 0.85)
    yield share("abuse", those("abuse"), 0.80)
    yield share("abuse: its negatives", those("abuse_neg"), 0.92)


def right(one: Judged) -> bool:
    return one.right


def _labelled(one: Judged) -> bool:
    return one.labelled


def _rightly_crisis(one: Judged) -> bool:
    return "crisis" in (one.case.expect, *one.case.also)


def by_category(found: Iterable[Judged]) -> list[Row]:
    """How many are right in each category."""
    total = Counter(one.case.cat for one in found)
    good = Counter(one.case.cat for one in found if one.right)
    return [Row(cat, good[cat], total[cat]) for cat in sorted(total)]


def by_function(found: Iterable[Judged]) -> tuple[float, list[Row]]:
    """Balanced accuracy of hate by functional kind, and each kind's own share.

    A kind counts as one, however many cases it has; hateful and harmless kinds count half each.
    Withheld (held or blocked) is "taken for hate"; whatever is shown is not.
    """
    kinds: dict[tuple[bool, str], list[bool]] = {}
    for one in found:
        if one.case.func:
            hateful = one.case.cat == "abuse"
            kinds.setdefault((hateful, one.case.func), []).append(one.verdict.passes is not hateful)
    means = {
        wanted: [sum(good) / len(good) for (hateful, _), good in kinds.items() if hateful is wanted]
        for wanted in (True, False)
    }
    balanced = sum(sum(mean) / len(mean) for mean in means.values()) / 2
    named = [
        Row(f"{'hateful' if hateful else 'harmless'}: {kind}", sum(good), len(good))
        for (hateful, kind), good in sorted(kinds.items(), reverse=True)
    ]
    return balanced, named
