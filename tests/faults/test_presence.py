"""Nobody stays in a room as a ghost: who has gone is told, whichever way they went."""

import asyncio
import contextlib
import functools
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from tests.faults.careful import Member
from tests.faults.ledger import Ledger
from tests.faults.patience import when
from tests.serving import FREE, PATIENCE, Serving, serving

pytestmark = pytest.mark.journey
GONE = 1.0
"""Seconds from the end of a socket until the room is told."""
_RST = struct.pack("ii", 1, 0)


def _masked(head: int, data: bytes) -> bytes:
    """A client's frame (RFC 6455, section 5.2) of less than 64 KiB; its mask is nought."""
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return bytes([head]) + size + bytes(4) + data


GARBAGE = {
    "a text that is no UTF-8": _masked(0x81, b"42[\xff\xfe"),
    "half a JSON": _masked(0x81, b'42["join",{"topic":'),
    "fifty thousand brackets": _masked(0x81, b"4" + b"[" * 50_000),
    "a packet of no kind": _masked(0x81, b"99"),
    "an empty frame": _masked(0x81, b""),
    "a binary frame": _masked(0x82, b"\0\1\2"),
    "a frame of no kind": _masked(0x83, b"x"),
    "a frame without a mask": b"\x81\x02hi",
    "a reserved bit": _masked(0xF1, b"hi"),
    "a frame of 2^62 bytes": b"\x81\xff\x40" + bytes(7) + bytes(4) + b"x",
    "a ping of 126 bytes": _masked(0x89, bytes(126)),
    "an attachment that was never announced": _masked(0x81, b'451-["join",{"_placeholder":true,"num":0}]'),
    "a second CONNECT": _masked(0x81, b'40{"site":"demo"}'),
    "a close of one byte": _masked(0x88, b"\x03"),
}


class Bare:
    """A visitor as bytes on a socket, who may say anything."""

    def __init__(self, service: Serving, topic: str) -> None:
        self._address = "127.0.0.1", service.port
        self._topic = topic
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.me = ""

    async def enter(self) -> "Bare":
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, self._address)
        host = f"{self._address[0]}:{self._address[1]}"
        await self.say(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await self.say(_masked(0x81, b'40{"site":"demo"}'))
        heard = await self._until(b'"me":{"id":"')
        self.me = heard.partition(b'"me":{"id":"')[2].partition(b'"')[0].decode()
        await self.say(_masked(0x81, f'421["join",{{"topic":"{self._topic}"}}]'.encode()))
        assert b'431[{"ok":true' in await self._until(b"431[")
        return self

    async def say(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def _until(self, marker: bytes) -> bytes:
        heard = b""
        async with asyncio.timeout(PATIENCE):
            while marker not in heard or not heard.endswith((b"}", b"]")):
                heard += await asyncio.get_running_loop().sock_recv(self.socket, 65_536)
        return heard

    def close(self) -> None:
        self.socket.close()

    def end(self, *, reset: bool) -> None:
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        self.socket.close()


@pytest.fixture(scope="module", params=["fast", pytest.param("plain", marks=pytest.mark.long)])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    environ = {"KINDRED_TRANSPORT": request.param}
    with serving(tmp_path_factory.mktemp("p"), workers=2, config=FREE, environ=environ) as running:
        yield running


@pytest_asyncio.fixture
async def witness(service: Serving, rng: random.Random) -> AsyncIterator[Member]:
    """Somebody who sees who leaves, and is alone at first: the last test's, at the other worker, is gone."""
    member = Member("calm river", service.url, "mental-health", Ledger(), rng)

    async def alone() -> bool:
        return await _there(member) == [member.me["id"]]

    try:
        await member.enter()
        await when(alone)
        yield member
    finally:
        await member.leave()


async def _assert_leaves(witness: Member, who: Bare, end: Callable[[], object]) -> None:
    began = asyncio.get_running_loop().time()
    end()
    await witness.until(lambda: who.me in witness.people_left)
    assert asyncio.get_running_loop().time() - began < GONE
    assert await _there(witness) == [witness.me["id"]]


async def _there(witness: Member) -> list[str]:
    room = (await witness.call("join", {"room": witness.room}))["room"]
    return [person["id"] for person in room["people"]]


@pytest.mark.asyncio
@pytest.mark.parametrize("reset", [False, True])
async def test_a_closed_socket(service: Serving, witness: Member, reset: bool) -> None:
    """The end of a socket, orderly or by RST, is seen in the room within a second."""
    for _ in range(10):
        with contextlib.closing(Bare(service, "mental-health")) as bare:
            await bare.enter()
            await _assert_leaves(witness, bare, functools.partial(bare.end, reset=reset))


@pytest.mark.asyncio
@pytest.mark.parametrize("goodbye", [b"41", b"1"])
async def test_a_goodbye(service: Serving, witness: Member, goodbye: bytes) -> None:
    """Who takes leave in so many words is gone within a second, whatever becomes of the socket."""
    with contextlib.closing(Bare(service, "mental-health")) as bare:
        await bare.enter()
        await _assert_leaves(witness, bare, lambda: bare.socket.send(_masked(0x81, goodbye)))


@pytest.mark.asyncio
@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_leaves_no_ghost(service: Serving, witness: Member, garbage: bytes) -> None:
    """After a frame that makes no sense a visitor is there as before, or gone within a second; never half."""
    with contextlib.closing(Bare(service, "mental-health")) as bare:
        await bare.enter()
        await bare.say(garbage)
        there = await _still_answers(bare, witness)
        await _assert_leaves(witness, bare, functools.partial(bare.end, reset=True) if there else _nothing)


def _nothing() -> None:
    """It is over already."""


async def _still_answers(bare: Bare, witness: Member) -> bool:
    """Whether it hears an answer, or the end."""
    heard = b""
    try:
        await bare.say(_masked(0x81, b'427["leave",{"room":"nowhere.1"}]'))
        async with asyncio.timeout(2):
            while b"437[" not in heard:
                data = await asyncio.get_running_loop().sock_recv(bare.socket, 65_536)
                if not data or data[:1] == b"\x88":  # the end, or a closing frame
                    return False
                heard += data
    except OSError:  # the end; or no answer, as where it waits for the rest of a frame
        return bare.me not in witness.people_left
    return True
