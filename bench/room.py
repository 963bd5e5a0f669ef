"""A room of a load: who speaks next, and what its members may hear."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.marks import found

if TYPE_CHECKING:
    from bench.member import Member

_SEQ = re.compile(rb'\{"seq":(\d+),')


class Room:
    """Its members in the order of their coming, and the orders in which they heard its messages.

    `whole` is called with each message that all have heard.
    """

    def __init__(self, name: str, whole: Callable[[int], None]) -> None:
        self.name = name
        self.members: list[Member] = []
        self.chains: dict[object, Chain] = {}
        self.messages: set[int] = set()  # what was said here
        self._whole = whole
        self._partly: Counter[int] = Counter()  # message -> orders that have it whole

    def chain(self, server: object) -> Chain:
        """The order in which this server's members hear."""
        if server not in self.chains:
            self.chains[server] = Chain(self)
        return self.chains[server]

    def heard(self, messages: list[int]) -> None:
        """All members of one chain have heard these."""
        if len(self.chains) == 1:
            for message in messages:
                self._whole(message)
            return
        for message in messages:
            self._partly[message] += 1
            if self._partly[message] == len(self.chains):
                del self._partly[message]
                self._whole(message)


class Chain:
    """One order of a room's messages, and how far each of those who follow it has come.

    Every member is held to it byte by byte: a packet that another has heard at the same place needs no
    second look, whatever differs is read and judged. So checking costs less than the server's work.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.order: list[int] = []
        self.packets: dict[int, tuple[bytes, int]] = {}  # place -> packet heard there, place after it
        self.at: Counter[int] = Counter()  # place -> members there
        self.low = 0
        self._seen: set[int] = set()
        self._last: dict[int, int] = {}  # speaker -> the last of their messages

    def copy(self, place: int) -> Chain:
        """For a member who hears otherwise from here on."""
        other = Chain(self.room)
        other.order = self.order[:place]
        other.low = min(self.low, place)
        other._seen = set(other.order)
        return other

    def moved(self, old: int, new: int) -> None:
        """One more member has come further."""
        at = self.at
        at[new] += 1
        if at[old] > 1:
            at[old] -= 1
            return
        del at[old]
        if old == self.low:
            self.low = min(at)
            for place in range(old, self.low):
                self.packets.pop(place, None)
            self.room.heard(self.order[old : self.low])

    def read(self, place: int, told: bytes, speaker_of: list[int], numbered: bool) -> tuple[int, str]:
        """The place after this packet, and what is wrong with it: nothing, or a word.

        `other order`: it is not what the others of this chain heard at this place.
        """
        messages = found(told)
        if numbered and [int(seq) for seq in _SEQ.findall(told)] != list(
            range(place + 1, place + 1 + len(messages))
        ):
            return place, "numbered wrongly"
        known = self.order[place : place + len(messages)]
        if known != messages[: len(known)]:
            return place, "other order"
        for message in messages[len(known) :]:
            if message not in self.room.messages:
                return place, "misrouted"
            if message in self._seen:
                return place, "doubled"
            if message <= self._last.get(speaker_of[message], -1):
                return place, "reordered"
            self._seen.add(message)
            self._last[speaker_of[message]] = message
            self.order.append(message)
        after = place + len(messages)
        self.packets[place] = (told, after)
        return after, ""
