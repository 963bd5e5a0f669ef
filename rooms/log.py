"""A room's log: number, keep, announce, replay. Position = epoch + seq.

Epoch: a room is opened, hears five messages, the store is restarted, and the room hears three more.
Somebody who slept at seq 4 now asks for everything since 4 and would be told "nothing": both
histories have a 3. The epoch differs, so the answer is "incomplete", and the client says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from moderation import gates
from moderation.verdict import Action, Verdict
from rooms import held, limits, message, newcomer, retention
from rooms.house import House
from rooms.message import Draft
from rooms.refusals import Code, Refusal, Unavailable
from rooms.session import Session

SNAPSHOT = 200
"""Most messages in a snapshot (PROTOCOL section 3)."""
MODERATING = ("moderator", "lead")
"""Roles that a closed, locked or slowed room does not hold back."""


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
    standing: Sequence[object] = (0, 0, b"")  # of the room at that position, for `cover.standing`


def bounds(house: House) -> tuple[int, int, int, int]:
    """How long and how much a log keeps, as the scripts take it."""
    return house.log_ms, retention.LOG_EVENTS, retention.LOG_BYTES, retention.POSITION * 1000


class Gated(Exception):
    """A gate is shut for the author that the words were not judged behind: judge them again.

    `words`: the gates, as the script names them.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
        newcomer, shared = "newcomer" in words, "shared_tag" in words
        self.gates = gates.shut(gates.Facts(shield=newcomer, newcomer=newcomer, tag_banned=shared))


async def commit(
    house: House,
    session: Session,
    room: str,
    draft: Draft,
    verdict: Verdict,
    behind: Gated | None = None,
) -> msgspec.Raw:
    """Publish, replace or refuse, with the receipt, in one step; answers the acknowledgement as JSON.

    Promises: the same (visitor, key) within 15 minutes gets the first answer, whatever it was and
    whatever came since; a message is in the log and handed to pub/sub before this returns.
    Raises Refusal: `rate_limited`, `muted`, `banned`, `room_closed`, `room_locked`, `slow_mode`,
    `bad_request` (key used for other words), `unavailable`, `forbidden` (a kick out of this room); of an edit
    `not_found`, or `forbidden` (another's words, or older than 10 minutes). Raises Gated unless `behind` has
    the gates that are shut: then the buckets were taken from already. Raises held.Nobody where words are to
    wait for a person and none is on duty.
    """
    message_id = draft.edits or message.id_of(session, draft) or house.mint()
    outcome = await _commit(house, session, room, draft, verdict, message_id, behind)
    if outcome[0] == b"taken":  # the same key for the same words, when its receipt had lapsed: a new message
        outcome = await _commit(house, session, room, draft, verdict, house.mint(), behind)
    return _outcome(outcome)


async def _commit(
    house: House,
    session: Session,
    room: str,
    draft: Draft,
    verdict: Verdict,
    message_id: str,
    behind: Gated | None,
) -> list[Any]:
    keys = session.keys
    kind = "edited" if draft.edits else "message"
    head, tail = message.answer(verdict, message_id, session.lang or session.site.lang)
    body = message.event(verdict, session, message_id, kind) if verdict.passes else b""
    waits = verdict.action is Action.HOLD
    buckets = limits.words(house, session) if behind is None else {}
    topic = room.rpartition(".")[0]
    slowed = session.role == "visitor" and "crisis" not in verdict.labels  # a cry for help waits for no pace
    alone = limits.ALONE if house.limited else limits.Rate(0, 0)
    outcome: list[Any] = await house.store.call(
        "commit",
        keys.community,
        (
            *keys.log_of(room),
            keys.receipts(session.site, session.id),
            keys.sanctions(session.id),
            keys.visitor(session.site, session.id),
            keys.cover,
            keys.bucket("slow", f"{session.id}/{room}"),
            keys.tag_watch(session.tag),
            *buckets,
            *(keys.of_cases() if waits else newcomer.keys_of(house, keys) if verdict.passes else ()),
        ),
        house.now(),
        house.epoch(),
        room,
        draft.key,
        draft.digest,
        kind if verdict.passes else "hold" if waits else "refuse",
        body,
        head,
        tail,
        *bounds(house),
        retention.RECEIPT * 1000,
        retention.RECEIPTS_A_VISITOR,
        message_id,
        draft.reply_to or "",
        session.id,
        topic,
        "1" if session.site.cover_required(topic) else "0",
        "1" if session.role in MODERATING else "0",
        "1" if slowed else "0",
        alone.interval_ms,
        alone.burst,
        (behind.words if behind else "") if session.role == "visitor" else "*",
        "1" if session.watched else "0",
        len(buckets),
        *limits.rates(buckets),
        *(
            held.waiting(session, room, draft, verdict, message_id)
            if waits
            else newcomer.asked(house, session)
            if verdict.passes
            else ()
        ),
    )
    return outcome


def _outcome(outcome: list[Any]) -> msgspec.Raw:
    if outcome[0] in (b"done", b"again"):
        return msgspec.Raw(outcome[1])
    if outcome[0] == b"other":
        raise Refusal("bad_request", "This key was used for other words.")
    if outcome[0] == b"limited":
        raise limits.too_fast(int(outcome[1]))
    if outcome[0] == b"slow":
        raise limits.too_slow(int(outcome[1]))
    if outcome[0] == b"gated":
        raise Gated(outcome[1].decode())
    if outcome[0] == b"nobody":
        raise held.Nobody
    if outcome[0] == b"unready":  # a store that lost its memory; within a second it is told who is on duty
        raise Unavailable
    raise refusal(outcome[0])


def refusal(word: bytes) -> Refusal:
    """What a script refused with."""
    codes: dict[bytes, Code] = {
        b"muted": "muted",
        b"banned": "banned",
        b"not_found": "not_found",
        b"forbidden": "forbidden",
        b"closed": "room_closed",
        b"locked": "room_locked",
    }
    return Refusal(codes[word])


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
    read = await house.store.call(
        "read", keys.community, keys.log_of(room), house.now(), *asked(house, since, most)
    )
    return told(read)


def asked(house: House, since: Position | None, most: int) -> tuple[str | int, ...]:
    """What the scripts that replay a log are asked with."""
    epoch, seq = (since.epoch, since.seq) if since else ("", 0)
    return (house.epoch(), epoch, seq, most, *bounds(house), limits.slow_of_alone(house))


def told(read: list[Any]) -> Replay:
    """What they answer."""
    epoch, seq, whole, entries, standing = read
    found = [msgspec.Raw(entry) for entry in entries if entry]
    return Replay(Position(epoch.decode(), int(seq)), bool(whole), found, standing)
