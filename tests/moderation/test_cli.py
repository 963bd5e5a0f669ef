import io
import json

from moderation.cli import run


def answers(*lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    run(lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_answer_a_line_in_order() -> None:
    """Each line is judged alone and answered in its place."""
    assert answers(
        '{"text": "hello", "room": "addiction", "lang": "en"}\n',
        '{"text": "fuck", "room": "mental-health", "extra": 1}\n',
        '{"text": "", "room": "addiction"}\n',
    ) == [
        {"action": "allow", "text": "hello", "labels": []},
        {"action": "mask", "text": "****", "labels": ["swearing"]},
        {"action": "block", "text": None, "labels": ["shape"]},
    ]


def test_a_bad_line_is_an_answer_too() -> None:
    """A line that is no message gets an error that does not repeat it, and the rest goes on."""
    bad = [
        "secret",
        "",
        "[]",
        '{"text": 1, "room": "x"}',
        '{"text": "a\\ud800", "room": "x"}',
        '{"text": "\udc80"}',
        "[" * 9999,
    ]
    found = answers(*bad, '{"text": "ok", "room": "addiction"}')
    assert [set(answer) for answer in found[:-1]] == [{"error"}] * len(bad)
    assert "secret" not in json.dumps(found)
    assert found[-1]["action"] == "allow"


def test_output_is_flushed_line_by_line() -> None:
    """A program that talks to us through pipes gets each answer before it sends the next line."""
    flushed: list[str] = []

    class Pipe(io.StringIO):
        def flush(self) -> None:
            flushed.append(self.getvalue())

    run(['{"text": "a", "room": "x"}', '{"text": "b", "room": "x"}'], Pipe())
    assert [text.count("\n") for text in flushed] == [1, 2]
