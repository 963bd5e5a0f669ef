from pathlib import Path

import pytest

import moderation
from moderation.pipeline import judge, overtime
from moderation.stages import Stage
from moderation.submission import Submission
from moderation.verdict import Action, Finding, Verdict
from moderation.view import View


def says(
    action: Action, *spans: tuple[int, int], label: str = "made_up", category: str | None = None
) -> Stage:
    """A stage that says one thing of a text of ten letters, and nothing of any other."""

    def made_up(view: View) -> Finding | None:
        if view.text != "abcdefghij":
            return None
        return Finding(action=action, label=label, rule="made_up", spans=spans, category=category)

    return made_up


def broken(view: View) -> Finding | None:
    raise LookupError(view.text)


def decide(*stages: Stage, on_duty: bool = True) -> Verdict:
    return judge(Submission(text="abcdefghij", topic="addiction", on_duty=on_duty), stages)


def test_nothing_said_is_allowed_as_it_stands() -> None:
    """A message no stage objects to reaches the room unchanged."""
    verdict = decide()
    assert (verdict.action, verdict.text, verdict.passes, verdict.labels) == (
        Action.ALLOW,
        "abcdefghij",
        True,
        (),
    )


@pytest.mark.parametrize("weaker", list(Action)[:-1])
def test_the_strongest_wins_and_all_are_kept(weaker: Action) -> None:
    """Order among stages changes no action, and no finding is dropped."""
    for stages in ([says(weaker), says(Action.BLOCK)], [says(Action.BLOCK), says(weaker)]):
        verdict = decide(*stages)
        assert verdict.action is Action.BLOCK
        assert {finding.action for finding in verdict.findings} == {weaker, Action.BLOCK}
        assert verdict.text is None
        assert not verdict.passes


def test_mask_and_redact_both_apply() -> None:
    """Each hides its own spans and leaves every other code point alone."""
    verdict = decide(says(Action.MASK, (0, 2)), says(Action.REDACT, (5, 9)))
    assert (verdict.action, verdict.text) == (Action.REDACT, "**cde[hidden]j")


def test_an_overlap_is_redacted_whole() -> None:
    """Half a word beside a redaction would give the other half away."""
    assert decide(says(Action.MASK, (0, 4)), says(Action.REDACT, (2, 9))).text == "[hidden]j"


def test_long_words_get_eight_stars() -> None:
    """A longer row of stars would tell more than a reader needs."""
    assert decide(says(Action.MASK, (0, 10))).text == "*" * 8


def test_a_label_rides_on_any_action() -> None:
    """A finding that only labels leaves the text whole, and is there beside a block too."""
    note = says(Action.ALLOW, (0, 3), label="care")
    assert (decide(note).text, decide(note).labels) == ("abcdefghij", ("care",))
    assert decide(note, says(Action.BLOCK)).labels == ("care", "made_up")


def test_a_broken_stage_holds() -> None:
    """What a stage could not judge is held, under the stage's name, and the other stages are still asked."""
    verdict = decide(broken, says(Action.MASK, (0, 2)))
    assert verdict.action is Action.HOLD
    assert verdict.labels == ("stage_failed", "made_up")
    assert verdict.findings[0].rule == "broken"


def test_a_failure_logs_no_text(caplog: pytest.LogCaptureFixture) -> None:
    """The words of a message are in no log line, not even when a stage raises with them."""
    decide(broken)
    assert "abcdefghij" not in caplog.text


def test_a_stage_that_breaks_only_on_the_hidden_text_holds_too() -> None:
    """The text for the room is judged like any other, and failing there is failing."""

    def second_look(view: View) -> Finding | None:
        if "*" in view.text:
            raise ValueError
        return None

    assert decide(says(Action.MASK, (0, 2)), second_look).action is Action.HOLD


def test_what_hiding_uncovers_is_hidden() -> None:
    """A match that only appears beside a hidden span is taken back to the original and hidden."""

    def uncovered(view: View) -> Finding | None:
        at = view.text.find("*c")
        return None if at < 0 else Finding(action=Action.REDACT, label="x", rule="x", spans=((at, at + 2),))

    assert decide(says(Action.MASK, (0, 2)), uncovered).text == "[hidden]defghij"


@pytest.mark.parametrize("text", ["fuckmy insta isfuck", "fuck insta fuck"])
def test_what_hiding_leaves_is_judged_by_itself(text: str) -> None:
    """Where hidden words leave a platform alone, that is held as it is without them."""
    verdict = judge(Submission(text=text, topic="mental-health"))
    assert (verdict.action, verdict.labels) == (Action.HOLD, ("swearing", "contact"))
    assert judge(Submission(text="fuck my insta", topic="mental-health")).passes


def test_what_never_settles_is_held() -> None:
    """A stage that always finds something more must not keep us busy, and its text must not pass."""

    def endless(view: View) -> Finding:
        return Finding(action=Action.MASK, label="x", rule="x", spans=((0, 1),))

    assert decide(endless).action is Action.HOLD


def test_a_hold_needs_a_reader() -> None:
    """With nobody on duty a held message goes back to its author, with the part that was the reason."""
    verdict = decide(says(Action.HOLD, (2, 4)), says(Action.MASK, (0, 1)), on_duty=False)
    assert (verdict.action, verdict.category, verdict.spans) == (Action.BLOCK, "needs_person", ((2, 4),))
    assert decide(broken, on_duty=False).category == "needs_person"
    assert decide(says(Action.BLOCK, category="hate"), says(Action.HOLD), on_duty=False).category == "hate"


def test_overtime_is_a_hold_that_keeps_what_was_found() -> None:
    """A verdict that came too late passes nothing, and a block stays a block."""
    late = Submission(text="abcdefghij", topic="addiction")
    assert overtime(late).action is Action.HOLD
    assert overtime(late, decide(says(Action.ALLOW, label="care"))).labels == ("care", "stage_failed")
    assert overtime(late, decide(says(Action.BLOCK, category="spam"))).category == "spam"
    alone = Submission(text="abcdefghij", topic="addiction", on_duty=False)
    assert overtime(alone, decide()).category == "needs_person"


def test_only_the_pipeline_makes_verdicts() -> None:
    """No other module of ours uses the seal, so a passing verdict is always the filter's."""
    with pytest.raises(TypeError):
        Verdict(action=Action.ALLOW, text="hi", labels=(), findings=(), seal=object())
    root = Path(next(iter(moderation.__path__))).parent
    sources = [path for part in ("moderation", "rooms", "server") for path in (root / part).rglob("*.py")]
    using = {path.name for path in sources if "SEAL" in path.read_text(encoding="utf-8")}
    assert using == {"verdict.py", "pipeline.py"}
