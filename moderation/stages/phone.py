"""Phone numbers and other long numbers, however grouped, in whatever digits or in words."""

import re
from collections.abc import Iterator
from itertools import pairwise

from moderation.lexicons import entries
from moderation.look import look
from moderation.numerals import ASIDE, Numerals, numerals
from moderation.personal import told
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 3
FEWEST = 7
"""Digits of the shortest number that reaches a person from anywhere in a town."""

# A digit, then any more digits with at most four characters between: separators and digits are
# disjoint, and one digit alone is a match already, so nothing is ever tried twice.
_NUMBER = re.compile(r"[+(]{0,2}\d(?:[\s().\-/_*~,|\x01\x02]{0,4}\d)*")
_enough = look(r"\d(?:[^a-z0-9]{0,4}\d){6}")
_GROUPS = re.compile(r"\d+")
_HELPLINES = frozenset(entries("helplines.txt"))
_LONGEST_HELPLINE = max(map(len, _HELPLINES))
_VANITY = re.compile(r"[\s\-]?([a-z]{3,7})\b")
_EXTENSION = re.compile(r" ?(?:x|ext\.?|extension) ?\d{1,6}\b")
_SENTENCE = re.compile(r"[.,]\s")
_MONEY = re.compile(r"(?:\$|usd|eur|gbp) ?$")
_COUNTED = re.compile(
    r" ?(?:%|k\b|m\b|bn\b|million|billion|dollars?|bucks|euros?|pounds?|quid|pesos|rupees|yen"
    r"|steps|people|views|followers|seconds|minutes|hours|days|times|words|calories|kcal|iu\b|mg\b|mcg\b|ml\b)"
)
ASKED = re.compile(
    r"\b(?:call|phone|text|txt|cell|mobile|number|whatsapp|ring|reach|tel|dial|digits|landline|contact)\b"
)
_FILED = re.compile(r"\b(?:order|ref|reference|tracking|ticket|invoice|model|serial)\b[^.]{0,12}$")
_BOOK = re.compile(r"\bisbn[\s:\-]*$")
_TALLY = re.compile(
    r"\b(?:moods?|scores?|scored|rated|ratings?|pain|slept|sleep|hours|levels?|weights?|sugar|glucose|pulse|bpm|pressure)\b"
)

# What looks like a long number and is none. Each is matched against the whole candidate.
_HARMLESS = (
    re.compile(r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\d|3[01])"),  # 2022-04-30
    re.compile(r"(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|[12]\d|3[01])[-/. ](?:19|20)?\d\d"),  # 30.4.2022
    re.compile(r"(?:19|20)\d\d(?:[-/,. ]{1,3}(?:19|20)\d\d)*"),  # 2019-2023, 2019, 2020, 2021
    re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d ?- ?(?:[01]?\d|2[0-3])\.[0-5]\d"),  # 10.30-11.45
    re.compile(r"(?:[01]\d|2[0-3])(?:00|15|30|45) ?- ?(?:[01]\d|2[0-3])(?:00|15|30|45)"),  # 1900-0700
    re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"),  # 1,250,000
    re.compile(r"\d\.\d+(?:\s\d\.\d+)*"),  # 3.14159, and a row of such
    re.compile(r"[1-9]\d*000"),  # 5000000
    re.compile(r"\d{2,3}/\d{2,3}(?:[, ]{1,2}\d{2,3}/\d{2,3})*"),  # blood pressure, 120/80 118/76
)


def phone(view: View) -> Finding | None:
    """REDACT every number long enough to reach a person, or to pay with, in digits or in words.

    Helplines, dates, times, sums of money, counts and rows of small numbers stay.
    """
    read = numerals(view)
    if read is None and view.digits < FEWEST:
        return None
    return told(view, "phone", VERSION, _found(view, read))


def _found(view: View, read: Numerals | None) -> Iterator[Span]:
    text = view.normal.ascii
    if view.digits >= FEWEST and _enough(text):
        yield from _numbers(text)
    if read is not None and _enough(read.text):
        yield from (read.back(*span) for span in _numbers(read.text))


