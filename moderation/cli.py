"""`kindred moderate`: JSON lines in, one decision a line out, so that anybody can try the filter."""

import json
from collections.abc import Iterable
from typing import TextIO

import msgspec

from moderation.pipeline import judge
from moderation.submission import Submission


class Line(msgspec.Struct):
    """One line of input: `{"text", "room": <topic id>, "lang"?}` (PROTOCOL section 8)."""

    text: str
    room: str
    lang: str | None = None


_read = msgspec.json.Decoder(Line).decode


def run(lines: Iterable[str], out: TextIO) -> None:
    """Judge each line alone, as from an ordinary visitor with someone on duty.

    Writes exactly one flushed line for each line read, in order; for a line that is no such object
    it is `{"error": "…"}`, which never repeats the input. Output is ASCII, whatever the terminal.
    """
    for line in lines:
        json.dump(_answer(line), out)
        out.write("\n")
        out.flush()


def _answer(line: str) -> dict[str, object]:
    try:
        asked = _read(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {"error": 'not a JSON object with "text" and "room", both strings'}
    verdict = judge(Submission(text=asked.text, topic=asked.room, lang=asked.lang))
    return {"action": verdict.action.word, "text": verdict.text, "labels": list(verdict.labels)}
