"""Finding listed words however they are spelled, in linear time.

Three readings of the text go through one Aho-Corasick automaton: as it stands, with the punctuation
inside words taken out ("s.h.i.t", "f u c k", "bull-shit"), and that again where a symbol counts as
punctuation rather than as a letter ("f!u!c!k"). In each, digits and symbols stand for letters and
runs of a letter are one. A reading is only matched; positions are worked out where it hit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice, repeat
from operator import itemgetter, ne
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from moderation.look import look
from moderation.normalise import normalise
from moderation.verdict import Span

_DIGITS = bytes.maketrans(b"01345789", b"oieastbg")
_LETTERS = bytes.maketrans(b"01345789@$!|+(<", b"oieastbgasiitcc")
_RUN = re.compile(r"(.)(?=\1)", re.DOTALL)
"""What is taken out so that one of each run stays."""
# Both look at no more than three characters a step, so they are linear in the length of the text.
_INNER = re.compile(
    r"(?<=[a-z])[^a-z\s]{1,3}(?=[a-z])"  # fu.ck
    r"|(?<=(?<![a-z])[a-z])[^a-z]{1,3}(?=[a-z](?![a-z]))"  # f u c k: between letters that stand alone
)
# Whether `_INNER` is worth its time. Most lines have no more than "don't" and "it's" for it.
_parted = look(
    r"[a-z][^a-z\s']{1,3}[a-z]|[a-z]'(?:[^a-z\s]|[abcefghijknopquwxyz]|[a-z]{3})|[a-mo-z]'t"
    r"|(?:^|[^a-z])[a-z][^a-z']{1,3}[a-z](?:[^a-z']|$)"
)
_DISGUISE = re.compile(r"[0-9@$!|+(<]")
_SIGNED = frozenset("asitc")
"""Letters that a sign can stand for, which is no letter beside a word."""
_LETTER_BEFORE = re.compile(r"(?:^|[^a-z])[a-z][^a-z]$")
_LETTER_AFTER = re.compile(r"[^a-z][a-z](?:[^a-z]|$)")
_PRICE = re.compile(r"\$\d")


class Hit(NamedTuple):
    """A listed word at `span` of the normalised text, under the label of its list."""

    label: str
    span: Span


class _Pattern(NamedTuple):
    label: str
    runs: tuple[int, ...]  # how often each letter stands in the word as listed: "ass" is (1, 2)
    length: int
    anywhere: bool


class Words:
    """A set of labelled words. `spared` phrases shelter a word that is innocent inside them.

    A word that starts with `~` is found anywhere inside other words, and takes the whole of them.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]], spared: Iterable[str]) -> None:
        patterns: dict[str, dict[_Pattern, None]] = {}
        for label, words in lists.items():
            for word in words:
                for spelling in _spellings(word.removeprefix("~")):
                    key, runs = _squeezed(spelling)
                    pattern = _Pattern(label, runs, sum(runs), word.startswith("~"))
                    patterns.setdefault(key, {})[pattern] = None
        self._found = [tuple(same) for same in patterns.values()]
        self._automaton = AhoCorasick(list(patterns))
        self._spared = AhoCorasick(
            [form for phrase in spared for form in dict.fromkeys((phrase, phrase.replace(" ", "-")))]
        )

    def find(self, ascii_text: str) -> list[Hit]:
        """Every listed word in a normalised ASCII text (`Normalised.ascii`), in order of position."""
        hits: set[Hit] = set()
        for reading, parted, letters in _readings(ascii_text):
            squeezed = _RUN.sub("", reading)
            found = self._automaton.find_matches_as_indexes(squeezed, overlapping=True)
            if found and not parted:
                # Most finds are parts of other words; where nothing was taken out that can be told here.
                found = [hit for hit in found if self._can_be(squeezed, *hit)]
            if found:
                hits.update(self._read(ascii_text, reading, parted, letters, found))
        if not hits:
            return []
        if shelters := self._shelters(ascii_text):
            hits = {hit for hit in hits if not _sheltered(hit.span, shelters)}
        return sorted(hits, key=itemgetter(1))

    def _shelters(self, text: str) -> list[Span]:
        """The spared phrases of a text, in order, joined where they overlap: one look-up is enough."""
        joined: list[Span] = []
        for _, start, end in sorted(
            self._spared.find_matches_as_indexes(text, overlapping=True), key=lambda found: found[1]
        ):
            if not _stands_alone(text, start, end):
                continue
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def _can_be(self, squeezed: str, number: int, start: int, end: int) -> bool:
        """Whether a find stands alone, or belongs to a word that is looked for anywhere."""
        if not (_is_letter(squeezed, start - 1) or _is_letter(squeezed, end)):
            return True
        return any(pattern.anywhere for pattern in self._found[number])

    def _read(
        self, text: str, reading: str, parted: bool, letters: str, found: Iterable[tuple[int, int, int]]
    ) -> Iterator[Hit]:
        places = _places(letters, parted)
        starts = _starts(reading)
        disguised = _DISGUISE.search(text) is not None
        whole = (0, 0)
        for number, first, last in found:
            start, end = places[starts[first]], places[starts[last] - 1] + 1
            alone = _stands_alone(text, start, end)
            if end <= whole[1] and not alone:
                continue  # the word around it was taken already; looking again is quadratic
            runs = None
            for pattern in self._found[number]:
                if not (alone or pattern.anywhere):
                    continue
                if runs is None and starts[last] - starts[first] == last - first:
                    runs = (1,) * (last - first)
                elif runs is None:
                    runs = tuple(map(int.__sub__, starts[first + 1 : last + 1], starts[first:last]))
                if not _accept(text, pattern, runs, start, end, disguised):
                    continue
                if not pattern.anywhere:
                    yield Hit(pattern.label, (start, end))
                elif end > whole[1]:
                    whole = _whole_word(text, start, end)
                    yield Hit(pattern.label, whole)


