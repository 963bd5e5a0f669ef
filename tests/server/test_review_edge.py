"""What the edge makes of requests that contradict themselves, and of a store that is full."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from rooms import desk_sanctions, presence
from rooms.keys import Keys
from rooms.records.database import open_engine
from rooms.records.sanctions import Sanction
from rooms.store import Store
from tests.server.test_review_departures import Polling, worker
from tests.visitor import PATIENT, Visitor, visitor


@pytest.mark.asyncio
async def test_a_room_beside_another_topic(tmp_path: Path, valkey: str) -> None:
    """A member who names the room with another topic takes no second seat, and nobody is placed there."""
    async with worker(tmp_path, valkey) as (_, url), visitor(url) as stranger:
        await stranger.join(room="mental-health.1")
        async with visitor(url) as first:
            await first.join(room="mental-health.1")
        await stranger.until(lambda: first.me["id"] in told(stranger, "left"))
        async with visitor(url, token=first.token) as again:
            for _ in range(2):
                answer = await again.ask("join", {"topic": "addiction", "room": "mental-health.1"})
                assert answer["room"]["topic"] == "mental-health"
            assert (await stranger.join("addiction"))["room"]["id"] == "addiction.1"
            await again.ask("leave", {"room": "mental-health.1"})
        people = (await stranger.join(room="mental-health.1"))["room"]["people"]
        assert [person["id"] for person in people] == [stranger.me["id"]]


def told(person: Visitor, what: str) -> list[str]:
    """Everyone whom the room was told of."""
    return [who for event, payload in person.heard if event == "people" for who in payload[what]]


@pytest.mark.asyncio
async def test_a_door_that_fails(tmp_path: Path, valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault while somebody connects is told to them as `unavailable`, and leaves nothing behind."""

    async def faulty(*_: object) -> None:
        raise OverflowError

    async with worker(tmp_path, valkey) as (app, url), aiohttp.ClientSession() as http:
        client = await Polling(url, http).open()
        with monkeypatch.context() as patch:
            patch.setattr(Store, "command", faulty)
            app.edge.secrets.clear()
            await client.send('40{"site":"demo"}')
        await client.hear('"unavailable"')
        assert not app.edge.connections
        assert not app.edge.wire.clients


@pytest.mark.asyncio
async def test_a_rename_keeps_what_belongs_to_each_tab(tmp_path: Path, valkey: str) -> None:
    """Two tabs share a name; each keeps the language, and the address tag, that it came with."""
    async with (
        worker(tmp_path, valkey) as (app, url),
        visitor(url, lang="es") as one,
        visitor(url, token=one.token, lang="fr") as two,
    ):
        name = (await two.ask("rename"))["name"]
        sessions = [connection.session for connection in app.edge.connections.values()]
        assert sorted((session.name, session.lang) for session in sessions) == [(name, "es"), (name, "fr")]


@pytest.mark.asyncio
async def test_a_rename_reaches_every_worker(tmp_path: Path, valkey: str) -> None:
    """A tab at another worker speaks under the new name, and its room is told of it."""
    async with AsyncExitStack() as stack:
        one, two = [
            (await stack.enter_async_context(worker(tmp_path, valkey, community="renamed", name=name)))[1]
            for name in ("w1", "w2")
        ]
        tab = await stack.enter_async_context(visitor(one))
        other = await stack.enter_async_context(visitor(two, token=tab.token))
        ben = await stack.enter_async_context(visitor(two))
        for person in (other, ben):
            await person.join(room="addiction.1")
        name = (await tab.ask("rename"))["name"]
        person = {"id": tab.me["id"], "name": name, "role": "visitor"}
        await ben.until(lambda: person in told(ben, "joined"))
        assert (await other.say("hello"))["ok"]
        await ben.until(lambda: bool(ben.texts()))
        assert ben.events()[-1]["from"] == person


@pytest.mark.asyncio
async def test_a_desk_while_postgresql_is_down(tmp_path: Path, valkey: str) -> None:
    """Records that refuse the connection make a desk `unavailable`: nobody waits for an answer that never
    comes."""
    async with worker(tmp_path, valkey) as (app, url):
        assert app.edge.desks is not None
        gone = replace(app.edge.desks.staff, engine=open_engine("postgresql://k:k@127.0.0.1:1/k"))
        app.edge.desks.staff = gone
        token = await gone.sessions.open("somebody")
        client, told = socketio.AsyncClient(reconnection=False), []
        client.on("connect_error", told.append, namespace="/desk")
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(url, auth={"token": token}, namespaces=["/desk"], **PATIENT)
        assert [one["data"]["code"] for one in told] == ["unavailable"]


@pytest.mark.asyncio
@pytest.mark.parametrize("when", ["before the seat is known", "before the room is heard"])
async def test_sent_out_while_coming_in(
    tmp_path: Path, valkey: str, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """A kick that meets somebody on their way into the room keeps them out of it: they hear no more of it."""
    enter = presence.enter
    async with worker(tmp_path, valkey) as (app, url), visitor(url) as ada, visitor(url) as troll:
        room = (await ada.join())["room"]["id"]
        keys = Keys(app.edge.settings.sites["demo"].community)
        (here,) = app.fanout._rooms.values()
        until = app.house.now() + 600_000
        kick = Sanction(id="k", visitor=troll.me["id"], kind="kick", room=room, reason="spam", until=until)

        async def kicked() -> None:
            await desk_sanctions.impose(app.house, keys, kick)
            await troll.until(lambda: "sanction" in [event for event, _ in troll.heard])

        async def enters(*asked: Any) -> presence.Entered:
            entered = await enter(*asked)
            if when == "before the seat is known":
                await kicked()
            else:
                entering.set()
            return entered

        entering = asyncio.Event()
        monkeypatch.setattr(presence, "enter", enters)
        async with here.lock:
            coming = asyncio.ensure_future(troll.join(room=room))
            if when == "before the room is heard":
                await entering.wait()
                await kicked()
            else:
                await troll.until(lambda: "sanction" in [event for event, _ in troll.heard])
        assert (await coming)["error"]["code"] == "unavailable"
        assert (await troll.join(room=room))["error"]["code"] == "forbidden"
        await ada.say("is the troll gone?")
        await ada.until(lambda: bool(ada.texts()))
        assert [session.id for session in here.members.values()] == [ada.me["id"]]
        assert not here.coming
