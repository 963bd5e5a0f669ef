"""What moderators do to rooms, from the desk's event to the room's log and the audit, on both databases."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms import case as open_cases
from rooms import cases, log, own_words, presence, room_acts
from rooms.house import House
from rooms.records import acts, audit, people
from rooms.records.audit_check import verify
from rooms.records.people import OPERATOR, Post
from rooms.refusals import Refusal
from rooms.site import Site, Topic
from server import desk_acts, desk_events, desk_outbox
from server.desk_fanout import Watching
from server.desk_sockets import Desk, Desks
from server.settings import Settings
from server.sign_in import StaffDoor
from tests.rooms.town import ROOM, Town, beginning, commit, events, replay, texts
from tests.rooms.wire import EndOfWire


class Office:
    """A process with desks of Omar who moderates, Gus who greets and Lena who leads at another site."""

    def __init__(self, town: Town, house: House, desks: Desks) -> None:
        self.town, self.house, self.desks = town, house, desks
        self.keys = 0

    async def hire(self, name: str, post: Post) -> Desk:
        engine = self.desks.staff.engine
        async with engine.begin() as connection:
            who = await people.create(
                connection, name=name, password=b"hash", seed="", codes=[], at=self.town.clock()
            )
            key = self.desks.staff.audit_key
            await people.appoint(connection, key, OPERATOR, who, post, self.town.clock())
        person = await people.by_id(engine, who)
        assert person is not None
        return Desk(name, person, "session", tag=f"desk-{who}")

    async def act(self, desk: Desk, action: str, **asked: Any) -> dict[str, Any]:
        """One act under a key of its own; its acknowledgement, also of a refusal."""
        self.keys += 1
        payload = {"action": action, "key": f"k{self.keys}", "room": ROOM} | asked
        return await self._ask(desk_acts.act, desk, payload)

    async def undo(self, desk: Desk, act: str) -> dict[str, Any]:
        return await self._ask(desk_acts.undo, desk, {"act": act})

    async def message(self, desk: Desk, text: str) -> dict[str, Any]:
        self.keys += 1
        return await self._ask(
            desk_events.message, desk, {"room": ROOM, "key": f"k{self.keys}", "text": text}
        )

    async def _ask(self, handler: Any, desk: Desk, payload: dict[str, Any]) -> dict[str, Any]:
        try:
            answer, _ = await handler(self.desks, desk, payload)
        except Refusal as refusal:
            answer = refusal.answer()
        found: dict[str, Any] = answer if isinstance(answer, dict) else json.loads(bytes(answer))
        return found

    async def rows(self, act: str) -> list[tuple[str, str, str]]:
        """The audit's rows of an act; the chain is whole."""
        engine, key = self.desks.staff.engine, self.desks.staff.audit_key
        assert (await verify(engine, [key]))[1] == []
        found = [row.entry for row in await audit.rows_after(engine, 0) if row.entry.act == act]
        return [(entry.action, entry.state, entry.subject) for entry in found]

    async def heard(self, kind: str) -> list[dict[str, Any]]:
        """What the room's log has of a type, but for seq and time."""
        anna = self.town.session("anna")
        found = await replay(self.house, anna, await beginning(self.house, anna))
        return [
            {name: value for name, value in event.items() if name not in ("seq", "at", "type")}
            for event in events(found)
            if event["type"] == kind
        ]


