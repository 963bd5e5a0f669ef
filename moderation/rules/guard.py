"""What must stand near a match for it to count, and what excuses it."""

from dataclasses import dataclass
from typing import Literal

from moderation.rules.pattern import Node
from moderation.rules.reading import Reading

Where = Literal["anywhere", "before", "after", "near", "quoted"]
WIDEST = 40
"""Words that a window may reach; it ends with the sentence in any case."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`unless` (excuses) or `needs` (asks for) a pattern in a window around a match.

    `before`, `after` and `near` look at `reach` words of the same sentence: "no. kill yourself" is not
    excused by its "no". `near` takes in the match itself. `quoted` looks for quotation marks around it.
    """

    excuses: bool
    where: Where
    reach: int
    node: Node | None
    bit: int = 0
    """Of the masks of its rarest words: without one of them in the message it cannot be there. 0: it can."""

    def lets(self, start: int, end: int, text: Reading) -> bool:
        """Whether the match from word `start` to before word `end` counts."""
        return self._there(start, end, text) != self.excuses

    def _there(self, start: int, end: int, text: Reading) -> bool:
        if self.where == "quoted":
            return text.quoted(start, end)
        assert self.node
        if self.bit and not self.bit & text.said:
            return False
        first, last = self._window(start, end, text)
        inside = (2 << last) - (1 << first)
        return bool(self.node.ends(inside, text) & inside & ~(1 << first))

    def _window(self, start: int, end: int, text: Reading) -> tuple[int, int]:
        size = text.all.bit_length()
        if self.where == "anywhere":
            return 0, size
        if self.where == "before":
            return _back(start, self.reach, text), start
        if self.where == "after":
            return end, _on(end, self.reach, text, size)
        return _back(start, self.reach, text), _on(end, self.reach, text, size)


def _back(place: int, reach: int, text: Reading) -> int:
    """The place up to `reach` words before `place`, in its sentence."""
    opening = (text.breaks & ((2 << place) - 1)).bit_length() - 1
    return max(place - reach, opening, 0)


def _on(place: int, reach: int, text: Reading, size: int) -> int:
    """The place up to `reach` words after `place`, in its sentence."""
    later = text.breaks >> place
    closing = place + (later & -later).bit_length() - 1 if later else size
    return min(place + reach, closing, size)
