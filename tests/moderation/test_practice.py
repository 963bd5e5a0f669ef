"""What the practice room says the filter does is what the filter does."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

SCRIPT = Path(__file__).parents[2] / "static" / "desk" / "practise-script.js"
TOPIC = {"recovery.1": "addiction", "minds.1": "mental-health", "changes.1": "life-changes"}


@pytest.fixture(scope="module")
def script() -> Any:
    """All of it, as node reads it."""
    code = f"import * as all from '{SCRIPT.as_uri()}'; console.log(JSON.stringify(all))"
    read = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    return json.loads(read.stdout)


def test_what_is_shown_there_would_be_shown(script: Any) -> None:
    """Every line of the practice rooms passes whole; but for the cry, none is taken for one."""
    lines = [(room, line) for room, said in script["TALK"].items() for line in said]
    lines += [(room, line) for room, said in script["BEFORE"].items() for line in said]
    scenes = script["SCENES"]
    for scene in scenes.values():
        lines += [(script["PEOPLE"][who][1], [who, text]) for who, text in scene["says"]]
    said = {text: judge(Submission(text=text, topic=TOPIC[room])) for room, (_, text) in lines}
    assert len(said) > 60
    assert [text for text, verdict in said.items() if verdict.action is not Action.ALLOW] == []
    cry = scenes["crisis"]["says"][0][1]
    assert [text for text, verdict in said.items() if "crisis" in verdict.labels] == [cry]


def test_what_is_held_there_would_be_held(script: Any) -> None:
    """The held words are held, under the label and by the rule that the practice case names."""
    case = script["SCENES"]["held"]["case"]
    verdict = judge(Submission(text=case["held"], topic="mental-health"))
    assert verdict.action is Action.HOLD
    assert set(case["labels"]) <= set(verdict.labels), verdict.labels
    assert case["rule"] in [finding.rule for finding in verdict.findings]


def test_the_cry_names_its_rule(script: Any) -> None:
    """The rule that the practice case of a cry shows is the one that hears it."""
    scene = script["SCENES"]["crisis"]
    verdict = judge(Submission(text=scene["says"][0][1], topic="mental-health"))
    assert scene["case"]["rule"] in [finding.rule for finding in verdict.findings]
