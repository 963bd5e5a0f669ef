"""The corpus that ships: readable, labelled, and not a copy of what the filter is measured by."""

import itertools
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from moderation.training.examples import OPENED, opened

LABELS = (
    *("crisis", "medical", "withdrawal", "safeguarding", "methods", "encouragement", "abuse"),
    *("sourcing", "contact", "spam", "personal", "none"),
)
FIELDS = {"text": str, "room": str, "label": str, "note": str, "lang": str}
ROOMS = ("addiction", "mental-health", "life-changes")
CASES = Path(__file__).parents[1] / "cases" / "dev.jsonl"  # the kept half is not looked at, not even here
NEAR = 0.6
"""Share of words and word pairs in common from which two lines are one line."""


def lines() -> list[tuple[str, dict[str, str]]]:
    """Every line of the corpus with the name of its file."""
    return [
        (path.name.removesuffix(".jsonl"), json.loads(line))
        for path in sorted(files("moderation.corpus").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


LINES = lines()


def test_every_line_has_its_fields() -> None:
    """A line says what it is, in the words of the datasheet, and stands in the file of its label."""
    for name, line in LINES:
        assert set(line) - {"lang"} == set(FIELDS) - {"lang"}, line
        assert all(isinstance(value, FIELDS[key]) and value for key, value in line.items()), line
        assert line["label"] in LABELS, line
        assert line["room"] in ROOMS, line
        assert line.get("lang", "es") == "es", line
        assert name == "test" or name == {"none": "negatives"}.get(line["label"], line["label"]), line


def test_negatives_and_spanish_have_their_share() -> None:
    """Two fifths of the corpus look like risk and are none, and a seventh at least is Spanish."""
    assert len(LINES) >= 900
    assert sum(line["label"] == "none" for _, line in LINES) >= 0.4 * len(LINES)
    assert sum("lang" in line for _, line in LINES) >= 0.14 * len(LINES)


def _parts(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold().replace("'", ""))
    return frozenset((*words, *map(" ".join, itertools.pairwise(words))))


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= NEAR * len(one | other)


@pytest.mark.parametrize("name", ["cases", "test"])
def test_no_line_is_a_near_copy(name: str) -> None:
    """What the filter is measured by is not what it was made with: neither the cases nor the test split."""
    if name == "cases":
        kept = [_parts(json.loads(line)["text"]) for line in CASES.read_text(encoding="utf-8").splitlines()]
    else:
        kept = [_parts(line["text"]) for split, line in LINES if split == "test"]
    made = [(line["text"], _parts(line["text"])) for split, line in LINES if split != "test"]
    assert [text for text, parts in made if any(_near(parts, other) for other in kept)] == []


def test_no_line_stands_twice() -> None:
    """Copies would weigh a line double."""
    texts = [" ".join(re.findall(r"\w+", line["text"].casefold())) for _, line in LINES]
    assert len(set(texts)) == len(texts)


def test_what_the_model_learns_of_the_cases_is_what_measures_no_more() -> None:
    """Opened lines are learned under labels of the corpus; the development half and what measures are not."""
    learned = opened(CASES.parent)
    assert {one.label for one in learned} <= set(LABELS)
    assert not {"dev", "kept13"} & set(OPENED)
    assert len(learned) == sum(
        len((CASES.parent / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()) for name in OPENED
    )