def _is_letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalpha() and text[at] not in _SIGNED


def plain_form(word: str) -> str:
    """A listed word without its disguise: "f-u-c-k" and "fux0r" are "fuck" and "fuxor"."""
    folded = _swap(normalise(word).ascii, _LETTERS)
    return re.sub(r"[^a-z]", "", folded)


def _spellings(word: str) -> Iterator[str]:
    """The word as it is matched: with i for l and l for i where that cannot make another word."""
    letters = _swap(normalise(word).ascii, _LETTERS)
    forms = [letters] if "*" in word else [re.sub(r"[^a-z]", "", letters)]
    if " " in letters:
        forms.append(letters)
    for form in forms:
        yield form
        if len(form) >= 4:
            yield from {form.replace("i", "l"), form.replace("l", "i")} - {form}


def _squeezed(word: str) -> tuple[str, tuple[int, ...]]:
    if not _RUN.search(word):
        return word, (1,) * len(word)
    runs = [match[0] for match in re.finditer(r"(.)\1*", word)]
    return "".join(run[0] for run in runs), tuple(len(run) for run in runs)


def _swap(text: str, table: bytes) -> str:
    """`text` with characters replaced by a table of bytes: ten times as fast as a table of strings."""
    return text.encode("ascii").translate(table).decode("ascii")


def _readings(text: str) -> Iterator[tuple[str, bool, str]]:
    """What is matched, whether anything was taken out of it, and the letters by position in the text."""
    letters = _swap(text, _LETTERS)
    yield letters, False, letters
    if _parted(letters):
        yield _INNER.sub("", letters), True, letters
    digits = _swap(text, _DIGITS)
    if digits != letters and _parted(digits):
        yield _INNER.sub("", digits), True, digits


def _places(letters: str, parted: bool) -> Sequence[int]:
    """Where each character of a reading stands in the text."""
    if not parted:
        return range(len(letters))
    taken = [match.span() for match in _INNER.finditer(letters)]
    begins, ends = (0, *(end for _, end in taken)), (*(start for start, _ in taken), len(letters))
    return [*chain.from_iterable(map(range, begins, ends))]


def _starts(reading: str) -> list[int]:
    """Where each run of one character begins, and the end of the last."""
    changes = map(ne, reading, islice(reading, 1, None))
    return [0, *compress(range(1, len(reading)), changes), len(reading)]


def _accept(
    text: str, pattern: _Pattern, runs: tuple[int, ...], start: int, end: int, disguised: bool
) -> bool:
    """Whether this is the word, and not something else that only reads alike.

    `disguised`: there is a sign or digit in the text that may stand for a letter.
    """
    if runs != pattern.runs and not all(map(_drawn_out, runs, pattern.runs, repeat(pattern.length))):
        return False
    if disguised and _DISGUISE.search(seen := text[start:end]) and not _reads_as_word(seen):
        return False
    # "a s s i s t" is spelling another word
    return pattern.length >= 4 or end - start == sum(runs) or not _spelled_on(text, start, end)


def _reads_as_word(seen: str) -> bool:
    """Not "455", "P155" and "A$5": a number, a room and a price."""
    letters = sum(map(str.isalpha, seen))
    return letters >= sum(map(str.isdigit, seen)) and (letters > 0 or "@" in seen) and not _PRICE.search(seen)


def _drawn_out(run: int, own: int, length: int) -> bool:
    """Whether a run of `run` letters may stand for `own`: "fuuuck", "fuuck"; "woop" is not "wop"."""
    return run == own or run >= max(3, own) or (run > own and length >= 4)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _spelled_on(text: str, start: int, end: int) -> bool:
    """Whether letters that stand alone go on before or after a spelled-out word."""
    before, after = text[max(0, start - 3) : start], text[end : end + 3]
    return bool(_LETTER_BEFORE.search(before) or _LETTER_AFTER.match(after))


def _whole_word(text: str, start: int, end: int) -> Span:
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def _sheltered(span: Span, shelters: Sequence[Span]) -> bool:
    at = bisect_right(shelters, span[0], key=lambda shelter: shelter[0]) - 1
    return at >= 0 and span[1] <= shelters[at][1]
