"""What a visitor says to staff alone: a report, a call for a volunteer, an answer to a private word."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from moderation.submission import Submission
from moderation.verdict import Action, Verdict
from rooms import cases, limits, message, relay
from rooms.cases import Opening
from rooms.house import House
from rooms.limits import Rate
from rooms.refusals import Refusal
from rooms.session import Session

Reason = Literal["harassment", "danger", "contact", "drugs", "other"]
ASKS = Rate(6, 60_000)
"""Reports and calls of one visitor: more than a bad evening needs."""
ASKS_OF_TAG = Rate(40, 5_000)
NOTE = 500


class Blocked(Refusal):
    """Private words that nobody is to read; `category` as a message's."""

    def __init__(self, verdict: Verdict, lang: str) -> None:
        super().__init__("blocked")
        self._answer = message.refused(verdict, lang)

    def answer(self) -> dict[str, object]:
        """As a refused message's."""
        return self._answer


def buckets(session: Session) -> limits.Buckets:
    """What a report or a call is taken from."""
    keys = session.keys
    mine = {keys.bucket("asks", session.id): ASKS}
    return mine | {keys.bucket("tag-asks", session.tag): ASKS_OF_TAG} if session.tag else mine


async def of_staff(house: House, session: Session, room: str, message_id: str) -> bool:
    """Whether a message that the room still has is one of staff. Raises Unavailable."""
    keys = session.keys
    record: bytes | None = await house.store.command("HGET", keys.ids(room), message_id)
    if record is None:
        return False
    entry: bytes | None = await house.store.command("HGET", keys.log(room), record.split()[0])
    role = msgspec.json.decode(entry, type=_Said).author.role if entry is not None else "visitor"
    return role not in ("visitor", "simulated")


class _Author(msgspec.Struct):
    role: str


class _Said(msgspec.Struct):
    author: _Author = msgspec.field(name="from")


class Reported(NamedTuple):
    """`receipt`: the same for every try. `concerns`: whom of the staff it is about, '' where it is not."""

    receipt: str
    concerns: str


async def report(
    house: House, session: Session, room: str, message_id: str, reason: Reason, note: str | None
) -> Reported:
    """A message is reported.

    Reports of one message are one case. Raises Refusal `not_found`, `rate_limited`, `unavailable`.
    """
    receipt = cases.id_of("report", room, message_id, session.id)
    opening = Opening(
        id=receipt,
        kind="report",
        about=f"report:{room}:{message_id}",
        site=session.site.id,
        visitor="",
        room=room,
        message=message_id,
        labels=(reason,),
        reporter=session.id,
        receipt=receipt,
        more={"note": note} if note else {},
    )
    opened = await cases.open_case(house, session.keys, opening, buckets(session))
    return Reported(receipt, opened.concerns)


async def call(
    house: House,
    session: Session,
    room: str,
    verdict: Verdict | None,
    *,
    reply: tuple[str, str] | None = None,
    whisper: Mapping[str, str] | None = None,
) -> str:
    """Somebody asks for a private word with a volunteer, or answers one; answers the receipt.

    `verdict`: of the words, where there are any. `reply`: an answer's id and the digest of its words, and
    `whisper` what it answers. One open call a visitor: what they say again becomes part of it. Raises
    Refusal `blocked`, `bad_request` (an id used for other words), `rate_limited`, `unavailable`.
    """
    case, digest = reply or (house.mint(), "")
    opening = Opening(
        id=case,
        digest=digest,
        kind="call",
        about=f"call:{session.id}",
        site=session.site.id,
        visitor=session.id,
        room=room,
        text=readable(verdict, session) if verdict else None,
        labels=verdict.labels if verdict else (),
        more={"name": session.name} | ({"whisper": whisper} if whisper else {}),
    )
    return (await cases.open_case(house, session.keys, opening, buckets(session))).id


def judged(house: House, session: Session, room: str, text: str) -> Verdict:
    """The filter's word on private words. A person reads them in any case, so a hold is no obstacle."""
    return relay.decide(
        Submission(
            text=text,
            topic=room.rpartition(".")[0],
            lang=session.lang or None,
            on_duty=True,
            policy=session.site.policy,
            rules=house.rules.get(session.site.id),
        )
    )


def readable(verdict: Verdict, session: Session) -> str:
    """Private words as staff, or a visitor, may read them. Raises Blocked."""
    if verdict.action is Action.BLOCK:
        raise Blocked(verdict, session.lang or session.site.lang)
    return (verdict.text if verdict.passes else verdict.for_staff) or ""
