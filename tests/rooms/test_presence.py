"""Seats: one each, the last one too, and nobody in a room who is not there."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from rooms import janitor, presence
from rooms.house import House
from rooms.presence import place, unseat
from rooms.refusals import Refusal
from rooms.session import Session
from tests.rooms.town import ROOM, Town, decoded

TOPIC = "addiction"
SECOND = "addiction.2"


async def fill(town: Town, house: House, *names: str, lang: str = "en") -> list[str]:
    """Seat these people one after the other; their rooms."""
    return [await place(house, town.session(name, lang=lang), TOPIC) for name in names]


async def leave(house: House, session: Session, room: str) -> None:
    """By choice."""
    await unseat(house, session, room, forget=True)


async def drop(house: House, session: Session, room: str) -> None:
    """By a lost connection."""
    await unseat(house, session, room, forget=False)


async def here(town: Town, house: House, room: str = ROOM) -> set[str]:
    return {decoded(person)["id"] for person in await presence.people(house, town.keys, room)}


# --- placement ---------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_one_room_after_the_other(town: Town) -> None:
    """A room is filled up to its capacity before the next one opens."""
    town.with_capacity(3)
    house = await town.house()
    rooms = await fill(town, house, *"abcdefg")
    assert rooms == [ROOM] * 3 + [SECOND] * 3 + ["addiction.3"]
    assert await presence.count(house, town.keys, TOPIC) == 7


@pytest.mark.asyncio
async def test_sixty_at_once(town: Town) -> None:
    """However two processes race, a room never gets more people than seats, and none is left half full."""
    houses = [await town.house(), await town.house()]
    rooms = await asyncio.gather(
        *(place(houses[n % 2], town.session(f"v{n}", worker=f"w{n % 2 + 1}"), TOPIC) for n in range(60))
    )
    assert Counter(rooms) == {ROOM: 20, SECOND: 20, "addiction.3": 20}
    assert len(await here(town, houses[0], SECOND)) == 20


@pytest.mark.asyncio
async def test_a_seat_that_was_left(town: Town) -> None:
    """A seat given up goes to the next one who comes, before an emptier room is filled."""
    town.with_capacity(3)
    house = await town.house()
    await fill(town, house, "anna", "ben", "cleo", "dora")
    await leave(house, town.session("anna"), ROOM)
    assert await fill(town, house, "eva", "finn") == [ROOM, SECOND]


@pytest.mark.asyncio
async def test_the_fullest_first(town: Town) -> None:
    """Nobody is put alone into a room while people elsewhere could use company."""
    town.with_capacity(3)
    house = await town.house()
    await fill(town, house, *"abcdef")
    for name in "abd":
        await leave(house, town.session(name), ROOM if name in "ab" else SECOND)
    assert await fill(town, house, "new") == [SECOND]


@pytest.mark.asyncio
async def test_a_language_in_common(town: Town) -> None:
    """A room where somebody speaks the visitor's language comes before a fuller one."""
    town.with_capacity(3)
    house = await town.house()
    await fill(town, house, "a", "b", "c")
    assert await fill(town, house, "juan", lang="es") == [SECOND]
    await leave(house, town.session("a"), ROOM)
    assert await fill(town, house, "luz", lang="es") == [SECOND]
    assert await fill(town, house, "d") == [ROOM]
    for name in ("juan", "luz"):
        await leave(house, town.session(name, lang="es"), SECOND)
    await leave(house, town.session("d"), ROOM)
    assert await fill(town, house, "eva", lang="es") == [ROOM]


@pytest.mark.asyncio
async def test_the_same_topic_again(town: Town) -> None:
    """Whoever is in a room of the topic is placed in it again, and counted once."""
    house = await town.house()
    assert await fill(town, house, "anna", "anna", "anna") == [ROOM] * 3
    assert await presence.count(house, town.keys, TOPIC) == 1


@pytest.mark.asyncio
async def test_a_full_room(town: Town) -> None:
    """A stranger who names a full room is refused; by topic there is room elsewhere."""
    town.with_capacity(2)
    house, cleo = await town.house(), town.session("cleo")
    await fill(town, house, "anna", "ben")
    with pytest.raises(Refusal) as refusal:
        await place(house, cleo, TOPIC, ROOM)
    assert refusal.value.code == "room_full"
    assert await place(house, cleo, TOPIC) == SECOND


@pytest.mark.asyncio
@pytest.mark.parametrize("n", ["7", "01", "0", "", "%", "%2"])
async def test_no_such_room(town: Town, n: str) -> None:
    """A room that was never opened cannot be joined by its name, and leaves no trace."""
    house = await town.house()
    before = await town.names(house)
    with pytest.raises(Refusal) as refusal:
        await place(house, town.session("anna"), TOPIC, f"addiction.{n}")
    assert refusal.value.code == "no_such_room"
    assert await town.names(house) == before


@pytest.mark.asyncio
async def test_the_first_room_by_name(town: Town) -> None:
    """The first room of a topic exists for whoever names it, people or not."""
    assert await place(await town.house(), town.session("anna"), TOPIC, ROOM) == ROOM


