"""The listed words of a message: better-profanity's list and ours, less what these rooms need to say."""

from moderation.lexicons import better_profanity, entries
from moderation.verdict import Action, Finding
from moderation.view import View
from moderation.words import Hit, Words, plain_form

VERSION = 1
"""Raised with every change of a list or of the matching."""


def _listed() -> dict[str, tuple[str, ...]]:
    kept = {plain_form(word) for word in entries("kept.txt")}
    slurs = entries("slurs.txt")
    theirs = {plain_form(word) for word in slurs}
    swearing = (
        word for word in better_profanity() if plain_form(word) not in kept and plain_form(word) not in theirs
    )
    return {"slur": slurs, "swearing": (*swearing, *entries("swearing.txt"))}


WORDS = Words(_listed(), spared=entries("spared.txt"))


def said(view: View) -> list[Hit]:
    """Every listed word of the message."""
    return WORDS.find(view.normal.ascii)


def veiled(view: View, matter: str) -> Finding | None:
    """The finding on the listed words of one kind, where the room's policy does anything about them."""
    action = view.policy.action(matter, view.submission.topic)
    if action is Action.ALLOW:
        return None
    spans = [hit.span for hit in view.once(said) if hit.label == matter]
    if not spans:
        return None
    return Finding(
        action=action, label=matter, rule=f"words.{matter}", version=VERSION, spans=view.spans(spans)
    )
