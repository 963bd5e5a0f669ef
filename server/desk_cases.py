"""What staff do about cases (PROTOCOL section 5): `claim`, `release`, acts on an `item`, and `call`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec
from msgspec import Struct

from rooms import case as open_cases
from rooms import case_undo, cases, presence, veils
from rooms.case import Case
from rooms.cases import Decision, Opening
from rooms.keys import Keys
from rooms.records import acts
from rooms.records.acts import Act
from rooms.records.people import Actor
from rooms.refusals import Refusal
from server import appeals, protocol
from server.desk_queue import MAY_DECIDE
from server.desk_sockets import Desk, Desks
from server.protocol import Name
from server.transport import Answer

FOR_MODERATORS = "That is for moderators. You can call one."
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "approve": frozenset(("held", "appeal")),
    "reject": frozenset(("held", "appeal")),
    "dismiss": frozenset(("report", "crisis", "call", "unanswered")),
    "acknowledge": frozenset(("report", "crisis", "call", "unanswered")),
    "escalate": frozenset(("held", "report", "crisis", "call", "unanswered", "appeal")),
}
"""Act on an item -> kinds of case that it fits."""


class Item(Struct):
    """`claim` and `release`."""

    item: Name


async def claim(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Look after a case for a minute; again, a minute more."""
    asked = protocol.parse(Item, payload)
    keys, case = await find(desks, desk, asked.item)
    appeals.for_others(desk, case)
    held = await cases.claim(desks.house, keys, case.id, desk.person.id, desk.person.name)
    return {"ok": True, "item": desks.queue.item(desk, held, whole=True)}, None


async def release(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Let it go."""
    asked = protocol.parse(Item, payload)
    keys, case = await find(desks, desk, asked.item)
    await cases.release(desks.house, keys, case.id, desk.person.id)
    found = await open_cases.read(desks.house, keys, case.id)
    return {"ok": True, "item": desks.queue.item(desk, found or case)}, None


async def call(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Somebody of the staff asks for a moderator in a room."""
    from server.desk_events import InRoom, site_of

    asked = protocol.parse(InRoom, payload)
    site = site_of(desks, desk, asked.room, asked.site)
    by = {"id": desk.person.id, "name": desk.person.name, "role": desks.role_in(desk.person, site.community)}
    opening = Opening(
        id=desks.house.mint(),
        kind="call",
        about=f"call:{asked.room}:{desk.person.id}",
        site=site.id,
        visitor="",
        room=asked.room,
        more={"from": by},
    )
    opened = await cases.open_case(desks.house, Keys(site.community), opening)
    return {"ok": True, "receipt": opened.id}, None


async def find(desks: Desks, desk: Desk, item: str) -> tuple[Keys, Case]:
    """A case that is theirs to decide, wherever they serve.

    Raises `not_found`, also for another community's; `conflict` for one that was decided; `forbidden` for a
    greeter.
    """
    greets = True
    for keys in desks.communities(desk.person):
        if desks.role_in(desk.person, keys.community) not in MAY_DECIDE:
            continue
        greets = False
        case = await open_cases.read(desks.house, keys, item)
        if case is not None and desks.queue.sees(desk, keys.community, case):
            return keys, case
        if case is None and await open_cases.decided(desks.house, keys, item):
            raise Refusal("conflict", "That was decided already.")
    raise Refusal("forbidden", FOR_MODERATORS) if greets else Refusal("not_found")


async def decide(
    desks: Desks, desk: Desk, act: str, action: str, item: str, version: int | None, reason: str
) -> dict[str, object]:
    """One decision about a case, `pending` in SQL before and `done` after. `act`: its id for every try.

    Raises as `find`; `conflict` also for an older version and for a case that another holds.
    """
    engine, key = desks.staff.engine, desks.staff.audit_key
    again = await acts.done_before(engine, act)
    if again is not None and again.state == "done":
        return {"ok": True, "act": act, "recorded": True}
    keys, case = await find(desks, desk, item)
    if case.kind not in KINDS[action]:
        raise Refusal("bad_request", "That does not fit this case.")
    appeals.for_others(desk, case)
    if case.holder not in ("", desk.person.id) or version not in (None, case.version):
        raise Refusal("conflict")
    made = Act(
        id=act,
        action=action,
        by=Actor(desk.person.id, desks.role_in(desk.person, keys.community)),
        site=case.site,
        community=keys.community,
        visitor=case.visitor,
        at=desks.house.now(),
        room=case.room,
        reason=reason,
    )
    if again is None:
        await acts.begin(engine, key, made)
    try:
        await _effect(desks, keys, case, made, version, desk.person.name)
    except Refusal as refusal:
        if refusal.code == "conflict":
            await acts.close(engine, key, made.entry(key, "pending"), desks.house.now(), "failed")
        raise
    await acts.finish(engine, key, made)
    await tell(desks, keys, made, item)
    return {"ok": True, "act": act, "recorded": True}


async def _effect(desks: Desks, keys: Keys, case: Case, made: Act, version: int | None, name: str) -> None:
    decision = Decision(case=case.id, act=made.id, person=made.by.id, version=version)
    if case.kind == "appeal" and made.action in appeals.DECIDES:
        told_author = appeals.DECIDES[made.action]
        decision = replace(decision, reported=told_author)
        await appeals.decide(desks, keys, case, name, decision, told_author)
        return
    if made.action == "approve":
        await cases.approve(desks.house, desks.settings.sites[case.site], case, decision)
        if await others_in(desks, keys, case):
            await case_undo.note(desks.house, keys, made.id, case_undo.OTHERS)
        return
    if made.action == "reject":
        told = {"outcome": "reject", "reason": made.reason or "other"}
        decision = replace(decision, held=told)
    elif made.action == "escalate":
        decision = replace(decision, escalate=True)
    else:
        reported = "acted" if made.action == "acknowledge" else "no_action"
        decision = replace(decision, reported=reported)
    await cases.decide(desks.house, keys, decision)
    fine = made.action == "dismiss" and case.kind == "report"
    if fine and await veils.looked_at(desks.house, keys, case.room, case.message):
        await case_undo.note(desks.house, keys, made.id, case_undo.UNVEILED)


async def others_in(desks: Desks, keys: Keys, case: Case) -> bool:
    """Whether anybody but a case's author reads its room now. Raises Unavailable."""
    there = [
        msgspec.json.decode(one, type=_Person) for one in await presence.people(desks.house, keys, case.room)
    ]
    return any(one.id != case.visitor and one.role != "simulated" for one in there)


class _Person(Struct):
    id: str
    role: str = "visitor"


async def tell(desks: Desks, keys: Keys, made: Act, item: str) -> None:
    """Colleagues hear of it as it happens."""
    told = {"act": made.id, "action": made.action, "by": made.by.id, "item": item, "at": made.at}
    more = {"reason": made.reason, "undoes": made.undoes}
    body = msgspec.json.encode({"acted": told | {name: value for name, value in more.items() if value}})
    await desks.house.store.command("SPUBLISH", keys.control, body)
