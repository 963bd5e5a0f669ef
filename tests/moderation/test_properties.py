"""What holds of the real stages for any text at all."""

import re
import time

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from moderation.hiding import HIDDEN
from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action, Verdict

SECRETS = (
    ("fuck", Action.MASK),
    ("asshole", Action.MASK),
    ("motherfucker", Action.MASK),
    ("555-019-2043", Action.REDACT),
    ("heron@example.com", Action.REDACT),
    ("pills4u.com", Action.REDACT),
    ("@brave_heron", Action.REDACT),
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
    """What the room sees passes the filter unchanged: nothing of a secret is left under any reading."""
    shown = verdict(text)
    assume(shown.passes)
    assert shown.text is not None
    again = verdict(shown.text)
    assert (again.action, again.text) == (Action.ALLOW, shown.text)


@given(st.sampled_from(SECRETS), st.data())
@settings(max_examples=300, deadline=None)
def test_invisible_and_case_edits_never_weaken(secret: tuple[str, Action], data: st.DataObject) -> None:
    """A zero-width character, a mark or another case anywhere in a secret does not save it."""
    word, action = secret
    edited = "".join(
        data.draw(st.sampled_from([char, char.upper(), char + "\u200b", char + "\u2060", char + "\u0336"]))
        for char in word
    )
    found = verdict(f"me, {edited} then")
    assert found.action >= action
    assert found.text is not None
    # an invisible character after the last letter is outside the word, and stays
    assert re.fullmatch(rf"me, (?:\*+|{re.escape(HIDDEN)})[\u200b\u2060]? then", found.text)


@given(st.sampled_from(SECRETS), st.data())
@settings(max_examples=300, deadline=None)
def test_lookalikes_never_weaken(secret: tuple[str, Action], data: st.DataObject) -> None:
    """A look-alike of another script, a wide or a circled form does not save it."""
    word, action = secret
    alike = {
        "a": "аαａ",
        "c": "сｃⓒ",
        "e": "еεｅ",
        "o": "оοｏ",
        "u": "υｕ",
        "h": "һｈ",
        "5": "５٥",
        "0": "０٠",
        "k": "кｋ",
    }
    edited = "".join(data.draw(st.sampled_from([char, *alike.get(char, "")])) for char in word)
    assert verdict(f"well {edited} then").action >= action


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
