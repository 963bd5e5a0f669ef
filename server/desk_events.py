"""What staff's events do (PROTOCOL section 5)."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from rooms import log, presence, relay
from rooms.keys import Keys
from rooms.message import Draft
from rooms.refusals import Refusal, Unavailable
from rooms.retention import RECEIPT
from rooms.site import Site
from server import desk_acts, desk_cases, desk_handover, desk_person, desk_replies, desk_roster, protocol
from server.desk_sockets import Desk, Desks
from server.protocol import Key, Name
from server.transport import Answer

Handler = Callable[[Desks, Desk, object], Awaitable[Answer]]
MOST = 64
"""Rooms that one desk may watch."""
Lang = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]


class InRoom(Struct):
    """`watch` and `unwatch`; `site` where the room's name is one of several sites of this person."""

    room: Name
    site: Name | None = None


class Message(Struct):
    """`message`."""

    room: Name
    key: Key
    text: str
    reply_to: Name | None = None
    site: Name | None = None


class Duty(Struct):
    """`duty`."""

    on: bool
    langs: Annotated[list[Lang], Meta(max_length=8)] = []


def site_of(desks: Desks, desk: Desk, room: str, named: str | None) -> Site:
    """The site whose room is meant, among this person's alone.

    Raises `no_such_room`, or `bad_request` where two of their communities have a room of that name and
    nothing says which.
    """
    topic = presence.topic_of(room)
    found = [site for site in desks.sites(desk.person) if site.topic(topic) and named in (None, site.id)]
    if not found:
        raise Refusal("no_such_room")
    if len({site.community for site in found}) > 1:
        raise Refusal("bad_request", "Two of your sites have a room of that name. Name the site too.")
    return found[0]


async def duty(desks: Desks, desk: Desk, payload: object) -> Answer:
    """On duty, with languages, or off."""
    asked = protocol.parse(Duty, payload)
    desk.langs = tuple(lang.lower() for lang in asked.langs)
    if asked.on:
        desk.since = desk.since or desks.house.now()
        await desks.begin_duty(desk)
        desks.same_duty(desk.person.id, desk.since, desk.langs)
        await desks.tell_duty(desk.person, desk.since, desk.langs)
        await desks.tell_colleagues(desk.person)
    else:
        desks.same_duty(desk.person.id, 0, ())
        await desks.end_duty(desk.person)
    await desks.look_at_cover()
    await desks.queue.again(desks.of(desk.person.id))  # private words are for those on duty
    return {"ok": True}, None


class Look(Struct):
    """`look`."""

    room: Name | None = None
    site: Name | None = None


async def look(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Which room is open before them, or none: colleagues see it while they are on duty, visitors never."""
    asked = protocol.parse(Look, payload)
    before, now = desk.looking, ("", "")
    if asked.room is not None:
        now = (site_of(desks, desk, asked.room, asked.site).community, asked.room)
    desk.looking = now
    if desk.on_duty and now != before:
        await desks.begin_duty(desk)
    return {"ok": True}, None


async def watch(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Hear a room without being in it."""
    asked = protocol.parse(InRoom, payload)
    site = site_of(desks, desk, asked.room, asked.site)
    keys, name = Keys(site.community), f"{site.community}/{asked.room}"
    if asked.room not in await presence.rooms(desks.house, keys, presence.topic_of(asked.room)):
        raise Refusal("no_such_room")
    if name not in desk.rooms and len(desk.rooms) >= MOST:
        raise Refusal("bad_request", "That is more rooms than one desk can watch.")
    session = desks.speaker(desk, site)
    await desks.watching.open(desk.sid, session, asked.room)
    try:
        read = await log.replay(desks.house, session, asked.room, None)
        room = await desks.room(site, asked.room)
    except BaseException:
        if name in desk.rooms:
            desks.watching.go_on(desk.sid, session, asked.room)
        else:
            await desks.watching.dismiss(desk.sid, session, asked.room)
        raise
    if desks.open.get(desk.sid) is not desk:
        await desks.watching.dismiss(desk.sid, session, asked.room)
        raise Unavailable
    desk.rooms[name] = session
    answer = {"ok": True, "room": room, "position": read.position, "messages": read.entries}
    return answer, lambda: desks.watching.admit(desk.sid, session, asked.room, read.position)


async def wall(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Which rooms there are and who is on duty, for a desk that asks every few seconds: a room opens
    when somebody comes, and nobody tells desks of it."""
    rooms = [
        {"id": name, "site": site.id, "community": site.community}
        for site, name in await desks.room_names(desk.person)
    ]
    there = await desks.on_duty(desk.person)
    waiting = await desk_handover.waiting(desks, desk)
    return {"ok": True, "rooms": rooms, "on_duty": there, "handovers": waiting}, None


async def unwatch(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Hear it no more."""
    asked = protocol.parse(InRoom, payload)
    site = site_of(desks, desk, asked.room, asked.site)
    name = f"{site.community}/{asked.room}"
    if name not in desk.rooms:
        raise Refusal("not_in_room")
    await desks.unwatch(desk, name)
    return {"ok": True}, None


async def message(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Words in a room, with the speaker's role. The same filter as everybody's, and never held."""
    asked = protocol.parse(Message, payload)
    site = site_of(desks, desk, asked.room, asked.site)
    keys = Keys(site.community)
    if asked.room not in await presence.rooms(desks.house, keys, presence.topic_of(asked.room)):
        raise Refusal("no_such_room")
    text = protocol.words(asked.text)
    draft = Draft(key=asked.key, text=text, room=asked.room, reply_to=asked.reply_to)
    session = desks.speaker(desk, site)
    try:
        return await relay.say(desks.house, session, {asked.room}, draft), None
    finally:
        # `commit` notes in the speaker's record where they wrote; a visitor's ends by itself
        record = keys.visitor(site, session.id)
        await desks.house.store.command("PEXPIRE", record, max(desks.house.log_ms, RECEIPT * 1000))


HANDLERS: Final[dict[str, Handler]] = {
    "duty": duty,
    "look": look,
    "watch": watch,
    "unwatch": unwatch,
    "wall": wall,
    "message": message,
    "person": desk_person.person,
    "roster": desk_roster.upcoming,
    "replies": desk_replies.replies,
    "handover": desk_handover.draft,
    "hand_over": desk_handover.hand_over,
    "take_over": desk_handover.take_over,
    "act": desk_acts.act,
    "undo": desk_acts.undo,
    "claim": desk_cases.claim,
    "release": desk_cases.release,
    "call": desk_cases.call,
}
