"""What a stage may know of a message."""

from collections.abc import Container
from dataclasses import dataclass

from moderation.policy import DEFAULT, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One message, and the few facts a decision may rest on.

    Whatever a decision needs of the clock or of a store is gathered by the caller and stands here
    as a plain value: the same submission gets the same verdict on every process, at any time.
    """

    text: str
    topic: str  # the id of the room's topic; one that the policy does not know is judged strictly
    lang: str | None = None
    on_duty: bool = True  # is there a person who would read a held message now?
    pseudonyms: Container[str] = (
        frozenset()
    )  # names that the service itself gives, casefolded: "gentle otter"
    recent: tuple[str, ...] = ()
    """What the same author said just before in this room, as the room saw it, oldest first: at most the
    last two messages of the last few minutes. A detail can be split over three; what was hidden already
    must not be counted again, so not as it was sent."""
    policy: Policy = DEFAULT  # of the site