# --- coming back -------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("named", [ROOM, ""])
async def test_a_member_comes_back(town: Town, named: str) -> None:
    """Whoever lost the connection gets the seat back, even above capacity."""
    town.with_capacity(2)
    house, anna = await town.house(), town.session("anna")
    await fill(town, house, "anna", "ben")
    await drop(house, anna, ROOM)
    assert await fill(town, house, "cleo") == [ROOM]
    assert await place(house, anna, TOPIC, named) == ROOM
    assert await here(town, house) == {"anna", "ben", "cleo"}


@pytest.mark.asyncio
async def test_a_long_stay(town: Town) -> None:
    """Somebody who was there for hours when the connection broke is still a member."""
    town.with_capacity(2)
    house, anna = await town.house(), town.session("anna")
    await fill(town, house, "anna", "ben")
    town.clock.turn(hours=3)
    await janitor.tidy(house, town.keys, [TOPIC])
    assert await place(house, anna, TOPIC) == ROOM, "a second tab"
    await drop(house, anna, ROOM)
    await drop(house, anna, ROOM)
    await fill(town, house, "cleo")
    assert await place(house, anna, TOPIC, ROOM) == ROOM


@pytest.mark.asyncio
async def test_too_late(town: Town) -> None:
    """Membership ends with the log's hour; then one is a stranger like all others."""
    town.with_capacity(2)
    house, anna = await town.house(), town.session("anna")
    await fill(town, house, "anna", "ben")
    await drop(house, anna, ROOM)
    await fill(town, house, "cleo")
    town.clock.turn(minutes=60)
    with pytest.raises(Refusal, match="room_full"):
        await place(house, anna, TOPIC, ROOM)
    assert await place(house, anna, TOPIC) == SECOND


@pytest.mark.asyncio
async def test_whoever_leaves_gives_the_seat_up(town: Town) -> None:
    """After `leave` one is no member: another takes the seat."""
    town.with_capacity(2)
    house, anna = await town.house(), town.session("anna")
    await fill(town, house, "anna", "ben")
    await leave(house, anna, ROOM)
    assert await fill(town, house, "cleo") == [ROOM]
    with pytest.raises(Refusal, match="room_full"):
        await place(house, anna, TOPIC, ROOM)
    assert await place(house, anna, TOPIC) == SECOND


# --- who is here -------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_coming_and_going_is_told(town: Town) -> None:
    """Each arrival and each departure is announced once, with the number of people after it."""
    house, ear = await town.house(), await town.ear()
    await fill(town, house, "anna", "ben")
    await drop(house, town.session("anna"), ROOM)
    await leave(house, town.session("ben"), ROOM)
    assert await ear.people() == [
        {"joined": ["anna"], "left": [], "count": 1},
        {"joined": ["ben"], "left": [], "count": 2},
        {"joined": [], "left": ["anna"], "count": 1},
        {"joined": [], "left": ["ben"], "count": 0},
    ]


@pytest.mark.asyncio
async def test_two_tabs_on_two_workers(town: Town) -> None:
    """Two tabs are one person, who is gone only when both are, on whichever process they were."""
    one, two, ear = await town.house(), await town.house(), await town.ear()
    anna = town.session("anna")
    for house in (one, two, two):
        await place(house, anna, TOPIC)
    assert await here(town, one) == {"anna"}
    for house in (two, one):
        await drop(house, anna, ROOM)
        assert await here(town, one) == {"anna"}
    await drop(two, anna, ROOM)
    assert await here(town, one) == set()
    assert [change["count"] for change in await ear.people()] == [1, 0]


@pytest.mark.asyncio
async def test_leaving_twice(town: Town) -> None:
    """A connection that is taken out twice, or was never in, changes nothing."""
    one, two, ear = await town.house(), await town.house(), await town.ear()
    anna = town.session("anna")
    await place(one, anna, TOPIC)
    await drop(two, anna, ROOM)
    assert await here(town, one) == {"anna"}
    for _ in range(2):
        await leave(one, anna, ROOM)
    assert [change["count"] for change in await ear.people()] == [1, 0]
    assert await presence.count(one, town.keys, TOPIC) == 0


@pytest.mark.asyncio
async def test_typing(town: Town) -> None:
    """Typing is told and kept nowhere."""
    house, ear = await town.house(), await town.ear()
    before = await town.names(house)
    await presence.typing(house, town.session("anna"), ROOM)
    assert await ear.said() == [b"t anna"]
    assert await town.names(house) == before


