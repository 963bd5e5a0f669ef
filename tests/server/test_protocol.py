"""The wire's edge: what is read, and what is only answered."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.log import Position
from rooms.refusals import Refusal
from server import protocol
from server.protocol import TEXT, UNREADABLE, WireJSON, depth, parse, words

HUGE = 100_000


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + closing * levels


@pytest.mark.parametrize(
    "text",
    [
        *('["message",NaN]', '["message",Infinity]', '["message",-Infinity]', '["message",{"a":1e999}]'),
        *('["message",{"text":"\\ud800"}]', '["message","\\udc00\\ud800"]', '["message",{"\\ud800":1}]'),
        *('["message",{}]x', '["message",{}] []', '["message",{}', '["message",]', '["message" {}]'),
        *('["message",{"a":1,}]', "['message']", '["message",{a:1}]', '["message",01]', '["message",+1]'),
        *(
            '["message",0x10]',
            '["message"/* hi */]',
            '["a\x01b"]',
            '["a\nb"]',
            '["\\x41"]',
            "",
            " ",
            "\ufeff[]",
        ),
        *(nested(HUGE), "[" * HUGE, '["message",' + '{"a":' * HUGE + "1" + "}" * HUGE + "]"),
        '["message",' + nested(7) + "]",
        '["message",' + '{"a":' * 7 + "1" + "}" * 7 + "]",
        '["message",{"a":[{"b":[{"c":[[]]}]}]}]',
        '["message","\ud800"]',
    ],
    ids=lambda text: repr(text[:40]),
)
def test_what_is_not_strict_json(text: str) -> None:
    """Anything but strict JSON of six levels stands for itself as unreadable, and raises nothing."""
    assert WireJSON.loads(text) == [UNREADABLE]


@pytest.mark.parametrize(
    "value",
    [
        ["message", {"key": "k", "text": "hello 🕊 \u2028 \u0000 \U0010ffff"}],
        ["message", [[[[[[]]]]]]],
        ["message", {"a": {"b": {"c": {"d": {"e": {}}}}}}],
        ["message", 1e308, -0.0, 2**63, 2**64 - 1, None, True],
        [],
        {},
        "text",
        ["same", {"a": 1, "b": [1, 2, 3]}] * 100,
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is(value: object) -> None:
    """Strict JSON is read as it was meant."""
    assert WireJSON.loads(json.dumps(value)) == value
    assert WireJSON.loads(json.dumps(value, ensure_ascii=False)) == value


def test_a_pair_of_surrogates() -> None:
    """A character outside the first plane may be written as two escapes."""
    assert WireJSON.loads('["\\ud83d\\udd4a"]') == ["🕊"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def levels(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(levels, value), default=0) if isinstance(value, list) else 0


@given(JSON)
def test_depth(value: object) -> None:
    """Six levels of objects and lists are allowed, in any mixture."""
    assert depth(value) is (levels(value) <= 6)


@given(st.text() | st.binary())
def test_anything_may_come(sent: str | bytes) -> None:
    """Whatever is sent, reading it raises nothing."""
    WireJSON.loads(sent)


def test_writing() -> None:
    """JSON goes out compact, and what is JSON already goes out untouched."""
    ready = msgspec.Raw(b'{"seq":1,  "text":"\\u00e9"}')
    assert WireJSON.dumps({"events": [ready], "é": [1, None]}) == (
        '{"events":[{"seq":1,  "text":"\\u00e9"}],"é":[1,null]}'
    )


# --- payloads ----------------------------------------------------------------------------------


def refused(kind: type[object], payload: object) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        parse(kind, payload)
    assert refusal.value.code == "bad_request"
    return refusal.value


@pytest.mark.parametrize("key", ["k", "x" * 64, "🕊" * 64, "with space", " "])
def test_keys(key: str) -> None:
    """A key is of 1 to 64 characters, whatever they are."""
    assert parse(protocol.Message, {"key": key, "text": "hello"}).key == key


@pytest.mark.parametrize("key", ["", "x" * 65, "🕊" * 65, None, 7, ["k"], True])
def test_no_keys(key: object) -> None:
    """Anything else is no key."""
    refused(protocol.Message, {"key": key, "text": "hello"})


@pytest.mark.parametrize(
    "payload",
    [None, [], "text", 7, {}, {"key": "k"}, {"text": "hello"}, {"key": "k", "text": None}]
    + [{"key": "k", "text": text} for text in (7, ["hello"], {"text": "hello"})]
    + [{"key": "k", "text": "hello"} | more for more in ({"room": ""}, {"room": 7}, {"reply_to": "x" * 65})],
)
def test_no_messages(payload: object) -> None:
    """A message has a key and a text, and of what else it has, the shape must be right."""
    refused(protocol.Message, payload)


def test_unknown_fields() -> None:
    """Fields that are not known yet change nothing."""
    sent = {"key": "k", "text": "hello", "mood": {"deep": [1]}, "room": None}
    assert parse(protocol.Message, sent) == protocol.Message(key="k", text="hello")


def test_a_join() -> None:
    """A position is an epoch and a whole number."""
    joined = parse(protocol.Join, {"room": "addiction.1", "since": {"epoch": "e", "seq": 4}})
    assert joined.since == Position("e", 4)
    for since in ({"epoch": "e"}, {"epoch": "e", "seq": 1.5}, {"epoch": 1, "seq": 1}, [], "e:4"):
        refused(protocol.Join, {"room": "addiction.1", "since": since})


def test_a_refusal_quotes_nothing() -> None:
    """The sentence names the field that was wrong, and nothing that was sent."""
    refusal = refused(protocol.Message, {"key": ["MARKED"], "text": "MARKED", "MARKED": 1})
    assert "key" in refusal.message
    assert "MARKED" not in repr(refusal.answer())


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["a", "é", "語", "🕊", "\U0010ffff"])
def test_how_long(letter: str) -> None:
    """2,000 code points go through, whatever their size in bytes or UTF-16; one more is too long."""
    assert words(letter * TEXT) == letter * 2_000
    with pytest.raises(Refusal) as refusal:
        words(letter * (TEXT + 1))
    assert refusal.value.code == "too_long"


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "\u2003\u00a0"])
def test_no_words(text: str) -> None:
    """White space alone is no message."""
    with pytest.raises(Refusal, match="bad_request"):
        words(text)


CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF]


@pytest.mark.parametrize("code", CONTROLS, ids=hex)
def test_control_characters(code: int) -> None:
    """Of all control characters a text may have tab, line feed and carriage return; and no half pairs."""
    text = f"a{chr(code)}b"
    if chr(code) in "\t\n\r":
        assert words(text) == text
        return
    with pytest.raises(Refusal, match="bad_request"):
        words(text)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=50))
def test_words_stay_as_they_are(text: str) -> None:
    """Whatever passes is passed on untouched."""
    if text.strip():
        assert words(text) == text
