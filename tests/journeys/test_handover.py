"""Long-polling by hand, a fresh connection for each request, which the kernel spreads over two workers."""

import asyncio
import contextlib
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.transport import FRAME, PAYLOAD_PACKETS, POLL_PACKETS
from tests.faults.patience import when
from tests.serving import FREE, Serving, fetch, serving
from tests.visitor import Visitor, visitor

pytestmark = pytest.mark.journey
SEPARATOR = "\x1e"
PATIENCE = 60.0
SPREAD = 12
"""Requests on connections of their own: all of them at one worker would be a chance of 1 in 2,048."""


@pytest.fixture(scope="module")
def service(transport: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("handover"), workers=2, config=FREE) as running:
        yield running


class Poller:
    """An Engine.IO session over bare HTTP requests."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = f"{url}/socket.io/?EIO=4&transport=polling"
        self.session = session
        self.sid = ""
        self.requests = 0
        self.answers: list[list[str]] = []
        self.heard: list[list[Any]] = []
        self.acknowledged: dict[int, Any] = {}

    async def request(self, method: str, data: Any = None) -> tuple[int, str]:
        self.requests += 1
        sid = f"&sid={self.sid}" if self.sid else ""
        async with (
            asyncio.timeout(PATIENCE),
            self.session.request(method, self.url + sid, data=data) as answer,
        ):
            return answer.status, await answer.text()

    async def open(self) -> "Poller":
        status, body = await self.request("GET")
        assert status == 200, body
        self.sid = json.loads(body[1:])["sid"]
        await self.post('40{"site":"demo"}')
        await self.until(lambda: any(event == "welcome" for event, _ in self.heard))
        return self

    async def post(self, *packets: str) -> None:
        status, body = await self.request("POST", SEPARATOR.join(packets))
        assert (status, body) == (200, "ok")

    async def poll(self) -> None:
        status, body = await self.request("GET")
        assert status == 200, body
        packets = body.split(SEPARATOR)
        self.answers.append(packets)
        for packet in packets:
            if packet == "2":
                await self.post("3")
            elif packet.startswith("42"):
                self.heard.append(json.loads(packet[2:]))
            elif acknowledgement := re.match(r"43(\d+)(.*)", packet):
                self.acknowledged[int(acknowledgement[1])] = json.loads(acknowledgement[2])[0]

    async def until(self, fact: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not fact():
                await self.poll()

    async def acknowledgement(self, number: int) -> Any:
        await self.until(lambda: number in self.acknowledged)
        return self.acknowledged[number]

    async def join(self, topic: str) -> str:
        await self.post(emit(0, "join", topic=topic))
        room: str = (await self.acknowledgement(0))["room"]["id"]
        return room

    def texts(self) -> list[str]:
        packets = [payload for event, payload in self.heard if event == "events"]
        return [event["text"] for payload in packets for event in payload["events"]]


def emit(number: int, event: str, **payload: Any) -> str:
    return f"42{number}{json.dumps([event, payload])}"


def words(number: int) -> str:
    return emit(number, "message", key=f"k{number}", text=f"word {number}")


@contextlib.asynccontextmanager
async def poller(url: str) -> AsyncIterator[Poller]:
    """Connected, each request on a connection of its own."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        person = await Poller(url, session).open()
        yield person
        await person.request("POST", "41")
        await person.request("POST", "1")


async def assert_unharmed(person: Visitor) -> None:
    """A neighbour still talks, on the connection it has."""
    assert (await person.say(f"still here {len(person.texts())}"))["ok"]
    assert person.drops == 0


