"""Rules that a person can read and change: words and phrases with what they are called and what excuses them.

`shipped()` is the set that comes with us; `site_rules`, in the module of that name, that set as a site has
changed it. A stage asks the set of its view, so whoever judges says by which rules.
"""

import gc
from functools import cache
from importlib.resources import files

from moderation.rules.read import RulesError, read
from moderation.rules.ruleset import Hit, Readings, Rule, RuleSet

__all__ = ["Hit", "Readings", "Rule", "RuleSet", "RulesError", "read", "shipped", "shipped_sources"]


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
    """Our own rules, with what their words may hide behind. Raises RulesError, but a test reads them first.

    The collector waits meanwhile and never walks what was made: it stays as long as the process.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        rules = read(shipped_sources())
        _ = rules.disguises
        gc.freeze()
        return rules
    finally:
        if collecting:
            gc.enable()
