"""Acts that were not written down to their end: by a process that died, or while SQL was away."""

import contextlib
import logging
from collections.abc import Iterable

import msgspec

from rooms import cases, desk_sanctions, room_acts, tags
from rooms.desk_sanctions import Outboxed
from rooms.keys import Keys
from rooms.records import acts, sanctions
from rooms.records.acts import Act
from rooms.records.audit import Entry, subject_of
from rooms.records.people import Actor
from rooms.refusals import Refusal
from rooms.site import of_community
from server import desk_cases, desk_rooms
from server.sign_in import StaffDoor

logger = logging.getLogger(__name__)
EVERY = 5.0
LATE_MS = 10_000
"""An act takes milliseconds; one that is not done after so long has lost its process."""


async def settle(staff: StaffDoor, communities: Iterable[str]) -> None:
    """Write down what waits, and finish what somebody else began; what a store that is away keeps from being
    done keeps nothing else. Raises SQLAlchemyError."""
    for community in communities:
        with contextlib.suppress(Refusal):
            await _empty(staff, Keys(community))
    for entry in await acts.unfinished(staff.engine, staff.house.now() - LATE_MS):
        with contextlib.suppress(Refusal):
            await _finish(staff, entry)


async def _finish(staff: StaffDoor, entry: Entry) -> None:
    keys, sites = Keys(entry.community), of_community(staff.sites.values(), entry.community)
    limit = await sanctions.by_id(staff.engine, entry.act)
    if limit is not None:
        await desk_sanctions.impose(staff.house, keys, limit)
        await tags.watch(staff.house, keys, sites, limit)
    for other in await sanctions.in_force(staff.engine, entry.community, staff.house.now()):
        undone = entry.action == "undo" and other.id == entry.subject
        lifted = entry.action == f"un{other.kind}" and entry.subject == subject_of(
            staff.audit_key, other.visitor
        )
        if undone or lifted:
            await desk_sanctions.lift(staff.house, keys, other.visitor, sanction=other.id)
            await tags.unwatch(staff.house, keys, sites, other.visitor, [other.id])
            await sanctions.drop(staff.engine, other.id)
    # of a decision about a case, or an act on a room, only the hot store knows whether it was made
    done = await _took_effect(staff, keys, entry)
    state = "done" if done else "failed"
    await acts.close(staff.engine, staff.audit_key, entry, staff.house.now(), state)
    logger.info("an act was finished for a process that is gone")


async def _empty(staff: StaffDoor, keys: Keys) -> None:
    """One by one, and out of the list only once SQL has it; twice in SQL is once, by its id."""
    while (waiting := await staff.house.store.command("LINDEX", keys.outbox, 0)) is not None:
        entry = msgspec.json.decode(waiting, type=Outboxed)
        made = _act(entry)
        if await acts.done_before(staff.engine, made.id) is None:
            await acts.begin(staff.engine, staff.audit_key, made)
            await acts.finish(staff.engine, staff.audit_key, made)
        await staff.house.store.command("LREM", keys.outbox, 1, waiting)


def _act(entry: Outboxed) -> Act:
    limit = entry.sanction
    return Act(
        id=limit.id if limit else entry.act,
        action=entry.action or (limit.kind if limit else ""),
        by=Actor(entry.actor, entry.role),
        site=entry.site,
        community=entry.community,
        visitor=limit.visitor if limit else "",
        at=entry.at,
        sanction=limit,
        room=entry.room,
        subject=entry.subject,
        reason=entry.reason,
        rule=entry.rule,
        rule_version=entry.rule_version,
    )


async def _took_effect(staff: StaffDoor, keys: Keys, entry: Entry) -> bool:
    if entry.action in desk_cases.KINDS:
        return await cases.took_effect(staff.house, keys, entry.act)
    of = entry
    if entry.action == "undo":
        of = await acts.done_before(staff.engine, entry.subject) or entry
    if of.action in desk_cases.KINDS and of.action != "approve":
        return await cases.took_effect(staff.house, keys, entry.act)
    if of.action in (*desk_rooms.ACTIONS, "whisper", "approve"):
        return await room_acts.took_effect(staff.house, keys, entry.act)
    return True