@pytest.mark.asyncio
async def test_a_conversation_of_single_requests(tmp_path: Path, unused_tcp_port: int) -> None:
    """Thirty requests and more, each on its own connection, carry a conversation both ways."""
    options = ("--metrics-port", str(unused_tcp_port))
    with serving(tmp_path / "home", *options, workers=2, config=FREE) as service:
        async with poller(service.url) as one, visitor(service.url) as two:
            room = await one.join("addiction")
            await two.join(room=room)
            for number in range(1, 16):
                await one.post(words(number))
                assert (await one.acknowledgement(number))["ok"]
                assert (await two.say(f"and you {number}"))["ok"]
                await one.until(lambda number=number: f"and you {number}" in one.texts())
            await two.until(lambda: len(two.texts()) >= 30)
            said = [text for number in range(1, 16) for text in (f"word {number}", f"and you {number}")]
            assert one.texts() == two.texts() == said
            assert one.requests >= 30
        async with asyncio.timeout(PATIENCE):
            found = None
            while found is None:
                _, metrics = await fetch(f"http://127.0.0.1:{unused_tcp_port}/metrics")
                found = re.search(r"kindred_handovers_total\S* [1-9]", metrics)


@pytest.mark.asyncio
async def test_a_body_in_chunks_is_read_whole(service: Serving) -> None:
    """A POST with chunked transfer encoding counts as any other, whichever worker it reaches."""

    async def chunks(packet: str) -> AsyncIterator[bytes]:
        for at in range(0, len(packet), 20):
            yield packet[at : at + 20].encode()

    async with poller(service.url) as person:
        await person.join("addiction")
        for number in range(1, SPREAD + 1):
            status, body = await person.request("POST", chunks(words(number)))
            assert (status, body) == (200, "ok")
            assert (await person.acknowledgement(number))["ok"]


@pytest.mark.asyncio
async def test_a_backlog_of_128_packets_passes_and_one_more_does_not(service: Serving) -> None:
    """128 packets in one POST are all answered; 129 are refused as a whole, and the neighbours talk on."""
    assert PAYLOAD_PACKETS == 128
    async with visitor(service.url) as neighbour, poller(service.url) as person:
        room = await person.join("mental-health")
        await neighbour.join(room=room)
        await person.post(*(words(number) for number in range(1, 129)))
        await person.until(lambda: len(person.acknowledged) == 129)
        assert all(answer["ok"] for answer in person.acknowledged.values())
        await neighbour.until(lambda: len(neighbour.texts()) >= 128)
        for _ in range(SPREAD):
            async with poller(service.url) as other:
                await other.join("mental-health")
                status, _ = await other.request("POST", SEPARATOR.join(words(n) for n in range(1, 130)))
                assert status == 400
                assert (await other.request("POST", "3"))[0] == 400  # the client begins anew
        await assert_unharmed(neighbour)
        assert neighbour.texts()[:128] == [f"word {number}" for number in range(1, 129)]
        await neighbour.until(lambda: len(neighbour.texts()) >= 129)
        assert neighbour.texts()[128:] == ["still here 128"]


@pytest.mark.asyncio
async def test_a_poll_brings_sixteen_packets_at_most(service: Serving) -> None:
    """A backlog comes in portions that clients built on python-engineio can read, in order."""
    async with visitor(service.url) as neighbour, poller(service.url) as person:
        room = await person.join("life-changes")
        await neighbour.join(room=room)
        for number in range(100):
            await neighbour.say(f"word {number}")
        await person.until(lambda: len(person.texts()) >= 100)
        assert person.texts() == [f"word {number}" for number in range(100)]
        assert max(map(len, person.answers)) == POLL_PACKETS == 16


@pytest.mark.asyncio
async def test_a_body_over_the_limit_is_refused(service: Serving) -> None:
    """More than the limit, declared or in chunks, is refused by either worker, and the neighbours talk on."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(FRAME // 65_536 + 4):
            yield b"4" * 65_536

    async with visitor(service.url) as neighbour:
        await neighbour.join("addiction")
        for _ in range(SPREAD // 2):
            for body in (b"4" * (FRAME + 1), endless()):
                async with poller(service.url) as person:
                    status, _ = await person.request("POST", body)
                    assert status in (400, 413)
        await assert_unharmed(neighbour)


@pytest.mark.asyncio
async def test_packets_that_no_client_sends_end_their_own_session(service: Serving) -> None:
    """Bodies that are no Engine.IO are answered at once, without waiting for anyone to poll."""
    async with visitor(service.url) as neighbour:
        await neighbour.join("addiction")
        for body in ("2", "0", "6", "9", "", SEPARATOR, "x", "bx", b"\xff", "4" + "[" * 9_999, "d=", "d"):
            async with poller(service.url) as person:
                status, _ = await person.request("POST", body)
                assert status in (200, 400), body
        await assert_unharmed(neighbour)


@pytest.mark.asyncio
async def test_a_session_nobody_knows_is_refused_at_once(service: Serving) -> None:
    """An unknown worker, an unknown session of a known one, and names that are no worker's answer 400."""
    async with poller(service.url) as person:
        known, _, _ = person.sid.partition(".")
        strangers = ["deadbeef.x", f"{known}.x", "..%2F..%2Fetc.x", ".", "%00", f"{known}%2F..%2F{known}.x"]
        for sid in strangers * 4:
            for method in ("GET", "POST"):
                person.sid, mine = sid, person.sid
                status, _ = await person.request(method, "3" if method == "POST" else None)
                person.sid = mine
                assert status == 400, sid