@pytest_asyncio.fixture
async def office(town: Town, engine: AsyncEngine, migrated: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        house = await town.house(limited=True)
        oak = Site(id="oak", name="Oak", origins=(), topics=(Topic(id="grief", title="", about=""),))
        sites = {town.site.id: town.site, "oak": oak}
        staff = StaffDoor(house=house, engine=engine, sites=sites, key=b"k" * 40)
        stack.callback(staff.hashing.close)
        settings = Settings(home=tmp_path, database_url=migrated, sites=sites)
        wire: Any = EndOfWire()
        watching = Watching(house, wire, town.url)
        await presence.place(house, town.session("anna"), "addiction")
        yield Office(town, house, Desks(settings, staff, wire, watching))


def codes(*answers: dict[str, Any]) -> list[str]:
    return [answer["error"]["code"] for answer in answers]


@pytest.mark.asyncio
async def test_a_room_is_held_and_let_go(office: Office) -> None:
    """Locked, slowed, shielded: visitors are held back and told, moderators speak; each is undone to
    exactly what was; the same key is one act; each has its rows."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator"))
    anna, house = office.town.session("anna"), office.house
    await commit(house, anna, "hello", "k0")
    slow = await office.act(omar, "slow", seconds=30)
    lock = await office.act(omar, "lock", key="same", reason="harassment")
    assert await office.act(omar, "lock", key="same", reason="harassment") == lock
    assert lock["recorded"]
    with pytest.raises(Refusal, match="room_locked"):
        await commit(house, anna, "may I?", "k1")
    assert (await office.message(omar, "Let us take a breath, all of us."))["ok"]
    assert (await office.undo(omar, lock["act"]))["undone"]
    await commit(house, anna, "thank you", "k1")
    with pytest.raises(Refusal, match="slow_mode") as refusal:
        await commit(house, anna, "and then", "k2")
    assert refusal.value.retry_after == 30
    shield = await office.act(omar, "shield")
    assert (await office.act(omar, "shield", on=False))["ok"]
    assert await office.undo(omar, shield["act"]) == {"ok": True, "undone": False, "why": "changed"}
    assert (await office.act(omar, "slow", seconds=5))["ok"]
    assert (await office.undo(omar, slow["act"]))["why"] == "changed"
    assert await office.heard("state") == [
        {"slow_mode": 30},
        {"locked": True},
        {"locked": False},
        {"slow_mode": 5},
    ]
    assert await office.rows(lock["act"]) == [("lock", "pending", ROOM), ("lock", "done", ROOM)]
    assert [one["reason"] for one in (await office_told(office, lock["act"]))] == ["harassment"] * 2


async def office_told(office: Office, act: str) -> list[dict[str, Any]]:
    rows = await audit.rows_after(office.desks.staff.engine, 0)
    return [{"reason": row.entry.reason} for row in rows if row.entry.act == act]


@pytest.mark.asyncio
async def test_a_shield_slows_and_lets_go(office: Office) -> None:
    """A shield slows a room that was not slow; off, the pace is what it was."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator"))
    shield = await office.act(omar, "shield")
    assert (await office.undo(omar, shield["act"]))["undone"]
    assert await office.heard("state") == [{"slow_mode": 10}, {"slow_mode": 0}]


@pytest.mark.asyncio
async def test_a_message_is_taken_out_and_comes_back(office: Office) -> None:
    """Its words leave log and receipts at once; within ten minutes it comes back whole, in its place,
    with its time; later, or when its author erased it, nobody has it any more."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator"))
    house, town = office.house, office.town
    anna = town.session("anna")
    said = await commit(house, anna, "MARKED words", "k0")
    await commit(house, anna, "others", "k1")
    done = await office.act(omar, "retract", message=said["id"], reason="other")
    assert await office.rows(done["act"]) == [
        ("retract", "pending", said["id"]),
        ("retract", "done", said["id"]),
    ]
    assert (await office.heard("retracted")) == [{"id": said["id"], "by": "moderator"}]
    held = {name: value for name, value in (await town.everything(house)).items() if "MARKED" in value}
    assert list(held) == [town.keys.sealed(ROOM, said["id"])]
    assert (await office.act(omar, "retract", message=said["id"]))["error"]["code"] == "not_found"
    assert (await office.undo(omar, done["act"])) == {"ok": True, "undone": True}
    found = await replay(house, anna)
    assert texts(found) == ["MARKED words", "others"]
    assert (events(found)[0]["seq"], events(found)[0]["type"]) == (1, "message")
    assert (await office.heard("edited"))[0]["text"] == "MARKED words"
    again = await office.act(omar, "retract", message=said["id"])
    town.clock.turn(minutes=10)
    assert (await office.undo(omar, again["act"])) == {"ok": True, "undone": False, "why": "ended"}
    other = await commit(house, anna, "MARKED again", "k2")
    assert (await office.act(omar, "retract", message=other["id"]))["ok"]
    await own_words.erase(house, anna)
    assert "MARKED" not in repr(await town.everything(house))
    assert codes(await office.act(omar, "restore", message=other["id"])) == ["not_found"]


@pytest.mark.asyncio
async def test_a_removed_message_that_left_the_log(office: Office) -> None:
    """Restored after its place was trimmed, it stands where it is said again, and a snapshot shows it."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator"))
    house, anna = office.house, office.town.session("anna")
    said = await commit(house, anna, "come back", "k0")
    assert (await office.act(omar, "retract", message=said["id"]))["ok"]
    meta = office.town.keys.meta(ROOM)
    low = int(await house.store.command("HGET", meta, "seq")) + 1
    await house.store.command("HSET", meta, "low", low)
    assert (await office.act(omar, "restore", message=said["id"]))["ok"]
    (shown,) = events(await log.replay(house, anna, ROOM, None))
    assert (shown["type"], shown["text"], shown["id"]) == ("message", "come back", said["id"])


