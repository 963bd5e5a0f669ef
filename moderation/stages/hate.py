"""Hate against people for what they are, slurs thrown at somebody included."""

from collections.abc import Sequence

from moderation.verdict import Finding
from moderation.view import View
from moderation.vocabulary import innocent


def hate(view: View) -> Sequence[Finding]:
    """What the rules for hate find: a group called vermin, wished dead, sent away; a slur at somebody.

    Not a word that is food or a tool here (rules `innocent.*`), where nothing but the word was found.
    """
    found = view.ruled("hate")
    return [one for one in found if not all(innocent(view, span) for span in one.spans)] if found else ()
