"""The newcomer clock: a person's first words in a room cannot go unnoticed.

It starts inside `commit`, with the words, and what is next stands in the store beside what is due about
cases: no process has to live for it. scripts/newcomer.lua says who waits and whose words are an answer,
scripts/unanswered.lua what happens while there is none.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rooms.keys import Keys

if TYPE_CHECKING:
    from rooms.house import House
    from rooms.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long first words may wait before what, in ms since they were said."""

    greeter: int = 45_000
    """One greeter on duty is asked."""
    case: int = 90_000
    """They are a case at every desk."""
    card: int = 180_000
    """Their author is told how it stands."""
    second: int = 300_000
    """After the first answer, one greeter is asked for another where no second person gave one."""
    support: int = 60_000
    """What somebody's support buys, once: it says that they were heard, and is no answer."""


def runs(house: "House") -> bool:
    """Whether there is a clock: not with the limits off, nor where the log forgets sooner than the last step
    comes. Then it tells neither who talks in a room nor whom words answer."""
    return house.limited and house.log_ms >= house.newcomer.card


def keys_of(house: "House", keys: Keys) -> tuple[str, ...]:
    """What `commit` and `react` start, stop and put off a clock with; nothing where there is none."""
    return _keys(keys) if runs(house) else ()


def asked(house: "House", session: "Session") -> tuple[str, ...]:
    """What `commit` starts one with."""
    return (_asked(house.newcomer, session.site.id),) if runs(house) else ()


async def look_soon(house: "House", keys: Keys, case: str) -> None:
    """The words of this unanswered case were taken back: it ends at the next look. Raises Unavailable."""
    await house.store.command("ZADD", keys.cases_due, "XX", house.now(), f"first:{case}")


# The same for every message, so made once.
@lru_cache(maxsize=1_024)
def _keys(keys: Keys) -> tuple[str, ...]:
    return keys.cases_due, keys.case("%")


@lru_cache(maxsize=1_024)
def _asked(waits: Waits, site: str) -> str:
    return f"{waits.greeter} {waits.second} {site}"
