"""Words that wait for a person: what their case holds, and who else must be asked."""

import hashlib

import msgspec

from moderation.verdict import Verdict
from rooms import message, retention
from rooms.message import Draft
from rooms.session import Session


class Nobody(Exception):
    """Nobody is on duty who could read what is to be held: nothing may wait."""


def about(message_id: str) -> str:
    """What the case of held words is about, for their author to find it by."""
    return f"held:{message_id}"


def waiting(
    session: Session, room: str, draft: Draft, verdict: Verdict, message_id: str
) -> tuple[str | bytes | int, ...]:
    """What scripts/hold.lua takes. The case's id comes from (visitor, key): a retry makes no second one."""
    effect = "edited" if draft.edits else "message"
    told = {"room": room, "key": draft.key, "id": message_id}
    asked = f"held\0{session.id}\0{draft.key}\0{draft.digest}".encode()
    return (
        hashlib.blake2b(asked, key=session.seed, digest_size=10).hexdigest(),
        msgspec.json.encode({"name": session.name, "rules": rules(verdict, draft.text)}),
        msgspec.json.encode(verdict.for_staff),
        " ".join(verdict.labels),
        effect,
        message.held(verdict, session, message_id, effect),
        msgspec.json.encode(told)[:-1],
        retention.HELD * 1000,
        session.site.id,
        about(message_id),
    )


def rules(verdict: Verdict, text: str) -> list[dict[str, object]]:
    """Which rules found what, for whoever decides. A span is of the text as it was sent; null where a part of
    that is hidden from staff too."""
    whole = text in (verdict.text, verdict.for_staff)
    return [
        {"rule": finding.rule, "version": finding.version, "span": span if whole else None}
        for finding in verdict.findings
        for span in finding.spans or (None,)
    ]
