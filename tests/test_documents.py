"""Documents say what is so: numbers, links, commands and targets in them are held to the code."""

import io
import re
import tomllib
from pathlib import Path

import pytest

from moderation import cli as moderation_cli
from rooms import refusals, retention
from server import cli
from server.events import HANDLERS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
UNITS = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3_600,
    "months": 1,
    "MiB": 1_048_576,
    "entries": 1,
    "receipts": 1,
    "messages": 1,
    "visitors": 1,
}
"""Months are the calendar's; their constants count months."""
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
TARGET = re.compile(r"`make ([a-z]+)")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _links() -> list[tuple[str, str]]:
    return [(_name(path), link) for path in DOCUMENTS for link in LINK.findall(FENCE.sub("", _text(path)))]


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", _text(ROOT / "Makefile"), re.MULTILINE))


def _anchors(path: Path) -> set[str]:
    """The names that a heading can be linked by: its words, small, joined by dashes."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", _text(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _commands() -> list[str]:
    """Every line of every shell block, without comments."""
    blocks = [body for path in DOCUMENTS for kind, body in FENCE.findall(_text(path)) if kind == "sh"]
    lines = [re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_the_retention_table_is_the_codes() -> None:
    """Every constant of rooms/retention.py has a row with its value, and every row a constant."""
    row = r"^\| `([A-Z_]+)` \| ([\d,]+) (\w+) \|"
    rows = re.findall(row, _text(ROOT / "docs/retention.md"), re.MULTILINE)
    told = {
        # the names that end in minutes count minutes, all others seconds, bytes or pieces
        name: int(number.replace(",", "")) * (1 if "MINUTES" in name else UNITS[unit])
        for name, number, unit in rows
    }
    assert told == {name: value for name, value in vars(retention).items() if name.isupper()}


def test_the_protocols_events_are_the_servers() -> None:
    """Every event that the server handles has its row, and no row is of another."""
    section = _text(ROOT / "docs/protocol.md").split("## A visitor's events")[1].split("\n\n**")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set(HANDLERS)
    assert not set(HANDLERS) & set(re.findall(r"`(\w+)`", section.split("Any other event")[1]))


def test_the_protocols_codes_are_the_servers() -> None:
    """Every code that the server knows is explained, or named as reserved."""
    section = _text(ROOT / "docs/protocol.md").split("## Codes")[1].split("## ")[0]
    table = "\n".join(re.findall(r"^\|([^|]*)\|", section, re.MULTILINE))
    told = re.findall(r"`(\w+)`", table + section.split("Reserved")[1])
    assert sorted(told) == sorted(refusals.SENTENCES)


@pytest.mark.parametrize(("document", "link"), _links())
def test_every_relative_link_resolves(document: str, link: str) -> None:
    """The file that a document points to is there, and so is the heading."""
    file, _, anchor = link.partition("#")
    target = (ROOT / document).parent / file if file else ROOT / document
    assert target.exists()
    assert target.resolve().is_relative_to(ROOT)
    assert not anchor or anchor in _anchors(target)


def test_every_document_is_linked_from_somewhere() -> None:
    """What nobody finds is not kept up: a page under docs/ has a link that leads to it."""
    linked = {((ROOT / document).parent / link.partition("#")[0]).resolve() for document, link in _links()}
    pages = [path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")]
    assert [_name(page) for page in pages if page not in linked] == []


def test_every_test_that_the_panels_promises_name_exists() -> None:
    """A promise whose test was renamed or taken away is noticed here."""
    table = _text(ROOT / "docs/panel.md")
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", table)
    assert len(named) > 50
    for file, name in named:
        path = ROOT / (file if "/" in file else f"tests/browser/{file}")
        assert re.search(rf"^(async )?def {name}\(", _text(path), re.MULTILINE), f"{file}::{name}"
    for file in re.findall(r"`(\w+\.test\.mjs)`", table):
        assert (ROOT / "tests/js" / file).exists(), file


def test_every_make_target_that_is_named_exists() -> None:
    """A reader who types what a document says gets no "No rule to make target"."""
    named = {target for path in DOCUMENTS for target in TARGET.findall(_text(path))}
    assert {"run", "test"} <= named
    assert named <= _targets()


def test_commands_of_shell_blocks_exist() -> None:
    """Each line of a shell block is make with a target, or kindred with options that it knows."""
    assert {"make run", "make test"} <= set(_commands())
    for line in _commands():
        if line.startswith("make "):
            assert line.split()[1] in _targets(), line
            continue
        _, found, arguments = line.partition(".venv/bin/kindred ")
        assert found, line
        # an unknown option ends the process, and with it the test
        cli._parser().parse_args(arguments.split())


def test_the_tutorials_answer_is_the_filters() -> None:
    """What the tutorial shows under its `kindred moderate` is what comes out."""
    tutorial = _text(ROOT / "docs/tutorial.md")
    asked = re.search(r"^echo '(.+)' \| \.venv/bin/kindred moderate$", tutorial, re.MULTILINE)
    assert asked is not None
    answer = io.StringIO()
    moderation_cli.run([asked[1]], answer)
    assert f"    {answer.getvalue()}" in tutorial


def test_the_version_is_the_changelogs_newest() -> None:
    """pyproject.toml and CHANGELOG.md name one version."""
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    newest = re.search(r"^## (\S+)", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == project["version"]


def test_decisions_are_numbered_without_holes_and_listed() -> None:
    """Each record has its number in its name and its title, its three parts, and a line in the list."""
    records = sorted(path for path in ROOT.glob("docs/decisions/*.md") if path.name != "README.md")
    listed = _text(ROOT / "docs/decisions/README.md")
    for number, path in enumerate(records, 1):
        text = _text(path)
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04}. ")
        assert re.findall(r"^## (\w+)", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        title = text.splitlines()[0].removeprefix(f"# {number:04}. ")
        assert f"[{number:04}]({path.name}) {title}" in listed
