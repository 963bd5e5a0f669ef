"""What the practice room says the filter does is what the filter does."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

DESK = Path(__file__).parents[2] / "static" / "desk"
TOPIC = {"recovery.1": "addiction", "minds.1": "mental-health", "changes.1": "life-changes"}


@pytest.fixture(scope="module", params=["en", "es"])
def cast(request: pytest.FixtureRequest) -> Any:
    """What people say there in a language, as node reads it."""
    module = DESK / f"practise-cast.{request.param}.js"
    code = f"import cast from '{module.as_uri()}'; console.log(JSON.stringify(cast))"
    read = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    return json.loads(read.stdout)


def _lines(cast: Any) -> list[tuple[str, str]]:
    """Everything that somebody says there, with a topic to say it in."""
    said = [
        (TOPIC[room], text)
        for when in ("before", "talk")
        for room, lines in cast[when].items()
        for _, text in lines
    ]
    said += [(TOPIC[room], text) for room, (_, text) in cast["replies"].items()]
    answers = [text for lines in cast["answers"].values() for text in lines]
    scenes = [text for scene in cast["scenes"].values() for _, text in scene["says"]]
    more = [*answers, *scenes, *cast["prepared"], cast["answer"], cast["still"]]
    return said + [("mental-health", text) for text in more]


def test_what_is_shown_there_would_be_shown(cast: Any) -> None:
    """Every line of the practice rooms passes whole; but for the cry, none is taken for one."""
    said = {text: judge(Submission(text=text, topic=topic)) for topic, text in _lines(cast)}
    assert len(said) > 70
    assert [text for text, verdict in said.items() if verdict.action is not Action.ALLOW] == []
    cry = cast["scenes"]["crisis"]["says"][0][1]
    assert [text for text, verdict in said.items() if "crisis" in verdict.labels] == [cry]


def test_what_is_held_there_would_be_held(cast: Any) -> None:
    """The held words are held, under the label and by the rule that the practice case names."""
    scene = cast["scenes"]["held"]
    verdict = judge(Submission(text=scene["held"], topic="mental-health"))
    assert verdict.action is Action.HOLD
    assert "grooming" in verdict.labels
    assert scene["rule"] in [finding.rule for finding in verdict.findings]


def test_the_cry_names_its_rule(cast: Any) -> None:
    """The rule that the practice case of a cry shows is the one that hears it."""
    scene = cast["scenes"]["crisis"]
    verdict = judge(Submission(text=scene["says"][0][1], topic="mental-health"))
    assert scene["rule"] in [finding.rule for finding in verdict.findings]
