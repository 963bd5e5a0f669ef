"""How a topic is covered, as one process knows it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phase:
    """`word`: covered, alone, notice or closed; `until` (ms): when the last lease, or the notice, ends."""

    word: str
    until: int

    def covered(self, now: int) -> bool:
        """Somebody who can act is on duty."""
        return self.word == "covered" and self.until > now

    def open(self, now: int) -> bool:
        """Words may be said. A lease that has run out closes nothing by itself: the notice does."""
        return self.word != "closed" and not (self.word == "notice" and now >= self.until)

    @property
    def alone(self) -> bool:
        """Nobody is here, by the site's choice."""
        return self.word == "alone"


UNKNOWN: Final = Phase("", 0)
