"""The model: what ships is what training makes, and a guess says that it is one."""

import json
import time
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from moderation.model import FAR, HEADS, SCALE, loaded, neighbours, packed, shipped, unpacked
from moderation.normalise import normalise
from moderation.pipeline import judge
from moderation.spoken import spoken
from moderation.submission import Submission
from moderation.training.__main__ import ALONE, BACKED
from moderation.training.examples import RISK, corpus
from moderation.training.linear import Weights, auc, fit, freeze
from moderation.verdict import Action

FEW = corpus()[::40]
EVERYDAY = (
    """
who is up|rain again|leaving early tonight|meeting tonight|heading home
home at last|over it|down today|a bit down|took my pills
cut the grass|nothing new|done with him|done with dating|ready for bed
train is late again|the house is quiet now|heavy day|wrote it down for my therapist
gave away the baby clothes|its better this way|it hurts|im okay really|calm evening|why today
last one before i sleep|see you all on monday|not here next week, holiday
end of the line for this bus
""".strip()
    .replace("\n", "|")
    .split("|")
)


def read(text: str) -> str:
    return spoken(normalise(text).plain)


THRESHOLDS = ALONE, BACKED


@pytest.fixture(scope="module")
def learned() -> Weights:
    return fit(FEW)


def test_the_same_examples_give_the_same_model(learned: Weights) -> None:
    """Training has one seed and one order, so anybody can make the model again."""
    assert freeze(fit(FEW), *THRESHOLDS) == freeze(learned, *THRESHOLDS)


def test_the_file_scores_as_training_did(learned: Weights) -> None:
    """Rounding, leaving small weights out and adding up letters once change a score by little."""
    model = loaded(json.dumps(freeze(learned, *THRESHOLDS)).encode())
    for one in FEW:
        before = [1 / (1 + 2.718281828**-score) for score in learned.scores(one.words)]
        assert model.scores(" ".join(one.words)) == pytest.approx(before, abs=0.06)


def test_packed_weights_add_up_apart() -> None:
    """Heads share one number and never spill into one another, below nothing or above."""
    low, high = [-9_000] * len(HEADS), [9_000, -9_000, 0, 1, -1, 9_000, -9_000, 0, -9_000]
    total = sum((packed(high) for _ in range(300)), start=packed(low))
    assert unpacked(total) == [least + 300 * most for least, most in zip(low, high, strict=True)]


def test_what_ships_is_small_and_whole() -> None:
    """At most 5 MB, and no head acts alone on a small suspicion."""
    assert len(files("moderation").joinpath("model.json").read_bytes()) <= 5_000_000
    assert all(0.4 <= score < 1 for score in shipped().alone.values())
    assert (shipped().alone, shipped().backed) == (ALONE, BACKED)
    assert len(file()["words"]) > 5_000


def test_it_tells_strangers_lines_apart() -> None:
    """On the split of the corpus that it never saw, risk scores above the rest: better than 0.85 AUC."""
    rows = [
        json.loads(line)
        for line in files("moderation.corpus").joinpath("test.jsonl").read_text("utf-8").splitlines()
    ]
    scored = [
        (shipped().scores(read(row["text"]))[0], row["label"] in RISK)
        for row in rows
        if row["label"] in (*RISK, "none")
    ]
    assert auc(scored) > 0.85


def test_it_speaks_where_the_rules_are_silent() -> None:
    """A line that no rule knows is labelled with the model's score and version as evidence, and shown."""
    text = "everyone who loved me would recover"
    verdict = judge(Submission(text=text, topic="mental-health"))
    (finding,) = verdict.findings
    assert (verdict.action, verdict.text, verdict.labels) == (Action.ALLOW, text, ("crisis",))
    assert (finding.rule, finding.version) == ("model.risk", shipped().version)
    assert finding.score is not None
    assert finding.score >= shipped().alone["risk"]


def test_it_is_silent_where_a_rule_has_spoken() -> None:
    """What a rule found, or knows to be past, denied or somebody else's death, is not guessed at again."""
    for text in ("i want to die", "i'm 15", "my uncle killed himself", "i used to want to die every night"):
        rules = {finding.rule for finding in judge(Submission(text=text, topic="mental-health")).findings}
        assert "model.risk" not in rules, text


