"""What visitors say to staff alone (PROTOCOL section 3), and how a cry for help is answered."""

import asyncio
import datetime as dt
import logging
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Raw, Struct
from sqlalchemy.exc import SQLAlchemyError

from moderation.verdict import Verdict
from rooms import cases, duty, hosted, presence, private_words, veils, whispers
from rooms.care import Kind
from rooms.cases import Opening
from rooms.message import Draft
from rooms.private_words import NOTE, Reason
from rooms.records import outcomes
from rooms.refusals import Refusal, Unavailable
from rooms.relay import Cry, heard
from rooms.room import admit
from server import protocol
from server.connection import Connection
from server.protocol import Key, Name
from server.support import support
from server.transport import Answer

if TYPE_CHECKING:
    from server.sockets import Edge

logger = logging.getLogger(__name__)
HEARD: Final = 0.7
"""Seconds that a store may take to open a case for a cry for help: its author has the lines within one."""
ASKED: Final = 0.2
"""Seconds that it may take before that to say whom a report is about."""
State = Literal["told", "seen", "none"]


class Report(Struct):
    """`report`."""

    reason: Reason
    id: Name | None = None
    whisper: Name | None = None
    room: Name | None = None
    note: str | None = None


class Call(Struct):
    """`call`."""

    text: str | None = None
    room: Name | None = None


class Reply(Struct):
    """`reply`."""

    whisper: Name
    key: Key
    text: str


class Feedback(Struct):
    """`feedback`."""

    felt_heard: Literal["yes", "a_bit", "no"]


