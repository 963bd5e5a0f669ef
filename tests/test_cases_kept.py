"""The labelled cases are as they were written: the kept half by its hash, both halves by their form."""

import hashlib
import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
HALVES = ("dev", "kept")
ROOMS = {"addiction", "mental-health", "life-changes"}
EXPECTS = {"allow", "mask", "redact", "hold", "block", "crisis"}
FIELDS = {"id", "text", "room", "expect", "cat", "note"}
OPTIONAL = {"lang", "func", "label", "also", "gone"}


def _half(name: str) -> list[dict[str, Any]]:
    # split on "\n" alone: str.splitlines would also cut inside a text that holds a Unicode line separator
    lines = (CASES / f"{name}.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [json.loads(line) for line in lines]


def _all() -> list[dict[str, Any]]:
    return [case for name in HALVES for case in _half(name)]


def test_the_kept_half_is_the_committed_one() -> None:
    """The hash of kept.jsonl is the one committed with it, in kept.sha256 and in the README."""
    told = (CASES / "kept.sha256").read_text(encoding="ascii").split()[0]
    assert hashlib.sha256((CASES / "kept.jsonl").read_bytes()).hexdigest() == told
    assert told in (CASES / "README.md").read_text(encoding="utf-8")


def test_every_case_has_the_agreed_form() -> None:
    """Every line parses, with the agreed fields and a room and an expectation from the closed lists."""
    for case in _all():
        assert set(case) >= FIELDS, case["id"]
        assert set(case) <= FIELDS | OPTIONAL, case["id"]
        assert case["room"] in ROOMS, case["id"]
        assert {case["expect"], *case.get("also", [])} <= EXPECTS, case["id"]
        assert all(part in case["text"] for part in case.get("gone", [])), case["id"]


def test_no_case_is_in_both_halves() -> None:
    """Ids and texts are unique over both halves."""
    cases = _all()
    assert len({case["id"] for case in cases}) == len(cases)
    assert len({case["text"] for case in cases}) == len(cases)
