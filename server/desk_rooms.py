"""What moderators do to a room and to what stands in it (PROTOCOL section 5): `act`, and its `undo`.

The order of the two stores is that of every act: `pending`, the effect, `done`. With SQL away a message is
still taken out and a room locked or shielded; the records wait in the hot store.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.exc import SQLAlchemyError

from rooms import cases, message, presence, relay, room_acts
from rooms.desk_sanctions import Outboxed
from rooms.keys import Keys
from rooms.message import Draft
from rooms.records import acts
from rooms.records.acts import Act
from rooms.records.audit import Entry
from rooms.records.people import Actor
from rooms.refusals import Refusal, Unavailable
from rooms.room_acts import Effect, Note
from rooms.site import Site
from server import protocol
from server.desk_sockets import Desk, Desks
from server.protocol import Key, Name

SLOWEST: Final = 600
"""Seconds between two messages of one person: more is a lock."""
URGENT: Final = ("retract", "lock", "shield")
"""These do not wait for SQL."""
ACTIONS: Final = ("retract", "restore", "slow", "lock", "unlock", "shield", "announce", "note")


class Asked(Struct):
    """`act` on a room, on a message in it, or a `note`."""

    action: Annotated[str, Meta(max_length=16)]
    key: Key
    room: Annotated[str, Meta(max_length=64, pattern=r"^\S+\Z")] | None = None
    site: Name | None = None
    message: Annotated[str, Meta(max_length=64, pattern=r"^[\w-]+\Z")] | None = None
    seconds: Annotated[int, Meta(ge=0, le=SLOWEST)] | None = None
    on: bool = True
    visitor: Name | None = None
    text: str | None = None
    reason: protocol.Reason | None = None


class _Doing:
    """One act under way: who, where, and what the stores are told of it."""

    def __init__(self, desks: Desks, desk: Desk, site: Site, act: Act, asked: Asked) -> None:
        self.desks, self.desk, self.site, self.act, self.asked = desks, desk, site, act, asked
        self.keys = Keys(site.community)
        self.room, self.message = asked.room or "", asked.message or ""
        self.notice: dict[str, object] = {}

    def effect(self, outboxed: bytes = b"") -> Effect:
        """With what colleagues are told."""
        made, asked = self.act, self.asked
        told: dict[str, object] = {"act": made.id, "action": made.action, "by": made.by.id, "at": made.at}
        named: dict[str, object] = {
            "room": self.room,
            "message": self.message,
            "visitor": made.visitor,
            "reason": made.reason,
        }
        told |= {name: value for name, value in named.items() if value}
        if made.action == "slow":
            told["seconds"] = asked.seconds
        if made.action == "shield":
            told["on"] = asked.on
        if made.action == "note":
            told["text"] = asked.text
        return Effect(act=made.id, told=told, outboxed=outboxed)

    def outboxed(self) -> bytes:
        """Its records, for when SQL is back."""
        made = self.act
        entry = Outboxed(made.site, made.community, made.by.id, made.by.role, None, made.at)
        entry = msgspec.structs.replace(
            entry, act=made.id, action=made.action, subject=made.subject, room=made.room, reason=made.reason
        )
        return msgspec.json.encode(entry)


async def act(
    desks: Desks,
    desk: Desk,
    payload: object,
    made_by: Callable[..., str],
    moderator: Callable[[Site], Actor],
    site_of_visitor: Callable[[str], Awaitable[Site]],
) -> dict[str, object]:
    """One of ACTIONS; the same key again changes nothing. `made_by` makes its id for every try."""
    asked = protocol.parse(Asked, payload)
    _whole(asked)
    if asked.action == "note":
        site = await site_of_visitor(asked.visitor or "")
    else:
        site = await _site_of_room(desks, desk, asked)
    by = moderator(site)
    about = (asked.room or "", asked.message or "", asked.visitor or "")
    made = Act(
        id=made_by(asked.key, asked.action, *about),
        action=asked.action,
        by=by,
        site=site.id,
        community=site.community,
        visitor=asked.visitor or "" if asked.action == "note" else "",
        at=desks.house.now(),
        room=asked.room or "",
        subject=asked.message or asked.room or "",
        reason=asked.reason or "",
    )
    doing = _Doing(desks, desk, site, made, asked)
    if asked.action == "announce" and (refused := _words(doing)) is not None:
        return refused
    return await _do(doing)


def _whole(asked: Asked) -> None:
    """Raises `bad_request` where something is missing."""
    needs = {
        "retract": (asked.room, asked.message),
        "restore": (asked.room, asked.message),
        "slow": (asked.room, asked.seconds is not None),
        "announce": (asked.room, asked.text),
        "note": (asked.visitor, asked.text),
    }
    if not all(needs.get(asked.action, (asked.room,))):
        raise Refusal("bad_request", "Something is missing in that.")
    if asked.text is not None:
        protocol.words(asked.text)


async def _site_of_room(desks: Desks, desk: Desk, asked: Asked) -> Site:
    from server.desk_events import site_of

    room = asked.room or ""
    site = site_of(desks, desk, room, asked.site)
    if room not in await presence.rooms(desks.house, Keys(site.community), presence.topic_of(room)):
        raise Refusal("no_such_room")
    return site


def _words(doing: _Doing) -> dict[str, object] | None:
    """What is announced passes the filter as any words of staff do; answers their refusal."""
    house, speaker = doing.desks.house, doing.desks.speaker(doing.desk, doing.site)
    draft = Draft(key=doing.asked.key, text=doing.asked.text or "")
    verdict = relay.decide(relay.gather(house, speaker, doing.room, draft))
    if not verdict.passes:
        return message.refused(verdict, speaker.lang)
    doing.notice = {"text": verdict.text, "from": speaker.person()}
    return None


async def _do(doing: _Doing) -> dict[str, object]:
    made, staff = doing.act, doing.desks.staff
    try:
        again = await acts.done_before(staff.engine, made.id)
        if again is None:
            await acts.begin(staff.engine, staff.audit_key, made)
    except (SQLAlchemyError, OSError):
        if made.action not in URGENT:
            raise Unavailable from None
        await _take_effect(doing, doing.effect(doing.outboxed()))
        return {"ok": True, "act": made.id, "recorded": False}
    if again is not None and again.state == "done":
        return {"ok": True, "act": made.id, "recorded": True}
    try:
        await _take_effect(doing, doing.effect())
    except Refusal as refusal:
        if refusal.code != "unavailable" and again is None:
            await _close(doing.desks, made, "failed")
        raise
    await acts.finish(staff.engine, staff.audit_key, made)
    return {"ok": True, "act": made.id, "recorded": True}


async def _close(desks: Desks, made: Act, state: str) -> None:
    key = desks.staff.audit_key
    await acts.close(desks.staff.engine, key, made.entry(key, "pending"), desks.house.now(), state)


async def _take_effect(doing: _Doing, effect: Effect) -> None:
    house, keys, room, asked = doing.desks.house, doing.keys, doing.room, doing.asked
    match doing.act.action:
        case "retract":
            await room_acts.remove(
                house, keys, doing.desks.sites_in(keys.community), room, doing.message, effect
            )
            await cases.acted(house, keys, doing.act.by.id, message=doing.message)
        case "restore":
            await room_acts.restore(house, keys, room, doing.message, effect)
        case "slow":
            value = str(asked.seconds) if asked.seconds else ""
            await room_acts.set_field(house, keys, room, effect, "slow", value)
        case "lock" | "unlock":
            value = "1" if doing.act.action == "lock" else ""
            await room_acts.set_field(house, keys, room, effect, "locked", value)
        case "shield":
            await room_acts.set_field(house, keys, room, effect, "shield", "1" if asked.on else "")
        case "announce":
            await room_acts.announce(house, keys, room, effect, doing.notice)
        case "note":
            who = doing.desk.person
            made = Note(doing.act.id, doing.act.visitor, asked.text or "", who.id, who.name, doing.act.at)
            await room_acts.note(house, keys, made, effect)


async def undo(desks: Desks, before: Entry, made: Act) -> dict[str, object]:
    """Take one back; `why` says why there was nothing to take back: `said`, `changed` since, or `ended`.

    `before`: the newest row of the act; `made`: this undo.
    """
    staff = desks.staff
    again = await acts.done_before(staff.engine, made.id)
    if again is not None and again.state == "done":
        return {"ok": True, "undone": True}
    if before.action == "announce":
        return {"ok": True, "undone": False, "why": "said"}
    if before.state != "done":
        return {"ok": True, "undone": False, "why": "ended"}
    if again is None:
        await acts.begin(staff.engine, staff.audit_key, made)
    told: dict[str, object] = {"act": made.id, "action": "undo", "by": made.by.id, "at": made.at}
    effect = Effect(
        act=made.id, told=told | {"undoes": made.undoes} | ({"room": before.room} if before.room else {})
    )
    why = await _take_back(desks, Keys(before.community), before, effect)
    if why:
        await _close(desks, made, "failed")
        return {"ok": True, "undone": False, "why": why}
    await acts.finish(staff.engine, staff.audit_key, made)
    return {"ok": True, "undone": True}


async def _take_back(desks: Desks, keys: Keys, before: Entry, effect: Effect) -> str:
    house, room = desks.house, before.room
    try:
        match before.action:
            case "retract":
                await room_acts.restore(house, keys, room, before.subject, effect)
            case "restore":
                await room_acts.remove(
                    house, keys, desks.sites_in(keys.community), room, before.subject, effect
                )
            case "note":
                return "" if await room_acts.unnote(house, keys, before.act, effect) else "ended"
            case _:
                return "" if await room_acts.unset(house, keys, room, effect, before.act) else "changed"
    except Refusal as refusal:
        if refusal.code == "not_found":
            return "ended"
        raise
    return ""
