"""What holds of the real stages for any text at all."""

import compileall
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from moderation.hiding import HIDDEN
from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action, Verdict

ROOT = Path(__file__).parents[2]
DEV = ROOT / "tests" / "cases" / "dev.jsonl"
GRAVE = ("crisis", "medical", "methods", "encouragement", "abuse", "sourcing", "contact", "safeguarding")
SECRETS = (
    ("fuck", Action.MASK),
    ("asshole", Action.MASK),
    ("motherfucker", Action.MASK),
    ("555-019-2043", Action.REDACT),
    ("heron@example.com", Action.REDACT),
    ("pills4u.com", Action.REDACT),
    ("@brave_heron", Action.REDACT),
    ("5550192043", Action.REDACT),
    ("five five five oh one nine two zero", Action.REDACT),
    ("14 Nonesuch Crescent", Action.REDACT),
    ("GB82WEST12345698765432", Action.REDACT),
)
PIECES = (
    *(secret for secret, _ in SECRETS),
    *("ok", "so", "a", "b", "f", "u", "c", "k", "@", ".", "#", ":", "(", "[hidden]", "****"),
    *("my insta is", "dot com", "at", "555", "988", "0192", "me", "💛", "👩‍👩‍👧", "\u200b", "é\u0336"),
    "\n",
    "\ud800",
)
ANY = st.text(st.characters(exclude_categories=[]), max_size=60)
CHAT = st.lists(st.one_of(st.sampled_from(PIECES), ANY), max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda gap: gap.join(parts))
)


def verdict(text: str, topic: str = "mental-health") -> Verdict:
    return judge(Submission(text=text, topic=topic))


@given(CHAT)
@settings(max_examples=400, deadline=None)
def test_any_code_points_get_a_verdict(text: str) -> None:
    """No text makes a stage fail, and the same text gets the same verdict again."""
    first = verdict(text)
    failures = {finding.rule for finding in first.findings if finding.label == "stage_failed"}
    assert failures <= {"settle"}  # a text that goes on uncovering something is rightly held
    assert first == verdict(text)


@given(CHAT)
@settings(max_examples=400, deadline=None)
def test_only_matched_spans_change(text: str) -> None:
    """The room's text is the original with covers in place of spans and nothing else touched."""
    shown = verdict(text)
    assume(shown.passes)
    assert shown.text is not None
    hidden = {
        at
        for finding in shown.findings
        if finding.action in (Action.MASK, Action.REDACT)
        for start, end in finding.spans
        for at in range(start, end)
    }
    left = iter(shown.text)
    assert all(char in left for at, char in enumerate(text) if at not in hidden)  # all there, in order
    if not hidden:
        assert shown.text == text


@given(CHAT)
@settings(max_examples=400, deadline=None)
def test_a_judged_text_is_clean(text: str) -> None:
    """The room sees nothing of a secret under any reading; of fewer words only a guess may differ."""
    shown = verdict(text)
    assume(shown.passes)
    assert shown.text is not None
    again = verdict(shown.text)
    sure = {finding.rule for finding in again.findings if finding.action > Action.ALLOW}
    assert {rule for rule in sure if not rule.startswith("model.")} == set()
    assert again.text == (None if sure else shown.text)


@given(st.sampled_from(SECRETS), st.data())
@settings(max_examples=300, deadline=None)
def test_invisible_and_case_edits_never_weaken(secret: tuple[str, Action], data: st.DataObject) -> None:
    """A zero-width character, a mark or another case anywhere in a secret does not save it."""
    word, action = secret
    edited = "".join(
        data.draw(
            st.sampled_from([char, *_cases(word, char), char + "\u200b", char + "\u2060", char + "\u0336"])
        )
        for char in word
    )
    found = verdict(f"me, {edited} then")
    assert found.action >= action
    assert found.text is not None
    # an invisible character after the last letter is outside the word, and stays
    assert re.fullmatch(rf"me, (?:\*+|{re.escape(HIDDEN)})[\u200b\u2060]? then", found.text)


def _cases(word: str, char: str) -> tuple[str, ...]:
    """The other case; where a capital tells a street from a walk, it stays."""
    return () if word.startswith("14 ") else (char.upper(),)


ALIKE = {
    "a": "аαａ",
    "c": "сｃⓒ",
    "d": "ԁｄⓓ",
    "e": "еεｅ",
    "h": "һｈ",
    "i": "іιｉ",
    "k": "кｋ",
    "l": "ӏｌ",
    "o": "оοｏ",
    "s": "ѕｓ",
    "u": "υｕ",
    "0": "０٠",
    "5": "５٥",
}


@given(st.sampled_from([secret for secret in SECRETS if not secret[0].startswith("14")]), st.data())
@settings(max_examples=300, deadline=None)
def test_lookalikes_never_weaken(secret: tuple[str, Action], data: st.DataObject) -> None:
    """A look-alike of another script, a wide or a circled form does not save it."""
    word, action = secret
    edited = "".join(data.draw(st.sampled_from([char, *ALIKE.get(char, "")])) for char in word)
    assert verdict(f"well {edited} then").action >= action


CASES = [
    case for case in map(json.loads, DEV.read_text(encoding="utf-8").splitlines()) if case["cat"] in GRAVE
]


IDS = [case["id"] for case in CASES]