@pytest.mark.asyncio
async def test_staffs_words(office: Office) -> None:
    """What staff say and announce passes the filter: contact and grooming are refused as what they are, a
    number is hidden; what was announced cannot be unsaid."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator", "Night shift"))
    done = await office.act(omar, "announce", text="We close at ten. Call 555 0142 1234 then.")
    (notice,) = await office.heard("notice")
    assert "1234" not in notice["text"]
    assert (notice["from"]["name"], notice["from"]["badge"]) == ("Omar", "Night shift")
    assert await office.undo(omar, done["act"]) == {"ok": True, "undone": False, "why": "said"}
    for words, category in (
        ("add me on snapchat so we can talk there", "contact"),
        ("send me a picture of you, don't tell your mom", "grooming"),
    ):
        for answer in (await office.act(omar, "announce", text=words), await office.message(omar, words)):
            assert (answer["error"]["code"], answer["error"]["category"]) == ("blocked", category)
    assert len(await office.heard("notice")) == 1


@pytest.mark.asyncio
async def test_notes(office: Office) -> None:
    """A note is there for the shift, 24 hours at most, for moderators alone, and can be taken back; its
    words are in no database."""
    site = office.town.site.id
    omar, gus = (
        await office.hire("Omar", Post(site, "moderator")),
        await office.hire("Gus", Post(site, "greeter")),
    )
    visitor = office.town.keys.visitor(office.town.site, "anna")
    await office.house.store.command("HSET", visitor, "name", "Anna")
    asked = {"room": None, "visitor": "anna", "text": "MARKED: new to the city"}
    done = await office.act(omar, "note", **asked)
    (note,) = await office.desks.notes(omar.person)
    assert (note.visitor, note.text, note.name) == ("anna", asked["text"], "Omar")
    assert await office.desks.notes(gus.person) == []
    async with office.desks.staff.engine.connect() as connection:
        for table in ("audit", "sanctions"):
            rows = (await connection.execute(sql(f"SELECT * FROM {table}"))).all()
            assert "MARKED" not in repr(rows)
            assert "'anna'" not in repr(rows)
    assert (await office.undo(omar, done["act"]))["undone"]
    assert await office.desks.notes(omar.person) == []
    assert (await office.act(omar, "note", **asked))["ok"]
    office.town.clock.turn(hours=24)
    assert await office.desks.notes(omar.person) == []


WHOLE: dict[str, dict[str, Any]] = {
    "retract": {"message": "m"},
    "restore": {"message": "m"},
    "slow": {"seconds": 5},
    "lock": {},
    "unlock": {},
    "shield": {},
    "announce": {"text": "hello"},
    "note": {"visitor": "anna", "text": "hello"},
}


@pytest.mark.asyncio
async def test_who_may_not(office: Office) -> None:
    """A greeter is forbidden each of them and its undo; a lead of another site cannot name the room; what is
    missing is asked for; nothing comes of it."""
    site = office.town.site.id
    omar = await office.hire("Omar", Post(site, "moderator"))
    gus = await office.hire("Gus", Post(site, "greeter"))
    lena = await office.hire("Lena", Post("oak", "lead"))
    visitor = office.town.keys.visitor(office.town.site, "anna")
    await office.house.store.command("HSET", visitor, "name", "Anna")
    lock = await office.act(omar, "lock")
    assert codes(await office.undo(gus, lock["act"]), await office.undo(lena, lock["act"])) == [
        "forbidden",
        "not_found",
    ]
    before = await office.heard("state")
    for action, asked in WHOLE.items():
        assert codes(await office.act(gus, action, **asked)) == ["forbidden"], action
        other = "not_found" if action == "note" else "no_such_room"
        assert codes(await office.act(lena, action, **asked)) == [other], action
        if asked:
            assert codes(await office.act(omar, action)) == ["bad_request"], action
    assert codes(await office.act(omar, "slow", seconds=601), await office.act(omar, "lock", room="x.1")) == [
        "bad_request",
        "no_such_room",
    ]
    assert await office.heard("state") == before


@pytest.mark.asyncio
async def test_sql_is_away(office: Office) -> None:
    """A message is taken out, a room locked and shielded all the same; the records follow when SQL is
    back, once. All else is refused, and nothing of it takes effect."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator"))
    said = await commit(office.house, office.town.session("anna"), "hello", "k0")
    engine = office.desks.staff.engine
    visitor = office.town.keys.visitor(office.town.site, "anna")
    await office.house.store.command("HSET", visitor, "name", "Anna")
    async with engine.begin() as connection:
        await connection.execute(sql("ALTER TABLE audit RENAME TO audit_gone"))
    urgent = {"retract": {"message": said["id"]}, "lock": {}, "shield": {}}
    done = {action: await office.act(omar, action, **asked) for action, asked in urgent.items()}
    assert [answer["recorded"] for answer in done.values()] == [False] * 3
    state = await office.heard("state")
    for action in WHOLE.keys() - urgent.keys():
        assert codes(await office.act(omar, action, **WHOLE[action])) == ["unavailable"], action
    assert await office.heard("state") == state
    assert {"locked": True} in state
    async with engine.begin() as connection:
        await connection.execute(sql("ALTER TABLE audit_gone RENAME TO audit"))
    for _ in range(2):
        await desk_outbox.settle(office.desks.staff, [office.town.keys.community])
        for action, answer in done.items():
            assert [row[:2] for row in await office.rows(answer["act"])] == [
                (action, "pending"),
                (action, "done"),
            ]
    assert (await office.undo(omar, done["retract"]["act"]))["undone"]


