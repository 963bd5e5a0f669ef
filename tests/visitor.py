"""A real Socket.IO visitor for tests: python-socketio's own client, and what it has been told."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import socketio

PATIENCE = 60.0
"""Seconds after which something that should happen counts as hanging."""
PATIENT = {"wait_timeout": PATIENCE}
"""For a test's own `connect`: the library gives the answer to a CONNECT one second, and then hangs up."""


class Visitor:
    """Keeps everything it hears; `until` waits for a fact instead of a time."""

    def __init__(self, url: str, *, transports: list[str] | None = None, **auth: Any) -> None:
        self.url = url
        self.transports = transports
        self.auth = {"site": "demo"} | auth
        self.client = socketio.AsyncClient(
            reconnection_delay=0.1, reconnection_delay_max=0.5, randomization_factor=0.1
        )
        self.welcomes: list[dict[str, Any]] = []
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.drops = 0
        self._changed = asyncio.Condition()
        self._keys = itertools.count(1)
        self.client.on("*", self._hear)
        self.client.on("disconnect", self._dropped)
        self.client.on("connect_error", self._refused)
        self.refusals: list[Any] = []
        self.engine = ""  # the Engine.IO session of the first connection; it names its worker

    async def _hear(self, event: str, payload: Any = None) -> None:
        if event == "welcome":
            self.welcomes.append(payload)
            self.auth["token"] = payload["token"]
        self.heard.append((event, payload))
        async with self._changed:
            self._changed.notify_all()

    async def _dropped(self, *_: Any) -> None:
        self.drops += 1
        async with self._changed:
            self._changed.notify_all()

    async def _refused(self, data: Any) -> None:
        self.refusals.append(data)

    async def connect(self) -> "Visitor":
        """CONNECT, and wait for `welcome`."""
        await self.client.connect(
            self.url, auth=lambda: self.auth, transports=self.transports, retry=False, **PATIENT
        )
        await self.until(lambda: bool(self.welcomes))
        self.engine = str(self.client.eio.sid)
        return self

    async def until(self, fact: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Return as soon as the fact holds; fail after `patience` seconds."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(fact)

    async def ask(self, event: str, payload: Any = None) -> Any:
        """Emit, and the acknowledgement."""
        return await self.client.call(event, payload if payload is not None else {}, timeout=int(PATIENCE))

    async def join(self, topic: str = "addiction", **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self.ask("join", more or {"topic": topic})
        return answer

    async def say(self, text: str, key: str | None = None, **more: Any) -> dict[str, Any]:
        sent = {"key": key or f"k{next(self._keys)}", "text": text} | more
        answer: dict[str, Any] = await self.ask("message", sent)
        return answer

    def events(self, room: str | None = None) -> list[dict[str, Any]]:
        """Every Event heard, in the order of arrival."""
        packets = [payload for event, payload in self.heard if event == "events"]
        return [event for packet in packets if room in (None, packet["room"]) for event in packet["events"]]

    def texts(self) -> list[str]:
        return [event["text"] for event in self.events() if event["type"] == "message"]

    @property
    def me(self) -> dict[str, str]:
        found: dict[str, str] = self.welcomes[-1]["me"]
        return found

    @property
    def token(self) -> str:
        return str(self.auth["token"])

    async def close(self) -> None:
        await self.client.disconnect()
        await self.client.shutdown()


@contextlib.asynccontextmanager
async def visitor(url: str, **more: Any) -> AsyncIterator[Visitor]:
    """A connected visitor, who leaves at the end."""
    person = Visitor(url, **more)
    try:
        yield await person.connect()
    finally:
        await person.close()
