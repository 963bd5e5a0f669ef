"""A real Socket.IO client at the desk, and the command line that gives it an account."""

import asyncio
import secrets
from typing import Any

import aiohttp
import socketio

from tests.server import command
from tests.serving import Serving
from tests.visitor import PATIENCE, PATIENT

PASSWORD = "correct horse battery"


def hire(service: Serving, name: str, role: str, site: str = "demo", *more: str) -> None:
    """An account, by `kindred staff add`, while the service runs."""
    _staff(service, "add", name, "--role", role, "--site", site, "--password-stdin", *more)


def revoke(service: Serving, name: str) -> None:
    """The role taken away."""
    _staff(service, "revoke", name)


def _staff(service: Serving, *arguments: str) -> None:
    environ = {"HOME": str(service.home), "KINDRED_HOME": str(service.home)}
    config = service.home / "kindred.toml"
    given = ("--config", str(config)) if config.exists() else ()
    done = command.kindred("staff", *arguments, *given, environ=environ, said=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr


async def token_of(url: str, name: str) -> str:
    """Sign in as a program does; the cookie's value."""
    body = {"name": name, "password": PASSWORD}
    async with aiohttp.ClientSession() as http, http.post(f"{url}/desk/api/session", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return answer.cookies["kindred"].value


class Colleague:
    """Somebody at a desk; keeps everything they hear."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.closed = False
        self._changed = asyncio.Condition()
        self.client.on("*", self._hear, namespace="/desk")
        self.client.on("disconnect", self._gone, namespace="/desk")

    async def _hear(self, event: str, payload: Any = None) -> None:
        self.heard.append((event, payload))
        async with self._changed:
            self._changed.notify_all()

    async def _gone(self, *_: Any) -> None:
        self.closed = True
        async with self._changed:
            self._changed.notify_all()

    async def connect(self) -> "Colleague":
        """CONNECT /desk with the token, and wait for `welcome`."""
        await self.client.connect(
            self.url, auth={"token": self.token}, namespaces=["/desk"], transports=["websocket"], **PATIENT
        )
        await self.until(lambda: bool(self.heard))
        return self

    async def until(self, fact: Any, patience: float = PATIENCE) -> None:
        """Return as soon as the fact holds."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(fact)

    async def ask(self, event: str, **payload: Any) -> Any:
        """Emit, and the acknowledgement."""
        return await self.client.call(event, payload, namespace="/desk", timeout=int(PATIENCE))

    async def act(self, action: str, **more: Any) -> Any:
        """One act under a key of its own."""
        return await self.ask("act", action=action, **{"key": secrets.token_hex(8)} | more)

    def told(self, event: str) -> list[Any]:
        """Every payload of one event."""
        return [payload for name, payload in self.heard if name == event]

    def texts(self) -> list[str]:
        """What was said in the rooms they watch."""
        events = [event for packet in self.told("events") for event in packet["events"]]
        return [event["text"] for event in events if event["type"] == "message"]

    async def leave(self) -> None:
        """Close the desk."""
        await self.client.disconnect()


async def at_desk(service: Serving, name: str) -> Colleague:
    """Signed in and connected."""
    return await Colleague(service.url, await token_of(service.url, name)).connect()


def case_of(colleague: Colleague, text: str) -> str | None:
    """The newest case with these words."""
    packets = colleague.told("queue")
    found = [item["id"] for packet in packets for item in packet["items"] if item.get("text") == text]
    return found[-1] if found else None
