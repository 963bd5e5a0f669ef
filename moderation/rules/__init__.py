"""Rules that a person can read and change: words and phrases with what they are called and what excuses them.

`shipped()` is the set that comes with us. A stage asks the set of its view, so whoever judges says by
which rules; `current()` is what this process judges by, and `swap()` puts another in its place.
"""

from functools import cache
from importlib.resources import files

from moderation.rules.read import RulesError, read
from moderation.rules.ruleset import Hit, Rule, RuleSet

__all__ = ["Hit", "Rule", "RuleSet", "RulesError", "current", "read", "shipped", "shipped_sources", "swap"]


def shipped_sources() -> dict[str, str]:
    """The text of our own rule files, the lists that others use first."""
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in files(__name__).iterdir()
        if path.name.endswith(".rules.txt")
    }
    return dict(sorted(found.items(), key=lambda item: (item[0] != "lists.rules.txt", item[0])))


@cache
def shipped() -> RuleSet:
    """Our own rules. Raises RulesError, but a test reads them first."""
    return read(shipped_sources())


_active: list[RuleSet] = []


def current() -> RuleSet:
    """The rules that this process judges by."""
    return _active[0] if _active else shipped()


def swap(rules: RuleSet) -> RuleSet:
    """Judge by `rules` from the next message on; gives back the set that was in force.

    One assignment: a message is judged by the old set or by the new one, never by parts of both.
    """
    before = current()
    _active[:] = [rules]
    return before
