"""The lists that ship with us, and how they are read.

Every list is a text file: entries parted by commas or line ends, `#` starts a comment that runs to
the end of the line, blank lines are for the eye.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType


def entries(name: str) -> tuple[str, ...]:
    """The entries of one of our lists, in order. Raises FileNotFoundError."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    parts = (part.strip() for line in text.splitlines() for part in line.split("#", 1)[0].split(","))
    return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed word: what kind it is, how strong (2 strong, 3 severe), and who listed it."""

    word: str
    category: str
    severity: int
    source: str
    language: str


def sections(name: str) -> Iterator[Entry]:
    """The entries of a list in which `[category, severity, source, language]` stands above the words."""
    category, severity, source, language = "", 0, "", ""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            category, strength, source, language = line.strip("[]").split(", ")
            severity = int(strength)
        elif not line.startswith("#"):
            parts = (part.strip() for part in line.split(","))
            yield from (Entry(part, category, severity, source, language) for part in parts if part)


def table(name: str) -> Mapping[str, str]:
    """A list of `to: from from from` lines as a mapping from each character to its ASCII form."""
    pairs: dict[str, str] = {}
    for line in entries(name):
        to, _, chars = line.partition(":")
        pairs.update(dict.fromkeys(chars.split(), to.strip()))
    return MappingProxyType(pairs)


def better_profanity() -> tuple[str, ...]:
    """better-profanity's word list (MIT), lower case. Raises FileNotFoundError where it is not installed.

    Only its list: its matcher takes up to 98 ms a message. So the package is found and not imported.
    """
    spec = find_spec("better_profanity")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("better-profanity is not installed; its word list is part of the filter")
    text = Path(spec.origin).with_name("profanity_wordlist.txt").read_text(encoding="utf-8")
    return tuple(line.strip().lower() for line in text.splitlines() if line.strip())
