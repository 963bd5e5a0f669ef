"""Rooms that staff watch, told by the same code as the rooms themselves."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from server.desk_fanout import Watching
from tests.rooms.town import PATIENCE, ROOM, Town, commit, replay
from tests.rooms.wire import EndOfWire


@pytest_asyncio.fixture
async def town(valkey: str) -> AsyncIterator[Town]:
    """A community nobody else uses."""
    async with AsyncExitStack() as stack:
        yield Town(valkey, stack)


@pytest.mark.asyncio
async def test_a_watched_room_is_told_on_the_link_that_brings_it(town: Town) -> None:
    """Words that a desk watches arrive as they are announced: the desks' one link to the store, which also
    brings bans and kicks, is not made anew for them."""
    house, wire, linked = await town.house(), EndOfWire(), asyncio.Event()
    watching, links = Watching(house, wire, town.url), []

    async def again(communities: Collection[str]) -> None:
        links.append(communities)
        linked.set()

    watching.on_silence_over = again
    town.run(watching.subscription.run())
    async with asyncio.timeout(PATIENCE):
        await linked.wait()
    omar = town.session("omar")
    await watching.open("omar", omar, ROOM)
    watching.admit("omar", omar, ROOM, (await replay(house, omar)).position)
    for number in range(3):
        await commit(house, town.session("anna"), f"words {number}", f"k{number}")
    await wire.until(lambda: len(wire.told.get("omar", ())) == 3)
    assert [event["text"] for event in wire.told["omar"]] == [f"words {number}" for number in range(3)]
    assert len(links) == 1
