"""Reading one table of kindred.toml, with every complaint kept so that all can be said at once."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

KINDS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


def kind_of(value: object) -> str:
    """What a value is, in a word a reader of the file knows. The value itself may be a secret."""
    return next((word for kind, word in KINDS.items() if type(value) is kind), "a date or time")


def near(word: str, words: Collection[str]) -> str:
    """A hint for a misspelt word, or nothing."""
    match = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    return f"; did you mean `{match[0]}`?" if match else ""


@dataclass(slots=True, kw_only=True)
class Table:
    """Values still to be read. Each reader takes its key out; what is left at the end is unknown.

    A reader that finds something wrong adds a sentence to `problems` and answers the default, so
    that the reading goes on. No sentence here shows a text that was found: it may be a secret.
    """

    values: dict[str, object]
    problems: list[str]
    where: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    """What the person wrote who set a key elsewhere: `PORT`, `--port`."""
    seen: list[str] = field(default_factory=list)
    top: list[str] | None = None
    """What the top of the file was asked for so far: TOML puts a line below a [table] into that table."""

    def name(self, key: str) -> str:
        """The key as its author knows it."""
        return self.sources.get(key, f"{self.where}{key}")

    def complain(self, key: str, sentence: str) -> None:
        self.problems.append(f"{self.name(key)}: {sentence}")

    def take(self, key: str) -> object | None:
        """The raw value, or None where the key is absent."""
        self.seen.append(key)
        return self.values.pop(key, None)

    def text(self, key: str, default: str = "", *, longest: int = 500) -> str:
        """A text of 1 to `longest` characters without surrounding spaces or control characters."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.complain(key, f"must be text in quotes, and is {kind_of(value)}")
            return default
        value = value.strip()
        if not value or len(value) > longest or not value.isprintable():
            self.complain(key, f"must be one line of 1 to {longest} characters")
            return default
        return value

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`; digits in text count where the source knows only text."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, str) and key in self.sources:
            value = int(value) if value.isascii() and value.isdigit() and len(value) < 12 else value
        if type(value) is not int:
            self.complain(key, f"must be a whole number from {low} to {high}, and is {kind_of(value)}")
            return default
        if not low <= value <= high:
            self.complain(key, f"must be from {low} to {high}, and is {value}")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.complain(key, f"must be true or false without quotes, and is {kind_of(value)}")
            return default
        return value

    def choice(self, key: str, default: str, options: Collection[str]) -> str:
        """One of a few words."""
        value = self.text(key)
        if not value:
            return default
        if value in options:
            return value
        self.complain(
            key, "must be " + " or ".join(f'"{option}"' for option in options) + near(value, options)
        )
        return default

    def tables(self, key: str) -> "list[Table]":
        """The entries of a `[[key]]` list, counted from 1 as a reader counts."""
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            heading = re.sub(r"\[\d+\]", "", self.where) + key
            self.complain(key, f"must be written as [[{heading}]]")
            return []
        return [self._below(f"{key}[{number}].", entry) for number, entry in enumerate(value, 1)]

    def table(self, key: str) -> "Table":
        """The table `[key]`; an empty one where it is absent."""
        value = self.take(key)
        if value is not None and not isinstance(value, dict):
            self.complain(key, f"must be a table, [{key}], and is {kind_of(value)}")
        return self._below(f"{key}.", value if isinstance(value, dict) else {})

    def _below(self, step: str, values: Mapping[str, object]) -> "Table":
        top = self.seen if self.top is None else self.top
        return Table(values=dict(values), problems=self.problems, where=self.where + step, top=top)

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.complain(key, 'must be a list of texts, such as ["one", "two"]')
            return []
        return list(value)

    def finish(self) -> None:
        """Complain about every key nobody read. The top's own settings are read before its tables end."""
        for key in self.values:
            if key in (self.top or ()):
                self.complain(key, "belongs at the top of the file, before the first [table]")
            else:
                self.complain(key, "is not a setting" + near(key, self.seen))


def quoted(value: str) -> str:
    return "an entry with a user name in it" if "@" in value else f'"{value}"'
