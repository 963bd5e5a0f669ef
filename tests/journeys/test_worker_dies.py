"""A worker is killed, replaced, drained: nothing that was acknowledged is missed."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.journeys.crowd import assert_one_order
from tests.serving import FREE, PATIENCE, Serving, serving
from tests.visitor import Visitor

pytestmark = pytest.mark.journey
TOPIC = "addiction"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "home", workers=2, config=FREE) as running:
        yield running


class Resuming(Visitor):
    """Does what a careful client does: joins again with `since`, and sends again under the same key."""

    def __init__(self, url: str, **more: Any) -> None:
        super().__init__(url, **more)
        self.room = ""
        self.position: dict[str, Any] | None = None
        self.shown: list[dict[str, Any]] = []
        self.incomplete = 0
        self.joined = asyncio.Event()
        self.client.on("welcome", self._resume)
        self.client.on("events", self._show)

    async def _resume(self, payload: Any) -> None:
        await self._hear("welcome", payload)
        self.client.start_background_task(self._join)

    async def _join(self) -> None:
        asked: dict[str, Any] = {"room": self.room} if self.room else {"topic": TOPIC}
        if self.position:
            asked["since"] = self.position
        try:
            answer = await self.client.call("join", asked, timeout=5)
        except socketio.exceptions.SocketIOError:
            return  # cut off again; the next welcome asks anew
        if not answer["ok"]:
            assert answer["error"]["code"] == "unavailable", answer
            self.client.start_background_task(self._join)
            return
        self.room = answer["room"]["id"]
        if asked.get("since") and not answer["complete"]:
            self.incomplete += 1
        self._take(answer["position"]["epoch"], answer.get("events", []))
        self.position = self.position or answer["position"]
        self.joined.set()
        await self._hear("joined")  # what a resume brings is waited for as well as what is announced

    async def _show(self, payload: Any) -> None:
        self._take(payload["epoch"], payload["events"])
        await self._hear("events", payload)

    def _take(self, epoch: str, events: list[dict[str, Any]]) -> None:
        for event in events:
            if self.position and (epoch != self.position["epoch"] or event["seq"] <= self.position["seq"]):
                continue
            assert not self.position or event["seq"] == self.position["seq"] + 1
            self.position = {"epoch": epoch, "seq": event["seq"]}
            self.shown.append(event)

    async def surely(self, text: str, key: str) -> dict[str, Any]:
        """Send until there is an acknowledgement, as a widget does."""
        while True:
            try:
                answer: dict[str, Any] = await self.client.call(
                    "message", {"key": key, "text": text, "room": self.room}, timeout=2
                )
            except socketio.exceptions.SocketIOError:
                await self.until(lambda: self.client.connected)
                continue
            if answer["ok"] or answer["error"]["code"] not in ("not_in_room", "unavailable"):
                return answer
            self.joined.clear()
            async with asyncio.timeout(PATIENCE):
                await self.joined.wait()

    def events(self, room: str | None = None) -> list[dict[str, Any]]:
        return self.shown


async def _gather(url: str, number: int) -> list[Resuming]:
    people = [Resuming(url, transports=None if n % 2 else ["websocket"]) for n in range(number)]
    for person in people:
        await person.connect()
        await person.joined.wait()
    return people


async def _talk(person: Resuming, messages: int) -> list[dict[str, Any]]:
    return [await person.surely(f"day {n}", f"{person.me['id']}-{n}") for n in range(messages)]


async def _whole(people: list[Resuming], total: int) -> None:
    for person in people:
        await person.until(lambda person=person: len(person.shown) >= total)
    assert_one_order(list(people), people[0].room, total)
    assert all(person.incomplete == 0 for person in people)


@pytest.mark.asyncio
async def test_a_killed_worker_costs_no_acknowledged_message(service: Serving) -> None:
    """`kill -9` under load: its visitors come back elsewhere as themselves, and hear every message once."""
    people = await _gather(service.url, 12)
    try:
        names = [person.me["name"] for person in people]
        talking = [asyncio.create_task(_talk(person, 60)) for person in people[:6]]
        await people[0].until(lambda: len(people[0].shown) > 60)
        victim = service.workers()[0]
        os.kill(victim, signal.SIGKILL)
        answers = await asyncio.gather(*talking)
        assert all(answer["ok"] for heard in answers for answer in heard)
        await _whole(people, 360)
        assert any(len(person.welcomes) > 1 for person in people)
        assert all(welcome["resumed"] for person in people for welcome in person.welcomes[1:])
        assert [person.me["name"] for person in people] == names
        assert victim not in service.workers()
    finally:
        await asyncio.gather(*(person.close() for person in people))


@pytest.mark.asyncio
async def test_a_drained_worker_says_when_to_come_back_and_loses_nothing(service: Serving) -> None:
    """SIGTERM to one worker: `drain` with spread times, and every acknowledged message is heard."""
    people = await _gather(service.url, 12)
    try:
        talking = [asyncio.create_task(_talk(person, 60)) for person in people[:6]]
        await people[0].until(lambda: len(people[0].shown) > 60)
        os.kill(service.workers()[0], signal.SIGTERM)
        answers = await asyncio.gather(*talking)
        assert all(answer["ok"] for heard in answers for answer in heard)
        await _whole(people, 360)
        told = [payload for person in people for event, payload in person.heard if event == "drain"]
        assert told
        assert all(0 <= payload["reconnect_in"] <= 3_000 for payload in told)
    finally:
        await asyncio.gather(*(person.close() for person in people))


@pytest.mark.asyncio
async def test_a_ghost_is_gone_within_ten_seconds(service: Serving) -> None:
    """The people of a killed process leave the room within 10 s, and the room is told."""
    people = await _gather(service.url, 4)
    try:
        while len({_worker(person) for person in people}) < 2:
            people += await _gather(service.url, 1)
        for person in people:
            person.client.reconnection = False
        os.kill(service.workers()[0], signal.SIGKILL)
        cut = {_worker(person): person for person in people}
        async with asyncio.timeout(10):
            await asyncio.wait(
                [asyncio.create_task(person.until(lambda p=person: p.drops > 0)) for person in cut.values()],
                return_when=asyncio.FIRST_COMPLETED,
            )
            lost = next(worker for worker, person in cut.items() if person.drops > 0)
            ghosts = {person.me["id"] for person in people if _worker(person) == lost}
            witness = next(person for worker, person in cut.items() if worker != lost)
            await witness.until(lambda: ghosts <= _left(witness))
        assert witness.drops == 0
    finally:
        await asyncio.gather(*(person.close() for person in people))


def _worker(person: Visitor) -> str:
    return person.engine.partition(".")[0]


def _left(person: Visitor) -> set[str]:
    return {id_ for event, payload in person.heard if event == "people" for id_ in payload["left"]}


def test_the_whole_service_stops_within_ten_seconds(service: Serving) -> None:
    """SIGTERM ends parent, workers and embedded store, with exit code 0."""
    store = Path(service.store.removeprefix("unix://"))
    assert store.exists()
    workers = service.workers()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(10) == 0
    assert not store.exists()
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
