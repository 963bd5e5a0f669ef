"""How often a word is said, roughly: a rule is looked at only where its rarest word stands."""

from importlib.resources import files

STEM = 4
PART = 8
NUMBER = 60

_COMMON = (files(__name__.rpartition(".")[0]) / "common_words.txt").read_text(encoding="utf-8").split()
_SCORES = {word: 2_000 // (rank + 20) + 2 for rank, word in enumerate(_COMMON)}


def rarity(word: str) -> int:
    """A score that is low for rare words. Only speed hangs on it, never what a rule finds."""
    if word.endswith("*"):
        return PART if word.startswith("*") else STEM
    if word == "#":
        return NUMBER
    return _SCORES.get(word, 1)
