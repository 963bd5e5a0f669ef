"""What the server itself says, in the panel's languages."""

import re
from pathlib import Path

import pytest

from rooms.site import CARDS
from server import words

LOCALES = Path(__file__).parents[2] / "static/locales"
SHELF = Path(__file__).parents[2] / "docs/shelf.md"


@pytest.mark.parametrize(
    ("asked", "lang"),
    [(("es-MX", "en"), "es"), (("fr", "es"), "es"), (("ES",), "es"), (("fr", "de"), "en"), (("", ""), "en")],
)
def test_the_first_language_we_speak_is_spoken(asked: tuple[str, ...], lang: str) -> None:
    """By the main part, else the site's, else English."""
    assert words.spoken(*asked) == lang


def test_the_language_for_tests_is_spoken_only_where_it_is_accepted() -> None:
    """Nobody who asks for Arabic is shown letters that say nothing."""
    assert words.spoken("ar", "en") == "en"
    assert words.spoken("ar", "en", accepted=["es"]) == "en"
    assert words.spoken("ar-EG", "en", accepted=["ar"]) == "ar"


def test_the_panel_and_the_server_speak_the_same_languages() -> None:
    """A catalogue for each language that the server names, and none that it does not."""
    assert {path.stem for path in LOCALES.glob("*.js")} == set(words.LANGUAGES)
    for lang in words.LANGUAGES:
        assert len(words.guidelines(lang)) == 5


def test_what_the_server_calls_reviewed_a_person_has_reviewed() -> None:
    """`reviewed_by` of a catalogue names somebody wherever the server shows its words around help."""
    for lang in words.LANGUAGES:
        found = re.search(r"reviewed_by: (.+),\n", (LOCALES / f"{lang}.js").read_text("utf-8"))
        assert found is not None
        assert (found[1] != "null") == (lang in words.REVIEWED)


def test_the_documents_say_who_has_read_each_catalogue() -> None:
    """docs/shelf.md names every catalogue of the panel, and what its fields say of who read it."""
    told = set(
        re.findall(r"^\| `(\S+\.js)` \| `(\w+)` \| `(.+)` \|$", SHELF.read_text("utf-8"), re.MULTILINE)
    )
    catalogues = [path for path in LOCALES.glob("**/*.js") if path.parent.name not in ("crisis", "test")]
    fields = {
        (path.relative_to(LOCALES).as_posix(), *field)
        for path in catalogues
        for field in re.findall(r"^  (\w*reviewed_by): (.+?),", path.read_text("utf-8"), re.MULTILINE)
    }
    assert fields == told
    for lang in words.LANGUAGES:
        assert {(f"{lang}.js", "reviewed_by"), (f"later/{lang}.js", "cards_reviewed_by")} <= {
            (name, field) for name, field, _ in told
        }


def test_the_settings_know_every_card_of_the_shelf() -> None:
    """A site leaves out by id what the panel shows; the document names the same."""
    panel = (LOCALES.parent / "widget/later/shelf.js").read_text("utf-8")
    assert tuple(re.findall(r"^  (\w+): \[\"", panel, re.MULTILINE)) == CARDS
    rows = re.findall(r"^\| `(?:\w+)` \| (`[^|]+`) \|$", SHELF.read_text("utf-8"), re.MULTILINE)
    assert tuple(re.findall(r"`(\w+)`", " ".join(rows))) == CARDS
