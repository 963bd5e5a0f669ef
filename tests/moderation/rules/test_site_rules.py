"""A site's own rules: they find more, never less of what people at risk say, and name themselves truly."""

import time

import pytest

from moderation.blame import blame
from moderation.pipeline import judge
from moderation.rehearsal import Asked, Set, told
from moderation.rehearse import Line
from moderation.rules import RulesError, RuleSet, shipped, shipped_sources
from moderation.rules.site_rules import MOST_BYTES, site_rules
from moderation.submission import Submission
from moderation.verdict import Action, Verdict

BINGO = "rule site.bingo: spam\n  note Our bingo club is no secret.\n  say bingo (club|<drug>)\n"


def of(text: str = "", *off: str) -> RuleSet:
    return site_rules(shipped(), shipped_sources(), text, off, ["addiction"])


def said(text: str, rules: RuleSet | None) -> Verdict:
    return judge(Submission(text=text, topic="addiction", rules=rules))


def test_a_site_adds_words() -> None:
    """What a site adds is found in any disguise, with our lists in it, and by the version of that very set;
    without it nothing is."""
    rules = of(BINGO)
    for text in ("the bingo club tonight", "the b1ngo club", "bingo xanax"):
        verdict = said(text, rules)
        assert verdict.action is Action.BLOCK, text
        (finding,) = [one for one in verdict.findings if one.rule == "site.bingo"]
        assert finding.version == rules.version != shipped().version
    assert said("the bingo club tonight", None).action is Action.ALLOW
    assert of(BINGO).version == rules.version != of(BINGO.replace("club", "hall")).version
    assert of() is shipped()


def test_a_site_switches_a_rule_off() -> None:
    """A rule that is off finds nothing, and every other still does."""
    text = "selling my subs, who wants them"
    before = said(text, None)
    by = {finding.rule for finding in before.findings if finding.label == "sourcing"}
    rules = of("", *by)
    assert before.action is Action.BLOCK
    assert by
    assert not by & {finding.rule for finding in said(text, rules).findings}
    assert said("call me on 555 867 5309", rules).action is Action.REDACT


@pytest.mark.parametrize(
    ("text", "off", "fault"),
    [
        ("rule sourcing.mine: spam\n  note A.\n  say foo", (), "line 1"),
        ("\nrule site.x: crisis, block\n  note A.\n  say foo", (), "line 2"),
        ("rule site.x: fact\n  note A.\n  say foo", (), "category"),
        ("rule site.x: spam\n  note A.\n  say foo (", (), "line 3"),
        ("rule site.x: spam\n  note A.\n  rooms nowhere\n  say foo", (), "nowhere"),
        ("rule site.x: spam\n  note A.\n  say foo\n" + "  unless near 2 bar\n" * 9, (), "more than 8"),
        ("# x\n" * MOST_BYTES, (), "larger"),
        ("", ("no.such",), "no rule"),
        ("", ("crisis.want_to_die", "age.young"), "rule"),
        ("".join(f"rule site.x{n}: spam\n note A.\n say foo{n}\n" for n in range(201)), (), "more than 200"),
    ],
)
def test_what_a_site_may_not(text: str, off: tuple[str, ...], fault: str) -> None:
    """Nothing that would silence people at risk, change what ours find, or cost much: told with its line."""
    with pytest.raises(RulesError, match=fault):
        of(text, *off)


def test_nothing_about_people_at_risk_can_be_switched_off() -> None:
    """Each of our rules about risk, methods and age, and each that others ask for, stays on."""
    stays = {"crisis", "medical", "withdrawal", "safeguarding", "age", "methods", "fact"}
    names = [rule.id for rule in shipped().rules if rule.category in stays]
    with pytest.raises(RulesError) as refused:
        of("", *names)
    assert len(refused.value.faults) == len(names) > 60


def test_a_rehearsal_tells_before_anybody_is_met() -> None:
    """The counts over the corpus that comes with us and the given lines, each change with its rule; or else
    what is wrong with the rules."""
    line = Line("see you at the bingo club", "addiction", None, "given:1")
    answer = told(Asked(before=Set(), after=Set(BINGO), topics=("addiction",), lines=(line,)))
    assert answer["counts"] == [{"before": "allow", "after": "block", "count": 1}]
    assert answer["changes"][0]["rules"] == ("site.bingo",)  # type: ignore[index]
    assert answer["version"] == of(BINGO).version
    assert int(str(answer["lines"])) > 3_000
    bad = told(Asked(before=Set(), after=Set("say foo"), topics=(), lines=()))
    assert "line 1" in str(bad["faults"])


def test_who_is_to_blame_for_a_slow_message() -> None:
    """The rule that takes longest is named, also where it finds nothing; where none does, the stage."""
    words = " ".join(["alpha", "beta", "gamma"] * 130)
    many = "|".join(f"alpha ..12 beta ..12 w{n}" for n in range(80))
    slow = f"rule site.slow: spam\n  note Slow.\n  say gamma ({many}|alpha ..12 beta ..12 gamma ..12 gamma)\n"
    assert (
        blame(Submission(text=words, topic="addiction"), of(BINGO + slow), time.thread_time_ns) == "site.slow"
    )
    steps = iter(range(10**9))
    assert blame(Submission(text="hello", topic="addiction"), of(BINGO), lambda: next(steps)).startswith(
        "stage."
    )
