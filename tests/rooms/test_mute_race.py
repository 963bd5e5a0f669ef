"""A mute against words that are on their way."""

import asyncio
import time

import pytest

from rooms import desk_sanctions
from rooms.house import House
from rooms.refusals import Refusal
from rooms.session import Session
from tests.rooms.town import ROOM, Town, commit, judged

RACES = 1_000
HELLO = judged("hello")


@pytest.mark.asyncio
async def test_nothing_after_the_acknowledgement(town: Town) -> None:
    """Raced a thousand times from another process: once a mute is acknowledged, no later seq belongs to the
    muted person; of the words on their way some came before it and some were refused."""
    rooms, desk = await town.house(), await town.house()
    early = late = 0

    async def say(session: Session, key: str) -> int | None:
        try:
            return int((await commit(rooms, session, "hello", key, verdict=HELLO))["seq"])
        except Refusal as refusal:
            assert refusal.code == "muted"  # noqa: PT017
            return None

    async def talk(session: Session, spoke: asyncio.Event, muted: asyncio.Event) -> list[int | None]:
        said: list[int | None] = []
        while not muted.is_set():
            said += await asyncio.gather(*(say(session, f"{len(said)}.{n}") for n in range(2)))
            spoke.set()
        return said

    begun = time.monotonic()
    for race in range(RACES):
        anna, spoke, muted = town.session(f"anna{race}"), asyncio.Event(), asyncio.Event()
        talking = asyncio.create_task(talk(anna, spoke, muted))
        if race % 2:  # against the first word, or in the middle of a talk
            await spoke.wait()
        else:
            await asyncio.sleep(0)
        await desk_sanctions.impose(desk, town.keys, town.mute(anna.id))
        mark = await last_seq(desk, town)
        muted.set()
        said = await talking
        assert all(seq is None or seq <= mark for seq in said), (race, said, mark)
        early += sum(seq is not None for seq in said)
        late += said.count(None)
    assert early > 0
    assert late > 0, "no word met its mute: the race was none"
    print(f"{RACES} races in {time.monotonic() - begun:.1f} s: {early} before, {late} refused")


async def last_seq(house: House, town: Town) -> int:
    return int(await house.store.command("HGET", town.keys.meta(ROOM), "seq") or 0)
