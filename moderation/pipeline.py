"""From a submission to a verdict. Pure: no I/O, no clock, no randomness, no log line."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from moderation.gates import released
from moderation.hiding import Shown, hide
from moderation.rules import RuleSet, shipped
from moderation.stages import STAGES, Stage
from moderation.submission import Submission
from moderation.verdict import SEAL, Action, Finding, Span, Verdict
from moderation.view import View

ROUNDS = 4
"""How often a text may be hidden in part before it is held: hiding one thing can uncover the next."""
SHORT = 120
"""Code points up to which what is left of a text is judged as if it were all that was said."""


def judge(submission: Submission, stages: Sequence[Stage] = STAGES, rules: RuleSet | None = None) -> Verdict:
    """Decide on one message, by `rules`, by its site's, or else by our own.

    The strongest action of all findings wins and every finding is kept. A passing verdict carries
    the text for the room: the original with masked and redacted spans replaced and every other code
    point untouched. That text has itself been judged and nothing more was found to hide in it.
    A stage that raises turns the message into a hold, never into a pass.
    """
    rules = rules or submission.rules or shipped()
    findings = _findings(submission, stages, rules)
    if not findings:
        return _plain(submission)
    hidden = any(finding.action in (Action.MASK, Action.REDACT) for finding in findings)
    if hidden and _strongest(findings) is not Action.BLOCK:
        findings = _settled(submission, stages, rules, findings)
    return _decide(submission, findings)


def failed(stage: str) -> Finding:
    """The finding that stands for a stage which could not answer."""
    return Finding(action=Action.HOLD, label="stage_failed", rule=stage)


def overtime(submission: Submission, verdict: Verdict | None = None) -> Verdict:
    """The verdict for a message that took too long to judge.

    The caller measures (the pipeline has no clock). Whatever `verdict` found is kept, so a block stays
    a block and labels ride on; a passing one becomes a hold, or `needs_person` with nobody on duty.
    """
    found = verdict.findings if verdict else ()
    return _decide(submission, (*found, failed("overtime")))


def _findings(
    submission: Submission, stages: Iterable[Stage], rules: RuleSet, again: bool = False
) -> tuple[Finding, ...]:
    view = View(submission, rules, again)
    found: list[Finding] = []
    for stage in stages:
        try:
            said = stage(view)
            if not said:  # as most of them, most of the time
                continue
        except Exception:  # whatever went wrong, the message was not judged, and unjudged means held
            # The traceback is not logged: its values would be somebody's words. `rule` names the stage.
            said = failed(getattr(stage, "__name__", "unnamed"))
        if isinstance(said, Finding):
            found.append(said)
        else:
            found.extend(said)
    return tuple(found)


def _settled(
    submission: Submission, stages: Sequence[Stage], rules: RuleSet, findings: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """Findings whose hidden text, judged again, shows nothing more to hide.

    Without this a neighbour's hiding could uncover a match ("a@b.com@c" leaves "@c"), and the room
    would see what a second look refuses. New spans come back to the original by the edits' map.
    """
    for _ in range(ROUNDS):
        shown = hide(submission.text, findings)
        more = [
            replace(finding, spans=shown.original(finding.spans))
            for finding in _findings(replace(submission, text=shown.text), stages, rules, again=True)
            if finding.action in (Action.MASK, Action.REDACT) or finding.label == "stage_failed"
        ]
        if not more:
            return findings + _left(submission, stages, rules, findings, shown)
        findings = (*findings, *more)
    return (*findings, failed("settle"))


def _left(
    submission: Submission,
    stages: Sequence[Stage],
    rules: RuleSet,
    findings: tuple[Finding, ...],
    shown: Shown,
) -> tuple[Finding, ...]:
    """What a rule would withhold of the words that are left: of "fuckmy insta isfuck" the room would see
    "insta" among asterisks, and that alone is held. In a longer text no few words stand alone.
    """
    if len(shown.text) > SHORT:
        return ()
    known = {finding.rule for finding in findings}
    return tuple(
        replace(finding, spans=shown.original(finding.spans))
        for finding in _findings(replace(submission, text=shown.text), stages, rules)
        if finding.action >= Action.HOLD and finding.rule not in known
        # A guess is none the better for having fewer words.
        if not finding.rule.startswith("model.")
    )


def _strongest(findings: Iterable[Finding]) -> Action:
    return max((finding.action for finding in findings), default=Action.ALLOW)


def _decide(submission: Submission, findings: tuple[Finding, ...]) -> Verdict:
    findings = released(findings)
    action = _strongest(findings)
    deciding = [finding for finding in findings if finding.action is action]
    category: str | None = None
    spans: tuple[Span, ...] = ()
    if action is Action.HOLD and not submission.on_duty:
        # A hold needs a reader: nothing may wait for a person who is not there.
        action, category = Action.BLOCK, "needs_person"
        own = next((f.label for f in deciding if f.label in submission.unheld), None)
        if own is not None:
            category = own
        spans = () if own else tuple(sorted({span for finding in deciding for span in finding.spans}))
    elif action is Action.BLOCK:
        category = next((finding.category for finding in deciding if finding.category), "spam")
    return Verdict(
        action=action,
        text=hide(submission.text, findings).text if action < Action.HOLD else None,
        labels=tuple(dict.fromkeys(finding.label for finding in findings)),
        findings=findings,
        category=category,
        spans=spans,
        for_staff=hide(submission.text, findings).text if action >= Action.HOLD else None,
        veil=_veil(findings) if action < Action.HOLD else (),
        seal=SEAL,
    )


def _plain(submission: Submission) -> Verdict:
    """What `_decide` says where nothing was found, as of most messages."""
    return Verdict(action=Action.ALLOW, text=submission.text, labels=(), findings=(), seal=SEAL)


def _veil(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.veil for finding in findings if finding.veil))
