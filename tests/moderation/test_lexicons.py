import subprocess
import sys

from moderation.lexicons import entries, table


def test_the_slow_matcher_is_never_loaded() -> None:
    """better-profanity's list is read without importing the package that would judge with it."""
    code = "import moderation.pipeline, sys; sys.exit('better_profanity' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_lookalike_is_one_character_with_one_meaning() -> None:
    """A character that stood under two letters would mean whichever came last."""
    chars = [char for line in entries("lookalikes.txt") for char in line.partition(":")[2].split()]
    assert len(chars) == len(set(chars)) == len(table("lookalikes.txt"))
    assert all(len(char) == 1 and not char.isascii() for char in chars)


def test_lists_hold_no_entry_twice() -> None:
    """A second entry would have to be found and removed together with the first."""
    for name in ("kept.txt", "swearing.txt", "slurs.txt", "spared.txt", "helplines.txt", "support_sites.txt"):
        listed = entries(name)
        assert sorted(set(listed)) == sorted(listed), name
