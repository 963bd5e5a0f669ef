"""Acts that a process left half done are finished by another, once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from rooms import case_undo, cases, desk_sanctions, whispers
from rooms.desk_sanctions import Outboxed
from rooms.records import acts, audit, sanctions
from rooms.records.acts import Act
from rooms.records.audit_check import verify
from rooms.records.people import Actor
from rooms.records.sanctions import Sanction
from rooms.whispers import Whisper
from server import desk_outbox
from tests.rooms.town import Town
from tests.server.desk import Desk, open_desk

OMAR = Actor("omar", "moderator")


@pytest_asyncio.fixture
async def at(town: Town, tmp_path: Path) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        yield await open_desk(town, tmp_path, stack)


@pytest_asyncio.fixture
async def town(valkey: str) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        yield Town(valkey, stack)


def limit(town: Town, kind: str = "mute", name: str = "a1") -> Sanction:
    return Sanction(id=name, visitor="ben", kind=kind, room=None, reason="spam", until=town.clock() + 600_000)


def act(town: Town, action: str, sanction: Sanction | None, name: str, undoes: str = "") -> Act:
    return Act(
        id=name,
        action=action,
        by=OMAR,
        site=town.site.id,
        community=town.keys.community,
        visitor="ben",
        at=town.clock(),
        sanction=sanction,
        undoes=undoes,
    )


async def states(at: Desk, name: str) -> list[str]:
    assert (await verify(at.engine, [at.door.audit_key]))[1] == []
    rows = await audit.rows_after(at.engine, 0)
    return [row.entry.state for row in rows if row.entry.act == name]


async def settle(at: Desk, town: Town) -> None:
    await desk_outbox.settle(at.door, [town.keys.community])


@pytest.mark.asyncio
async def test_a_mute_that_never_began(at: Desk, town: Town) -> None:
    """Its process died after `pending`: ten seconds later it holds and is done, and again nothing changes."""
    await acts.begin(at.engine, at.door.audit_key, act(town, "mute", limit(town), "a1"))
    await settle(at, town)
    assert await desk_sanctions.in_force(at.door.house, town.keys, "ben") == []
    town.clock.turn(seconds=11)
    for _ in range(2):
        await settle(at, town)
        assert [one.id for one in await desk_sanctions.in_force(at.door.house, town.keys, "ben")] == ["a1"]
        assert await states(at, "a1") == ["pending", "done"]


@pytest.mark.asyncio
async def test_a_store_that_is_away_keeps_nothing_else(at: Desk, town: Town) -> None:
    """What cannot be finished where the store is not ready is tried again, and holds up nothing else."""
    elsewhere = replace(act(town, "mute", limit(town, name="e1"), "e1"), community="elsewhere")
    await acts.begin(at.engine, at.door.audit_key, elsewhere)
    await acts.begin(at.engine, at.door.audit_key, act(town, "mute", limit(town), "a1"))
    town.clock.turn(seconds=11)
    await settle(at, town)
    assert (await states(at, "e1"), await states(at, "a1")) == (["pending"], ["pending", "done"])


@pytest.mark.asyncio
@pytest.mark.parametrize(("action", "undoes"), [("unmute", ""), ("undo", "a1")])
async def test_a_lift_that_never_happened(at: Desk, town: Town, action: str, undoes: str) -> None:
    """The same of what takes a mute away: it ends in both stores, and a ban beside it stays."""
    for sanction in (limit(town), limit(town, "ban", "b1")):
        await sanctions.add(at.engine, town.site.id, town.keys.community, sanction, town.clock())
        await desk_sanctions.impose(at.door.house, town.keys, sanction)
    await acts.begin(at.engine, at.door.audit_key, act(town, action, None, "l1", undoes))
    town.clock.turn(seconds=11)
    await settle(at, town)
    assert [one.id for one in await desk_sanctions.in_force(at.door.house, town.keys, "ben")] == ["b1"]
    held = await sanctions.in_force(at.engine, town.keys.community, town.clock())
    assert [one.id for one in held] == ["b1"]
    assert await states(at, "l1") == ["pending", "done"]


@pytest.mark.asyncio
async def test_what_waited_for_sql(at: Desk, town: Town) -> None:
    """A mute that took effect while SQL was away is written down once, with its limit, and waits no more."""
    mute = limit(town)
    waits = Outboxed(town.site.id, town.keys.community, "omar", "moderator", mute, town.clock())
    assert await desk_sanctions.impose(at.door.house, town.keys, mute, None, waits)
    assert not await desk_sanctions.impose(at.door.house, town.keys, mute, None, waits), "once"
    for _ in range(2):
        await settle(at, town)
        assert await states(at, "a1") == ["pending", "done"]
    assert await sanctions.in_force(at.engine, town.keys.community, town.clock()) == [mute]
    assert await at.door.house.store.command("EXISTS", town.keys.outbox) == 0


@pytest.mark.asyncio
async def test_a_pause_of_the_services_own(at: Desk, town: Town) -> None:
    """It is in SQL, so that a restart finds it, and in the audit as the service's act, with the rule that
    refused and its version."""
    of = (town.site.id, town.keys.community, "system", "system", limit(town), town.clock())
    waits = Outboxed(*of, action="pause", rule="sourcing.selling", rule_version="abc123")
    await desk_sanctions.impose(at.door.house, town.keys, limit(town), None, waits)
    await settle(at, town)
    assert await states(at, "a1") == ["pending", "done"]
    (done,) = [row.entry for row in await audit.rows_after(at.engine, 0) if row.entry.state == "done"]
    assert (done.action, done.actor, done.role) == ("pause", "system", "system")
    assert (done.rule, done.rule_version, done.reason) == ("sourcing.selling", "abc123", "spam")
    assert await sanctions.in_force(at.engine, town.keys.community, town.clock()) == [limit(town)]


@pytest.mark.asyncio
async def test_the_end_of_limits(at: Desk, town: Town) -> None:
    """A limit ends by itself; what ended is dropped with the next one, and the key with the last."""
    house = at.door.house
    await desk_sanctions.impose(house, town.keys, limit(town))
    town.clock.turn(minutes=10)
    assert await desk_sanctions.in_force(house, town.keys, "ben") == []
    assert await desk_sanctions.lift(house, town.keys, "ben", kind="mute") == []
    await desk_sanctions.impose(house, town.keys, limit(town, "ban", "b1"))
    assert await house.store.command("HKEYS", town.keys.sanctions("ben")) == [b"b1"]
    assert await house.store.command("PTTL", town.keys.sanctions("ben")) > 0


@pytest.mark.asyncio
@pytest.mark.parametrize(("said", "state"), [(True, "done"), (False, "failed")])
async def test_a_private_word(at: Desk, town: Town, said: bool, state: str) -> None:
    """Of a private word whose process died the record says whether it was said."""
    await acts.begin(at.engine, at.door.audit_key, act(town, "whisper", None, "w"))
    if said:
        word = Whisper(id="w", by="omar", name="Omar", role="moderator", text="I am here", at=town.clock())
        await whispers.send(at.door.house, town.keys, "ben", word)
    town.clock.turn(ms=desk_outbox.LATE_MS + 1)
    await settle(at, town)
    assert await states(at, "w") == ["pending", state]


@pytest.mark.asyncio
@pytest.mark.parametrize(("opened", "state"), [(True, "done"), (False, "failed")])
async def test_a_decision_taken_back(at: Desk, town: Town, opened: bool, state: str) -> None:
    """Of the undo of a decision whose process died the record says whether the case was open again."""
    house = at.door.house
    case = cases.Opening(id="c", kind="call", about="call:ben", site=town.site.id, visitor="ben")
    await cases.open_case(house, town.keys, case)
    decided = act(town, "dismiss", None, "d")
    await acts.begin(at.engine, at.door.audit_key, decided)
    await cases.decide(house, town.keys, cases.Decision(case="c", act="d", person="omar"))
    await acts.finish(at.engine, at.door.audit_key, decided)
    await acts.begin(at.engine, at.door.audit_key, act(town, "undo", None, "u", undoes="d"))
    if opened:
        assert await case_undo.undo(house, town.keys, "d", "u", "omar", "Omar") == "done"
    town.clock.turn(ms=desk_outbox.LATE_MS + 1)
    await settle(at, town)
    assert await states(at, "u") == ["pending", state]
