import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from moderation.rehearse import Line, changed, corpus, run
from moderation.rules import RulesError

NEW = """
rule test.tea: spam
  note Tea is not for sale here.
  say cold tea
"""


def rehearsed(folder: Path, text: str, *given: str, known: Iterable[Line] | None = ()) -> list[str]:
    """What is told of a change; of the corpus only where it is asked for."""
    (folder / "tea.rules.txt").write_text(text)
    out = io.StringIO()
    run(changed([folder]), given, out, known)
    return out.getvalue().splitlines()


def test_it_tells_which_lines_change(tmp_path: Path) -> None:
    """A line that a new rule would refuse is told with its actions and the rule; others are not."""
    given = ('{"text": "cold tea", "room": "addiction"}', "I had tea", "Cold tea!")
    told = rehearsed(tmp_path, NEW, *given)
    assert "2 of" in told[0]
    assert told[1].split() == ["2", "allow", "->", "block"]
    assert told[2] == 'given:1 [addiction] allow -> block by test.tea: "cold tea"'
    assert told[3].startswith("given:3 [mental-health] allow -> block by test.tea")
    assert len(told) == 4


def test_no_change_changes_nothing(tmp_path: Path) -> None:
    """Our own rules beside themselves change no line of the corpus, which is really looked at."""
    assert len(list(corpus())) > 1_000
    told = rehearsed(tmp_path, "", known=None)
    assert " 0 of " in told[0]
    assert len(told) == 1


def test_a_file_takes_the_place_of_ours(tmp_path: Path) -> None:
    """A file with the name of one of ours replaces it: without its rules for sourcing a deal would pass."""
    (tmp_path / "sourcing.rules.txt").write_text("")
    told = rehearsed(tmp_path, "", '{"text": "where can i get ketamine", "room": "addiction"}')
    assert any(line.startswith("given:1 [addiction] block -> allow by -sourcing.where") for line in told)


def test_rules_that_cannot_be_used(tmp_path: Path) -> None:
    """Faults are told by file and line, and nothing is tried."""
    with pytest.raises(RulesError, match=r"tea\.rules\.txt line 4: "):
        rehearsed(tmp_path, NEW.replace("cold tea", "(tea"))
