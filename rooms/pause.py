"""The pause that the service asks for by itself: three refusals within ten minutes, for what hurts others.

What counts says `moderation.gates`: never a cry for help, nor methods sought, personal details, or what only
waited for a person. Nor does what only the model refused: three guesses are no proof of anything. It is
a mute like a moderator's, told and ended like one.
"""

import hashlib
from typing import Final

import msgspec

from moderation import gates
from moderation.verdict import Finding, Verdict
from rooms import desk_sanctions, tags
from rooms.desk_sanctions import Outboxed
from rooms.house import House
from rooms.message import Draft
from rooms.records.audit import SYSTEM
from rooms.records.sanctions import Sanction
from rooms.session import Session

ACTION: Final = "pause"
REASONS: Final = {"threat": "harassment", "grooming": "contact", "encouragement": "danger"}
"""Category -> reason of a sanction, where the two have other names."""


async def refused(house: House, session: Session, draft: Draft, verdict: Verdict) -> bool:
    """Count a refusal, and begin the pause with the third; answers whether it began.

    The same message again counts once. Raises Unavailable.
    """
    if session.role != "visitor" or not house.limited or not gates.counts(verdict.category, verdict.labels):
        return False
    by = _deciding(verdict)
    if by is None:
        return False
    now, category = house.now(), str(verdict.category)
    made = Sanction(
        id=hashlib.sha256(f"pause\0{session.id}\0{draft.key}\0{draft.digest}".encode()).hexdigest()[:24],
        visitor=session.id,
        kind="mute",
        room=None,
        reason=REASONS.get(category, category),
        until=now + gates.PAUSE_MS,
    )
    entry = Outboxed(
        session.site.id,
        session.keys.community,
        SYSTEM,
        "system",
        made,
        now,
        action=ACTION,
        rule=by.rule,
        rule_version=str(by.version),
    )
    acted: dict[str, object] = {
        "act": made.id,
        "action": ACTION,
        "by": SYSTEM,
        "visitor": made.visitor,
        "until": made.until,
        "reason": made.reason,
        "at": now,
    }
    keys = session.keys
    began: int = await house.store.call(
        "pause",
        keys.community,
        (keys.refusals(session.id), keys.sanctions(session.id), keys.control, keys.outbox),
        now,
        f"{draft.key}/{draft.digest}",
        gates.WINDOW_MS,
        gates.BLOCKS,
        made.id,
        desk_sanctions.value(made),
        made.until,
        desk_sanctions.announced(made, acted),
        msgspec.json.encode(entry),
    )
    if began:
        await tags.watch(house, keys, [session.site], made)
    return bool(began)


def _deciding(verdict: Verdict) -> Finding | None:
    """The finding that refused the words; None where that was a guess of the model and no rule."""
    ruled = (one for one in verdict.findings if one.category == verdict.category and one.score is None)
    return next(ruled, None)
