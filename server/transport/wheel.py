"""One timer for every connection's heartbeat."""

import asyncio
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

SLOTS = 64


class Beating(Protocol):
    """What hangs on the wheel. `slot` is the wheel's own."""

    slot: int

    def beat(self) -> float:
        """Its time has come; answers in how many seconds the next one does, 0 for never."""


T = TypeVar("T", bound=Beating)


class Wheel(Generic[T]):
    """Calls `beat` about as late as asked, up to `horizon` seconds. The event loop's own timers would be
    an object and a place in a heap for each connection, and most are cancelled before their time."""

    def __init__(self, horizon: float) -> None:
        self.tick = horizon / (SLOTS - 4)
        self._slots: list[set[T]] = [set() for _ in range(SLOTS)]
        self._at = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, beating: T, seconds: float) -> None:
        """Never early, and at most two ticks late."""
        beating.slot = (self._at + min(int(seconds / self.tick) + 2, SLOTS - 1)) % SLOTS
        self._slots[beating.slot].add(beating)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.tick, self._turn)

    def drop(self, beating: T) -> None:
        """It is not to be called any more."""
        self._slots[beating.slot].discard(beating)

    def __iter__(self) -> Iterator[T]:
        """Everything that hangs on it."""
        for slot in self._slots:
            yield from list(slot)

    def _turn(self) -> None:
        self._at = (self._at + 1) % SLOTS
        due, self._slots[self._at] = self._slots[self._at], set()
        for beating in due:
            seconds = beating.beat()
            if seconds:
                self.add(beating, seconds)
        busy = any(self._slots)
        self._timer = asyncio.get_running_loop().call_later(self.tick, self._turn) if busy else None
