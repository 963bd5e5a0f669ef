"""What a visitor's events do (PROTOCOL section 3): each answers its acknowledgement, and what follows it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from rooms import cover, log, own_words, presence, relay, telemetry, unanswered, visitors
from rooms.message import Draft
from rooms.refusals import Code, Refusal, Unavailable
from rooms.room import MOST, admit
from server import appeals, private_words, protocol
from server.connection import Connection
from server.support import support
from server.transport import Answer

if TYPE_CHECKING:
    from server.sockets import Edge

Handler = Callable[["Edge", Connection, object], Awaitable[Answer]]


async def join(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Into a room: the best of a topic, or a named one, with what was missed since a position."""
    asked = protocol.parse(protocol.Join, payload)
    connection.spend(edge.house.now())
    if asked.topic is None and asked.room is None:
        raise Refusal("bad_request", "Name a topic, or a room.")
    # A room says its topic itself: another one beside it would count its seats among strange rooms.
    topic = presence.topic_of(asked.room) if asked.room else asked.topic or ""
    session = connection.session
    if session.site.topic(topic) is None:
        code: Code = "no_such_room" if asked.room else "no_such_topic"
        raise Refusal(code)
    mine = sorted(room for room in connection.rooms if presence.topic_of(room) == topic)
    if asked.room in mine or (asked.room is None and mine):
        return await _joined_again(edge, connection, asked.room or mine[0], asked.since)
    if len(connection.rooms) >= MOST:
        raise Refusal("bad_request", "You are in enough rooms. Leave one first.")
    before = connection.sent_out
    try:
        entered = await presence.enter(edge.house, session, topic, asked.room or "", asked.since)
    except Unavailable:
        edge.fanout.owe(session, topic)  # it may have been seated all the same
        raise
    connection.rooms.add(entered.room)
    if connection.sent_out != before:  # told before anybody knew of this seat
        await edge.out(connection, entered.room, forget=True)
        raise Unavailable  # who tries again is told what holds
    edge.outside.pop(connection.sid, None)
    edge.house.lately.arrived(session.keys.community, session.id, edge.house.now())
    try:
        await edge.fanout.open(connection.sid, session, entered.room)
        if not edge.fanout.leads_to(session, entered.room, entered.replay.position):
            # The first one here of this process: words may have come before it listened.
            return await _looked_at(edge, connection, entered.room, asked.since)
        return await _joined(edge, connection, entered, asked.since)
    except BaseException:
        await edge.out(connection, entered.room, forget=False)
        raise


async def _joined_again(
    edge: "Edge", connection: Connection, room: str, since: log.Position | None
) -> Answer:
    try:
        return await _looked_at(edge, connection, room, since)
    except BaseException:
        edge.fanout.go_on(connection.sid, connection.session, room)
        raise


async def _looked_at(edge: "Edge", connection: Connection, room: str, since: log.Position | None) -> Answer:
    """A room that this connection is in already."""
    session = connection.session
    await edge.fanout.open(connection.sid, session, room)
    people, read = await asyncio.gather(
        presence.people(edge.house, session.keys, room), log.replay(edge.house, session, room, since)
    )
    return await _joined(edge, connection, presence.Entered(room, people, read), since)


async def _joined(
    edge: "Edge", connection: Connection, entered: presence.Entered, since: log.Position | None
) -> Answer:
    session, room, read = connection.session, entered.room, entered.replay
    if edge.connections.get(connection.sid) is not connection or room not in connection.rooms:
        # It went, or was sent out, while we asked the store: too early to find all that it has here.
        await edge.fanout.dismiss(connection.sid, session, room)
        raise Unavailable
    topic = presence.topic_of(room)
    described = session.site.topic(topic)
    assert described is not None
    answer: dict[str, object] = {
        "ok": True,
        "room": {
            "id": room,
            "topic": topic,
            "title": described.title,
            **msgspec.structs.asdict(cover.standing(edge.house, session.keys, topic, read.standing)),
            "people": entered.people,
        },
        "position": read.position,
        "events" if read.whole else "messages": read.entries,
    }
    if since is not None:
        answer["complete"] = read.whole
    card = None
    if since is not None or connection.arrival.resumed:
        with contextlib.suppress(Unavailable):  # nobody is kept out of a room because of it
            card = await unanswered.standing(edge.house, session.keys, session.id, room)

    def after() -> None:
        edge.fanout.admit(connection.sid, session, room, read.position)
        if card:
            edge.wire.tell([connection.sid], "unanswered", msgspec.structs.asdict(card))

    return answer, after