async def report(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Something that staff should look at."""
    asked = protocol.parse(Report, payload)
    connection.spend(edge.house.now())
    if (asked.id is None) == (asked.whisper is None):
        raise Refusal("bad_request", "Name the message, or the private word.")
    note = _words(asked.note, NOTE)
    house, session = edge.house, connection.session
    room = "" if asked.whisper is not None else admit(connection.rooms, asked.room)
    if note:
        shown = asked.id is not None and not await _of_staff(edge, connection, room, asked.id)
        # "she says she has taken them all"
        about = Draft(key=asked.id or asked.whisper or "", text=note)
        await judged(edge, connection, room, about, shown=shown)
    if asked.whisper is not None:
        made = await whispers.report(house, session, asked.whisper, asked.reason, note)
    else:
        assert asked.id is not None, "one of the two"
        made = await private_words.report(house, session, room, asked.id, asked.reason, note)
        await veils.reported(house, session, room, asked.id)
    return {
        "ok": True,
        "receipt": made.receipt,
        "when": await when(edge, connection, room, made.concerns),
    }, None


async def _of_staff(edge: "Edge", connection: Connection, room: str, message_id: str) -> bool:
    """Whether a report is about one of the staff. Where the store does not say so at once, it may be."""
    try:
        async with asyncio.timeout(ASKED):
            return await private_words.of_staff(edge.house, connection.session, room, message_id)
    except (Refusal, TimeoutError):
        return True


async def call(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """A private word with a volunteer is asked for."""
    asked = protocol.parse(Call, payload)
    connection.spend(edge.house.now())
    text = _words(asked.text, protocol.TEXT)
    here = admit(connection.rooms, asked.room) if asked.room or len(connection.rooms) == 1 else ""
    # Nothing tells a retry from the same few words an hour later, so each is a cry of its own.
    draft = Draft(key=edge.house.mint(), text=text or "")
    verdict = await judged(edge, connection, here, draft) if text else None
    receipt = await private_words.call(edge.house, connection.session, here, verdict)
    return {"ok": True, "receipt": receipt, "when": await when(edge, connection, here)}, None


async def reply(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """A private word is answered."""
    asked = protocol.parse(Reply, payload)
    connection.spend(edge.house.now())
    draft = Draft(key=asked.key, text=protocol.words(asked.text))
    verdict = await judged(edge, connection, "", draft)
    outcome = await whispers.reply(edge.house, connection.session, asked.whisper, draft, verdict)
    return {"ok": True, "outcome": outcome}, None


def _words(text: str | None, most: int) -> str | None:
    """Words that may be left out. Raises as `protocol.words`."""
    if text is None or not text.strip():
        return None
    if len(text) > most:
        raise Refusal("too_long", f"Please keep it under {most:,} characters.")
    return protocol.words(text)


async def when(edge: "Edge", connection: Connection, room: str, concerns: str = "") -> str:
    """When a person will look: `now` only while a lease of duty runs. Raises Unavailable.

    `concerns`: a report about one of the staff is for leads other than them. Whether one of those comes in
    the hosted hours nobody knows, and it may be that there is none.
    """
    session = connection.session
    there = await duty.on_duty(edge.house, session.keys)
    if concerns:
        return "now" if any(one.role == "lead" and one.id != concerns for one in there) else "none"
    if duty.covers(there):
        return "now"
    topics = [presence.topic_of(room)] if room else [topic.id for topic in session.site.topics]
    hosted_again = any(hosted.following(session.site, topic, edge.house.now()) for topic in topics)
    return "next_hours" if hosted_again else "none"


async def feedback(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Felt heard? Counted by site, topic and day, once a connection; nobody can tell whose it was."""
    asked = protocol.parse(Feedback, payload)
    connection.spend(edge.house.now())
    if edge.desks is None:
        raise Unavailable
    site, now = connection.session.site, edge.house.now()
    if not connection.fed_back:
        day = dt.datetime.fromtimestamp(now / 1000, dt.UTC).date().isoformat()
        topic = presence.topic_of(min(connection.rooms)) if connection.rooms else ""
        counted = {(topic, day, f"felt_heard_{asked.felt_heard}"): 1}
        try:
            await outcomes.add(edge.desks.staff.engine, site.id, site.community, counted)
        except (SQLAlchemyError, OSError):
            raise Unavailable from None
        connection.fed_back = True
    return {"ok": True}, None


# --- a cry for help ----------------------------------------------------------------------


async def care(edge: "Edge", connection: Connection, cry: Cry) -> None:
    """Help for its author at once, with the truth about people; and a case on top of every desk."""
    state: State = "none"
    try:
        async with asyncio.timeout(HEARD):
            state = await _open(edge, connection, cry)
    except (Refusal, TimeoutError):
        pass
    except Exception as fault:  # whatever it is, it costs nobody the lines, nor the words their way
        logger.error("no case for a cry for help", extra={"reason": type(fault).__name__})  # noqa: TRY400
    tell_support(edge, connection, cry.kind, state)


async def judged(
    edge: "Edge", connection: Connection, room: str, draft: Draft, *, shown: bool = True
) -> Verdict:
    """The filter's word on words to staff alone. A cry for help in them is one like any other: whoever reads
    them may be nobody.

    `draft.key`: with the words, tells a retry from another cry. `shown`: whether its case has the words,
    which anybody on duty reads. A complaint about one of them stays in the report, which is for leads other
    than that person.
    """
    verdict = private_words.judged(edge.house, connection.session, room, draft.text)
    if (cry := heard(connection.session, room, draft, verdict)) is not None:
        cry = replace(cry, message="", key=f"{draft.key} {draft.digest}")
        await care(edge, connection, cry if shown else replace(cry, text="", rules=[]))
    return verdict


async def _open(edge: "Edge", connection: Connection, cry: Cry) -> State:
    session = connection.session
    opening = Opening(
        id=cases.id_of("crisis", session.id, cry.key, cry.message),
        kind="crisis",
        about=f"crisis:{session.id}",
        site=session.site.id,
        visitor=session.id,
        room=cry.room,
        message=cry.message,
        text=cry.text,
        labels=cry.labels,
        care=cry.kind,
        more={"name": session.name, "rules": cry.rules},
    )
    opened = await cases.open_case(edge.house, session.keys, opening)
    return opened.told if opened.told in ("told", "seen") else "none"  # type: ignore[return-value]


def tell_support(edge: "Edge", connection: Connection, kind: Kind, state: State) -> None:
    """The card."""
    edge.wire.tell([connection.sid], "support", _card(connection.region, kind, state))


@lru_cache(maxsize=1_024)
def _card(region: str, kind: Kind, state: State) -> Raw:
    return Raw(msgspec.json.encode({**support(region, kind=kind), "kind": kind, "state": state}))
