"""For what a message was slow: the rule, or else the stage, that took most of its time."""

from collections import Counter
from collections.abc import Callable

from moderation.rules import RuleSet
from moderation.stages import STAGES
from moderation.submission import Submission
from moderation.view import View

STAGE = "stage."


def blame(submission: Submission, rules: RuleSet, clock: Callable[[], int]) -> str:
    """A rule's id, or `stage.name` where no rule took as long. Judges nothing: it only measures.

    `clock`: of this thread's own time.
    """
    view = View(submission, rules)
    costs: Counter[str] = Counter()
    for readings in view.heard:
        costs.update(rules.costs(readings, submission.topic, clock))
    _ = view.hits, view.facts  # or the first stage that asks would pay for all rules
    for stage in STAGES:
        began = clock()
        try:
            stage(view)
        except Exception:  # noqa: S112  # what a stage raises is told where it judges; here only time counts
            continue
        finally:
            costs[STAGE + stage.__name__] += clock() - began
    return max(costs, key=lambda name: (costs[name], name))
