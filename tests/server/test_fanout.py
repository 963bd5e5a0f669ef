"""The one way out: what members of a room are told, and when a process listens at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from rooms import presence, relay, telemetry
from rooms.house import House
from rooms.lately import WAVE
from rooms.log import Position
from rooms.message import Draft
from rooms.refusals import Refusal, Unavailable
from server.fanout import Fanout
from tests.rooms.town import PATIENCE, ROOM, Town, commit, replay
from tests.rooms.wire import EndOfWire, Lossy


class Process:
    """One worker's rooms: a house, a way out, and the ends of its wires."""

    def __init__(self, town: Town, house: House) -> None:
        self.town = town
        self.house = house
        self.wire = EndOfWire()
        self.fanout = Lossy(house, self.wire, town.url)
        house.store.on_up = self.fanout.recover

    async def join(self, sid: str, visitor: str = "", room: str = ROOM) -> Position:
        """Everything that `join` does, the answer included."""
        session = self.town.session(visitor or sid, worker=self.house.worker)
        await presence.place(self.house, session, "addiction", room)
        await self.fanout.open(sid, session, room)
        told = (await replay(self.house, session, None, room)).position
        self.fanout.admit(sid, session, room, told)
        return told

    async def leave(self, sid: str, visitor: str = "") -> None:
        session = self.town.session(visitor or sid, worker=self.house.worker)
        await self.fanout.dismiss(sid, session, ROOM)
        await presence.unseat(self.house, session, ROOM, forget=True)

    async def hears(self, sid: str, *texts: str) -> None:
        """Wait until a member has heard as much, and compare."""
        await self.wire.until(lambda: len(self.wire.told.get(sid, ())) >= len(texts))
        assert [event["text"] for event in self.wire.told[sid]] == list(texts)

    def seqs(self, sid: str) -> list[int]:
        return [event["seq"] for event in self.wire.told.get(sid, ())]


@pytest_asyncio.fixture
async def town(valkey: str) -> AsyncIterator[Town]:
    """A community nobody else uses."""
    async with AsyncExitStack() as stack:
        yield Town(valkey, stack)


async def process(town: Town, **house: Any) -> Process:
    """A process that listens."""
    made = Process(town, await town.house(**house))
    town.run(made.fanout.subscription.run())
    async with asyncio.timeout(PATIENCE):
        await made.fanout.linked.wait()
    return made


async def listeners(town: Town, house: House, room: str = ROOM) -> int:
    found = await house.store.command("PUBSUB", "SHARDNUMSUB", town.keys.channel(room))
    return int(found[1])


@pytest.mark.asyncio
async def test_words_reach_every_process(town: Town) -> None:
    """Members hear a message on whichever process they are, its author included, in one order."""
    one, two = await process(town), await process(town)
    for sid, where in (("anna", one), ("ben", two), ("cleo", two)):
        await where.join(sid)
    for n, where in enumerate((one, two, one)):
        await commit(where.house, town.session("anna"), f"number {n}", f"k{n}")
    for sid, where in (("anna", one), ("ben", two), ("cleo", two)):
        await where.hears(sid, "number 0", "number 1", "number 2")
    packet = one.wire.heard("anna", "events")[0]
    assert packet.keys() == {"room", "epoch", "events"}
    assert packet["room"] == ROOM


@pytest.mark.asyncio
async def test_a_newcomer(town: Town) -> None:
    """Whoever joins hears what comes after the position they were told of, and nothing twice."""
    one = await process(town)
    await one.join("anna")
    await commit(one.house, town.session("anna"), "before", "k1")
    assert (await one.join("ben")).seq == 1
    await commit(one.house, town.session("anna"), "after", "k2")
    await one.hears("anna", "before", "after")
    await one.hears("ben", "after")


@pytest.mark.asyncio
@pytest.mark.parametrize("answered", [True, False])
async def test_a_member_who_joins_again(town: Town, answered: bool) -> None:
    """Words that come while a member's second `join` is answered are told once, after the answer; where none
    can be given, all the same."""
    one = await process(town)
    for sid in ("anna", "ben"):
        await one.join(sid)
    anna = town.session("anna", worker=one.house.worker)
    await commit(one.house, anna, "before", "k1")
    await one.hears("anna", "before")
    await one.fanout.open("anna", anna, ROOM)
    told = (await replay(one.house, anna, None)).position
    await commit(one.house, anna, "meanwhile", "k2")
    await one.hears("ben", "before", "meanwhile")
    assert one.seqs("anna") == [1]
    if answered:
        one.fanout.admit("anna", anna, ROOM, told)
    else:
        one.fanout.go_on("anna", anna, ROOM)
    await commit(one.house, anna, "after", "k3")
    for sid in ("anna", "ben"):
        await one.hears(sid, "before", "meanwhile", "after")


