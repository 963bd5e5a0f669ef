"""What all rooms of this process share: the store, the clock, where ids come from, how long to remember."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from moderation.rules import RuleSet
from moderation.submission import Submission
from rooms import chance, clock, retention
from rooms.care import Times
from rooms.lately import Memory
from rooms.newcomer import Waits
from rooms.phase import Phase
from rooms.store import Store


def numbered() -> Callable[[], str]:
    """Mints ids that no other house mints, and whose next one may be guessed: for epochs, of which every call
    brings one and few are used. Chance from the system, each time, would cost as much as the call."""
    prefix, numbers = mint(), count()
    return lambda: f"{prefix}{next(numbers):x}"


def mint() -> str:
    """A new opaque id: 72 bits, so no two rooms ever meet."""
    return chance.token(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Passed to every step that touches the store.

    `log_ms`: how long an entry, a membership and a visitor's identity are kept.
    `limited`: whether rate and connection limits, and whatever counts repeats, are in force.
    `lately`: what was just said at this worker.
    `care`: when a cry for help is brought to whom.
    `newcomer`: how long somebody's first words wait for an answer before what.
    `tag_keys`: keys for address tags that were used in the last minute.
    `rules`: site -> the rules in force there, where it has changed ours. One assignment puts others in
    force: a message is judged by the old set or by the new one.
    `late`: site -> who hears of a message that took too long to judge.
    `spoken`: community -> the languages of whoever is on duty, as of a second ago, where a site asks.
    `cover`: (community, topic) -> how it is covered, as of a second ago.
    """

    store: Store
    worker: str
    now: clock.Clock = clock.system
    mint: Callable[[], str] = mint
    epoch: Callable[[], str] = field(default_factory=numbered)
    log_ms: int = retention.LOG_MINUTES * 60_000
    limited: bool = True
    lately: Memory = field(default_factory=Memory)
    care: Times = field(default_factory=Times)
    newcomer: Waits = field(default_factory=Waits)
    tag_keys: dict[tuple[str, str], bytes] = field(default_factory=dict)
    cover: dict[tuple[str, str], Phase] = field(default_factory=dict)
    spoken: dict[str, frozenset[str]] = field(default_factory=dict)
    rules: dict[str, RuleSet] = field(default_factory=dict)
    late: dict[str, Callable[[Submission], None]] = field(default_factory=dict)
