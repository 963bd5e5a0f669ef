"""What is done about what is found: the policy as one table.

A row is a category, a column a room's topic, a cell the action. A rule or stage names the category and
the table decides, so that this page is all there is to read about what these rooms allow. Labels
(crisis, medical, safeguarding) ride on any action; they are help, not punishment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from moderation.verdict import Action

TOPICS = ("addiction", "mental-health", "life-changes")
_ALLOW, _MASK, _REDACT, _HOLD, _BLOCK = Action

TABLE: Mapping[str, tuple[Action, Action, Action]] = MappingProxyType(
    {
        # Shown, and somebody looks after the author. No site can turn these into silence.
        "crisis": (_ALLOW, _ALLOW, _ALLOW),
        "medical": (_ALLOW, _ALLOW, _ALLOW),
        "withdrawal": (_ALLOW, _ALLOW, _ALLOW),
        "safeguarding": (_ALLOW, _ALLOW, _ALLOW),
        "age": (_REDACT, _REDACT, _REDACT),  # digits that tell how young somebody is
        "methods": (_HOLD, _HOLD, _HOLD),
        # From here down a site may be stricter.
        "encouragement": (_BLOCK, _BLOCK, _BLOCK),  # of self-harm, of eating disorders, of relapse
        "hate": (_BLOCK, _BLOCK, _BLOCK),
        "threat": (_BLOCK, _BLOCK, _BLOCK),
        "harassment": (_BLOCK, _BLOCK, _BLOCK),
        "sourcing": (_BLOCK, _BLOCK, _BLOCK),  # of drugs, and of patients
        "contact": (_HOLD, _HOLD, _HOLD),
        "grooming": (_HOLD, _HOLD, _HOLD),
        "personal": (_REDACT, _REDACT, _REDACT),
        # How many people in recovery talk; a masked word in that room reads as a reprimand.
        "swearing": (_ALLOW, _MASK, _MASK),
        "slur": (_MASK, _MASK, _MASK),  # a word alone, where hate and harassment see nobody meant by it
        "spam": (_BLOCK, _BLOCK, _BLOCK),
    }
)
FACT = "fact"
"""The category of rules that find nothing by themselves; others ask for them."""
CATEGORIES = frozenset((*TABLE, FACT))
CHANGEABLE = tuple(TABLE)[tuple(TABLE).index("encouragement") :]
"""Rows that a site may make stricter; of swearing it may choose the row as it likes."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One site's policy: the table, and where the site parts from it by category."""

    changed: Mapping[str, Action] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a row that no site may change, or a change that would be softer."""
        for category, action in self.changed.items():
            if category not in CHANGEABLE:
                raise ValueError(f'"{category}" is no row that a site may change')
            if category != "swearing" and action < max(TABLE[category]):
                raise ValueError(
                    f'"{category}" can be made stricter than {max(TABLE[category]).word}, not softer'
                )

    def action(self, category: str, topic: str) -> Action:
        """What the room of `topic` does about `category`; a topic nobody named is judged strictly."""
        if category in self.changed:
            return self.changed[category]
        row = TABLE[category]
        return row[TOPICS.index(topic)] if topic in TOPICS else max(row)


DEFAULT = Policy()
