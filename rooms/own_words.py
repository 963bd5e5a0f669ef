"""What a person may do with words that are in the room: take their own back, answer another's in one word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from rooms import case_undo, cases, held, limits, log, newcomer
from rooms.case import Case, queue
from rooms.house import House
from rooms.refusals import Refusal
from rooms.session import Session

AT_ONCE = 15
"""Messages that one call takes back; 50 took 2.6 to 9.7 ms of the store's time in a full room (measured)."""
Kind = Literal["heart", "hug", "heard", "strength", "same"]


async def retract(house: House, session: Session, room: str, message_id: str) -> None:
    """Take one own message out of log, replay, receipts and every screen.

    Raises Refusal `not_found`, `forbidden` (another's words), `unavailable`.
    """
    house.lately.forget(session.keys.community, session.id, room, message_id)
    try:
        await _take_back(house, session, room, message_id)
        await cases.withdraw(house, session.keys, held.about(message_id), session.id)  # other words for it
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        # It waits for a person, was let through just now, or was refused and might wait again.
        for act, case in await case_undo.lately(house, session.keys):
            if case.kind == "held" and (case.message, case.visitor) == (message_id, session.id):
                await case_undo.forget(house, session.keys, act)
        if not await cases.withdraw(house, session.keys, held.about(message_id), session.id):
            await _take_back(house, session, room, message_id)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many messages left the rooms, and how many stay with staff until their case is decided."""

    erased: int
    kept: int


async def erase(house: House, session: Session) -> Erased:
    """Take out all that this visitor wrote, in every room; nothing that waits will be said. Safe to repeat.

    Raises Unavailable.
    """
    house.lately.forget(session.keys.community, session.id)
    open_now = await queue(house, session.keys)
    for case in open_now:
        if case.kind == "held" and case.visitor == session.id:
            await cases.withdraw(house, session.keys, held.about(case.message), session.id)
    for act, case in await case_undo.lately(house, session.keys):
        if case.visitor == session.id or any(_kept(case, session.id)):
            await case_undo.forget(house, session.keys, act)
    # First words that nobody answered are shown as the room has them: nothing stays there.
    unanswered = [case for case in open_now if case.kind == "unanswered" and any(_kept(case, session.id))]
    others = (case for case in open_now if case.kind != "unanswered")
    kept = {message for case in others for message in _kept(case, session.id)}
    erased = await _erase(house, session)
    for case in unanswered:
        await newcomer.look_soon(house, session.keys, case.id)
    return Erased(erased, len(kept))


class _Said(msgspec.Struct):
    id: str
    author: "_Author" = msgspec.field(name="from")


class _Author(msgspec.Struct):
    id: str


def _kept(case: Case, visitor: str) -> Iterator[str]:
    """Which of a visitor's messages a case holds."""
    if case.message and case.visitor == visitor:
        yield case.message
    for said in case.context:
        event = msgspec.json.decode(said, type=_Said)
        if event.author.id == visitor:
            yield event.id


async def _erase(house: House, session: Session) -> int:
    visitor = session.keys.visitor(session.site, session.id)
    fields = await house.store.command("HKEYS", visitor)
    rooms = [field.decode().removeprefix("wrote:") for field in fields if field.startswith(b"wrote:")]
    erased = 0
    sealed = session.keys.sealed_of(session.id)
    if copies := await house.store.command("SMEMBERS", sealed):
        await house.store.command("DEL", sealed, *copies)
    for room in rooms:
        while taken := await _take_back(house, session, room, ""):
            erased += taken
    receipts = session.keys.receipts(session.site, session.id)
    await house.store.call("blank", session.keys.community, (receipts,), house.now())
    return erased


async def _take_back(house: House, session: Session, room: str, message_id: str) -> int:
    keys = session.keys
    outcome, taken = await house.store.call(
        "takeback",
        keys.community,
        (*keys.log_of(room), keys.receipts(session.site, session.id)),
        house.now(),
        house.mint(),
        session.id,
        message_id,
        *log.bounds(house),
        AT_ONCE,
    )
    if outcome != b"done":
        raise log.refusal(outcome)
    return int(taken)


async def react(house: House, session: Session, room: str, message_id: str, kind: Kind, on: bool) -> None:
    """Give or take back one word of support; the same again changes nothing.

    Raises Refusal `not_found`, `forbidden` (a kick), `muted`, `banned`, `rate_limited`, `unavailable`.
    """
    await limits.spend_reaction(house, session)
    keys = session.keys
    outcome = await house.store.call(
        "react",
        keys.community,
        (*keys.log_of(room), keys.sanctions(session.id), *newcomer.keys_of(house, keys)),
        house.now(),
        house.mint(),
        room,
        session.id,
        message_id,
        kind,
        "1" if on else "0",
        *log.bounds(house),
        house.newcomer.support,
    )
    if outcome[0] != b"done":
        raise log.refusal(outcome[0])
