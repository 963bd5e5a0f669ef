"""What people write is nowhere but in their room: not in logs, not on disk, not beside it in the store."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import redis
import socketio

from moderation.pipeline import judge
from moderation.submission import Submission
from tests.serving import PATIENCE, Serving, serving
from tests.visitor import PATIENT, Visitor

pytestmark = pytest.mark.journey
ADDRESS = "203.0.113.77"
BEHIND_A_PROXY = 'trusted_proxies = 1\n[limits]\nprofile = "off"\n'


@dataclass
class Marks:
    """Words that occur nowhere else: `shown` ones a room may hear, `hidden` ones nobody else may."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    def show(self) -> str:
        self.shown.append(_word())
        return self.shown[-1]

    def hide(self) -> str:
        self.hidden.append(_word())
        return self.hidden[-1]


def _word() -> str:
    """No word of any language, and none in which the model hears a cry for help: staff may read its words."""
    while True:
        word = "".join(random.choice("zvbrl") + random.choice("ao") for _ in range(8))
        spoken = (
            word,
            f"{word} was a good day",
            f"{word} what a retarded day",
            f"{word} call me 212-555-1234",
            f"{word} " * 15,
        )
        if not any("crisis" in judge(Submission(text=text, topic="addiction")).labels for text in spoken):
            return word


@contextlib.asynccontextmanager
async def _coming_in(url: str, transport: str) -> AsyncIterator[Visitor]:
    person = Visitor(url)
    headers = {"X-Forwarded-For": ADDRESS}
    await person.client.connect(
        url, auth=lambda: person.auth, headers=headers, transports=[transport], retry=False, **PATIENT
    )
    try:
        await person.until(lambda: bool(person.welcomes))
        yield person
    finally:
        await person.close()


async def _talk(person: Visitor, marks: Marks) -> None:
    """Words that pass, whole and in part, and words that do not."""
    room = (await person.join("addiction"))["room"]["id"]
    said = await person.say(f"{marks.show()} was a good day", key="once")
    assert said["outcome"] == "allow"
    assert (await person.say(f"{marks.show()} what a retarded day"))["outcome"] == "mask"
    number = f"212-555-{random.randrange(1_000, 9_999)}"
    marks.hidden += [number, number.replace("-", "")]
    assert (await person.say(f"{marks.show()} call me {number}"))["outcome"] == "redact"
    assert (await person.say(f"{marks.hide()} " * 15))["error"]["code"] == "blocked"
    assert (await person.say("yes", reply_to=marks.hide()))["ok"]
    assert (await person.say("yes", note=marks.hide()))["ok"]
    for code, payload in [
        ("too_long", {"key": "k", "text": f"{marks.hide()} " * 300}),
        ("bad_request", {"key": marks.hide() * 9, "text": marks.hide()}),
        ("bad_request", {"key": "k", "text": [marks.hide()]}),
        ("bad_request", {"key": "k", "text": marks.hide() + "\x07"}),
        ("bad_request", {"key": "once", "text": marks.hide()}),
        ("not_in_room", {"key": "k", "text": marks.hide(), "room": marks.hide()}),
        ("bad_request", marks.hide()),
        ("bad_request", {"a": {"b": {"c": {"d": {"e": {"f": {"g": marks.hide()}}}}}}}),
    ]:
        answer = await person.ask("message", payload)
        assert answer["error"]["code"] == code, payload
    since = {"epoch": marks.hide(), "seq": 1}
    assert (await person.join(room=room, since=since))["complete"] is False


async def _rubbish(person: Visitor, marks: Marks) -> None:
    """Marks where no words belong: every event, and names of events."""
    for event in (
        "join",
        "leave",
        "typing",
        "support",
        "rename",
        "react",
        "retract",
        "edit",
        "report",
        "call",
    ):
        for payload in (
            marks.hide(),
            [marks.hide()],
            {"room": marks.hide()},
            {"topic": marks.hide(), "region": marks.hide()},
            {
                "room": "addiction.1",
                "id": marks.hide(),
                "kind": marks.hide(),
                "text": marks.hide(),
                "key": "e",
            },
        ):
            if (event, type(payload)) != ("rename", dict):
                assert "ok" in await person.ask(event, payload)
    assert (await person.ask(marks.hide(), {}))["error"]["code"] == "unknown_event"
    assert (await person.ask("erase" + marks.hide(), marks.hide()))["error"]["code"] == "unknown_event"


