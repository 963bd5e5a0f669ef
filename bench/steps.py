"""The steps of a message's path (rooms/relay.py `say` and its two edges), ready to be taken many times."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec
from engineio.packet import MESSAGE
from engineio.packet import Packet as EngineIOPacket
from socketio.packet import ACK

from bench.moderation import ORDINARY
from bench.worker import Worker
from moderation import pipeline
from rooms import clock, limits, log, relay
from rooms.message import Draft
from rooms.room import admit
from rooms.session import Session
from server import protocol
from server.transport import Packet

SPEAKERS = 16
ROOM = "addiction.1"
"""Where the crowd listens."""
ANSWER = {"ok": True, "outcome": "allow", "id": "aaaaaaaaaaaa", "flags": [], "seq": 0}
Ask = Callable[[int], Awaitable[object]]


class HandClock:
    """Turned so fast that no bucket is ever empty."""

    def __init__(self) -> None:
        self.ms = clock.system()

    def __call__(self) -> int:
        self.ms += limits.WORDS.interval_ms
        return self.ms


class Steps:
    """Each of the first group takes its step `n` times; each of the second is one call to the store."""

    def __init__(self, at: Worker) -> None:
        self._wire = at.app.edge.wire
        self._house = at.app.house
        self._patient = replace(at.app.house, now=HandClock())
        site = next(iter(at.app.edge.settings.sites.values()))
        self._sessions = [
            Session(id=f"{n:024x}", name="Calm Otter", site=site, lang="en", tag=f"{n:016x}", worker="bench")
            for n in range(SPEAKERS)
        ]
        self._rooms = [f"addiction.{1_000 + n}" for n in range(SPEAKERS)]  # nobody listens in these
        self._keys = itertools.count()
        self._frames = [_frame(n, text) for n, text in enumerate(ORDINARY)]
        self._drafts = [_parse(frame) for frame in self._frames]
        self._submissions = [relay.gather(self._sessions[0], ROOM, draft) for draft in self._drafts]
        self._verdicts = [pipeline.judge(submission) for submission in self._submissions]

    # --- without the store -----------------------------------------------------------------

    def parse(self, n: int) -> None:
        """A frame's text to a Draft."""
        for i in range(n):
            _parse(self._frames[i % len(self._frames)])

    def admit(self, n: int) -> None:
        """A member? And the facts that the stages need."""
        memberships = {ROOM}
        for i in range(n):
            draft = self._drafts[i % len(self._drafts)]
            relay.gather(self._sessions[i % SPEAKERS], admit(memberships, ROOM), draft)

    def decide(self, n: int) -> None:
        """The filter."""
        for i in range(n):
            relay.decide(self._submissions[i % len(self._submissions)])

    def ack(self, n: int) -> None:
        """The answer into the author's queue. Bounded: the queues are written out elsewhere."""
        sockets = list(self._wire.eio.sockets)
        answer = msgspec.Raw(msgspec.json.encode(ANSWER | {"text": ORDINARY[0]}))
        for i in range(n):
            packet = Packet(ACK, namespace="/", id=i, data=[answer])
            self._wire._put([sockets[i % len(sockets)]], packet)

    async def written_out(self) -> None:
        """Until the acknowledgements have left."""
        for connection in self._wire.eio.sockets.values():
            await connection.queue.join()

    # --- with the store ----------------------------------------------------------------------

    async def limits(self, i: int) -> None:
        """The visitor's and the address tag's buckets."""
        await limits.spend(self._patient, self._sessions[i % SPEAKERS])

    async def commit(self, i: int) -> None:
        """Number, keep, announce, in a room that nobody of this process listens in."""
        await self._commit(i, self._rooms[i % SPEAKERS])

    async def commit_heard(self, i: int) -> None:
        """The same in the crowd's room."""
        await self._commit(i, ROOM)

    async def _commit(self, i: int, room: str) -> None:
        draft = replace(self._drafts[i % len(self._drafts)], key=f"c{next(self._keys)}")
        verdict = self._verdicts[i % len(self._verdicts)]
        await log.commit(self._house, self._sessions[i % SPEAKERS], room, draft, verdict)


def _frame(n: int, text: str) -> str:
    sent = ["message", {"room": ROOM, "key": f"k{n}", "text": text}]
    return f"{MESSAGE}2{n}" + msgspec.json.encode(sent).decode()


def _parse(frame: str) -> Draft:
    # What engineio's receive loop, Wire._handle_eio_message and Edge._message do with a frame's text.
    packet = Packet(encoded_packet=EngineIOPacket(encoded_packet=frame).data)
    sent = protocol.parse(protocol.Message, packet.data[1])
    return Draft(key=sent.key, text=protocol.words(sent.text), room=sent.room, reply_to=sent.reply_to)
