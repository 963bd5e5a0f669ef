"""The shelf of a site: which kinds of card, which of ours not, and the clinic's own."""

from rooms.site import CARDS, SHELVES, Card
from server import words
from server.settings_table import Table, quoted

MOST_CARDS, MOST_LINES = 12, 6
LONGEST_TITLE, LONGEST_LINE = 60, 200
"""They travel in the page, before anything is drawn: twelve cards of six lines are what a phone can carry."""


def kinds(table: Table) -> tuple[str, ...] | None:
    """Kinds of card in the order they are shown; none at all is a choice too. None: nothing is said of it."""
    if "shelf" not in table.values:
        return None
    return _known(table, "shelf", SHELVES)


def left_out(table: Table) -> tuple[str, ...]:
    """The cards of ours that the site does not show."""
    return _known(table, "without_cards", CARDS)


def _known(table: Table, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = table.texts(key)
    if unknown := [one for one in found if one not in known]:
        table.complain(key, f"{quoted(unknown[0])} is none of {', '.join(known)}")
    return tuple(dict.fromkeys(found))


def cards(table: Table, lang: str) -> tuple[Card, ...]:
    """The clinic's own. `lang`: of a card that names none."""
    entries = table.tables("cards")
    if len(entries) > MOST_CARDS:
        table.complain("cards", f"there may be {MOST_CARDS} at most")
    found = [_card(entry, lang) for entry in entries[:MOST_CARDS]]
    return tuple(card for card in found if card)


def _card(table: Table, site_lang: str) -> Card | None:
    """One of them; None where it cannot be used."""
    missing = [key for key in ("kind", "title", "lines") if key not in table.values]
    lang = table.choice("lang", words.spoken(site_lang), tuple(words.LANGUAGES))
    kind = table.choice("kind", "", SHELVES)
    title = table.text("title", "", longest=LONGEST_TITLE)
    lines, topics = table.texts("lines"), table.texts("topics")
    for key in missing:
        table.complain(key, "is missing")
    if not lines and "lines" not in missing:
        table.complain("lines", "there must be one at least")
    if len(lines) > MOST_LINES:
        table.complain("lines", f"there may be {MOST_LINES} at most")
    for number, line in enumerate(lines, 1):
        if not line.strip() or len(line) > LONGEST_LINE or not line.isprintable():
            table.complain("lines", f"line {number} must be 1 to {LONGEST_LINE} characters without a break")
    table.finish()
    if not (kind and title and lines):
        return None
    return Card(kind=kind, title=title, lines=tuple(lines), lang=lang, topics=tuple(topics))
