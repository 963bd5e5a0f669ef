"""Which gates are shut for an author, whom they never keep out, and when somebody is asked to pause.

Pure functions of facts: whoever calls them has the clock and the store.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from moderation.verdict import Action, Finding

ORIGINS = ("shield", "shared_tag", "unknown_language", "newcomer")
"""The gates: a moderator's shield over the room; an address shared with somebody who is banned; a language
that nobody here reads, where the site asks for that; a first message while the shield is up."""
READ = frozenset(("en", "es"))
"""Languages that the rules know; of others the filter knows words that hurt, and no more."""
_BY_ORIGIN = frozenset((*ORIGINS, "repeats"))
_METHOD = "methods"

PAUSES = frozenset(("sourcing", "hate", "harassment", "threat", "spam", "grooming", "encouragement"))
"""Categories whose refusals count towards a pause. Personal details, methods sought and what waits for a
person never do, nor does anything said in a crisis."""
BLOCKS = 3
WINDOW_MS = PAUSE_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the caller knows of an author and the room, for `shut`."""

    shield: bool = False  # a moderator has put the room under a shield
    newcomer: bool = False  # has not yet been heard in this community
    tag_banned: bool = False  # somebody behind the same address is banned
    language_read: bool = True  # the author's language is one that the rules or the people on duty know
    hold_unread: bool = False  # the site holds what it cannot read; by default it is shown


def shut(facts: Facts) -> frozenset[str]:
    """The gates that are shut. Newcomers are slowed and not held, but where a shield is up."""
    gates = {
        "shield": facts.shield and not facts.newcomer,
        "newcomer": facts.shield and facts.newcomer,
        "shared_tag": facts.tag_banned,
        "unknown_language": facts.hold_unread and not facts.language_read,
    }
    return frozenset(gate for gate, holds in gates.items() if holds)


def released(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings as they count: holds by origin and counts of repeats do not act on a cry for help.

    A message with the label `crisis` and no method in it is shown, whoever wrote it and however often.
    The findings stay, as labels, so that a moderator still sees where it came from.
    """
    labels = {finding.label for finding in findings}
    if "crisis" not in labels or _METHOD in labels:
        return tuple(findings)
    return tuple(_labelled(finding) if finding.label in _BY_ORIGIN else finding for finding in findings)


def _labelled(finding: Finding) -> Finding:
    return replace(finding, action=Action.ALLOW, category=None)


def counts(category: str | None, labels: Iterable[str]) -> bool:
    """Whether a refusal counts towards a pause."""
    return category in PAUSES and "crisis" not in labels


def pause(blocks: Sequence[int], now: int) -> int | None:
    """Until when an author is asked to pause, or None; `blocks`: the times (ms) of refusals that count.

    Three within ten minutes ask for ten minutes from the last of them.
    """
    recent = sorted(at for at in blocks if now - WINDOW_MS < at <= now)
    return recent[-1] + PAUSE_MS if len(recent) >= BLOCKS else None