def test_a_guess_says_that_it_is_one() -> None:
    """What a head withholds carries its name, the model's version and the score, and the policy's action."""
    text = "our masterclass on healing starts monday, early bird price ends tonight"
    verdict = judge(Submission(text=text, topic="mental-health"))
    (finding,) = verdict.findings
    assert (verdict.action, finding.rule, finding.label) == (Action.BLOCK, "model.spam", "spam")
    assert finding.version == shipped().version
    assert finding.score is not None
    assert finding.score >= shipped().backed["spam"]


def test_a_cry_for_help_is_not_withheld_on_a_guess() -> None:
    """Where a rule hears risk, no head but that of methods withholds the message for something else."""
    for text in ("i want to die, text me instead of my mum", "i want to die, dm me, i pay for anything"):
        findings = judge(Submission(text=text, topic="mental-health")).findings
        assert not {finding.rule for finding in findings} & {"model.contact", "model.sourcing", "model.spam"}


def test_a_guessed_method_is_shown_behind_a_veil_where_nobody_is_on_duty() -> None:
    """A guess has no words to hide: somebody on duty reads it, or the whole stands behind the veil."""
    text = "how would i go so that it looks natural and nobody gets there in time"
    held = judge(Submission(text=text, topic="mental-health", on_duty=True))
    shown = judge(Submission(text=text, topic="mental-health", on_duty=False))
    assert held.action is Action.HOLD
    assert "crisis" in held.labels
    assert shown.passes
    assert (shown.veil, "crisis" in shown.labels) == (("self_harm",), True)


def test_neighbours_are_pairs_gaps_and_threes() -> None:
    """Two words, two with one between, and three, with the ends of the line as words."""
    assert list(neighbours(["a", "b"])) == ["< a", "< _ b", "< a b", "a b", "a _ >", "a b >", "b >"]


def test_neighbours_add_what_training_gave_them() -> None:
    """Scoring finds the very neighbours that training counts, empty words among them."""
    few = [" ".join(one.words) for one in FEW]
    for words in ([""], ["", "", "<"], *(text.split(" ") for text in (*few, " ".join(few)))):
        assert shipped()._beside(words, shipped()._alone(words)[1]) == sum(map(weight, neighbours(words)))
    assert all(second in file()["pairs"][first] for first, second, _ in map(str.split, file()["threes"]))


@cache
def file() -> dict[str, Any]:
    """What training wrote."""
    return dict(json.loads(files("moderation").joinpath("model.json").read_bytes()))


def weight(neighbours: str) -> int:
    match neighbours.split(" "):
        case first, "_", third:
            return int(file()["gaps"].get(first, {}).get(third, 0))
        case first, second:
            return int(file()["pairs"].get(first, {}).get(second, 0))
        case _:
            return int(file()["threes"].get(neighbours, 0))


def test_what_no_head_acts_on_is_told_at_a_glance() -> None:
    """`acting` gives the scores of `scores`, or None where each head is below what it acts with."""
    model = shipped()
    least = [min(model.alone[head], model.backed[head]) for head in HEADS]
    seen = 0
    for one in (*corpus(), *FEW[:1]):
        text = " ".join(one.words)
        scores, acting = model.scores(text), model.acting(one.words)
        seen += acting is None
        assert acting in (None, scores), text
        if acting is None:
            assert all(score < low for score, low in zip(scores, least, strict=True)), text
    assert 0 < seen < len(corpus())


def test_any_text_gets_a_score() -> None:
    """Empty, foreign, endless or broken text costs bounded time and raises nothing."""
    model = shipped()
    for text in ("", "ж" * 2000, "a " * 1000, "x" * 2000, "\ud800 \ud800", "𓀀 𓀁"):
        started = time.thread_time_ns()
        assert all(0 <= score <= 1 for score in model.scores(read(text)))
        assert time.thread_time_ns() - started < 20_000_000
    assert FAR < -SCALE


@pytest.mark.parametrize("topic", ["addiction", "mental-health", "life-changes"])
def test_what_is_short_and_said_every_day(topic: str) -> None:
    """A few common words bring no card: none of these lines was learned. Plain cries as short do."""
    for text in EVERYDAY:
        verdict = judge(Submission(text=text, topic=topic))
        assert (verdict.action, verdict.labels) == (Action.ALLOW, ()), text
    for text in ("i want to die", "i cant go on", "im cutting", "ending it all", "goodbye everyone"):
        assert "crisis" in judge(Submission(text=text, topic=topic)).labels, text
