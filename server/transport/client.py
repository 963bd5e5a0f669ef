"""One connection as Socket.IO sees it: the namespaces it has joined, and its packets in order."""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any, Protocol

from server.transport.bounds import INBOX, TOGETHER, TOGETHER_SIZE
from server.transport.frame import Message

logger = logging.getLogger(__name__)
Work = Coroutine[Any, Any, None]
Inbox = deque[str | bytes | None]
"""None is the end of the connection."""


class Carrier(Protocol):
    """What carries a client's packets: a WebSocket or long-polling."""

    def put(self, message: Message) -> None:
        """Send it, now or as soon as may be; a reader who is too slow is cut instead."""

    def answer(self, message: Message) -> None:
        """The same, perhaps together with other answers to this client."""

    def cut(self, code: int) -> None:
        """End the connection so that its client comes back and resumes."""

    def resume(self) -> None:
        """The client takes packets again."""


class Nowhere:
    """Carries a client that has gone."""

    def put(self, message: Message) -> None:
        """Lost."""

    def answer(self, message: Message) -> None:
        """Lost."""

    def cut(self, code: int) -> None:
        """It is."""

    def resume(self) -> None:
        """Nobody waits."""


NOWHERE = Nowhere()


class Client:
    """One connection. A subclass says what a packet does: `handle`, and `depart` at the end.

    What needs no waiting is done while it is read. What must wait runs in a task, and whatever this
    client sends meanwhile stands behind it in line; only a run of packets that are `alongside` each other is
    begun together, in order.
    """

    __slots__ = ("carrier", "gone", "id", "inbox", "joined", "task")

    def __init__(self, id: str, carrier: Carrier) -> None:
        self.id = id
        self.carrier = carrier
        self.gone = False
        self.joined = False
        self.inbox: Inbox | None = None
        self.task: asyncio.Task[None] | None = None

    def handle(self, packet: str | bytes) -> Work | None:
        """Do what a packet asks for, or answer what has to be awaited for it."""
        raise NotImplementedError

    def depart(self) -> Work | None:
        """The same for the end of the connection, after everything that was sent before it."""
        raise NotImplementedError

    @property
    def full(self) -> bool:
        """Whether enough waits in line."""
        return self.inbox is not None and len(self.inbox) >= INBOX

    def alongside(self, packet: str | bytes) -> bool:
        """Whether a packet may be worked on together with its like that came just before it."""
        return False

    def receive(self, packet: str | bytes) -> None:
        """A packet has come."""
        if self.gone:
            return
        if self.inbox is not None:
            self.inbox.append(packet)
        elif (work := self.handle(packet)) is not None:
            self._begin(work, packet)

    def overlong(self, head: str) -> None:
        """The first characters of a packet that nobody will read have come."""
        self.receive(head)

    def end(self, *, at_once: bool) -> None:
        """The connection is over; `at_once`: what it sent and nobody has looked at yet is dropped."""
        if self.gone:
            return
        self.gone = True
        self.carrier = NOWHERE
        if self.inbox is None:
            if (work := self.depart()) is not None:
                self._begin(work, None)
            return
        if at_once:
            self.inbox.clear()
        self.inbox.append(None)

    def _begin(self, work: Work, packet: str | bytes | None) -> None:
        self.inbox = deque()
        self.task = asyncio.get_running_loop().create_task(self._work(work, packet, self.inbox))

    async def _work(self, work: Work | None, packet: str | bytes | None, inbox: Inbox) -> None:
        while True:
            if work is not None:
                await _all([work, *self._together(packet, inbox)])
            if not inbox:
                break
            await asyncio.sleep(0)  # a request may bring many: others have their turn between them
            packet = inbox.popleft()
            work = self.depart() if packet is None else self.handle(packet)
            if len(inbox) <= INBOX // 2:
                self.carrier.resume()
        self.inbox = self.task = None
        self.carrier.resume()

    def _together(self, packet: str | bytes | None, inbox: Inbox) -> list[Work]:
        """What stands in line behind a packet and may be begun with it, in order: their calls to the store
        then share a journey, and what comes of them a frame."""
        run: list[Work] = []
        if not inbox or packet is None or not self.alongside(packet):
            return run
        size = len(packet)
        while inbox and len(run) + 1 < TOGETHER:
            following = inbox[0]
            if following is None or not self.alongside(following):
                break
            size += len(following)
            if size > TOGETHER_SIZE:
                break
            inbox.popleft()
            if (work := self.handle(following)) is not None:
                run.append(work)
        return run


async def _all(run: list[Work]) -> None:
    """Each is begun in order. None that fails keeps the line behind it from going on."""
    if len(run) == 1:
        await _one(run[0])
    else:
        await asyncio.gather(*map(_one, run))


async def _one(work: Work) -> None:
    try:
        await work
    except Exception as fault:
        # Its text may quote what was sent.
        logger.error("packet failed", extra={"reason": type(fault).__name__})  # noqa: TRY400
