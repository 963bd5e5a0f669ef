"""What moderators do to a visitor: `act` and `undo` (PROTOCOL section 5).

Each act: `pending` in SQL, then the effect in the hot store, then `done`; only then the acknowledgement.
With SQL away a mute of at most an hour and a kick still take effect; their records wait in the hot store.
"""

import hashlib
from functools import partial
from typing import Annotated, Final

from msgspec import Meta, Struct
from sqlalchemy.exc import SQLAlchemyError

from rooms import cases, desk_sanctions, tags, whispers
from rooms.desk_sanctions import Outboxed
from rooms.keys import Keys
from rooms.records import acts, sanctions
from rooms.records.acts import Act
from rooms.records.people import Actor
from rooms.records.sanctions import Sanction
from rooms.refusals import Refusal, Unavailable
from rooms.retention import SANCTION
from rooms.site import Site
from rooms.whispers import Whisper
from server import desk_case_undo, desk_cases, desk_person, desk_rooms, protocol
from server.desk_person import known_site, site_of_visitor
from server.desk_sockets import Desk, Desks
from server.protocol import Key, Name
from server.transport import Answer

MINUTES: Final = {"warn": 60, "mute": 10, "kick": 10, "ban": 1_440}
"""How long, where nothing is said. A warning is shown again for so long; a kick is always ten minutes."""
LIFTS: Final = {"unmute": "mute", "unban": "ban"}
URGENT: Final = 60
"""Minutes of a mute that does not wait for SQL."""
Room = Annotated[str, Meta(max_length=64, pattern=r"^\S+\Z")]
"""The hot store keeps a limit as words with spaces between: one inside would make it unreadable to everybody
who looks at this visitor's limits."""


