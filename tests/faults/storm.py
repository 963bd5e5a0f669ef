"""A great many clients that lose their links in one moment and come back as the widget does.

Run as a program it is the others: a few people elsewhere who talk on, in a process of their own, so that what
is measured is the service and not the crowd's own event loop. `python -m tests.faults.storm URL SECONDS`
prints their answers' times as JSON.
"""

import asyncio
import contextlib
import itertools
import json
import random
import sys
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.words import counted
from tests.serving import PATIENCE
from tests.visitor import Visitor

FIRST_DELAY = (0.5, 1.5)
"""Seconds until the widget's first try: socket.io-client's reconnectionDelay and randomizationFactor."""
MOST_DELAY = 5.0
OTHERS = 10
EVERY = 0.25
ROOM_TOPICS = ("addiction", "mental-health")
OTHERS_TOPIC = "life-changes"


@dataclass(eq=False, slots=True)
class Thin:
    """One of the crowd: enters, comes back with `since`, and counts what it was told."""

    name: str
    topic: str
    token: str = ""
    room: str = ""
    epoch: str = ""
    seq: int = 0
    incomplete: int = 0
    gaps: int = 0
    tries: int = 0
    back: asyncio.Event = field(default_factory=asyncio.Event)
    socket: aiohttp.ClientWebSocketResponse | None = None
    task: asyncio.Task[None] | None = None

    async def stay(self, http: aiohttp.ClientSession, url: str, rng: random.Random) -> None:
        """Be connected until cancelled."""
        delay = 0.0
        while True:
            await asyncio.sleep(delay)
            self.tries += 1
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, TypeError):
                await self._link(http, url)
            was_back = self.back.is_set()
            self.back.clear()
            first = rng.uniform(*FIRST_DELAY)
            delay = first if was_back or not delay else min(2 * delay, MOST_DELAY) * rng.uniform(0.5, 1.5)

    async def _link(self, http: aiohttp.ClientSession, url: str) -> None:
        address = f"{url}/socket.io/?EIO=4&transport=websocket"
        async with asyncio.timeout(PATIENCE):
            self.socket = await http.ws_connect(address, max_msg_size=0, autoclose=False)
        try:
            auth = {"site": "demo"} | ({"token": self.token} if self.token else {})
            await self.socket.send_str("40" + json.dumps(auth))
            while await self._packet(await self.socket.receive_str()):
                pass
        finally:
            self.cut()

    async def _packet(self, packet: str) -> bool:
        """Whether the link goes on."""
        assert self.socket is not None
        if packet == "2":
            await self.socket.send_str("3")
        elif packet.startswith("42"):
            await self._event(*json.loads(packet[2:]))
        elif packet.startswith("431["):
            await self._joined(json.loads(packet[3:])[0])
        return not packet.startswith("44")

    async def _event(self, event: str, payload: Any) -> None:
        assert self.socket is not None
        if event == "welcome":
            self.token = payload["token"]
            ask: dict[str, Any] = {"room": self.room} if self.room else {"topic": self.topic}
            if self.room:
                ask["since"] = {"epoch": self.epoch, "seq": self.seq}
            await self.socket.send_str("421" + json.dumps(["join", ask]))
        elif event == "events":
            self._take(payload["events"])

    async def _joined(self, answer: Any) -> None:
        assert self.socket is not None
        assert answer["ok"], answer["error"]["code"]
        self.incomplete += answer.get("complete") is False
        self.room, self.epoch = answer["room"]["id"], answer["position"]["epoch"]
        self._take(answer.get("events", []))
        self.seq = self.seq or answer["position"]["seq"]
        self.back.set()
        said = {"key": f"{self.name}-{self.tries}", "text": f"{self.name} here", "room": self.room}
        await self.socket.send_str("422" + json.dumps(["message", said]))

    def _take(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            self.gaps += bool(self.seq) and event["seq"] != self.seq + 1
            self.seq = event["seq"]

    def cut(self) -> None:
        """The end of the link, at the transport."""
        assert self.socket is not None
        connection = self.socket._response.connection
        if connection is not None:
            if connection.transport is not None:
                connection.transport.abort()
            connection.close()


class Crowd:
    """So many of them; `url` is the service's."""

    def __init__(self, url: str, rng: random.Random, many: int) -> None:
        self._url = url
        self._rng = rng
        self.people = [Thin(counted("willow", n), ROOM_TOPICS[n % 2]) for n in range(many)]

    @contextlib.asynccontextmanager
    async def _session(self) -> Any:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http:
            yield http

    async def enter(self, stack: contextlib.AsyncExitStack) -> None:
        """Come in, a few at a time."""
        http = await stack.enter_async_context(self._session())
        stack.push_async_callback(self._leave)
        for first in range(0, len(self.people), 50):
            some = self.people[first : first + 50]
            for one in some:
                one.task = asyncio.create_task(one.stay(http, self._url, self._rng))
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(one.back.wait() for one in some))

    async def _leave(self) -> None:
        tasks = [one.task for one in self.people if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def cut(self, patience: float) -> list[float]:
        """Cut everybody; answers after how many seconds each was back in the room, none missing."""
        loop = asyncio.get_running_loop()
        began, times = loop.time(), []
        for one in self.people:
            one.back.clear()
            one.cut()

        async def back(one: Thin) -> None:
            await one.back.wait()
            times.append(loop.time() - began)

        async with asyncio.timeout(patience):
            await asyncio.gather(*(back(one) for one in self.people))
        return sorted(times)

    async def settle(self) -> None:
        """Until everybody in a room has heard the same last word."""
        rooms: dict[str, list[Thin]] = {}
        for one in self.people:
            rooms.setdefault(one.room, []).append(one)
        async with asyncio.timeout(PATIENCE):
            for people in rooms.values():
                while len({one.seq for one in people}) > 1:  # noqa: ASYNC110 (their sockets tell no event)
                    await asyncio.sleep(0.05)


async def _others(url: str, seconds: float) -> list[float]:
    loop, times = asyncio.get_running_loop(), list[float]()
    people = [await Visitor(url, transports=["websocket"]).connect() for _ in range(OTHERS)]
    try:
        for person in people:
            await person.join(OTHERS_TOPIC)
        sys.stdout.write("here\n")
        sys.stdout.flush()
        end = loop.time() + seconds

        async def talk(person: Visitor, n: int) -> None:
            await asyncio.sleep(EVERY * n / OTHERS)
            for day in itertools.count():
                began = loop.time()
                if began > end:
                    return
                await _say(person, counted(counted("maple", n), day))
                times.append(loop.time() - began)
                await asyncio.sleep(max(0.0, EVERY - (loop.time() - began)))

        await asyncio.gather(*(talk(person, n) for n, person in enumerate(people)))
        assert [person.drops for person in people] == [0] * OTHERS
    finally:
        await asyncio.gather(*(person.close() for person in people))
    return sorted(times)


async def _say(person: Visitor, text: str) -> None:
    """Until it was acknowledged and heard by its own author, which every other hears at the same time."""
    heard = person.until(lambda: text in person.texts()[-4 * OTHERS :])
    answer, _ = await asyncio.gather(person.say(text), heard)
    assert answer["ok"], answer


def percentile(times: list[float], part: float) -> float:
    """Of sorted times."""
    return times[min(len(times) - 1, int(len(times) * part))]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_others(sys.argv[1], float(sys.argv[2])))))
