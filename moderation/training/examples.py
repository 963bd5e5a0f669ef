"""What the model is trained on: our corpus, our opened cases, and the development halves of open sets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

from moderation.normalise import normalise
from moderation.spoken import spoken

RISK = ("crisis", "medical")
UNCLEAR = {
    "risk": ("methods", "safeguarding", "encouragement"),
    "medical": ("withdrawal",),
    "encouragement": ("abuse",),
    "abuse": ("encouragement",),
    "sourcing": ("contact", "spam"),
    "contact": ("sourcing", "spam"),
    "spam": ("sourcing", "contact"),
}
"""By head the labels that say nothing for or against it: the same is done about them, or rules do it."""
OPENED = (
    "kept",
    "kept2",
    "kept3",
    "kept4",
    "kept5",
    "kept6",
    "kept7",
    "kept8",
    "kept9",
    "kept10",
    "kept11",
    "kept12",
    "check",
)
"""Files of cases that measure strangers' lines no more."""
CASES = {
    **{
        name: name
        for name in (
            *("crisis", "medical", "withdrawal", "safeguarding", "methods", "encouragement"),
            *("abuse", "sourcing", "contact", "spam"),
        )
    },
    "pii": "personal",
}
"""What a category of cases is called in the corpus; every other one is ordinary talk."""
LONGEST = 300
"""Characters of a text from elsewhere: a room's line is short, and so is what the model learns from."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line, its label in the corpus ("none" for ordinary talk), and what it counts."""

    text: str
    words: tuple[str, ...]
    label: str
    counts: float

    def says(self, head: str) -> bool | None:
        """Whether this is what `head` is to find; None where the line says nothing about that."""
        if self.label in UNCLEAR.get(head, ()):
            return None
        return self.label in RISK if head == "risk" else self.label == head


def corpus() -> list[Example]:
    """The lines of moderation/corpus but for the test split."""
    return [
        _example(line["text"], line["label"], 1.0)
        for path in sorted(files("moderation.corpus").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".jsonl") and path.name != "test.jsonl"
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]


def opened(folder: Path) -> list[Example]:
    """The cases in `folder` that were kept aside once and are read by now: many hands, short lines.

    Never `dev.jsonl`, by which a copy would be noticed, nor what still measures. Raises FileNotFoundError.
    """
    return [
        _example(case["text"], CASES.get(case["cat"], "none"), 1.0)
        for name in OPENED
        for case in map(json.loads, (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    ]


def gathered(folder: Path) -> list[Example]:
    """Lines from the open sets in `folder`, one half of each. Raises FileNotFoundError."""
    return [_example(text[:LONGEST], label, counts) for text, label, counts in _elsewhere(folder)]


def _elsewhere(folder: Path) -> Iterator[tuple[str, str, float]]:
    for row in _rows(folder / "goemotions.dev.jsonl", opened=2):
        yield row["text"], "none", 1.0
    for row in _rows(folder / "counselchat_questions.dev.jsonl"):
        yield row["text"], "none", 0.5
    for row in _rows(folder / "vera_mh_user_turns.dev.jsonl"):
        if row["risk"] == "None":
            yield row["text"], "none", 0.5
    for row in _rows(folder / "sms_spam.dev.jsonl"):
        yield row["text"], "spam" if row["label"] == "spam" else "none", 0.7
    for row in _rows(folder / "convabuse.dev.jsonl"):
        if row["severity"] <= -2:
            yield row["text"], "abuse", 0.3
    for row in _rows(folder / "openai_moderation.dev.jsonl"):
        if row.get("H") == 1 or row.get("HR") == 1:
            yield row["text"], "abuse", 0.3


def split(text: str, parts: int) -> int:
    """Which of `parts` a text belongs to, always the same one."""
    return blake2b(text.encode("utf-8", "replace")).digest()[1] % parts


def _rows(path: Path, opened: int = 1) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        # What is odd in each of these bytes measures the filter (bench/outside.py) and is never trained on.
        if not all(byte % 2 for byte in blake2b(row["text"].encode("utf-8", "replace")).digest()[:opened]):
            yield row


def _example(text: str, label: str, counts: float) -> Example:
    return Example(text, tuple(spoken(normalise(text).plain).split()), label, counts)
