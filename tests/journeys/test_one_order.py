"""Two processes, forty people, two thousand messages: one order."""

import asyncio
from pathlib import Path

import pytest

from tests.journeys.crowd import assert_one_order, crowd
from tests.serving import FREE, Serving, serving
from tests.visitor import Visitor, visitor

pytestmark = pytest.mark.journey


@pytest.fixture
def service(tmp_path: Path):
    with serving(tmp_path / "home", workers=2, config=FREE) as running:
        yield running


@pytest.mark.asyncio
async def test_everyone_hears_every_message_once_and_in_the_same_order(service: Serving) -> None:
    """2,000 messages from 10 senders in 2 rooms reach 40 people on 2 workers in one contiguous order."""
    async with crowd(service.url, {"addiction": 20, "mental-health": 20}) as rooms:
        assert {room: len(people) for room, people in rooms.items()} == {
            "addiction.1": 20,
            "mental-health.1": 20,
        }

        async def talk(person: Visitor, room: str) -> list[dict]:
            return [await person.say(f"day {n} and still here", room=room) for n in range(200)]

        talkers = [(person, room) for room, people in rooms.items() for person in people[:5]]
        answers = await asyncio.gather(*(talk(person, room) for person, room in talkers))
        assert all(answer["ok"] for heard in answers for answer in heard)
        for room, people in rooms.items():
            for person in people:
                await person.until(lambda person=person, room=room: len(person.events(room)) >= 1_000, 120)
            assert_one_order(people, room, 1_000)
            acknowledged = {
                answer["seq"]: answer["id"]
                for (_, of), heard in zip(talkers, answers, strict=True)
                for answer in heard
                if of == room
            }
            assert acknowledged == {event["seq"]: event["id"] for event in people[-1].events(room)}


@pytest.mark.asyncio
async def test_the_same_key_gets_the_first_answer(service: Serving) -> None:
    """A retry is answered as the first time, on another process too, and the room sees one message."""
    async with visitor(service.url) as first:
        await first.join("life-changes")
        answer = await first.say("I moved last week", key="once")
        async with visitor(service.url, token=first.token) as again:
            assert again.welcomes[0]["resumed"] is True
            assert again.me == first.me
            await again.join("life-changes")
            assert await again.say("I moved last week", key="once", room="life-changes.1") == answer
            other = await again.say("something else", key="once", room="life-changes.1")
            assert other["error"]["code"] == "bad_request"
        await first.until(lambda: len(first.texts()) >= 1)
        assert first.texts() == ["I moved last week"]