def _numbers(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        if match.end() - match.start() < FEWEST:
            continue
        for start, end in _parts(match):
            if _reaches_somebody(text, start, end):
                extension = _EXTENSION.match(text, end)
                yield start, extension.end() if extension else end


def _parts(match: re.Match[str]) -> list[Span]:
    """The candidate, or what a full stop or comma with a space parts it into.

    "I owe 15000. 2000 of it is rent" is two numbers; "555. 019. 2043" has too many parts for that.
    """
    start, end = match.span()
    breaks = [found.span() for found in _SENTENCE.finditer(match.string, start, end)]
    digits = sum(map(str.isdigit, match[0]))
    if not breaks or (len(breaks) >= 2 and 9 <= digits <= 15) or _spelled(match[0], len(breaks)):
        return [(start, end)]
    edges = [start, *(edge for found in breaks for edge in found), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _spelled(text: str, breaks: int) -> bool:
    """Whether digits are given one by one, in a few groups: "5 5 5, 0 1 4 2", not "3, 2, 0, 1, 3, 2, 1"."""
    groups = _GROUPS.findall(text)
    return breaks <= 3 and len(groups) >= 2 * (breaks + 1) and all(len(group) <= 2 for group in groups)


def _reaches_somebody(text: str, start: int, end: int) -> bool:
    groups = _GROUPS.findall(text, start, end)
    digits = "".join(groups)
    return not (
        len(digits) < FEWEST
        or _all_helplines(groups)
        or _spelled_helpline(text, end, digits)
        or _harmless(text, start, end, groups)
    )


def _all_helplines(groups: list[str]) -> bool:
    """Whether the groups are helplines and nothing else: "988 / 116 123", not "988 5550123"."""
    done = {0}
    for start in range(len(groups)):
        if start not in done:
            continue
        digits = ""
        for end in range(start, len(groups)):
            digits += groups[end]
            if len(digits) > _LONGEST_HELPLINE + 2:
                break
            if {digits, digits.removeprefix("00"), "1" + digits} & _HELPLINES:
                done.add(end + 1)
    return len(groups) in done


def _spelled_helpline(text: str, end: int, digits: str) -> bool:
    """Whether letters complete it to a helpline: "1-800-662-HELP"."""
    letters = _VANITY.match(text, end)
    return letters is not None and bool({digits + letters[1], "1" + digits + letters[1]} & _HELPLINES)


def _harmless(text: str, start: int, end: int, groups: list[str]) -> bool:
    shown = text[start:end].strip("( ")
    if any(shape.fullmatch(shown) for shape in _HARMLESS) or _row(groups) or _counting(groups):
        return True
    if ASIDE in shown and not _like_a_number(groups):
        return True
    before, after = text[max(0, start - 40) : start], text[end : end + 12]
    if _BOOK.search(before):
        return True
    if _TALLY.search(before) and max(map(len, groups)) <= 3 and not ASKED.search(before):
        return True
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])  # 1 000 000, 4.000.000
    if (len(groups) <= 2 or thousands) and (_MONEY.search(before) or _COUNTED.match(after)):
        return True
    # Seven digits in one piece are as often a case or member number, unless somebody asks to call it.
    if len(groups) == 1 and len(groups[0]) == FEWEST and _FILED.search(before):
        return True
    # 404-7789321-1182345: how a large shop numbers its orders, and longer than any phone number.
    if [len(group) for group in groups] == [3, 7, 7] and _FILED.search(before):
        return True
    return len(groups) == 1 and len(groups[0]) == FEWEST and not ASKED.search(before)


def _row(groups: list[str]) -> bool:
    """Small numbers in equal steps, or a growing row of them: days, doses, counting down."""
    if len(groups) < 4 or any(len(group) > 3 for group in groups):
        return False
    numbers = [int(group) for group in groups]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    if len(steps) == 1:
        return steps != {0} or numbers[0] == 0
    grows = min(steps) > 0 or max(steps) < 0
    return (
        grows
        and len({len(group) for group in groups}) > 1
        and not any(g[0] == "0" and g != "0" for g in groups)
    )


def _counting(groups: list[str]) -> bool:
    """Counting to three or further, again and again: breathing, dancing, falling asleep."""
    numbers = [int(group) for group in groups if len(group) <= 2]
    if len(numbers) < len(groups):
        return False
    runs = [[numbers[0]]]
    for number in numbers[1:]:
        if number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return all(len(run) >= 3 and run[0] <= 2 for run in runs)


def _like_a_number(groups: list[str]) -> bool:
    """Whether "555 then 0143" is one number in parts, and not "150 then 200 then 300"."""
    if [len(group) for group in groups[-3:]] == [3, 3, 4] or groups[0][0] == "0":
        return True
    if len(groups[0]) == 3 and sum(map(len, groups)) == FEWEST and any(g[0] == "0" for g in groups[1:]):
        return True
    return len(groups) >= 5 and all(len(group) <= 2 for group in groups)
