"""Words that hide from a filter, read as the words they stand for: "k!ll mys3lf", "k i l l", "sui cide".

Most lines have nothing of the kind, and two linear searches tell so. Only where they find something are
the words looked at one by one. What a disguise stands for is looked up among the words that matter
(those of the rules and of `disguised.txt`): from its letters alone "1st" would be a word as well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, count, pairwise
from operator import itemgetter
from string import ascii_lowercase
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from moderation.lexicons import entries
from moderation.look import look
from moderation.normalise import Normalised
from moderation.spoken import Spoken

LONGEST = 40
"""Letters of the longest run that is taken apart into words: nobody glues more together."""
GLUED = 9
"""Letters of the shortest word that may be several: "killmyself"."""

RUN = range(16, 121)
"""Letters of what may be a whole sentence without its spaces."""
MOST_PARTS = 4
"""Pieces that a word is put together from."""
MOST = 60
"""Different disguised words that are read in one message; one with more of them is a riddle to people too."""

_SIGNS = "0134569785@$!|+(<*€£¥"
_LEET = str.maketrans("013456789@$!|+(<€£¥", "oieasgtbgasiitccely")
_LEET_SIGN = re.compile(r"[013456789@$!|+(<€£¥]")
_ALIKE = "|".join(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
# Each alternative is a few characters wide; re2 is linear in the text whatever they are.
_SUSPECT = (
    r"[a-z][0-9@$!|+(<*\x01]{1,2}[a-z]"  # k!ll, m3th
    r"|(?:^|[\s\"'(])[013457@$!|][a-z]{2}"  # 0xy, $elling
    r"|[a-z][013457@$]+(?:[\s.,!?\"')]|$)"  # percoc3t, pill$
    r"|(?:^|[^a-z0-9'])[b-df-hj-mpqstvwxz](?:[^a-z0-9']|$)"  # k i l l, k ill
    rf"|{_ALIKE}"  # dieeee
    r"|[a-z][^a-z0-9\s'][a-z]"  # sui-cide
)
_BROKEN = r"[a-z][^a-z\s]{2,4}[a-z]"
_IS_SUSPECT, _IS_BROKEN = range(2)
_looks = look(_SUSPECT, _BROKEN)
_PIECE = re.compile(rf"(?:[^\W_]|[{re.escape(_SIGNS)}'])+")
_WORD = re.compile(r"[^\W_]+(?:'+[^\W_]+)*")
_COUNT = re.compile(r"[1-9]\d*(?:[a-z]{1,2}|min|mins|hrs?|days?|yrs?|mcg|kcal|lbs?|ish)?")
_SPELT = re.compile(r"[a-z](?:[0-9@$!|]*[a-z])*")
_RUN = re.compile(r"(.)(?=\1)", re.DOTALL)
_DRAWN = re.compile(r"(.)\1\1+", re.DOTALL)
_OTHER = re.compile(r"[^a-z]")
_SHORT = (
    "i",
    "a",
    "u",
    "y",
    "im",
    "my",
    "me",
    "to",
    "do",
    "in",
    "is",
    "it",
    "of",
    "on",
    "go",
    "be",
    "we",
    "so",
)
_ENDINGS = frozenset(("ing", "ive", "able", "ion", "con", "pro", "tan", "per", "ship", "ties", "form", "ate"))
_BEGINNINGS = frozenset(("trans", "over", "out", "under", "counter", "master", "super"))
_LAST = ("me", "my", "it", "us", "im")


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class Disguises:
    """The words that are recognised in disguise. Made once for a set of words; never changes."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words`: those of the rules, besides the ones that `disguised.txt` names."""
        common = frozenset(entries("common.txt"))
        named = set(entries("disguised.txt"))
        matter = named | {word for word in words if len(word) >= 3 and word.isascii() and word.isalpha()}
        self._telling = named | (matter - common)
        self._matter = frozenset(matter)
        self._known = frozenset((*common, *matter, *_SHORT))
        # Of two words that look alike the one that matters more comes last and stays.
        order = (*sorted(matter - self._telling), *sorted(self._telling))
        self._squeezed = {_squeezed(word): word for word in order}
        self._swapped = {word.replace("l", "i"): word for word in order if len(word) >= 4}
        self._long = sorted({w for w in self._telling if len(w) >= 4} | {w for w in matter if len(w) >= 5})
        self._most = max(map(len, self._long), default=0)
        self._parts = AhoCorasick(self._long, implementation=Implementation.ContiguousNFA)
        # Short words of rules are left out of these: "ing" and "ive" would take any long word apart.
        whole = {word for word in common | named if len(word) >= 3 and word not in _ENDINGS}
        glued = sorted({*whole, *(word for word in matter if len(word) >= 5), *_SHORT})
        self._glued = AhoCorasick(
            glued, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

        self._whole = AhoCorasick(sorted(self._known), implementation=Implementation.ContiguousNFA)

    def lift(self, normal: Normalised, typed: Spoken) -> Spoken:
        """The words without their disguises; `typed` itself where there is none."""
        looks = _looks(normal.ascii) or ()
        words = typed.words
        known = self._known
        strange = (
            [] if known.issuperset(words) else [at for at, word in enumerate(words) if word not in known]
        )
        # Known words are never read as one (`_is_one`), unless signs stood between these letters.
        if not (
            _IS_SUSPECT in looks
            or (_IS_BROKEN in looks and self._is_parted(words, range(len(words)), frozenset()))
            or (strange and _IS_BROKEN not in looks and self._is_parted(words, strange, self._known))
            or (strange and self._is_strange([words[at] for at in strange]))
        ):
            return typed
        tokens = list(_spelled(list(self._tokens(normal.plain)), normal.plain))
        tokens = [
            part
            for token in self._joined(tokens)
            for part in ((token,) if token.word in self._known else self._separate(token))
        ]
        text = " ".join(token.word for token in tokens)
        if text == typed.text:
            return typed
        return Spoken(normal, text, tuple((token.start, token.end) for token in tokens))

    def _is_parted(self, words: Sequence[str], strange: Sequence[int], whole: frozenset[str]) -> bool:
        """Whether words that follow each other make up one that matters: not words of `whole` alone.

        `strange`: the numbers of the others.
        """
        if not strange:
            return False
        words = self._around(words, strange[0], strange[-1])
        found = self._parts.find_matches_as_indexes("".join(words), overlapping=True)
        if not found:
            return False
        numbers = dict(zip(accumulate(map(len, words), initial=0), count(), strict=False))
        for _, start, end in found:
            first = numbers.get(start)
            if first is None:
                continue
            last = numbers.get(end)
            if last is not None and last - first > 1 and not whole.issuperset(words[first:last]):
                return True
        return False

    def _around(self, words: Sequence[str], first: int, last: int) -> Sequence[str]:
        """The words from `first` to `last` and, on each side, as many letters as the longest word has."""
        letters = 0
        while first and letters < self._most:
            first -= 1
            letters += len(words[first])
        letters = 0
        while last + 1 < len(words) and letters < self._most:
            last += 1
            letters += len(words[last])
        return words[first : last + 1]

    def _is_strange(self, unknown: Iterable[str]) -> bool:
        return any(
            (len(word) >= GLUED and self._apart(word))
            or (len(word) in RUN and self._segmented(word))
            or word.replace("l", "i") in self._swapped
            for word in unknown
            if len(word) >= 4
        )

    def _tokens(self, plain: str) -> Iterator[_Token]:
        """Words by themselves, and single signs, which may be letters of a word that is spelled out."""
        done: dict[str, str | None] = {}
        for match in _PIECE.finditer(plain):
            piece, (start, end) = match[0], match.span()
            if piece.isalpha() or piece.isdigit() or end - start == 1:
                yield _Token(piece, start, end)
                continue
            if piece not in done:
                done[piece] = self._read(piece) if len(done) < MOST and end - start <= LONGEST else None
            read = done[piece]
            if read is not None:
                yield _Token(read, start, end)
            else:
                for word in _WORD.finditer(plain, start, end):
                    yield _Token(word[0].replace("'", ""), *word.span())

    def _read(self, piece: str) -> str | None:
        """The word that a piece of letters, digits and signs stands for."""
        bare = piece.strip("'(+<*|!")
        for form in dict.fromkeys((piece.strip("'"), bare)):
            if _COUNT.fullmatch(form) or 2 * len(_OTHER.sub("", form)) < len(form):
                continue
            if found := self._starred(form):
                return found
            letters = form.replace("'", "").translate(_LEET)
            for word in (letters, _OTHER.sub("", form)):  # d!e, and d!i!e
                if word in self._matter:
                    return word
                if word.isalpha() and (found := self._squeezed.get(_squeezed(word))):
                    return found
        if "@" in bare:
            return None  # an address
        return bare.translate(_LEET) if _SPELT.fullmatch(bare) else None

    def _starred(self, form: str) -> str | None:
        """The word of which one letter inside is a star; a table of all of them would take megabytes."""
        before, star, after = form.partition("*")
        if not (before and star and after) or "*" in after:
            return None
        tried = (f"{before}{letter}{after}" for letter in reversed(ascii_lowercase))
        return next((word for word in tried if word in self._telling), None)

    def _joined(self, tokens: list[_Token]) -> Iterator[_Token]:
        """Words that somebody parted in two or three, as one."""
        starts = list(accumulate((len(token.word) for token in tokens), initial=0))
        numbers = {at: number for number, at in enumerate(starts)}
        letters = _LEET_SIGN.sub(_as_letter, "".join([token.word for token in tokens]))
        ones = {
            numbers[start]: numbers[end]
            for _, start, end in self._parts.find_matches_as_indexes(letters, overlapping=True)
            if start in numbers and end in numbers and self._is_one(tokens[numbers[start] : numbers[end]])
        }
        at = 0
        while at < len(tokens):
            end = ones.get(at, at + 1)
            word = letters[starts[at] : starts[end]] if end > at + 1 else tokens[at].word
            if word.isalnum():
                yield _Token(word, tokens[at].start, tokens[end - 1].end)
            at = end

    def _is_one(self, parts: list[_Token]) -> bool:
        """Not "the rapist": both of these are words by themselves."""
        return 2 <= len(parts) <= MOST_PARTS and any(part.word not in self._known for part in parts)

    def _separate(self, token: _Token) -> Iterator[_Token]:
        """Words drawn out or glued together, as the words they are."""
        word = token.word
        if not (word.isascii() and word.isalpha()):
            yield token
            return
        if swapped := self._swapped.get(word.replace("l", "i")):
            word = swapped  # an i for an l, or a letter of another script that could be both
        elif _DRAWN.search(word):
            word = self._squeezed.get(_squeezed(word)) or _DRAWN.sub(r"\1", word)
        spelled = token.end - token.start > len(word)
        parts = self._apart(word) if len(word) >= GLUED or spelled else ()
        if not parts and (len(word) > 3 if spelled else len(word) in RUN):
            parts = self._segmented(word)
        for part in parts or (word,):
            yield _Token(part, token.start, token.end)

    def _segmented(self, word: str) -> tuple[str, ...]:
        """The fewest known words that make up all of what was spelled out letter by letter; else none."""
        best: dict[int, tuple[int, int]] = {
            0: (0, 0)
        }  # where a word may end: how many there are, where it began
        found = self._whole.find_matches_as_indexes(word, overlapping=True)
        for _, start, end in sorted(found, key=itemgetter(2)):
            if start in best and (end not in best or best[start][0] + 1 < best[end][0]):
                best[end] = best[start][0] + 1, start
        parts, end = list[str](), len(word)
        while end and end in best:
            start = best[end][1]
            parts.append(word[start:end])
            end = start
        return tuple(reversed(parts)) if not end else ()

    def _apart(self, word: str) -> tuple[str, ...]:
        """The known words, at least one that matters, which make up all of `word`; else none."""
        if word in self._known or len(word) > LONGEST:
            return ()
        parts = [word[start:end] for _, start, end in self._glued.find_matches_as_indexes(word)]
        whole = "".join(parts) == word and not any(len(part) == 1 for part in parts[1:])
        if whole and ((len(parts[-1]) == 2 and parts[-1] not in _LAST) or parts[0] in _BEGINNINGS):
            return ()  # "psychos is", "trans late"
        return tuple(parts) if whole and not self._telling.isdisjoint(parts) else ()


def _as_letter(sign: re.Match[str]) -> str:
    return sign[0].translate(_LEET)


def _spelled(tokens: list[_Token], plain: str) -> Iterator[_Token]:
    """Letters that stand alone, three or more in a row, as the words that they spell."""
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and len(tokens[end].word) == 1:
            end += 1
        if end - at < 3:
            yield from tokens[at : max(end, at + 1)]
            at = max(end, at + 1)
            continue
        letters = "".join([token.word for token in tokens[at:end]])
        if 2 * len(_OTHER.sub("", letters)) < len(letters):
            yield from tokens[at:end]
        else:
            yield from _words(tokens[at:end], plain)
        at = end


def _words(letters: list[_Token], plain: str) -> Iterator[_Token]:
    """The words that letters spell which stand alone."""
    for group in _grouped(letters, plain):
        word = "".join([token.word for token in group])
        if not word.isdigit():
            word = _OTHER.sub("", word.translate(_LEET))
        if word:
            yield _Token(word, group[0].start, group[-1].end)


def _grouped(run: list[_Token], plain: str) -> Iterator[list[_Token]]:
    """Letters by word: between words there is more space than within ("k i l l  m e", "k.i.l.l m.e"); without
    any difference they are one, LONGEST at most."""
    between = [plain[one.end : other.start] for one, other in pairwise(run)]
    gaps = [len(gap) if " " in gap or "\n" in gap or "\t" in gap else 0 for gap in between]
    within, first = min(gaps), 0
    for at, gap in enumerate(gaps, 1):
        if gap > within or at - first == LONGEST:
            yield run[first:at]
            first = at
    yield run[first:]


def _squeezed(word: str) -> str:
    """What a word and its disguises share: i for l, and one letter for a run of it."""
    return _RUN.sub("", word.replace("l", "i"))
