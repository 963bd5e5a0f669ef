import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules import RulesError
from tests.moderation.rules.asking import found, rules

MATCHES = [
    ("say where can i get", "So where can I get it?", ["where can I get"]),
    ("say (get|pick up) it", "pick up it", ["pick up it"]),
    ("say get [some] more", "get more, get some more", ["get some more", "get more"]),
    ("say suicid*", "suicidal", ["suicidal"]),
    ("say suicid*", "antisuicidal", []),
    ("say *porn*", "camporns", ["camporns"]),
    ("say # grams", "2g? no, 20 grams", ["20 grams"]),
    ("say want ..2 die", "want to just die", ["want to just die"]),
    ("say want ..2 die", "want you all to die", []),
    ("say want ..2 die", "I know what I want. To die", []),
    ("say want _ die", "want to die", ["want to die"]),
    ("say want _ die", "want die", []),
    ("say ^ hello", "hello hello", ["hello"]),
    ("say bye $", "bye bye", ["bye"]),
    ("say dont", "I don't, I don’t", ["don’t", "don't"]),
    ("say don't go", "DON'T GO", ["DON'T GO"]),
    ("say mañana", "Manana", ["Manana"]),
    ("say купить", "КУПИТЬ тут", ["КУПИТЬ"]),
    ("say self-harm", "self harm", ["self harm"]),
    ("say a (b|c d) [e|f] g", "a c d f g", ["a c d f g"]),
    ("say kill yourself", "kill. yourself", ["kill. yourself"]),
]


@pytest.mark.parametrize(("line", "text", "expected"), MATCHES)
def test_what_a_pattern_finds(line: str, text: str, expected: list[str]) -> None:
    """Each sign of the language finds what the table says, and only that."""
    assert found(rules(line), text) == expected


GUARDS = [
    (("say kill yourself", "unless before 3 (not|never)"), "do not kill yourself", False),
    (("say kill yourself", "unless before 3 (not|never)"), "No. Not you. Kill yourself", True),
    (("say kill yourself", "unless before 3 (not|never)"), "kill yourself, not me", True),
    (("say kill yourself", "unless after 2 he said"), "kill yourself he said", False),
    (("say kill yourself", "unless near 3 said"), "he said kill yourself", False),
    (("say kill yourself", "unless said"), "he said it. kill yourself", False),
    (("say kill yourself", "unless quoted"), 'my ex wrote "kill yourself"', False),
    (("say kill yourself", "unless quoted"), '"kill yourself"', True),
    (("say kill yourself", "unless quoted"), 'he wrote "kill yourself" so kill yourself', True),
    (("say selling", "needs near 4 (pills|weed)"), "selling my good weed", True),
    (("say selling", "needs near 4 (pills|weed)"), "selling my table", False),
    (("say selling", "needs (pills|weed)"), "weed! I am selling", True),
]


@pytest.mark.parametrize(("lines", "text", "expected"), GUARDS)
def test_what_excuses(lines: tuple[str, ...], text: str, expected: bool) -> None:
    """A match counts when no `unless` is there and every `needs` is; windows end with the sentence."""
    assert bool(found(rules(*lines), text)) is expected


def test_lists_stand_for_their_entries() -> None:
    """A list may hold words, beginnings, phrases and other lists."""
    asked = rules(
        "list opioid = fent*, lean", "list drug = <opioid>, crystal meth, weed", "say selling <drug>"
    )
    for text in ("selling fentanyl", "selling crystal meth", "selling weed", "selling lean"):
        assert found(asked, text) == [text]
    assert not found(asked, "selling crystal glasses")


def test_a_rule_keeps_to_its_rooms() -> None:
    """`rooms` names the topics a rule is asked in."""
    asked = rules("say hello", "rooms addiction, life-changes")
    assert found(asked, "hello", "addiction")
    assert not found(asked, "hello", "mental-health")