# --- leases ------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_dead_worker(town: Town) -> None:
    """When a worker's lease runs out its people leave, the others' stay, and the room is told."""
    dead, alive, ear = await town.house(), await town.house(), await town.ear()
    await fill(town, dead, "anna", "ben")
    await fill(town, alive, "ben", "cleo")
    town.clock.turn(ms=presence.LEASE_MS - 1)
    assert await presence.renew(alive, town.keys) == (False, [])
    assert await presence.sweep(alive, town.keys, [TOPIC], dead.worker) == 0, "its lease holds"
    await presence.renew(alive, town.keys)
    town.clock.turn(ms=1)
    _, gone = await presence.renew(alive, town.keys)
    assert dead.worker in gone
    assert await presence.sweep(alive, town.keys, [TOPIC], dead.worker) == 1
    assert await presence.sweep(alive, town.keys, [TOPIC], dead.worker) == 0
    assert await here(town, alive) == {"ben", "cleo"}
    assert (await ear.people())[-1] == {"joined": [], "left": ["anna"], "count": 2}
    assert dead.worker not in (await presence.renew(alive, town.keys))[1]


@pytest.mark.asyncio
async def test_the_seat_of_a_dead_worker(town: Town) -> None:
    """A visitor whose process died comes back to the same seat through another one."""
    town.with_capacity(1)
    dead, alive, anna = await town.house(), await town.house(), town.session("anna")
    await place(dead, anna, TOPIC)
    town.clock.turn(ms=presence.LEASE_MS)
    await presence.sweep(alive, town.keys, [TOPIC], dead.worker)
    await fill(town, alive, "ben")
    assert await place(alive, anna, TOPIC) == ROOM


@pytest.mark.asyncio
async def test_a_lapse(town: Town) -> None:
    """A worker that was only slow learns that its lease had lapsed and seats its people again."""
    slow, other, ear = await town.house(), await town.house(), await town.ear()
    anna, ben = town.session("anna", lang="es"), town.session("ben")
    for session in (anna, ben):
        await place(slow, session, TOPIC)
    town.clock.turn(ms=presence.LEASE_MS)
    await presence.sweep(other, town.keys, [TOPIC], slow.worker)
    assert (await presence.renew(slow, town.keys))[0]
    for _ in range(2):
        await presence.reseat(slow, ROOM, [(anna, 2), (ben, 1)])
    assert not (await presence.renew(slow, town.keys))[0]
    assert await here(town, other) == {"anna", "ben"}
    assert [change["count"] for change in await ear.people()] == [1, 2, 1, 0, 1, 2]
    await drop(slow, anna, ROOM)
    assert "anna" in await here(town, other), "two connections were said again"
    await drop(slow, anna, ROOM)
    assert await here(town, other) == {"ben"}
    assert await house_speaks(town, other, "es") == []


async def house_speaks(town: Town, house: House, lang: str) -> list[bytes]:
    found: list[bytes] = await house.store.command("ZRANGE", town.keys.speakers(TOPIC, lang), 0, -1)
    return found


@pytest.mark.asyncio
async def test_another_name(town: Town) -> None:
    """A rename shows the same person under the new name, counted once."""
    house, ear, anna = await town.house(), await town.ear(), town.session("anna")
    await place(house, anna, TOPIC)
    await presence.reseat(house, ROOM, [(replace(anna, name="Calm Otter"), 1)])
    people = [decoded(person) for person in await presence.people(house, town.keys, ROOM)]
    assert [person["name"] for person in people] == ["Calm Otter"]
    assert [change["count"] for change in await ear.people()] == [1, 1]
    assert await house.store.command("ZSCORE", town.keys.speakers(TOPIC, "en"), ROOM) == b"1"


@pytest.mark.asyncio
async def test_nobody_to_say_again(town: Town) -> None:
    """A worker with nobody in a room says nothing about it."""
    house = await town.house()
    before = await town.names(house)
    await presence.reseat(house, ROOM, [])
    assert await town.names(house) == before


@pytest.mark.asyncio
async def test_an_empty_house_leaves_no_seats(town: Town) -> None:
    """When all have left, no key names anybody any more but the members who may still come back."""
    house = await town.house()
    await fill(town, house, "anna", "ben")
    await leave(house, town.session("anna"), ROOM)
    await drop(house, town.session("ben"), ROOM)
    held = await town.everything(house)
    assert not [name for name, value in held.items() if "anna" in name + value and ":visitor:" not in name]
    assert [name for name, value in held.items() if "ben" in value] == [town.keys.members(ROOM)]


@pytest.mark.asyncio
async def test_what_a_room_keeps_ends_a_day_after_its_people(town: Town) -> None:
    """Who is here expires a day after somebody last came or went, or an hour sooner: also in a room that
    emptied and filled again, and beside another one that lives on."""
    house = await town.house()
    lists = [town.keys.rooms(TOPIC), town.keys.here(ROOM), town.keys.seats(ROOM)]

    async def lives() -> bool:
        left = [await house.store.command("PTTL", key) for key in lists]
        return all(23 * 3_600_000 <= ms <= 24 * 3_600_000 for ms in left)

    await fill(town, house, "anna")
    assert await lives()
    await leave(house, town.session("anna"), ROOM)
    await fill(town, house, "anna")
    assert await lives()
    for key in lists[1:]:  # its people were quiet for hours, while the topic's list was told of others
        await house.store.command("PEXPIRE", key, 3_600_000)
    await fill(town, house, "ben")
    assert await lives()