@pytest.mark.asyncio
async def test_other_rooms(town: Town) -> None:
    """Nobody hears a room they are not in."""
    town.with_capacity(1)
    one = await process(town)
    await one.join("anna")
    assert await presence.place(one.house, town.session("ben"), "addiction") == "addiction.2"
    await one.join("ben", room="addiction.2")
    await commit(one.house, town.session("anna"), "here", "k1")
    await commit(one.house, town.session("ben"), "there", "k2", room="addiction.2")
    await one.hears("anna", "here")
    await one.hears("ben", "there")


@pytest.mark.asyncio
async def test_who_listens(town: Town) -> None:
    """A process hears a room from its first member's arrival to its last one's departure."""
    one, two = await process(town), await process(town)
    assert await listeners(town, one.house) == 0
    for sid, where in (("anna", one), ("ben", one), ("cleo", two)):
        await where.join(sid)
    assert (await listeners(town, one.house), one.fanout.size) == (2, 1)
    await one.leave("anna")
    assert await listeners(town, one.house) == 2
    await one.leave("ben")
    assert (await listeners(town, two.house), one.fanout.size) == (1, 0)
    await commit(two.house, town.session("cleo"), "anyone", "k")
    await two.hears("cleo", "anyone")
    assert one.wire.told == {}


@pytest.mark.asyncio
async def test_people(town: Town) -> None:
    """Comings and goings are gathered into few packets, with the number of people after them."""
    one, two = await process(town), await process(town)
    await one.join("anna")
    for name in ("ben", "cleo", "dora"):
        await two.join(name)
    await two.leave("ben")
    await one.wire.until(lambda: any(p["count"] == 3 for p in one.wire.heard("anna", "people")[-1:]))
    packets = one.wire.heard("anna", "people")
    here = {"anna"}  # her own coming was told before she listened
    for packet in packets:
        here = here.union(person["id"] for person in packet["joined"]) - set(packet["left"])
    assert here == {"anna", "cleo", "dora"}
    assert len(packets) < 5


@pytest.mark.asyncio
async def test_typing(town: Town) -> None:
    """Others are told who is typing; none of one's own tabs is."""
    one = await process(town)
    for sid, visitor in (("tab1", "anna"), ("tab2", "anna"), ("ben", "ben")):
        await one.join(sid, visitor)
    await presence.typing(one.house, town.session("anna"), ROOM)
    await one.wire.until(lambda: bool(one.wire.heard("ben", "typing")))
    assert one.wire.heard("ben", "typing") == [{"room": ROOM, "id": "anna"}]
    assert one.wire.heard("tab1", "typing") == one.wire.heard("tab2", "typing") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "code"), [("mute", "muted"), ("ban", "banned"), ("kick", "forbidden")])
async def test_typing_by_whoever_may_not_speak(town: Town, kind: str, code: str) -> None:
    """Who may not speak here is not shown as typing either, and is told why."""
    one = await process(town)
    for person in ("anna", "ben", "cleo"):
        await one.join(person)
    await town.impose(one.house, town.mute("anna", kind=kind))
    with pytest.raises(Refusal, match=code):
        await presence.typing(one.house, town.session("anna"), ROOM)
    await presence.typing(one.house, town.session("cleo"), ROOM)
    await one.wire.until(lambda: bool(one.wire.heard("ben", "typing")))
    assert one.wire.heard("ben", "typing") == [{"room": ROOM, "id": "cleo"}]


