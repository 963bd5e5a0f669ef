"""A room of a load: what all its members must agree on, and when the next one speaks."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from bench.moderation import ORDINARY

if TYPE_CHECKING:
    from bench.member import Member


class LoadRoom:
    """`wrong` counts what no client may ever see; it is shared by all rooms of a load."""

    def __init__(self, name: str, wrong: Counter[str]) -> None:
        self.name = name
        self.members: list[Member] = []
        self._wrong = wrong
        self._ids: dict[int, str] = {}  # seq -> message id as the first one heard it
        self._count: dict[int, int] = {}  # seq -> members who have heard it
        self._answers: dict[int, str] = {}  # seq -> message id as acknowledged
        self._sent = self._answered = self._whole = 0
        self._last_sent = 0  # where the present talk ends
        self._goal = (0, 0)  # heard by all, answered
        self._done: asyncio.Future[None] | None = None
        self.refusals = 0

    def talk(self, messages: int, window: int) -> asyncio.Future[None]:
        """Say so many, members in turn, `window` in flight; done when all is answered and heard by all."""
        self._last_sent = self._sent + messages
        self._goal = (self._whole + messages, self._answered + messages)
        self._done = asyncio.get_running_loop().create_future()
        for _ in range(min(window, messages)):
            self._speak()
        return self._done

    def hear(self, messages: int) -> asyncio.Future[None]:
        """Done when all have heard so many more from elsewhere."""
        self._goal = (self._whole + messages, self._answered)
        self._done = asyncio.get_running_loop().create_future()
        return self._done

    def heard(self, seq: int, message_id: str) -> None:
        """One more member has heard this seq."""
        if self._ids.setdefault(seq, message_id) != message_id:
            self._wrong["other order"] += 1
        n = self._count[seq] = self._count.get(seq, 0) + 1
        if n < len(self.members):
            return
        del self._count[seq]
        self._whole += 1
        if self._sent < self._last_sent:
            self._speak()
        self._check()

    def answered(self, seq: int, message_id: str) -> None:
        """One more acknowledgement has come."""
        self._answers[seq] = message_id
        self._answered += 1
        self._check()

    def refused(self) -> None:
        """No ordinary line should be; it is counted, and said again as a person would."""
        self.refusals += 1
        self._last_sent += 1
        self._speak()

    def _speak(self) -> None:
        self._sent += 1
        text = ORDINARY[self._sent % len(ORDINARY)]
        speaker = self.members[self._sent % len(self.members)]
        speaker.emit(self._sent, ["message", {"room": self.name, "key": f"b{self._sent}", "text": text}])

    def _check(self) -> None:
        if self._done is None or self._done.done() or (self._whole, self._answered) < self._goal:
            return
        if self._answered < self._goal[1]:
            return
        if any(self._ids.get(seq) != message_id for seq, message_id in self._answers.items()):
            self._wrong["acknowledged otherwise than heard"] += 1
        self._ids.clear()
        self._answers.clear()
        self._done.set_result(None)
