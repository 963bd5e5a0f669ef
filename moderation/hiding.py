"""Covering spans of a text, and finding the way back from the covered text."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.verdict import Action, Finding, Span

HIDDEN = "[hidden]"
"""Stands for a redacted span: it tells that something was there and neither its length nor its kind."""
STARS = 8
"""Longest row of stars for a masked word; a longer one says more about the word than a reader needs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text with parts covered. `pieces` are (start in shown, start in original, length in original)."""

    text: str
    pieces: tuple[tuple[int, int, int, bool], ...]

    def original(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Spans of the shown text as spans of the original; one that touches a cover takes all under it."""
        starts = [piece[0] for piece in self.pieces]
        return tuple(
            (self._back(starts, start, False), self._back(starts, end - 1, True)) for start, end in spans
        )

    def _back(self, starts: Sequence[int], at: int, last: bool) -> int:
        shown, original, length, covered = self.pieces[bisect_right(starts, at) - 1]
        if covered:
            return original + (length if last else 0)
        return original + at - shown + last


def hide(text: str, findings: Iterable[Finding]) -> Shown:
    """`text` with the spans of mask and redact findings covered and the rest as it was."""
    cut: list[str] = []
    pieces: list[tuple[int, int, int, bool]] = []
    at = shown = 0
    for start, end, redact in _covers(findings):
        for piece, begin, length, covered in (
            (text[at:start], at, start - at, False),
            (HIDDEN if redact else "*" * min(end - start, STARS), start, end - start, True),
        ):
            if piece:
                pieces.append((shown, begin, length, covered))
                cut.append(piece)
                shown += len(piece)
        at = end
    pieces.append((shown, at, len(text) - at, False))
    return Shown("".join((*cut, text[at:])), tuple(pieces))


def _covers(findings: Iterable[Finding]) -> list[tuple[int, int, bool]]:
    """Spans in order, overlapping ones joined; where a redaction is part of it, all of it is redacted."""
    spans = sorted(
        (start, end, finding.action is Action.REDACT)
        for finding in findings
        if finding.action in (Action.MASK, Action.REDACT)
        for start, end in finding.spans
    )
    joined: list[tuple[int, int, bool]] = []
    for start, end, redact in spans:
        if joined and start < joined[-1][1]:
            first, last, before = joined[-1]
            joined[-1] = (first, max(last, end), redact or before)
        else:
            joined.append((start, end, redact))
    return joined
