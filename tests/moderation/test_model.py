"""The model of risk: what ships is what training makes, and it only ever adds help."""

import json
import time
from importlib.resources import files

import pytest

from moderation.model import FAR, SCALE, Model, neighbours, shipped
from moderation.normalise import normalise
from moderation.pipeline import judge
from moderation.spoken import spoken
from moderation.submission import Submission
from moderation.training.examples import RISK, corpus
from moderation.training.linear import auc, fit, freeze
from moderation.verdict import Action

FEW = corpus()[::40]


def read(text: str) -> str:
    return spoken(normalise(text).plain)


def test_the_same_examples_give_the_same_model() -> None:
    """Training has one seed and one order, so anybody can make the model again."""
    assert freeze(fit(FEW), 0.6) == freeze(fit(FEW), 0.6)


def test_the_file_scores_as_training_did() -> None:
    """Rounding, leaving small weights out and adding up letters once change a score by little."""
    weights = fit(FEW)
    model = Model(**freeze(weights, 0.6))  # type: ignore[arg-type]  # the fields of the file
    for one in FEW:
        before = weights.score(one.words)
        assert model.score(" ".join(one.words)) == pytest.approx(1 / (1 + 2.718281828**-before), abs=0.05)


def test_what_ships_is_small_and_whole() -> None:
    """At most 5 MB, and no line is labelled on a small suspicion."""
    assert len(files("moderation").joinpath("model.json").read_bytes()) <= 5_000_000
    assert 0.4 < shipped().threshold < 1
    assert len(shipped().words) > 5_000


def test_it_tells_strangers_lines_apart() -> None:
    """On the split of the corpus that it never saw, risk scores above the rest: better than 0.85 AUC."""
    rows = [
        json.loads(line)
        for line in files("moderation.corpus").joinpath("test.jsonl").read_text("utf-8").splitlines()
    ]
    scored = [
        (shipped().score(read(row["text"])), row["label"] in RISK)
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
    assert finding.score >= shipped().threshold


def test_it_is_silent_where_a_rule_has_spoken() -> None:
    """What a rule found, or knows to be past, denied or somebody else's death, is not guessed at again."""
    for text in ("i want to die", "i'm 15", "my uncle killed himself", "i used to want to die every night"):
        rules = {finding.rule for finding in judge(Submission(text=text, topic="mental-health")).findings}
        assert "model.risk" not in rules, text


def test_neighbours_are_pairs_gaps_and_threes() -> None:
    """Two words, two with one between, and three, with the ends of the line as words."""
    assert list(neighbours(["a", "b"])) == ["< a", "< _ b", "< a b", "a b", "a _ >", "a b >", "b >"]


def test_any_text_gets_a_score() -> None:
    """Empty, foreign, endless or broken text costs bounded time and raises nothing."""
    model = shipped()
    for text in ("", "ж" * 2000, "a " * 1000, "x" * 2000, "\ud800 \ud800", "𓀀 𓀁"):
        started = time.thread_time_ns()
        assert 0 <= model.score(read(text)) <= 1
        assert time.thread_time_ns() - started < 20_000_000
    assert FAR < -SCALE
