"""A site's own rules beside ours, and those of ours that it has switched off.

What a site adds is written in the same language. It can only find more: it may use our lists, its ids are
`site.…`, and what people at risk say is shown whatever it asks for.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property

from moderation.disguise import Disguises
from moderation.policy import CHANGEABLE, FACT
from moderation.rules.read import RulesError, read
from moderation.rules.ruleset import Hit, Readings, Rule, RuleSet, version
from moderation.spoken import Spoken

NAME = "site.rules.txt"
"""What a site's additions are called where a fault in them is told."""
FAMILY = "site."
MOST_BYTES = 32_000
MOST_RULES = 200
MOST_OFF = 200
MOST_GUARDS = 8
"""Of one rule: each is asked again for every place where the rule finds something."""


class SiteRules(RuleSet):
    """Our rules less those that are off, and a site's own. Made by `site_rules`; never changes."""

    def __init__(self, base: RuleSet, own: RuleSet, off: frozenset[str], named: str) -> None:
        self._base = base
        self._own = own
        self.off = off
        self.rules = tuple(rule for rule in (*base.rules, *own.rules) if rule.id not in off)
        self.version = named

    @cached_property
    def disguises(self) -> Disguises:
        """What the words of ours and of theirs may hide behind."""
        return (
            Disguises({*self._base.plain_words(), *self._own.plain_words()})
            if self._own.rules
            else (self._base.disguises)
        )

    def read(self, spoken: Spoken) -> Readings:
        """As RuleSet's: by our words, and by the site's."""
        ours = self._base.read(spoken)
        return (*ours, *self._own.read(spoken)) if self._own.rules else ours

    def hits(
        self,
        readings: Readings,
        topic: str,
        excusing: bool | None = None,
        matters: Callable[[Rule], bool] | None = None,
    ) -> list[Hit]:
        """As RuleSet's."""
        found = self._base.hits(readings, topic, excusing, matters)
        if self._own.rules:
            found += self._own.hits(readings[1:], topic, excusing, matters)
        return [hit for hit in found if hit.rule.id not in self.off] if self.off else found

    def costs(self, readings: Readings, topic: str, clock: Callable[[], int]) -> dict[str, int]:
        """As RuleSet's."""
        found = self._base.costs(readings, topic, clock)
        if self._own.rules:
            found |= self._own.costs(readings[1:], topic, clock)
        return {rule: cost for rule, cost in found.items() if rule not in self.off}


def may_be_off(rule: Rule) -> bool:
    """Whether a site may switch a rule off: none about people at risk, and none that others ask for."""
    return rule.category in CHANGEABLE


def site_rules(
    base: RuleSet, ours: dict[str, str], text: str, off: Collection[str], topics: Collection[str] = ()
) -> RuleSet:
    """`base`, read from the files `ours`, with a site's changes; `base` itself where there are none.

    `topics`: the site's, where a rule may name no others. Raises RulesError with every fault found.
    """
    if len(text.encode()) > MOST_BYTES:
        raise RulesError([f"{NAME}: larger than {MOST_BYTES:,} bytes; take some out"])
    own = read({NAME: text}, lists=ours)
    faults = [fault for rule in own.rules for fault in _faults(rule, topics)]
    if len(own.rules) > MOST_RULES:
        faults.append(f"{NAME}: more than {MOST_RULES} rules; take some out")
    known = {rule.id: rule for rule in (*base.rules, *own.rules)}
    if len(off) > MOST_OFF:
        faults.append(f"more than {MOST_OFF} rules are switched off; leave some on")
    for name in sorted(off):
        if name not in known:
            faults.append(f"there is no rule {name[:64]!r} to switch off")
        elif not may_be_off(known[name]):
            faults.append(f"{name} is about people at risk, or others ask for it; it stays on")
    if faults:
        raise RulesError(faults)
    if not own.rules and not off:
        return base
    named = version({"ours": base.version, NAME: text, "off": "\n".join(sorted(off))})
    return SiteRules(base, own, frozenset(off), named)


def _faults(rule: Rule, topics: Collection[str]) -> Sequence[str]:
    place = f"{NAME} line {rule.line}"
    faults = []
    if not rule.id.startswith(FAMILY):
        faults.append(f"{place}: {rule.id}: a site's own rules are called {FAMILY}something")
    if rule.category == FACT:
        faults.append(f'{place}: a rule of the category "{FACT}" would change what ours find; choose another')
    elif rule.action is not None and rule.category not in CHANGEABLE:
        faults.append(f'{place}: what is done about "{rule.category}" is no site\'s to choose; leave it out')
    if len(rule.guards) > MOST_GUARDS:
        faults.append(f"{place}: more than {MOST_GUARDS} lines unless and needs; make two rules of it")
    if topics and (strange := sorted(rule.rooms - set(topics))):
        faults.append(f"{place}: no topic {', '.join(strange)} here; one of {', '.join(sorted(topics))}")
    return faults
