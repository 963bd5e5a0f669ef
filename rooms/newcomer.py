"""The newcomer clock: a person's first words in a room cannot go unnoticed.

It starts inside `commit`, with the words, and what is next stands in the store beside what is due about
cases: no process has to live for it. scripts/newcomer.lua says who waits and whose words are an answer,
scripts/unanswered.lua what happens while there is none.
"""

from dataclasses import dataclass
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
    support: int = 60_000
    """What somebody's support buys, once: it says that they were heard, and is no answer."""


def keys_of(house: "House", keys: Keys) -> tuple[str, ...]:
    """What `commit` and `react` start, stop and put off a clock with; nothing with the limits off."""
    return (keys.cases_due, keys.case("%")) if house.limited else ()


def asked(house: "House", session: "Session") -> tuple[str | int, ...]:
    """What `commit` starts one with."""
    return (house.newcomer.greeter, session.site.id) if house.limited else ()
