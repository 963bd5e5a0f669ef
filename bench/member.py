"""One visitor of a load: joins, speaks when told to, and checks all that it hears."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from bench.frames import CLOSE, Frames
from bench.marks import found
from bench.room import Chain, Room

if TYPE_CHECKING:
    from bench.load import Load

_WENT_AWAY = b"\x03\xe8"


class Member:
    """A connection. Holes, doubles, inversions, strangers' words and an end are counted by the load."""

    __slots__ = ("_load", "_next", "_server", "at", "chain", "frames", "gone", "joined", "owed", "room")

    def __init__(self, load: Load, server: object) -> None:
        self._load = load
        self._server = server
        self.at = 0  # messages heard
        self.owed = 0  # answers
        self._next = 0
        self.gone = False
        self.chain: Chain | None = None
        self.room: Room | None = None
        self.joined: asyncio.Future[None] | None = asyncio.get_running_loop().create_future()
        self.frames = Frames(self._text, self._lost)

    def emit(self, event: str, payload: object) -> None:
        """An event that asks for an acknowledgement."""
        self._next += 1
        self.owed += 1
        self.frames.send(b"42%d%b" % (self._next, json.dumps([event, payload]).encode()))

    def leave(self) -> None:
        """Out of the room, out of the namespace, away: as a page that is closed in order."""
        self.gone = True
        self.emit("leave", {"room": self.room.name if self.room else ""})
        self.frames.send(b"41")
        self.frames.send(_WENT_AWAY, CLOSE)
        self.frames.close()

    def stall(self) -> None:
        """Read nothing more, and count for nothing."""
        self.gone = True
        self.frames.stall()
        assert self.room is not None
        assert self.chain is not None
        self.room.members.remove(self)
        self.chain.at[self.at] -= 1
        self.chain = None

    def _text(self, text: bytes) -> None:
        if self.gone:
            return
        chain = self.chain
        if chain is not None:
            known = chain.packets.get(self.at)
            if known is not None and known[0] == text:
                self._move(chain, known[1])
                return
        if text.startswith(b"43"):
            self._answered(text)
        elif text.startswith(b"42"):
            if b"nskn" in text:
                self._hear(text)
        elif text == b"2":
            self.frames.send(b"3")
        elif text.startswith(b"0{"):
            self.frames.send(b"40" + self._load.plan.auth.encode())
        elif text.startswith(b"40"):
            self.emit("join", self._load.door())
        else:
            self._load.wrong[f"told {text[:2]!r}"] += 1

    def _move(self, chain: Chain, place: int) -> None:
        old, self.at = self.at, place
        self._load.heard(chain.order, old, place)
        chain.moved(old, place)

    def _hear(self, text: bytes) -> None:
        chain, load = self.chain, self._load
        if chain is None:
            if found(text):  # a token may hold a mark's first letters by chance
                load.wrong["heard before it had joined"] += 1
            return
        place, wrong = chain.read(self.at, text, load.speaker_of, load.plan.numbered)
        if wrong == "other order":
            load.wrong[wrong] += 1
            chain = self._part(chain)
            place, wrong = chain.read(self.at, text, load.speaker_of, load.plan.numbered)
        if wrong:
            load.wrong[wrong] += 1
            return
        self._move(chain, place)

    def _part(self, chain: Chain) -> Chain:
        """From here on this member hears in an order of its own."""
        assert self.room is not None
        mine = chain.copy(self.at)
        self.chain = self.room.chains[self] = mine
        mine.at[self.at] += 1
        chain.at[self.at] -= 1
        return mine

    def _answered(self, text: bytes) -> None:
        self.owed -= 1
        if b'"ok":true' not in text:
            self._load.wrong["refused"] += 1
        elif self.room is None:
            answer = json.loads(text[text.index(b"[") :])[0]
            self.room = self._load.room(answer["room"]["id"])
            self.room.members.append(self)
            self.chain = self.room.chain(self._server)
            self.chain.at[0] += 1
            if self.joined is not None and not self.joined.done():
                self.joined.set_result(None)
            self.joined = None

    def _lost(self) -> None:
        if self.gone:
            self._load.cut += self.joined is None and self.chain is None
            return
        self._load.wrong["closed"] += 1
        if self.joined is not None and not self.joined.done():
            self.joined.set_exception(ConnectionError("closed before it had joined"))
