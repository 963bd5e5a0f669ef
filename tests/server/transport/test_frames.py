"""The rules of RFC 6455 and of Engine.IO, on the fast path, with bytes that no library would send."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.protocol import TOO_LONG
from server.transport import Caller, bounds, websocket
from tests.server.transport.raw import UPGRADE, Raw, Says, masked, until
from tests.server.transport.tiny import tiny


@pytest_asyncio.fixture
async def wire() -> Says:
    return Says()


@pytest_asyncio.fixture
async def raw(wire: Says) -> AsyncIterator[Raw]:
    """A client that has connected."""
    async with tiny(wire=wire) as url:
        with contextlib.closing(await Raw(url).open()) as raw:
            yield raw


LONG = "x" * (bounds.FRAME - 1)
BAD = {
    "a frame without a mask": (b"\x81\x01x", 1002),
    "an extension that nobody agreed on": (masked("2", 0xC1), 1002),
    "an opcode that does not exist": (masked("", 0x83), 1002),
    "a control frame that does not exist": (masked("", 0x8B), 1002),
    "a ping in fragments": (masked("", 0x09), 1002),
    "a ping that is too long": (masked("x" * 126, 0x89), 1002),
    "a middle without a beginning": (masked("x", 0x80), 1002),
    "a beginning in the middle": (masked("4", 0x01) + masked("4"), 1002),
    "bytes that are not UTF-8": (masked(b"4\xff\xfe"), 1007),
    "half a character at the end of fragments": (masked(b"4\xc3", 0x01) + masked(b"", 0x80), 1007),
    "a packet over the bound": (masked("4" + LONG + "x"), 1009),
    "the head alone of one": (masked("4", size=bounds.FRAME + 1), 1009),
    "a long packet that is no message": (masked("2" + LONG), 1009),
    "a head that promises exabytes": (b"\x81\xff\x7f" + b"\xff" * 7 + b"\0\0\0\0", 1009),
    "fragments that add up": (masked("4" + LONG, 0x01) + masked(LONG, 0x80), 1009),
    "an Engine.IO type that does not exist": (masked("9"), 1002),
    "an empty packet": (masked(""), 1002),
    "an upgrade of what is upgraded": (masked("5"), 1002),
    "the client's own end": (masked(b"\x03\xe8bye", 0x88), 1000),
    "the client's own code": (masked(b"\x0f\xa0", 0x88), 4000),
    "an end without a code": (masked(b"", 0x88), 1000),
    "an end with a code that may not be sent": (masked(b"\x03\xed", 0x88), 1002),
    "an end with half a code": (masked(b"\x03", 0x88), 1002),
}


@pytest.mark.asyncio
@pytest.mark.parametrize(("sent", "code"), BAD.values(), ids=BAD)
async def test_a_frame_that_ends_the_connection(raw: Raw, wire: Says, sent: bytes, code: int) -> None:
    """What was said before it is heard, it is closed with the right code, and nothing is left behind."""
    await raw.send(masked('421["before",1]') + sent + masked('422["after",1]'))
    assert await raw.close_code() == code
    await until(lambda: len(wire.gone) == 1)
    assert wire.heard == [("before", [1])]
    assert not wire.clients


HEADS = {
    "no upgrade to anything": (b"Upgrade: websocket\r\n", b""),
    "another protocol": (b"Upgrade: websocket", b"Upgrade: h2c"),
    "a header of which nobody says that it is meant": (b"Connection: Upgrade", b"Connection: keep-alive"),
    "an option that only sounds like it": (b"Connection: Upgrade", b"Connection: no-upgrade"),
    "a version that there never was": (b"Version: 13", b"Version: 12"),
    "no key": (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""),
    "a short key": (b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZQ=="),
    "a key that is no base64": (b"dGhlIHNhbXBsZSBub25jZQ==", b"x"),
}


@pytest.mark.asyncio
@pytest.mark.parametrize(("part", "other"), HEADS.values(), ids=HEADS)
async def test_a_request_that_is_wanting(part: bytes, other: bytes) -> None:
    """It is answered with a 400, and no connection is taken over."""
    async with tiny(wire=Says()) as url:
        reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
        assert part in UPGRADE
        writer.write(UPGRADE.replace(part, other))
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()
        await writer.wait_closed()


@pytest.mark.asyncio
async def test_the_longest_message_however_it_is_written(raw: Raw) -> None:
    """2,000 code points pass as UTF-8 and as escapes, which take 24,000 bytes."""
    for text, ascii_only in (("😀" * 2_000, True), ("😀" * 2_000, False), ("\\" * 2_000, True)):
        packet = "421" + json.dumps(["message", {"text": text}], ensure_ascii=ascii_only)
        await raw.send(masked(packet))
        _, answer = await raw.frame()
        assert json.loads(answer[3:]) == [[{"text": text}]]


LONGER = "é" * (bounds.PACKET // 2)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sent",
    [
        masked(f'421["message","{LONGER}"]'),
        masked('421["message","' + "x" * (bounds.FRAME - 18) + '"]'),
        masked('421["mess', 0x01) + masked("age", 0x00) + masked(f'","{LONGER}"]', 0x80),
        masked(f'421["message","{LONGER}', 0x01) + masked(LONGER, 0x00) + masked('"]', 0x80),
    ],
    ids=["one frame", "the largest", "in fragments", "in long fragments"],
)
@pytest.mark.parametrize("step", [100, 10_000, bounds.FRAME])
async def test_a_packet_that_is_too_long_to_read(raw: Raw, wire: Says, sent: bytes, step: int) -> None:
    """It is answered by its head, wherever it is cut, and what follows it is heard."""
    whole = masked('422["before"]') + sent + masked("x" * (bounds.PACKET + 1), 0x82) + masked('423["after"]')
    for at in range(0, len(whole), step):
        await raw.send(whole[at : at + step])
    for number in (2, 1, 3):
        assert (await raw.frame())[1] == f"43{number}[[]]".encode()
    assert [event for event, _ in wire.heard] == ["before", TOO_LONG, "after"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sent",
    [
        masked('421["message","' + LONGER, size=bounds.FRAME),
        masked('421["message","' + LONGER, 0x01) + masked(LONGER, 0x00, size=len(LONGER.encode()) + 1),
    ],
    ids=["one frame", "in fragments"],
)
async def test_nothing_is_kept_of_what_is_too_long(raw: Raw, wire: Says, sent: bytes) -> None:
    """While a packet that is too long is still coming, its connection keeps no more than its head."""
    (client,) = wire.clients.values()
    carrier = client.carrier
    assert isinstance(carrier, websocket.WebSocket)
    await raw.send(sent)
    await until(lambda: carrier._skip > 0)
    assert len(carrier._rest) + len(carrier._parts or b"") <= bounds.HEAD + 1


@pytest.mark.asyncio
async def test_fragments(raw: Raw) -> None:
    """A message in fragments is one message, and a ping between them is answered at once."""
    whole = '421["héllo","wörld"]'.encode()
    await raw.send(masked(whole[:8], 0x01) + masked("are you there", 0x89) + masked(whole[8:9], 0x00))
    assert await raw.frame() == (0x8A, b"are you there")
    await raw.send(masked(whole[9:], 0x80))
    assert await raw.frame() == (0x81, '431[["wörld"]]'.encode())


@pytest.mark.asyncio
async def test_byte_by_byte(raw: Raw) -> None:
    """Frames of every size of head survive any cut."""
    for size in (1, 125, 126, 200, 16_000):
        sent = masked('421["x","' + "y" * size + '"]')
        for n in range(14):
            await raw.send(sent[n : n + 1])
        await raw.send(sent[14:])
        assert json.loads((await raw.frame())[1][3:]) == [["y" * size]]


@pytest.mark.asyncio
async def test_many_at_once(raw: Raw, wire: Says) -> None:
    """Whatever comes in one breath is answered whole and in order."""
    await raw.send(b"".join(masked(f'42{n}["x",{n}]') for n in range(1_000)))
    for n in range(1_000):
        assert await raw.frame() == (0x81, f"43{n}[[{n}]]".encode())
    assert [arguments for _, arguments in wire.heard] == [[n] for n in range(1_000)]


@pytest.mark.asyncio
async def test_in_and_out_and_in_again(raw: Raw, wire: Says) -> None:
    """Whoever comes and goes as fast as they can is let in so many times, and cut; a few times are nothing,
    and another connection is let in as ever."""
    knocks, began = 1, asyncio.get_running_loop().time()  # the fixture's own

    async def met(namespace: str, sid: str, caller: Caller, auth: object) -> None:
        nonlocal knocks
        knocks += 1

    wire.on_connect = met
    await raw.send(masked("41") + (masked("40") + masked("40") + masked("41")) * (bounds.CONNECTS.burst - 2))
    await raw.send(masked("40") + masked('421["x"]'))
    frames = [(await raw.frame())[1] for _ in range(bounds.CONNECTS.burst)]
    assert [frame[:3] for frame in frames] == [b"40{"] * (bounds.CONNECTS.burst - 1) + [b"431"]
    await raw.send((masked("41") + masked("40")) * 1_000)
    assert await raw.close_code() == bounds.COME_BACK
    most = (asyncio.get_running_loop().time() - began) * 1_000 / bounds.CONNECTS.interval_ms
    assert bounds.CONNECTS.burst <= knocks <= bounds.CONNECTS.burst + most + 1
    await until(lambda: not wire.clients)
    assert len(wire.gone) == knocks
    with contextlib.closing(await Raw(f"http://{raw.address}").open()):
        assert len(wire.clients) == 1


@pytest.mark.asyncio
async def test_bytes_are_nobodys(raw: Raw, wire: Says) -> None:
    """A binary message costs its sender nothing and nobody else anything: there are no binary events."""
    await raw.send(masked(b"\0\1\2", 0x82) + masked("6") + masked('421["x"]'))
    assert await raw.frame() == (0x81, b"431[[]]")
    assert len(wire.heard) == 1
