"""Many real visitors at once, and what must be true of all they heard."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from tests.visitor import Visitor


@contextlib.asynccontextmanager
async def crowd(url: str, topics: dict[str, int], **auth: Any) -> AsyncIterator[dict[str, list[Visitor]]]:
    """So many visitors in a room of each topic; half of them start with long-polling and upgrade."""
    rooms: dict[str, list[Visitor]] = {}
    everyone: list[Visitor] = []
    try:
        for topic, number in topics.items():
            for n in range(number):
                person = Visitor(url, transports=None if n % 2 else ["websocket"], **auth)
                everyone.append(person)
                await person.connect()
                answer = await person.join(topic)
                rooms.setdefault(answer["room"]["id"], []).append(person)
        yield rooms
    finally:
        await asyncio.gather(*(person.close() for person in everyone))


def sequence(person: Visitor, room: str) -> list[tuple[int, str]]:
    """(seq, message id) as heard."""
    return [(event["seq"], event.get("id", "")) for event in person.events(room)]


def assert_one_order(people: list[Visitor], room: str, last: int) -> None:
    """Everyone heard 1..last, each once, in order, and the same message at each seq."""
    whole = list(range(1, last + 1))
    first = sequence(people[0], room)
    for person in people:
        heard = sequence(person, room)
        assert [seq for seq, _ in heard] == whole
        assert heard == first
    doubled = [key for key, n in Counter(id_ for _, id_ in first).items() if n > 1]
    assert doubled == []