async def leave(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Out of a room, and no member of it any more."""
    asked = protocol.parse(protocol.InRoom, payload)
    connection.spend(edge.house.now())
    await edge.out(connection, admit(connection.rooms, asked.room), forget=True)
    return {"ok": True}, None


async def message(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Words for a room."""
    with telemetry.timed("parse"):
        sent = protocol.parse(protocol.Message, payload)
        text = protocol.words(sent.text)
    draft = Draft(key=sent.key, text=text, room=sent.room, reply_to=sent.reply_to)
    return await _say(edge, connection, draft), None


async def edit(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Other words for an own message."""
    sent = protocol.parse(protocol.Edit, payload)
    draft = Draft(key=sent.key, text=protocol.words(sent.text), room=sent.room, edits=sent.id)
    return await _say(edge, connection, draft), None


async def _say(edge: "Edge", connection: Connection, draft: Draft) -> Raw:
    care = partial(private_words.care, edge, connection)
    session, rooms = connection.session, connection.rooms
    return await relay.say(edge.house, session, rooms, draft, care, connection.words, connection.heed)


async def retract(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """An own message, taken back."""
    asked = protocol.parse(protocol.OfMessage, payload)
    connection.spend(edge.house.now())
    room = admit(connection.rooms, asked.room)
    await own_words.retract(edge.house, connection.session, room, asked.id)
    return {"ok": True}, None


async def react(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """One word of support."""
    asked = protocol.parse(protocol.React, payload)
    connection.spend(edge.house.now())
    room = admit(connection.rooms, asked.room)
    await own_words.react(edge.house, connection.session, room, asked.id, asked.kind, asked.on)
    return {"ok": True}, None


async def erase(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """All that this visitor wrote, taken out."""
    protocol.parse(protocol.Nothing, payload)
    connection.spend(edge.house.now())
    taken = await own_words.erase(edge.house, connection.session)
    return {"ok": True, "erased": taken.erased, "kept": taken.kept}, None


async def typing(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Passing state."""
    asked = protocol.parse(protocol.InRoom, payload)
    room = admit(connection.rooms, asked.room)
    if connection.typing.spend(edge.house.now()) == 0:
        await presence.typing(edge.house, connection.session, room)
    return {"ok": True}, None


async def support_lines(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Help lines of another country."""
    asked = protocol.parse(protocol.Support, payload)
    connection.spend(edge.house.now())
    return {"ok": True, **support(asked.region.upper())}, None


async def rename(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Another drawn name, for every tab."""
    protocol.parse(protocol.Nothing, payload)
    connection.spend(edge.house.now())
    session = await visitors.rename(edge.house, connection.session)
    for other in edge.connections.values():
        if other.session.id == session.id:
            other.session = replace(other.session, name=session.name)  # its own address tag, its language
    await edge.fanout.renamed(session)
    return {"ok": True, "name": session.name}, None


HANDLERS: Final[dict[str, Handler]] = {
    "join": join,
    "leave": leave,
    "message": message,
    "edit": edit,
    "retract": retract,
    "react": react,
    "erase": erase,
    "typing": typing,
    "report": private_words.report,
    "call": private_words.call,
    "appeal": appeals.appeal,
    "reply": private_words.reply,
    "feedback": private_words.feedback,
    "support": support_lines,
    "rename": rename,
}


def handler_of(event: str) -> Handler:
    """What handles an event. Raises `bad_request`, `too_long` or `unknown_event`."""
    protocol.readable(event)
    handler = HANDLERS.get(event)
    if handler is None:
        raise Refusal("unknown_event")
    return handler
