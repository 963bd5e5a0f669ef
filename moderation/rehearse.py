"""`kindred rehearse`: what a change of rules would do, before it does it to anybody.

Each line of the corpus, and each line given, is judged by the rules in force and by the changed ones. Told
is every line whose action or labels would change, with the rules that make the difference.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TextIO

import msgspec

from moderation.pipeline import judge
from moderation.rules import RuleSet, read, shipped, shipped_sources
from moderation.submission import Submission
from moderation.verdict import Verdict

SUFFIX = ".rules.txt"


class Line(msgspec.Struct):
    """A line to try: `{"text", "room"?, "lang"?}`, or else only words."""

    text: str
    room: str = "mental-health"
    lang: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one line."""

    line: Line
    before: str
    after: str
    rules: tuple[str, ...]


def changed(paths: Iterable[Path]) -> dict[str, str]:
    """The text of all rule files as they would be: ours, with those of `paths` in their place or added.

    A path is a rule file or a folder of them. Raises OSError.
    """
    sources = shipped_sources()
    for path in paths:
        for file in sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]:
            sources[file.name] = file.read_text(encoding="utf-8")
    return sources


def rehearse(rules: RuleSet, lines: Iterable[Line], before: RuleSet | None = None) -> Iterator[Change]:
    """The lines that would be decided otherwise by `rules` than by `before` (ours)."""
    old = before or shipped()
    for line in lines:
        submission = Submission(text=line.text, topic=line.room, lang=line.lang)
        was, becomes = judge(submission, rules=old), judge(submission, rules=rules)
        if _word(was) != _word(becomes):
            yield Change(line, _word(was), _word(becomes), _difference(was, becomes))


def run(
    sources: Mapping[str, str], given: Iterable[str], out: TextIO, known: Iterable[Line] | None = None
) -> None:
    """Write what would change in `known` (the corpus that comes with us) and `given` lines.

    Raises `moderation.rules.RulesError` where the rules cannot be used.
    """
    rules = read(sources)
    lines = [*(corpus() if known is None else known), *_given(given)]
    changes = list(rehearse(rules, lines))
    out.write(f"rules {shipped().version} -> {rules.version}: {len(changes)} of {len(lines)} lines change\n")
    for (before, after), count in sorted(Counter((one.before, one.after) for one in changes).items()):
        out.write(f"{count:6}  {before} -> {after}\n")
    for one in changes:
        said = json.dumps(one.line.text, ensure_ascii=False)
        by = ", ".join(one.rules)
        out.write(f"{one.line.place} [{one.line.room}] {one.before} -> {one.after} by {by}: {said}\n")


def corpus() -> Iterator[Line]:
    """The lines of the corpus that comes with us."""
    decode = msgspec.json.Decoder(Line).decode
    folder = files("moderation") / "corpus"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".jsonl"):
            for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                line = decode(row)
                line.place = f"{file.name}:{number}"
                yield line


def _given(rows: Iterable[str]) -> Iterator[Line]:
    decode = msgspec.json.Decoder(Line).decode
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            line = decode(row)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            line = Line(row.strip())
        line.place = f"given:{number}"
        yield line


def _word(verdict: Verdict) -> str:
    care = [label for label in ("crisis", "medical", "safeguarding") if label in verdict.labels]
    return "+".join((verdict.action.word, *care))


def _difference(was: Verdict, becomes: Verdict) -> tuple[str, ...]:
    """The rules that hold only before (with a minus) or only after; all of them where none differs."""
    old, new = ({finding.rule for finding in verdict.findings} for verdict in (was, becomes))
    differs = (*sorted(new - old), *(f"-{rule}" for rule in sorted(old - new)))
    return differs or tuple(sorted(new))
