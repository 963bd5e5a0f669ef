"""One visitor of a load: joins, speaks when told to, and checks all that it hears."""

import asyncio
from collections import Counter

import msgspec

from bench.frames import Frames
from bench.load_room import LoadRoom


class Said(msgspec.Struct):
    """What a load needs of an Event."""

    seq: int
    id: str = ""


class Heard(msgspec.Struct):
    """`events`"""

    room: str
    epoch: str
    events: list[Said]


class Position(msgspec.Struct):
    """Of a `join`'s acknowledgement."""

    epoch: str
    seq: int


class RoomId(msgspec.Struct):
    """Of a `join`'s acknowledgement."""

    id: str


class Error(msgspec.Struct):
    """Of a refusal."""

    code: str


class Answer(msgspec.Struct):
    """Any acknowledgement."""

    ok: bool
    error: Error | None = None
    id: str = ""
    seq: int = 0
    room: RoomId | None = None
    position: Position | None = None


_events = msgspec.json.Decoder(tuple[str, Heard])
_answers = msgspec.json.Decoder(tuple[Answer])


class Member:
    """A connection. Holes, doubles, inversions, another epoch and an end go into `wrong`."""

    def __init__(self, rooms: dict[str, LoadRoom], wrong: Counter[str], topic: str) -> None:
        self._rooms = rooms
        self._wrong = wrong
        self._topic = topic
        self._at = Position("", 0)
        self._room: LoadRoom | None = None
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.frames = Frames(self._text, self._lost)

    def emit(self, number: int, payload: object) -> None:
        """An event that asks for acknowledgement `number`."""
        self.frames.send(b"42%d%b" % (number, msgspec.json.encode(payload)))

    def _text(self, text: bytes) -> None:
        if text.startswith(b'42["events",'):
            self._hear(_events.decode(text[2:])[1])
        elif text.startswith(b"43"):
            self._answered(_answers.decode(text[text.index(b"[") :])[0])
        elif text == b"2":
            self.frames.send(b"3")
        elif text.startswith(b"0{"):
            self.frames.send(b'40{"site":"demo"}')
        elif text.startswith(b'42["welcome"'):
            self.emit(0, ["join", {"topic": self._topic}])

    def _lost(self) -> None:
        self._wrong["closed"] += 1
        if not self.joined.done():
            self.joined.set_exception(ConnectionError("closed before it had joined"))

    def _answered(self, answer: Answer) -> None:
        if not answer.ok:
            self._refused(answer.error)
        elif answer.room is not None and answer.position is not None:
            self._at = answer.position
            self._room = self._rooms.setdefault(answer.room.id, LoadRoom(answer.room.id, self._wrong))
            self._room.members.append(self)
            self.joined.set_result(None)
        elif self._room is not None and answer.seq:
            self._room.answered(answer.seq, answer.id)

    def _refused(self, error: Error | None) -> None:
        if self._room is None:
            self.joined.set_exception(ConnectionError(f"refused: {error and error.code}"))
        else:
            self._room.refused()

    def _hear(self, heard: Heard) -> None:
        room = self._room
        assert room is not None
        if heard.epoch != self._at.epoch or heard.room != room.name:
            self._wrong["other epoch or room"] += 1
        for said in heard.events:
            if said.seq != self._at.seq + 1:
                self._wrong["doubled or reordered" if said.seq <= self._at.seq else "lost"] += 1
            self._at.seq = said.seq
            room.heard(said.seq, said.id)