@pytest.mark.asyncio
async def test_a_session_of_a_dead_worker_is_refused_at_once(tmp_path: Path) -> None:
    """After `kill -9` the sessions of that worker answer 400 to either worker, within seconds."""
    with serving(tmp_path / "home", workers=2) as service:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
            people: dict[str, Poller] = {}
            while len(people) < 2:
                person = await Poller(service.url, session).open()
                people[person.sid.partition(".")[0]] = person
            before = service.workers()
            os.kill(before[0], signal.SIGKILL)
            await when(lambda: _replaced(service, before))
            async with asyncio.timeout(PATIENCE):
                for person in people.values():
                    await _answered(person)
            found = []
            for person in people.values():
                answers = [await person.request("POST", "3") for _ in range(SPREAD)]
                found.append({status for status, _ in answers})
            assert sorted(found, key=max) == [{200}, {400}]


async def _answered(person: Poller) -> None:
    """As any client does, ask again where a worker that is just starting hung up."""
    while True:
        with contextlib.suppress(aiohttp.ServerDisconnectedError):
            await person.request("POST", "42" + json.dumps(["support", {"region": "GB"}]))
            return


async def _replaced(service: Serving, before: list[int]) -> bool:
    workers = service.workers()
    return len(workers) == 2 and workers != before


@pytest.mark.asyncio
async def test_requests_in_one_breath_harm_nobody(service: Serving) -> None:
    """HTTP pipelining gets its first answer, wherever it lands, and costs nobody else anything."""
    async with visitor(service.url) as neighbour, poller(service.url) as person:
        room = await person.join("addiction")
        await neighbour.join(room=room)
        for number in range(1, SPREAD + 1):
            path = f"/socket.io/?EIO=4&transport=polling&sid={person.sid}"
            body = words(number)
            head = f"POST {path} HTTP/1.1\r\nHost: {service.url[7:]}\r\nContent-Length: {len(body)}\r\n\r\n"
            reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
            writer.write((head + body).encode() + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
            async with asyncio.timeout(PATIENCE):
                assert b" 200 " in await reader.readline()
            writer.close()
            await writer.wait_closed()
            assert (await person.acknowledgement(number))["ok"]
        await assert_unharmed(neighbour)


@pytest.mark.asyncio
async def test_a_body_that_never_ends_costs_nobody_else(service: Serving) -> None:
    """Forty requests whose bodies stand still in the middle keep no worker from serving the others."""
    async with visitor(service.url) as neighbour, poller(service.url) as person:
        room = await person.join("addiction")
        await neighbour.join(room=room)
        path = f"/socket.io/?EIO=4&transport=polling&sid={person.sid}"
        head = f"POST {path} HTTP/1.1\r\nHost: {service.url[7:]}\r\nContent-Length: 100\r\n\r\n42"
        writers = []
        for _ in range(40):
            _, writer = await asyncio.open_connection("127.0.0.1", service.port)
            writer.write(head.encode())
            await writer.drain()
            writers.append(writer)
        for number in range(1, SPREAD + 1):
            await person.post(words(number))
            assert (await person.acknowledgement(number))["ok"]
            await assert_unharmed(neighbour)
        for writer in writers:
            writer.close()
            await writer.wait_closed()
        await assert_unharmed(neighbour)
