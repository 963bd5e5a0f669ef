"""How tests of the language ask: one rule, one text, the words that matched."""

from moderation.normalise import normalise
from moderation.rules import RuleSet, read
from moderation.spoken import read as read_words


def rules(*lines: str) -> RuleSet:
    """A set with the lists among `lines` and one rule of the others."""
    lists = [line for line in lines if line.startswith("list ")]
    inside = [f"  {line}" for line in lines if not line.startswith("list ")]
    return read({"test": "\n".join([*lists, "rule test.one: spam", "  note A test.", *inside])})


def found(asked: RuleSet, text: str, topic: str = "addiction") -> list[str]:
    """What matched, as it was typed."""
    hits = asked.hits(asked.read(read_words(normalise(text))), topic)
    return [text[slice(*hit.span)] for hit in hits]