@pytest.mark.asyncio
async def test_a_process_that_died_in_between(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after `pending` the act failed; killed after its effect it is done: the store knows which."""
    omar = await office.hire("Omar", Post(office.town.site.id, "moderator"))

    async def killed(*_: Any, **__: Any) -> None:
        raise Refusal("unavailable")

    acts: dict[str, str] = {}
    for state, module, step in (("failed", room_acts, "set_field"), ("done", desk_acts.acts, "finish")):
        with monkeypatch.context() as patch:
            patch.setattr(module, step, killed)
            assert codes(await office.act(omar, "lock", key=state)) == ["unavailable"]
        rows = await audit.rows_after(office.desks.staff.engine, 0)
        acts[state] = rows[-1].entry.act
    office.town.clock.turn(seconds=11)
    await desk_outbox.settle(office.desks.staff, [office.town.keys.community])
    for state, act in acts.items():
        assert [row[1] for row in await office.rows(act)] == ["pending", state]


@pytest.mark.asyncio
async def test_a_decision_taken_back_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks again for an undo whose process died before its record hears that it is undone."""
    omar, house = await office.hire("Omar", Post(office.town.site.id, "moderator")), office.house
    town = office.town
    opening = cases.Opening(id="c", kind="call", about="call:ben", site=town.site.id, visitor="ben")
    await cases.open_case(house, town.keys, opening)
    done = await office.act(omar, "dismiss", item="c")

    async def die(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as dying:
        dying.setattr(acts, "finish", die)
        with pytest.raises(ConnectionError):
            await office.undo(omar, done["act"])
    for _ in range(2):
        assert await office.undo(omar, done["act"]) == {"ok": True, "undone": True}
    (again,) = await open_cases.queue(house, town.keys)
    assert (again.version, again.holder) == (2, omar.person.id)
    rows = [row.entry for row in await audit.rows_after(office.desks.staff.engine, 0)]
    assert [one.state for one in rows if one.action == "undo"] == ["pending", "done"]