def weight(found: Verdict) -> tuple[bool, bool]:
    """What an edit must not take away: that a person at risk is seen, and that harm is withheld."""
    return "crisis" in found.labels, not found.passes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_disguises_never_weaken_a_rule(case: dict[str, str]) -> None:
    """Zero-width characters, case and letters of other scripts change no crisis and no refusal."""
    text, room = case["text"], case["room"]
    plain = weight(verdict(text, room))
    order = random.Random(text)
    for edited in (
        text.upper(),
        text.swapcase(),
        "".join(char + "\u200b" if char.isalpha() else char for char in text),
        "".join(char + "\u0336" if char.isalpha() else char for char in text),
        "".join(order.choice((char, *ALIKE.get(char, ""))) for char in text),
        "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    ):
        found = weight(verdict(edited, room))
        assert all(now or not then for now, then in zip(found, plain, strict=True)), edited


def _spelled(text: str, within: str, between: str) -> str:
    return between.join(within.join(word) for word in text.split())


def _parted(text: str, order: random.Random) -> str:
    """The longest word in two, anywhere."""
    word = max(text.split(), key=len)
    at = order.randrange(1, len(word))
    return text.replace(word, f"{word[:at]} {word[at:]}", 1)


def _lighter(text: str, room: str, edited: str) -> bool:
    """Whether an edit takes something away."""
    found, plain = weight(verdict(edited, room)), weight(verdict(text, room))
    return any(then and not now for now, then in zip(found, plain, strict=True))


# Without apostrophes: letter by letter they would be quotation marks around what stands between two of them.
@pytest.mark.parametrize("case", [{**case, "text": case["text"].replace("'", "")} for case in CASES], ids=IDS)
def test_spaces_never_weaken_a_rule(case: dict[str, str]) -> None:
    """Wide spaces, spaces of other kinds, words on lines of their own or spelled out change nothing."""
    text, room = case["text"], case["room"]
    for edited in (
        *(text.replace(" ", space) for space in ("  ", "\t", "\u00a0", "\u2003", "\n", "_")),
        f"  {text}\n",
        *(_spelled(text, *gaps) for gaps in ((" ", "  "), (" ", "   "), (".", " "), ("-", " "), ("_", " "))),
        " ".join(word if len(word) < 4 else " ".join(word) for word in text.split()),
    ):
        assert not _lighter(text, room, edited), edited


def test_words_parted_or_glued() -> None:
    """A space within a word, or none at all, hides few of the lines; some of their words nobody knows."""
    parted, glued = 0, 0
    for case in CASES:
        text, room = case["text"], case["room"]
        parted += _lighter(text, room, _parted(text, random.Random(text)))
        glued += _lighter(text, room, text.replace(" ", ""))
    assert (parted / len(CASES) <= 0.05, glued / len(CASES) <= 0.2) == (True, True), (parted, glued)


def test_every_process_decides_alike() -> None:
    """The order in which a process happens to keep its sets changes no verdict."""
    code = (
        "import json, sys; from moderation.pipeline import judge\n"
        "from moderation.submission import Submission\n"
        "for line in open(sys.argv[1], encoding='utf-8'):\n"
        "    case = json.loads(line)\n"
        "    print(judge(Submission(text=case['text'], topic=case['room'])))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code, str(DEV)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(answers) == 1


@pytest.mark.long
def test_a_million_texts_of_anything() -> None:
    """Any sequence of code points gets a verdict in bounded time, and no stage fails on it."""
    order = random.Random(20261125)
    pieces = [*PIECES, *(case["text"] for case in CASES)]
    slowest = 0
    verdict("I want to die")  # what is read once is read now
    for _ in range(1_000_000):
        text = "".join(
            chr(order.randrange(order.choice((0x110000, 0x3000, 0x80))))
            if order.random() < 0.8
            else order.choice(pieces)
            for _ in range(order.randrange(8))
        )
        before = time.thread_time_ns()
        found = verdict(text)
        slowest = max(slowest, time.thread_time_ns() - before)
        failed = {finding.rule for finding in found.findings if finding.label == "stage_failed"}
        assert failed <= {"settle"}, ascii(text)
    assert slowest < 100_000_000


def test_loading_is_quick_and_small() -> None:
    """A worker is ready to judge within half a second (five times that here), for 40 MiB more than it has."""
    code = (
        "import asyncio, dataclasses, hashlib, importlib.resources, json, msgspec, os, time\n"
        "size = lambda: int(open('/proc/self/statm').read().split()[1])"
        " * os.sysconf('SC_PAGE_SIZE') / 2**20\n"
        "before, started = size(), time.process_time()\n"
        "from moderation.pipeline import judge; from moderation.submission import Submission\n"
        "judge(Submission(text='k!ll, 🅵, 555-019-2043', topic='mental-health'))\n"
        "print(time.process_time() - started, size() - before)"
    )
    # A worker of an installed package finds its modules compiled; compiling them here would count as loading.
    compileall.compile_dir(ROOT / "moderation", quiet=2)
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, mebibytes = map(float, told.stdout.split())
    assert seconds < 2.5
    assert mebibytes < 40


def test_time_grows_with_length_and_no_faster() -> None:
    """Twice the text takes about twice the time, whatever it is made of (five times is the alarm)."""
    for piece in (
        "f u c k ",
        "a@b.",
        "1-2(3 ",
        "@ab ",
        "a.com ",
        "insta is x",
        "pussy cat ",
        "((((",
        "ꜰ\u0336 ",
        "sh*t.",
    ):
        short, long = (piece * 200)[:1000], (piece * 400)[:2000]
        assert _spent(long) < 5 * _spent(short) + 200_000, piece


def _spent(text: str) -> int:
    """Nanoseconds of thread CPU time, the least of five: what the work itself takes."""
    times = []
    for _ in range(5):
        before = time.thread_time_ns()
        verdict(text)
        times.append(time.thread_time_ns() - before)
    return min(times)
