"""`undo` of a decision about a case: within ten seconds, by who decided, while nothing came of it."""

from rooms import case_undo, cases, room_acts, veils
from rooms.case import Case
from rooms.keys import Keys
from rooms.records import acts
from rooms.records.acts import Act
from rooms.records.audit import Entry
from rooms.refusals import Refusal
from rooms.room_acts import Effect
from server import desk_cases
from server.desk_sockets import Desk, Desks


async def undo(desks: Desks, desk: Desk, before: Entry, made: Act) -> dict[str, object]:
    """Open the case again, or take shared words out while nobody else could read them.

    `before`: the newest row of the decision; `made`: this undo. `why` where it stays: `ended`, `changed`
    (somebody asked or acted about it since), `read` (others were in the room), `said` (a limit was lifted and
    its person told, or a changed message stands in place of the former).
    """
    engine, key, keys = desks.staff.engine, desks.staff.audit_key, Keys(before.community)
    if before.actor != desk.person.id:
        raise Refusal("forbidden", "Whoever decided can take it back.")
    again = await acts.done_before(engine, made.id)
    if again is not None and (again.state == "done" or await _finished(desks, keys, made)):
        return {"ok": True, "undone": True}
    case = await case_undo.decided(desks.house, keys, before.act)
    if before.state != "done" or (case is None and before.action != "escalate"):
        return _stays("ended")
    if case is not None and before.action == "approve":
        if case.kind == "appeal" or await case_undo.edits(desks.house, keys, before.act):
            return _stays("said")
        if await _read(desks, keys, case, before.act):
            return _stays("read")
    if again is None:
        await acts.begin(engine, key, made)
    why = await _take_back(desks, desk, keys, before, made, case)
    if why != "done":
        await acts.close(engine, key, made.entry(key, "pending"), desks.house.now(), "failed")
        return _stays(why)
    await acts.finish(engine, key, made)
    if before.action != "approve":
        await desk_cases.tell(desks, keys, made, case.id if case else "")
    return {"ok": True, "undone": True}


async def _finished(desks: Desks, keys: Keys, made: Act) -> bool:
    """Whether the case is open again, by a process that died before it wrote that down; it is written now."""
    if not await cases.took_effect(desks.house, keys, made.id):
        return False
    await acts.finish(desks.staff.engine, desks.staff.audit_key, made)
    await desk_cases.tell(desks, keys, made, "")  # which case it is, desks have from the queue
    return True


def _stays(why: str) -> dict[str, object]:
    return {"ok": True, "undone": False, "why": why}


async def _read(desks: Desks, keys: Keys, case: Case, act: str) -> bool:
    """Whether others were in the room when the words were shared, or are now."""
    at_once = await case_undo.noted(desks.house, keys, act, case_undo.OTHERS)
    return at_once or await desk_cases.others_in(desks, keys, case)


async def _take_back(
    desks: Desks, desk: Desk, keys: Keys, before: Entry, made: Act, case: Case | None
) -> str:
    if before.action == "approve" and case is not None:
        told: dict[str, object] = {"act": made.id, "action": "undo", "by": made.by.id, "at": made.at}
        effect = Effect(act=made.id, told=told | {"undoes": before.act, "room": case.room})
        sites = desks.sites_in(keys.community)
        await room_acts.remove(desks.house, keys, sites, case.room, case.message, effect)
        return "done"
    unveiled = await case_undo.noted(desks.house, keys, before.act, case_undo.UNVEILED)
    person = desk.person
    why = await case_undo.undo(desks.house, keys, before.act, made.id, person.id, person.name)
    if why == "done" and unveiled and case is not None:
        await veils.again(desks.house, keys, case.room, case.message)
    return why
