"""A rehearsal in a process of its own: `python -m moderation.rehearsal`, JSON in, JSON out.

Thousands of lines are judged twice. In the process that serves visitors, in a thread too, each of them would
wait for that.
"""

import os
import resource
import sys
from collections import Counter

import msgspec

from moderation.rehearse import Change, Line, corpus, rehearse
from moderation.rules import RulesError, RuleSet, shipped, shipped_sources
from moderation.rules.site_rules import site_rules

MOST_CHANGES = 200
"""Lines that are told one by one; the counts are of all."""
CPU = 60
"""Seconds after which the system ends this process, whatever became of whoever asked."""


class Set(msgspec.Struct):
    """A site's changes: what it adds, and the rules that are off."""

    own: str = ""
    off: tuple[str, ...] = ()


class Asked(msgspec.Struct):
    """What is tried: the rules as they are and as they would be, and more lines besides the corpus."""

    before: Set
    after: Set
    topics: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


def told(asked: Asked) -> dict[str, object]:
    """What would change: counts, and the lines. Of rules that cannot be used the `faults`."""
    try:
        after = _rules(asked.after, asked.topics)
    except RulesError as error:
        return {"faults": error.faults}
    try:
        before = _rules(asked.before, asked.topics)
    except RulesError:
        before = shipped()  # what is kept no longer reads: what is in force is ours
    lines = [*corpus(), *asked.lines]
    changes = list(rehearse(after, lines, before))
    counts = Counter((one.before, one.after) for one in changes)
    return {
        "version": after.version,
        "before": before.version,
        "lines": len(lines),
        "changed": len(changes),
        "counts": [{"before": was, "after": is_, "count": n} for (was, is_), n in sorted(counts.items())],
        # those that were given come first: they are what the asker wants to know
        "changes": [_line(one) for one in sorted(changes, key=lambda one: not _given(one))[:MOST_CHANGES]],
    }


def _given(one: Change) -> bool:
    return one.line.place.startswith("given:")


def _rules(of: Set, topics: tuple[str, ...]) -> RuleSet:
    return site_rules(shipped(), shipped_sources(), of.own, of.off, topics)


def _line(one: Change) -> dict[str, object]:
    line = {"place": one.line.place, "room": one.line.room, "text": one.line.text}
    return line | {"before": one.before, "after": one.after, "rules": one.rules}


def main() -> None:
    """Answers what came on standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    os.nice(5)
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    for number, line in enumerate(asked.lines, 1):
        line.place = f"given:{number}"
    sys.stdout.buffer.write(msgspec.json.encode(told(asked)))


if __name__ == "__main__":
    main()
