"""What the stages say, and what comes of it."""

from dataclasses import InitVar, dataclass
from enum import IntEnum

Span = tuple[int, int]
"""Start and end (exclusive) in code points of the text as it was sent."""

SEAL = object()
"""Held by `moderation.pipeline` alone. See `Verdict`."""


class Action(IntEnum):
    """What to do with a message; the strongest wins."""

    ALLOW = 0
    MASK = 1
    REDACT = 2
    HOLD = 3
    BLOCK = 4

    @property
    def word(self) -> str:
        """The name as it stands on the wire: "allow", "mask", …"""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one stage saw, with evidence enough to explain it later without the text.

    `rule` and `version` name the rule that fired. A stage's own version goes up whenever what it matches
    changes; the version of a rule that was read from a file is the hash of its rule set.
    `category` is the word the author reads when `action` is BLOCK (PROTOCOL: spam, needs_person, …).
    """

    action: Action
    label: str
    rule: str
    version: int | str = 1
    spans: tuple[Span, ...] = ()
    category: str | None = None
    veil: str | None = None  # behind what the rest is shown (PROTOCOL: veil)
    score: float | None = None  # where a model said so: how sure, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision on one submission. A verdict that `passes` is the ticket into a room.

    A posted event is built from a passing verdict, so a verdict made by hand would be a way round
    the filter. Building one takes the seal, which only `moderation.pipeline` uses (a test reads the
    sources for it); `dataclasses.replace` asks for it too. This stops mistakes, not malice: code
    that runs in our process could do anything anyway.

    Raises TypeError when built without the seal.
    """

    action: Action
    text: str | None  # what the room sees; None for hold and block
    labels: tuple[str, ...]
    findings: tuple[Finding, ...]
    category: str | None = None  # for block
    spans: tuple[Span, ...] = ()  # for needs_person: which part a person would have had to read
    veil: tuple[str, ...] = ()  # what a room's screen says instead, until a reader asks to see the text
    for_staff: str | None = None
    """What a person reads of words that do not pass, with what is hidden in any case hidden."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("a Verdict comes from moderation.pipeline.judge, never by hand")

    @property
    def passes(self) -> bool:
        """Whether the room may see `text` now."""
        return self.action < Action.HOLD
