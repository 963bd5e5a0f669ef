"""THE list: every reason for which a message is not simply shown, in the order it is asked.

A stage is a plain function of a View that returns a Finding, several, or None: one file, one reason, one
table of examples in its test, one entry in docs/moderation.md. Order changes no verdict (the
strongest action wins, every finding is kept); it is the order in which a reader meets the policy.
"""

from collections.abc import Callable, Sequence

from moderation.stages.address import address
from moderation.stages.contact import contact
from moderation.stages.crisis import crisis
from moderation.stages.email import email
from moderation.stages.encouragement import encouragement
from moderation.stages.flood import flood
from moderation.stages.grooming import grooming
from moderation.stages.handles import handles
from moderation.stages.harassment import harassment
from moderation.stages.hate import hate
from moderation.stages.identity import identity
from moderation.stages.links import links
from moderation.stages.medical import medical
from moderation.stages.methods import methods
from moderation.stages.origin import origin
from moderation.stages.phone import phone
from moderation.stages.repeats import repeats
from moderation.stages.safeguarding import safeguarding
from moderation.stages.shape import shape
from moderation.stages.slurs import slurs
from moderation.stages.sourcing import sourcing
from moderation.stages.spam import spam
from moderation.stages.split import split
from moderation.stages.swearing import swearing
from moderation.stages.threats import threats
from moderation.stages.withdrawal import withdrawal
from moderation.verdict import Finding
from moderation.view import View

Stage = Callable[[View], Finding | Sequence[Finding] | None]

STAGES: Sequence[Stage] = (
    # What nobody can read: wrong shape, walls and floods.
    shape,
    flood,
    # Who is at risk now: shown, and help comes. Asked of every message, whatever else is in it.
    crisis,
    medical,
    withdrawal,
    safeguarding,
    # What would put somebody at risk.
    methods,
    encouragement,
    # Who writes, and how often the same.
    origin,
    repeats,
    # What is done to others: here, and to people who are not here.
    threats,
    hate,
    harassment,
    # What is sold and bought, and who is.
    sourcing,
    # What takes a person out of the room where someone watches over it.
    contact,
    grooming,
    spam,
    # What gives a person away, or takes a talk out of the room where someone watches over it.
    phone,
    email,
    address,
    identity,
    handles,
    links,
    split,
    # What hurts to read: by room.
    slurs,
    swearing,
)