async def _doors(url: str, marks: Marks) -> None:
    """Marks in CONNECT, in frames, in addresses and in requests that are no requests."""
    for auth in (
        {"site": marks.hide()},
        {"site": "demo", "token": marks.hide(), "more": marks.hide()},
        {"site": "demo", "token": marks.hide() * 20},
        {"site": "demo", "lang": marks.hide(), "region": marks.hide()},
        {"site": "demo", "ticket": marks.hide()},
    ):
        client = socketio.AsyncClient(reconnection=False)
        with contextlib.suppress(socketio.exceptions.ConnectionError):
            headers = {"Origin": "null"} if "ticket" in auth else {}
            await client.connect(url, auth=auth, headers=headers, **PATIENT)
        await client.shutdown()
    async with aiohttp.ClientSession() as session:
        for path in (
            f"/{marks.hide()}",
            f"/?{marks.hide()}={marks.hide()}",
            f"/widget?site={marks.hide()}",
            f"/widget?site=demo&host={marks.hide()}",
            f"/socket.io/?EIO=4&transport={marks.hide()}",
            f"/socket.io/?EIO=4&transport=polling&sid={marks.hide()}",
            f"/socket.io/?EIO=4&transport=polling&sid={marks.hide()}.{marks.hide()}",
            f"/socket.io/?EIO=4&transport=polling&t={marks.hide()}",
        ):
            names = ("Referer", "User-Agent", "Cookie", "Origin", "X-Forwarded-For")
            for headers in ({}, *({name: f"https://{marks.hide()}.example/"} for name in names)):
                async with session.get(url + path, headers=headers) as answer:
                    assert answer.status in (200, 400, 403, 404), path
        async with session.ws_connect(
            f"{url}/socket.io/?EIO=4&transport=websocket&q={marks.hide()}"
        ) as socket:
            await socket.send_str('40{"site":"demo"}')
            for frame in (
                "42{}",
                '42["message",{{',
                '420["message",{{"text":"{}"]',
                "40/{},",
                "41/{},",
                "4{}",
                "{}",
            ):
                await socket.send_str(frame.replace("{}", marks.hide()))
            await socket.send_bytes(marks.hide().encode())


async def _no_requests(service: Serving, marks: Marks) -> None:
    for request in (
        "GET /{} HTTP/9.9\r\n\r\n",
        "{} / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n{}: " + "x" * 9_000 + "\r\n\r\n",
        "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(request.replace("{}", marks.hide()).encode())
        async with asyncio.timeout(PATIENCE):
            await reader.readline()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def _store(url: str) -> dict[str, str]:
    """Every key with all that it holds, and what the store tells of commands and channels."""
    with redis.Redis.from_url(url) as store:
        read = {
            b"string": store.get,
            b"hash": store.hgetall,
            b"zset": lambda key: store.zrange(key, 0, -1),
            b"set": store.smembers,
            b"list": lambda key: store.lrange(key, 0, -1),
            b"stream": store.xrange,
        }
        found = {key.decode(): str(read[store.type(key)](key)) for key in store.scan_iter("*")}
        found["<slow log>"] = str(store.execute_command("SLOWLOG", "GET", "-1"))
        for kind in ("slow", "large-request", "large-reply"):
            found[f"<{kind}>"] = str(store.execute_command("COMMANDLOG", "GET", "-1", kind))
        found["<acl log>"] = str(store.execute_command("ACL", "LOG"))
        found["<clients>"] = str(store.execute_command("CLIENT", "LIST"))
        found["<channels>"] = str(store.execute_command("PUBSUB", "CHANNELS", "*"))
        return found


def _files(home: Path) -> dict[str, str]:
    return {str(file): file.read_bytes().decode("latin-1") for file in home.rglob("*") if file.is_file()}


def _where(marks: list[str], places: dict[str, str]) -> set[tuple[str, str]]:
    return {(mark, place) for place, held in places.items() for mark in marks if mark in place + held}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "home", workers=2, config=BEHIND_A_PROXY) as running:
        yield running


@pytest.mark.asyncio
async def test_nothing_said_is_on_disk_and_nothing_refused_is_anywhere(service: Serving) -> None:
    """Marked words, a number, tokens and an address sent down every path are in no log, no file and no key;
    only what the room heard is in the store, until it is forgotten."""
    marks, tokens = Marks(), []
    for transport in ("websocket", "polling"):
        async with _coming_in(service.url, transport) as person:
            await _talk(person, marks)
            await _rubbish(person, marks)
            tokens.append(person.token)
    async with _coming_in(service.url, "websocket") as person:
        await person.join("addiction")
        await _doors(service.url, marks)
        await _no_requests(service, marks)
        await person.say("and a last word")
        tokens.append(person.token)
        held, files = _store(service.store), _files(service.home)
    assert all(word in str(held) for word in marks.shown), "the search finds what is there"
    assert len(marks.hidden) > 150
    secret = [*marks.hidden, *tokens, ADDRESS, "203.0.113", "127.0.0.1"]
    assert _where(secret, held) == set()
    assert _where([*secret, *marks.shown], files) == set()
    assert any(name.endswith("kindred.db") for name in files)
    log = service.log.read_text()
    assert "127.0.0.1" not in log
    assert all(json.loads(line)["message"] for line in log.splitlines())


@pytest.mark.asyncio
async def test_with_a_retention_of_nothing_only_the_receipt_remembers(tmp_path: Path) -> None:
    """With `[retention] minutes = 0` a said word is in no log; its author's receipt has it for 15 minutes."""
    config = BEHIND_A_PROXY + "[retention]\nminutes = 0\n"
    with serving(tmp_path / "home", config=config) as service:
        marks = Marks()
        async with _coming_in(service.url, "websocket") as one, _coming_in(service.url, "polling") as two:
            room = (await one.join("addiction"))["room"]["id"]
            await two.join(room=room)
            await one.say(f"{marks.show()} was a good day")
            await two.until(lambda: len(two.texts()) == 1)
            held = {place for _, place in _where(marks.shown, _store(service.store))}
            assert len(held) == 1
            assert held.pop().endswith(":receipts")
            with redis.Redis.from_url(service.store) as store:
                [receipts] = store.scan_iter("*:receipts")
                assert 0 < store.pttl(receipts) <= 900_000
            assert (await two.join(room=room))["messages"] == []
        assert _where(marks.shown, _files(service.home)) == set()