FAULTS = [
    ("say", "nothing stands after"),
    ("say (a|b", "not closed"),
    ("say a b)", "closes what nothing opened"),
    ("say (a|)", "nothing stands between"),
    ("say [a]", "must be there"),
    ("say ..3", "must be there"),
    ("say a ..99 b", "a gap is 1 to"),
    ("say <nothing>", 'no list "nothing"'),
    ("say ab*", "at least 3 letters"),
    ("say su*cide", "is no word"),
    ("say ...", "is no word"),
    ("say " + "(" * 9 + "a" + ")" * 9, "deep"),
    ("say " + "a " * 510, "more than 500 parts"),
    ("say " + "a" * 3001, "longer than"),
    ("unless before 99 not", "a window is"),
    ("sagt hello", "none of note"),
]


@pytest.mark.parametrize(("line", "expected"), FAULTS)
def test_a_fault_is_told_with_its_line(line: str, expected: str) -> None:
    """A line that cannot be read is refused in a sentence that names the line, never by a traceback."""
    with pytest.raises(RulesError) as refused:
        rules("say fine", line)
    assert refused.value.faults[0].startswith("test line 4: ")
    assert expected in refused.value.faults[0]


def test_lists_of_lists_do_not_multiply() -> None:
    """Lists that double each other are refused before they cost anything."""
    lists = [
        "list x = a b, c d",
        *(f"list x{'x' * n} = <x{'x' * (n - 1)}> <x{'x' * (n - 1)}>" for n in range(1, 40)),
    ]
    with pytest.raises(RulesError, match="parts, lists counted through"):
        rules(*lists, "say <x>")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_line_breaks_the_reader(line: str) -> None:
    """Whatever stands in a rule file, the answer is a rule set or a RulesError."""
    with suppress(RulesError):
        rules("list drug = weed, crystal meth", "say " + line)


NODES = st.recursive(
    st.sampled_from(["a", "b", "abc*", "*bcd*", "..3", "_", "#", "<l>"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "(" + "|".join(parts) + ")"),
        inner.map(lambda part: f"[{part}]"),
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
    ),
    max_leaves=12,
)


def _slow(node: str) -> str:
    """The same pattern for a backtracking matcher, as the language's second opinion."""
    regex = re.sub(r"\s+", "", re.sub(r"\.\.3", "G", node).replace(" ", ""))
    table = {"G": "(?:[^;]+;){0,3}", "_": "(?:[^;]+;)", "#": "(?:[0-9][^;]*;)"}
    out = []
    tokens = re.findall(r"abc\*|\*bcd\*|<l>|[ab()\[\]|_#G]", regex)
    for token in tokens:
        out.append(
            {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|", "abc*": "(?:abc[^;]*;)"}.get(token)
            or {"*bcd*": "(?:[^;]*bcd[^;]*;)", "<l>": "(?:a;b;|c;)"}.get(token)
            or table.get(token)
            or f"(?:{token};)"
        )
    return "".join(out)


@given(NODES, st.lists(st.sampled_from(["a", "b", "c", "abcd", "xbcdx", "2g", "d"]), max_size=8))
def test_it_finds_what_a_backtracking_matcher_finds(node: str, words: list[str]) -> None:
    """Shifts and masks say "there" exactly where a plain regular expression does."""
    asked = rules("list l = a b, c", f"say z [{node}] z")
    text = " ".join(["z", *words, "z"])
    spelled = "".join(f"{word};" for word in ("z", *words, "z"))
    expected = re.fullmatch(f"z;(?:{_slow(node)})?z;", spelled)
    assert (text in found(asked, text)) is bool(expected)


def test_time_grows_with_length_and_no_faster() -> None:
    """A pattern of gaps and choices that would take a backtracking matcher for ever is linear in the text."""
    asked = rules("say " + "(a|a a|a b a) ..12 " * 8 + "z", "unless near 40 " + "[a] ..12 " * 8 + "q")

    def spent(text: str) -> float:
        started = time.thread_time()
        found(asked, text)
        return time.thread_time() - started

    assert spent("a " * 1000 + "z") < 0.1  # measured: 4 ms
