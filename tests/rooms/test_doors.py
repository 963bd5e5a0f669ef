"""The door tells the truth about languages, and offers only a room that is livelier and has a seat."""

import pytest

from rooms import duty
from rooms.doors import COUNTED_MS, Door, Doors
from rooms.presence import place, unseat
from tests.rooms.town import Town

TOPIC = "addiction"
OMAR = {"id": "o", "name": "Omar", "role": "moderator"}


@pytest.mark.asyncio
async def test_a_language_is_named_only_while_somebody_speaks_it(town: Town) -> None:
    """Somebody in a room or on duty, whatever their country; when they have gone nobody speaks it."""
    house = await town.house()
    doors = Doors(house, ("en", "es"))

    async def langs() -> tuple[str, ...]:
        town.clock.turn(ms=COUNTED_MS)
        ((door),) = await doors.of(town.keys, [TOPIC])
        return door.langs

    assert await langs() == ()
    await place(house, town.session("anna"), TOPIC)
    luz = town.session("luz", lang="es-mx")
    room = await place(house, luz, TOPIC)
    assert await langs() == ("en", "es")
    await unseat(house, luz, room, forget=False)
    assert await langs() == ("en",)
    await duty.begin(house, town.keys, OMAR, ["es-es", "fr"])
    assert await langs() == ("en", "es")
    town.clock.turn(ms=duty.LEASE_MS)
    assert await langs() == ("en",)


@pytest.mark.asyncio
async def test_each_topic_is_looked_at_once_a_second(town: Town) -> None:
    """Asking for one topic all the time keeps no other from being counted again."""
    house = await town.house()
    doors = Doors(house, ("en",))
    assert [door.people for door in await doors.of(town.keys, [TOPIC, "grief"])] == [0, 0]
    await place(house, town.session("anna"), TOPIC)
    await place(house, town.session("ben"), "grief")
    assert [door.people for door in await doors.of(town.keys, [TOPIC, "grief"])] == [0, 0]
    town.clock.turn(ms=COUNTED_MS)
    assert [door.people for door in await doors.of(town.keys, [TOPIC])] == [1]
    assert [door.people for door in await doors.of(town.keys, [TOPIC, "grief"])] == [1, 1]


@pytest.mark.parametrize(
    ("rooms", "found"),
    [
        ({"a.1": 1, "a.2": 4}, ("a.2", 4)),
        ({"a.1": 2, "a.2": 4, "a.3": 7}, ("a.3", 7)),
        ({"a.1": 3, "a.2": 8}, None),  # enough to talk
        ({"a.1": 1, "a.2": 3}, None),  # hardly livelier
        ({"a.1": 1, "a.2": 9}, None),  # of ten seats one is free, and may be gone
        ({"a.1": 1, "a.2": 10, "a.3": 5}, ("a.3", 5)),
        ({"a.1": 0, "a.2": 5}, None),  # nobody there to be asked
        ({"a.2": 5}, None),
    ],
)
def test_livelier(rooms: dict[str, int], found: tuple[str, int] | None) -> None:
    """The fullest room with two seats free, for who is alone or nearly so."""
    assert Door(rooms, ()).livelier("a.1", 10) == found