class Asked(Struct):
    """`act`."""

    action: Annotated[str, Meta(max_length=16)]
    key: Key
    visitor: Name | None = None
    minutes: Annotated[int, Meta(ge=1, le=SANCTION // 60)] | None = None
    reason: protocol.Reason | None = None
    room: Room | None = None
    preview: bool = False
    item: Name | None = None
    version: int | None = None
    text: str | None = None


class Undo(Struct):
    """`undo`."""

    act: Name


async def act(desks: Desks, desk: Desk, payload: object) -> Answer:
    """One act, whatever happens to its acknowledgement: the same key again changes nothing."""
    asked = protocol.parse(Asked, payload)
    if asked.action in desk_cases.KINDS:
        if asked.item is None:
            raise Refusal("bad_request", "Name the item.")
        made_by = _id(desk, asked.key, asked.action, asked.item)
        reason = asked.reason or ""
        return await desk_cases.decide(
            desks, desk, made_by, asked.action, asked.item, asked.version, reason
        ), None
    if asked.action in desk_rooms.ACTIONS:
        by = partial(_moderator, desks, desk)
        where = partial(site_of_visitor, desks, desk)
        return await desk_rooms.act(desks, desk, payload, partial(_id, desk), by, where), None
    if asked.action not in (*MINUTES, *LIFTS, "whisper"):
        raise Refusal("bad_request", "There is no such act.")
    if not asked.visitor:
        raise Refusal("bad_request", "Name the visitor.")
    site = await site_of_visitor(desks, desk, asked.visitor)
    made = _act(desks, desk, site, asked)
    if asked.action == "whisper":
        return await _whisper(desks, desk, site, made, protocol.words(asked.text or "")), None
    if asked.action in LIFTS and not asked.preview:
        return await _lift(desks, site, made, kind=LIFTS[asked.action]), None
    more: dict[str, object] = {}
    if asked.preview or asked.action == "ban":
        more["sharing"] = await _sharing(desks, site, asked.visitor)
    if cry := await desk_person.crisis(desks, desk, Keys(site.community), asked.visitor):
        more["crisis"] = cry
    done = {"ok": True, "preview": True} if asked.preview else await _impose(desks, site, made)
    return done | more, None


async def _whisper(desks: Desks, desk: Desk, site: Site, made: Act, text: str) -> dict[str, object]:
    """A private word to a visitor; of the words the record has none."""
    key, engine = desks.staff.audit_key, desks.staff.engine
    again = await acts.done_before(engine, made.id)
    if again is None or again.state != "done":
        readable = whispers.judged(desks.house, desks.speaker(desk, site), text)
        if again is None:
            await acts.begin(engine, key, made)
        by, name, role = desk.person.id, desk.person.name, made.by.role
        whisper = Whisper(id=made.id, by=by, name=name, role=role, text=readable, at=made.at)
        await whispers.send(desks.house, Keys(site.community), made.visitor, whisper)
        await acts.finish(engine, key, made)
    return {"ok": True, "act": made.id, "recorded": True}


async def _sharing(desks: Desks, site: Site, visitor: str) -> int:
    """How many others who are here would be met by what is done to this visitor's network."""
    return await tags.sharing(desks.house, Keys(site.community), desks.sites_in(site.community), visitor)


async def undo(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Take an act back: its limit ends now. `why` says why there was nothing to end."""
    asked = protocol.parse(Undo, payload)
    engine, now = desks.staff.engine, desks.house.now()
    before = await acts.done_before(engine, asked.act)
    site = known_site(desks, desk, before.community) if before else None
    if before is None or site is None:
        raise Refusal("not_found")
    by = _moderator(desks, desk, site)
    undone = partial(
        Act,
        id=_id(desk, "undo", asked.act),
        action="undo",
        by=by,
        site=site.id,
        community=site.community,
        at=now,
        undoes=asked.act,
    )
    if before.action in desk_cases.KINDS:
        return await desk_case_undo.undo(desks, desk, before, undone(visitor="", room=before.room)), None
    if before.action == "whisper":
        return {"ok": True, "undone": False, "why": "said"}, None
    if before.action in desk_rooms.ACTIONS:
        return await desk_rooms.undo(desks, before, undone(visitor="", room=before.room)), None
    found = await sanctions.by_id(engine, asked.act)
    if found is None or found.until <= now:
        return {"ok": True, "undone": False, "why": "ended"}, None
    made = undone(visitor=found.visitor)
    await acts.begin(engine, desks.staff.audit_key, made)
    keys = Keys(site.community)
    ended = await desk_sanctions.lift(desks.house, keys, found.visitor, sanction=asked.act)
    await tags.unwatch(desks.house, keys, desks.sites_in(site.community), found.visitor, [asked.act])
    await acts.finish(engine, desks.staff.audit_key, made, [asked.act])
    return {"ok": True, "undone": bool(ended)} | ({} if ended else {"why": "ended"}), None


async def _impose(desks: Desks, site: Site, made: Act) -> dict[str, object]:
    assert made.sanction is not None
    keys, key, engine = Keys(site.community), desks.staff.audit_key, desks.staff.engine
    try:
        again = await acts.done_before(engine, made.id)
        if again is not None and again.state == "done":
            return {"ok": True, "act": made.id, "until": again.until, "recorded": True}
        if again is None:
            await acts.begin(engine, key, made)
    except (SQLAlchemyError, OSError):
        if not _urgent(made):
            raise Unavailable from None
        entry = Outboxed(made.site, made.community, made.by.id, made.by.role, made.sanction, made.at)
        await _take_effect(desks, keys, made, made.sanction, entry)
        return {"ok": True, "act": made.id, "until": made.sanction.until, "recorded": False}
    await _take_effect(desks, keys, made, made.sanction)
    await acts.finish(engine, key, made)
    return {"ok": True, "act": made.id, "until": made.sanction.until, "recorded": True}


async def _take_effect(
    desks: Desks, keys: Keys, made: Act, limit: Sanction, outboxed: Outboxed | None = None
) -> None:
    await desk_sanctions.impose(desks.house, keys, limit, _acted(made), outboxed)
    await tags.watch(desks.house, keys, desks.sites_in(keys.community), limit)
    await cases.acted(desks.house, keys, made.by.id, visitor=limit.visitor)


async def _lift(desks: Desks, site: Site, made: Act, *, kind: str) -> dict[str, object]:
    key, engine = desks.staff.audit_key, desks.staff.engine
    again = await acts.done_before(engine, made.id)
    if again is not None and again.state == "done":
        return {"ok": True, "act": made.id, "recorded": True}
    if again is None:
        await acts.begin(engine, key, made)
    keys = Keys(site.community)
    ended = await desk_sanctions.lift(desks.house, keys, made.visitor, kind=kind)
    await tags.unwatch(desks.house, keys, desks.sites_in(site.community), made.visitor, ended)
    # of SQL too those that the hot store had forgotten, or a restart would bring them back
    kept = await sanctions.of_visitor(engine, made.community, made.visitor, kind)
    await acts.finish(engine, key, made, kept)
    return {"ok": True, "act": made.id, "recorded": True}


def _urgent(made: Act) -> bool:
    limit = made.sanction
    assert limit is not None
    return limit.kind == "kick" or (limit.kind == "mute" and limit.until - made.at <= URGENT * 60_000)


def _act(desks: Desks, desk: Desk, site: Site, asked: Asked) -> Act:
    act_id = _id(desk, asked.key, asked.action, asked.visitor or "", asked.room or "")
    by, now, visitor = _moderator(desks, desk, site), desks.house.now(), asked.visitor or ""
    limit = None
    if asked.action in MINUTES:
        if asked.reason is None:
            raise Refusal("bad_request", "Say why, by one of the reasons.")
        if (asked.action == "kick") != (asked.room is not None):
            raise Refusal("bad_request", "A kick names its room, and nothing else does.")
        minutes = MINUTES["kick"] if asked.action == "kick" else asked.minutes or MINUTES[asked.action]
        until = now + minutes * 60_000
        limit = Sanction(
            id=act_id, visitor=visitor, kind=asked.action, room=asked.room, reason=asked.reason, until=until
        )
    return Act(
        id=act_id,
        action=asked.action,
        by=by,
        site=site.id,
        community=site.community,
        visitor=visitor,
        at=now,
        sanction=limit,
    )


def _acted(made: Act) -> dict[str, object]:
    """What colleagues are told of it."""
    limit = made.sanction
    assert limit is not None
    told: dict[str, object] = {}
    told |= {"act": made.id, "action": made.action, "by": made.by.id, "visitor": made.visitor, "at": made.at}
    return (
        told | {"until": limit.until, "reason": limit.reason} | ({"room": limit.room} if limit.room else {})
    )


def _moderator(desks: Desks, desk: Desk, site: Site) -> Actor:
    """Raises `forbidden` for a greeter."""
    role = desk.person.role_at(site.id)
    if role is None or not desk.person.may(site.id, "moderator"):
        raise Refusal("forbidden", "That is for moderators. You can call one.")
    return Actor(desk.person.id, role)


def _id(desk: Desk, *what: str) -> str:
    """An act's id comes from who asked, their key and what they asked for, so that a retry meets itself on
    any process, and a key that is used again for something else is another act."""
    return hashlib.sha256("\0".join(("act", desk.person.id, *what)).encode()).hexdigest()[:24]
