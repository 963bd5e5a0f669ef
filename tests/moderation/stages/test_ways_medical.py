"""Families of ways to tell an emergency: what `ways_medical.rules.txt` finds, and what it must leave."""

import pytest

from moderation.stages.medical import medical
from tests.moderation.tables import rules

FOUND = [
    ("i just necked about a whole strip", "medical.way_taken"),
    ("downed 30 tablets on an empty stomach", "medical.way_taken"),
    ("swallowed some capsules and i lost count", "medical.way_taken"),
    ("dad is barely breathing", "medical.way_body"),
    ("there is blood and it keeps coming", "medical.way_body"),
    ("i sliced way too deep", "medical.way_body"),
    ("my flatmate is in the middle of a seizure", "medical.way_body"),
]
LEFT = [
    "took all the blame for it",
    "took too many days off",
    "took 2 tablets as prescribed",
    "i never downed 30 tablets",
    "my dog had a fit but the vet says he is fine",
    "i had a seizure in detox, they handled it",
    "my character swallowed a whole bottle in the book",
    "i want to sleep and not wake up",
]


@pytest.mark.parametrize(("text", "rule"), FOUND)
def test_an_emergency_is_found_by_its_family(text: str, rule: str) -> None:
    """A way of saying that no single sentence names is found by the family it belongs to."""
    assert rule in rules(medical, text)


@pytest.mark.parametrize("text", LEFT)
def test_what_only_sounds_alike_is_left(text: str) -> None:
    """No family finds an emergency in what is past, denied, told in a book or about other things."""
    assert not {rule for rule in rules(medical, text) if rule.startswith("medical.way_")}
