"""The listed words of a message: several people's lists and ours, less what these rooms need to say."""

from collections.abc import Iterator

from moderation.lexicons import Entry, better_profanity, entries, sections
from moderation.tongues import EXACT, Tongues
from moderation.verdict import Action, Finding, Span
from moderation.view import View
from moderation.words import Hit, Words, plain_form

INNOCENT = "innocent."
"""Facts that say that a listed word means something else here: faggots with peas."""
VERSION = 2
"""Raised with every change of a list or of the matching."""


def listed() -> Iterator[Entry]:
    """Every entry of every list, with its kind, strength and source; a slur is no swear word besides."""
    kept = {plain_form(word) for word in entries("kept.txt")}
    slurs = {plain_form(word) for word in entries("slurs.txt")}
    for entry in _all():
        if entry.source != "better-profanity" or plain_form(entry.word) not in kept | slurs:
            yield entry


def _all() -> Iterator[Entry]:
    yield from (
        Entry(word, "slur", 3, "this project, better-profanity", "en") for word in entries("slurs.txt")
    )
    yield from (Entry(word, "swearing", 2, "this project", "en") for word in entries("swearing.txt"))
    yield from sections("swearing_surge.txt")
    yield from sections("swearing_elsewhere.txt")
    yield from (Entry(word, "swearing", 2, "better-profanity", "en") for word in better_profanity())


def _in_latin(entry: Entry) -> bool:
    """Whether the matcher that sees through disguises can have it: all in ASCII once accents are gone."""
    return not entry.word.startswith(EXACT) and all(char < "\u0250" for char in entry.word)


_LISTED = tuple(listed())
WORDS = Words(
    {
        category: tuple(entry.word for entry in _LISTED if entry.category == category and _in_latin(entry))
        for category in ("slur", "swearing")
    },
    spared=entries("spared.txt"),
)
TONGUES = Tongues(
    (entry for entry in _LISTED if not _in_latin(entry)), inside=sections("swearing_chinese.txt")
)


def said(view: View) -> list[Hit]:
    """Every listed word of the message."""
    found = WORDS.find(view.normal.ascii)
    return found if view.text.isascii() else [*found, *TONGUES.find(view.normal)]


def veiled(view: View, matter: str) -> Finding | None:
    """The finding on the listed words of one kind, where the room's policy does anything about them.

    Not on what is a dog's mother, a dish or a name here (rules `innocent.*`).
    """
    found = [hit.span for hit in view.once(said) if hit.label == matter]
    if not found:
        return None
    action = view.policy.action(matter, view.submission.topic)
    if action is Action.ALLOW:
        return None
    spans = tuple(span for span in view.spans(found) if not innocent(view, span))
    if not spans:
        return None
    return Finding(action=action, label=matter, rule=f"words.{matter}", version=VERSION, spans=spans)


def innocent(view: View, span: Span) -> bool:
    """Whether all of `span` is a word in its innocent sense."""
    start, end = span
    return any(
        hit.rule.id.startswith(INNOCENT) and hit.span[0] <= start and end <= hit.span[1] for hit in view.facts
    )
