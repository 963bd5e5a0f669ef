"""What a stage may know of a message."""

from collections.abc import Container
from dataclasses import dataclass

from moderation.policy import DEFAULT, Policy
from moderation.rules import RuleSet


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
    unheld: frozenset[str] = frozenset()
    """Labels that are refused under their own name, and not for want of a reader, where nobody would read
    what is held: contact in rooms without a volunteer by choice; contact and grooming in what staff say."""
    pseudonyms: Container[str] = (
        frozenset()
    )  # names that the service itself gives, casefolded: "gentle otter"
    recent: tuple[str, ...] = ()
    """What the same author said just before in this room, as the room saw it, oldest first: at most the
    last two messages of the last few minutes. A detail can be split over three; what was hidden already
    must not be counted again, so not as it was sent."""
    policy: Policy = DEFAULT  # of the site
    rules: RuleSet | None = None  # as the site has changed them; None: ours
    before: tuple[str, ...] = ()
    """The same author's last few messages in this room, as the room saw them, oldest first: an approach goes
    a step at a time."""
    minor_here: bool = False  # somebody in the room was labelled `safeguarding` within the hour
    newcomer: bool = False  # the author was not heard here before the last two minutes
    wave: bool = False  # unusually many have come within a minute
    own_repeats: int = 0  # how often the author said nearly the same within ten minutes
    echoes: int = 0  # how many others said nearly the same within two minutes
    gates: frozenset[str] = frozenset()  # those shut for the author (`gates.shut`)
