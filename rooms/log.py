"""A room's log: number, keep, announce, replay. Position = epoch + seq.

Epoch: a room is opened, hears five messages, the store is restarted, and the room hears three more.
Somebody who slept at seq 4 now asks for everything since 4 and would be told "nothing": both
histories have a 3. The epoch differs, so the answer is "incomplete", and the client says so.
"""

from dataclasses import dataclass

import msgspec

from moderation.verdict import Verdict
from rooms import message, retention
from rooms.house import House
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.session import Session

SNAPSHOT = 200
"""Most messages in a snapshot (PROTOCOL section 3)."""


class Position(msgspec.Struct, frozen=True):
    """Where a room's log stands."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What a client lacks: `entries` are Events as JSON, oldest first.

    `whole`: they are all Events after the position asked for; otherwise they are a snapshot,
    the newest messages.
    """

    position: Position
    whole: bool
    entries: list[msgspec.Raw]


def _bounds(house: House) -> tuple[int, int, int]:
    return house.log_ms, retention.LOG_EVENTS, retention.LOG_BYTES


async def commit(house: House, session: Session, room: str, draft: Draft, verdict: Verdict) -> msgspec.Raw:
    """Publish or refuse, with the receipt, in one step; answers the acknowledgement as JSON.

    Promises: the same (visitor, key) within 15 minutes gets the first answer, whatever it was and
    whatever came since; a message is in the log and handed to pub/sub before this returns.
    Raises Refusal: `muted`, `banned`, `bad_request` (key used for other words), `unavailable`.
    """
    keys, message_id = session.keys, house.mint()
    head, tail = message.answer(verdict, message_id)
    body = message.event(verdict, session, message_id) if verdict.passes else b""
    outcome = await house.store.call(
        "commit",
        keys.community,
        (
            keys.meta(room),
            keys.log(room),
            keys.channel(room),
            keys.receipts(session.site, session.id),
            keys.receipt_order(session.site, session.id),
            keys.sanctions(session.id),
            keys.visitor(session.site, session.id),
            keys.ids(room),
        ),
        house.now(),
        house.mint(),
        room,
        draft.key,
        draft.digest,
        "publish" if verdict.passes else "refuse",
        body,
        head,
        tail,
        *_bounds(house),
        retention.POSITION * 1000,
        retention.RECEIPT * 1000,
        retention.RECEIPTS_A_VISITOR,
        message_id,
        draft.reply_to or "",
    )
    return _outcome(outcome)


def _outcome(outcome: list[bytes]) -> msgspec.Raw:
    match outcome[0]:
        case b"done" | b"again":
            return msgspec.Raw(outcome[1])
        case b"other":
            raise Refusal("bad_request", "This key was used for other words.")
        case b"muted":
            raise Refusal("muted")
        case _:
            raise Refusal("banned")


async def first_answer(house: House, session: Session, draft: Draft) -> msgspec.Raw | None:
    """The first answer to a retried message, or None where there was none."""
    keys = session.keys
    outcome = await house.store.call(
        "receipt",
        keys.community,
        (keys.receipts(session.site, session.id),),
        house.now(),
        draft.key,
        draft.digest,
        retention.RECEIPT * 1000,
    )
    return None if outcome[0] == b"none" else _outcome(outcome)


async def replay(
    house: House, session: Session, room: str, since: Position | None, most: int = SNAPSHOT
) -> Replay:
    """What happened since a position, whole, or else a snapshot. Raises `unavailable`."""
    keys = session.keys
    epoch, seq, whole, entries = await house.store.call(
        "read",
        keys.community,
        (keys.meta(room), keys.log(room), keys.ids(room)),
        house.now(),
        house.mint(),
        since.epoch if since else "",
        since.seq if since else 0,
        most,
        *_bounds(house),
        retention.POSITION * 1000,
    )
    found = [msgspec.Raw(entry) for entry in entries if entry]
    return Replay(Position(epoch.decode(), int(seq)), bool(whole), found)
