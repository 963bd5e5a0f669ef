"""A submission as the stages read it: the text as sent, and beside it the text as it is matched."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from moderation.normalise import Normalised, normalise
from moderation.spoken import Spoken, read
from moderation.submission import Submission
from moderation.verdict import Span

T = TypeVar("T")


class View:
    """One submission on its way through the stages. Everything here is computed once, on first use.

    A stage for words and phrases matches on `readings`, one for marks and numbers on `normal.plain` or
    `normal.ascii`, and reports spans through `Spoken.original` or `spans`.
    """

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.text = submission.text
        self._kept: dict[Callable[[View], object], object] = {}

    @cached_property
    def normal(self) -> Normalised:
        return normalise(self.text)

    @cached_property
    def words(self) -> Spoken:
        """The words, disguises lifted ("k!ll mys3lf" is `kill myself`). See `Spoken`."""
        return self.readings[-1]

    @cached_property
    def readings(self) -> tuple[Spoken, ...]:
        """Every way to read the words: as typed and, only where that differs, with disguises lifted.

        A rule asks each of them, so lifting a disguise can never save what plain words would not.
        """
        return (read(self.normal),)

    def spans(self, found: Iterable[Span]) -> tuple[Span, ...]:
        """Spans of the normalised text as spans of the text as sent: in order, overlapping ones as one."""
        joined: list[Span] = []
        for start, end in sorted(self.normal.original(*span) for span in found):
            if joined and start < joined[-1][1]:
                start, end = joined[-1][0], max(end, joined.pop()[1])
            joined.append((start, end))
        return tuple(joined)

    def once(self, compute: Callable[["View"], T]) -> T:
        """What `compute` says of this view; two stages that need it pay for it once."""
        if compute not in self._kept:
            self._kept[compute] = compute(self)
        return self._kept[compute]  # type: ignore[return-value]  # what `compute` returned, under its own key
