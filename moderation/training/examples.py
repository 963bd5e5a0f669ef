"""What the model is trained on: our corpus, and the development halves of open sets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from moderation.normalise import normalise
from moderation.spoken import spoken

RISK = ("crisis", "medical")
LEFT_OUT = ("methods", "safeguarding", "encouragement")
"""Labels that say nothing for or against risk now: other rules find those lines."""
LONGEST = 300
"""Characters of a text from elsewhere: a room's line is short, and so is what the model learns from."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line, whether it tells of risk now, and what it counts."""

    text: str
    words: tuple[str, ...]
    risk: bool
    counts: float


def corpus() -> list[Example]:
    """The lines of moderation/corpus but for the test split."""
    return [
        _example(line["text"], line["label"] in RISK, 1.0)
        for path in sorted(files("moderation.corpus").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".jsonl") and path.name != "test.jsonl"
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if line["label"] not in LEFT_OUT
    ]


def gathered(folder: Path) -> list[Example]:
    """Lines without risk from the open sets in `folder`, one half of each. Raises FileNotFoundError."""
    ordinary = (row["text"] for row in _rows(folder / "goemotions.dev.jsonl"))
    calm = (row["text"] for row in _rows(folder / "vera_mh_user_turns.dev.jsonl") if row["risk"] == "None")
    return [_example(text[:LONGEST], False, 0.5) for texts in (ordinary, calm) for text in texts]


def split(text: str, parts: int) -> int:
    """Which of `parts` a text belongs to, always the same one."""
    return blake2b(text.encode("utf-8", "replace")).digest()[1] % parts


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        # The other half measures the filter (bench/outside.py) and is never trained on.
        if blake2b(row["text"].encode("utf-8", "replace")).digest()[0] % 2 == 0:
            yield row


def _example(text: str, risk: bool, counts: float) -> Example:
    return Example(text, tuple(spoken(normalise(text).plain).split()), risk, counts)