@pytest.mark.asyncio
async def test_another_name(town: Town) -> None:
    """A rename is told to the room as the same person under another name."""
    one, two = await process(town), await process(town)
    await one.join("anna")
    await two.join("ben")
    await one.fanout.renamed(replace(town.session("anna"), name="Calm Otter"))
    await two.wire.until(
        lambda: any(
            {"id": "anna", "name": "Calm Otter", "role": "visitor"} in packet["joined"]
            for packet in two.wire.heard("ben", "people")
        )
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("fates", [["drop", ""], ["double", ""], ["later", ""], ["drop", "later", "double"]])
async def test_bad_announcements(town: Town, fates: list[str]) -> None:
    """Announcements that are lost, doubled or late change nothing of what is heard."""
    one = await process(town)
    await one.join("anna")
    one.fanout.plan.extend(fates)
    texts = [f"number {n}" for n in range(len(fates) + 1)]
    for text in texts:
        await commit(one.house, town.session("anna"), text, text)
    await one.hears("anna", *texts)
    assert one.seqs("anna") == list(range(1, len(texts) + 1))


@pytest.mark.asyncio
async def test_a_link_that_broke_in_silence(town: Town) -> None:
    """What was said while a process heard nothing is told when its link is back, before anything newer."""
    one, two = await process(town), await process(town)
    await one.join("anna")
    await two.house.store.command("CLIENT", "KILL", "TYPE", "pubsub")
    await commit(two.house, town.session("ben"), "into the silence", "k1")
    await one.hears("anna", "into the silence")
    await commit(two.house, town.session("ben"), "afterwards", "k2")
    await one.hears("anna", "into the silence", "afterwards")


@pytest.mark.asyncio
async def test_a_store_that_forgot(town: Town) -> None:
    """Members of a lost log are told at once, by an empty packet of its new epoch; they stay seated, and
    go on from 1."""
    one = await process(town)
    told = await one.join("anna")
    await commit(one.house, town.session("anna"), "before", "k1")
    await one.hears("anna", "before")
    await town.lose(one.house)
    with pytest.raises(Unavailable):
        await commit(one.house, town.session("anna"), "after", "k2")
    await one.wire.until(lambda: len(one.wire.heard("anna", "events")) == 2)
    packet = one.wire.heard("anna", "events")[1]
    assert packet["events"] == []
    assert packet["epoch"] != told.epoch
    async with asyncio.timeout(PATIENCE):
        await one.house.store.up.wait()
    assert await presence.count(one.house, town.keys, "addiction") == 1
    await commit(one.house, town.session("anna"), "after", "k2")
    await one.hears("anna", "before", "after")
    assert one.seqs("anna") == [1, 1]


@pytest.mark.asyncio
async def test_a_gap_that_nobody_kept(town: Town) -> None:
    """Where the log keeps nothing a lost announcement stays lost, and what follows it is told at once, its
    seq showing the step."""
    one = await process(town, log_minutes=0)
    await one.join("anna")
    one.fanout.plan.extend(["", "drop", "", "drop"])
    for n in range(1, 6):
        await commit(one.house, town.session("anna"), f"number {n}", f"k{n}")
    await one.hears("anna", "number 1", "number 3", "number 5")
    assert one.seqs("anna") == [1, 3, 5]


@pytest.mark.asyncio
async def test_a_gap_and_a_late_one_that_nobody_kept(town: Town) -> None:
    """Nor does an announcement out of order cost more there, or come twice."""
    one = await process(town, log_minutes=0)
    await one.join("anna")
    one.fanout.plan.extend(["", "later", "double", "drop", "later", ""])
    for n in range(1, 8):
        await commit(one.house, town.session("anna"), f"number {n}", f"k{n}")
    await one.hears("anna", *(f"number {n}" for n in (1, 2, 3, 5, 6, 7)))


@pytest.mark.asyncio
async def test_a_late_word_of_a_lost_log(town: Town) -> None:
    """An announcement of a log that is lost is dropped: it costs one look at the log, and nobody hears it."""
    one = await process(town)
    await one.join("anna")
    one.fanout.plan.extend(["later"])
    await commit(one.house, town.session("anna"), "late", "k1")
    await town.lose(one.house)
    with pytest.raises(Unavailable):
        await commit(one.house, town.session("anna"), "after", "k2")
    async with asyncio.timeout(PATIENCE):
        await one.fanout.recovered.wait()
        await one.house.store.up.wait()
    before = telemetry.counted["feed_repairs", "lost"]
    for n in range(20):
        await commit(one.house, town.session("anna"), f"number {n}", f"n{n}")
    await one.hears("anna", *(f"number {n}" for n in range(20)))
    assert telemetry.counted["feed_repairs", "lost"] - before <= 1


@pytest.mark.asyncio
async def test_no_link_no_room(town: Town) -> None:
    """While a process cannot listen nobody joins a room on it, and nothing of the try is left."""
    deaf = Process(town, await town.house())
    with pytest.raises(Unavailable):
        await deaf.join("anna")
    assert deaf.fanout.size == 0


@pytest.mark.asyncio
async def test_no_log_no_room(town: Town) -> None:
    """Where the room cannot be read nobody joins it, and the process does not go on listening."""
    one = await process(town)
    await town.lose(one.house)
    with pytest.raises(Unavailable):
        await one.fanout.open("anna", town.session("anna"), ROOM)
    await town.back(one.house)
    async with asyncio.timeout(PATIENCE):
        await one.house.store.up.wait()
    assert one.fanout.size == 0
    assert await listeners(town, one.house) == 0


@pytest.mark.asyncio
async def test_whoever_left_before_the_answer(town: Town) -> None:
    """A connection that ended while its `join` was answered is no member."""
    one = await process(town)
    anna = town.session("anna")
    await one.fanout.open("anna", anna, ROOM)
    told = (await replay(one.house, anna)).position
    await one.fanout.dismiss("anna", anna, ROOM)
    one.fanout.admit("anna", anna, ROOM, told)
    await one.join("ben")
    await commit(one.house, town.session("ben"), "hello", "k")
    await one.hears("ben", "hello")
    assert "anna" not in one.wire.told


@pytest.mark.asyncio
async def test_it_hears_itself(town: Town) -> None:
    """A process knows that it hears the store by its own heartbeat."""
    one = await process(town)
    assert not one.fanout.last_heard
    assert isinstance(one.fanout, Fanout)
    await one.join("anna")
    await one.house.store.command("SPUBLISH", one.fanout.beat(()), "1")
    await commit(one.house, town.session("anna"), "after the heartbeat", "k")
    await one.hears("anna", "after the heartbeat")
    assert one.fanout.last_heard == {one.fanout.beat(()): town.clock()}


@pytest.mark.asyncio
async def test_a_child_in_the_room(town: Town) -> None:
    """That somebody in a room may be a child every process knows, one that comes to listen later too."""
    one, two, three = await process(town), await process(town), await process(town)
    await one.join("anna")
    await two.join("ben")
    told = await relay.say(one.house, town.session("anna"), {ROOM}, Draft(key="k1", text="i'm 14 btw"))
    assert b'"ok":true' in bytes(told)
    # The word of a child is told to nobody: what is said after it, on the same channel, shows that it came.
    await commit(one.house, town.session("anna"), "hello", "k2")
    await two.wire.until(lambda: len(two.wire.told.get("ben", ())) == 2)
    assert strict(two)
    await three.join("cleo")
    assert strict(three)


def strict(process: Process) -> bool:
    """Whether approaches in the room are judged at their strictest there."""
    house = process.house
    return house.lately.look(process.town.keys.community, "x", ROOM, "x", house.now()).minor_here


@pytest.mark.asyncio
async def test_copies_from_other_processes(town: Town) -> None:
    """A newcomer who repeats what three others just said at other processes is seen to."""
    one, two = await process(town, limited=True), await process(town, limited=True)
    text = "does anyone know when the bus goes tonight"
    for n, who in enumerate(("ben", "cleo", "dora")):
        await one.join(who)
        await commit(one.house, town.session(who), text, f"k{n}")
    await two.join("anna")
    for n, who in enumerate(("ben", "cleo", "dora")):
        await commit(one.house, town.session(who), text, f"l{n}")
    await two.wire.until(lambda: len(two.wire.told.get("anna", ())) >= 3)
    now, community = two.house.now(), town.keys.community
    two.house.lately.keep(community, "anna", ROOM, "k", "hello there all of you", "hello", now)
    assert two.house.lately.look(community, "anna", ROOM, text, now).echoes == 3


@pytest.mark.asyncio
async def test_a_wave_over_two_processes(town: Town) -> None:
    """Many who come at once are a wave for each process that hears the room, however they are spread."""
    one, two = await process(town), await process(town)
    await two.join("anna")
    for n in range(WAVE):
        await one.join(f"v{n}")
    community = town.keys.community
    await two.wire.until(lambda: two.house.lately.look(community, "x", ROOM, "x", two.house.now()).wave)
