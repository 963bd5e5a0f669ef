"""The listening half of pub/sub: one connection, the channels this process needs, nothing hidden.

redis-py's PubSub object reconnects and subscribes again by itself and says nothing, so that what was
announced meanwhile would be missing without a trace. Here a new link is an event of its own:
`on_link` repairs every room from the log before anything newer is handled.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import hiredis

from rooms import telemetry
from rooms.link import ANSWER_TIME, Link, alongside, keep_up, linked, packed, word_of
from rooms.primary import still_primary
from rooms.refusals import Unavailable

log = logging.getLogger(__name__)
OnMessage = Callable[[bytes, bytes], None]
OnLink = Callable[[], Awaitable[None]]


class Subscription:
    """`on_message(channel, payload)` is called for each announcement, in the order of the store and within
    the read that brought it: what came together can leave together."""

    def __init__(self, url: str, on_message: OnMessage, on_link: OnLink) -> None:
        self._url = url
        self._on_message = on_message
        self._on_link = on_link
        self._link: Link | None = None
        self._channels: set[str] = set()
        self._outbox: list[bytes] = []  # to be written at the end of this tick
        self._asked: dict[bytes, list[asyncio.Future[None]]] = {}
        self._let_go: Counter[bytes] = Counter()  # farewells that we asked for and have not heard yet

    async def run(self) -> None:
        """Listen until cancelled."""
        await keep_up(self._live, lambda why: log.warning("subscription is away", extra={"reason": why}))

    async def _live(self) -> str:
        async with linked(self._url, self._heard) as link:
            self._link, link.on_end = link, self._drop
            for channel in self._channels:
                self._send("SSUBSCRIBE", channel)  # one each: a cluster takes no two slots in one command
            return await alongside(link, self._linked(), still_primary(self._url, link.address))

    async def _linked(self) -> None:
        await self._on_link()

    def _heard(self, said: Any) -> None:
        if isinstance(said, hiredis.ReplyError):
            assert self._link is not None, "it speaks"
            self._link.end(word_of(said))  # LOADING, for one
            return
        kind, channel, payload = said
        if kind == b"smessage":
            self._tell(channel, payload)
        elif kind == b"ssubscribe":
            for waiting in self._asked.pop(channel, ()):
                if not waiting.done():
                    waiting.set_result(None)
        elif kind == b"sunsubscribe":
            self._farewell(channel)

    def _tell(self, channel: bytes, payload: bytes) -> None:
        """One announcement that cannot be handled costs nobody theirs: it is counted, and the link stays."""
        try:
            self._on_message(channel, payload)
        except Exception as fault:
            telemetry.count("announcements_failed", type(fault).__name__)
            # By its kind alone: the text of an error may quote what was said.
            log.error("an announcement failed", extra={"reason": type(fault).__name__})  # noqa: TRY400

    def _farewell(self, channel: bytes) -> None:
        """One that we asked for says nothing: somebody may have come in since, and we follow it again. Any
        other says that the channel's slot is another node's now."""
        if self._let_go[channel] > 1:
            self._let_go[channel] -= 1
        elif channel in self._let_go:
            del self._let_go[channel]
        elif channel.decode() in self._channels and self._link is not None:
            self._link.end("moved")

    async def cut(self, channel: str = "") -> None:
        """Give a link up that has gone deaf (in a cluster, the one that carries this channel); `run` makes
        another."""
        if self._link is not None:
            self._link.end("deaf")

    def _drop(self) -> None:
        self._link, self._outbox = None, []
        asked, self._asked = self._asked, {}
        self._let_go.clear()
        for waiting in asked.values():
            for future in waiting:
                if not future.done():
                    future.set_exception(Unavailable())

    async def follow(self, channel: str) -> None:
        """Hear a channel; returns when the store has confirmed. Raises Unavailable.

        A link that does not confirm in time is given up: what it can still bring may come from before a
        hole, and nothing that we ask reaches the store.
        """
        self._send("SSUBSCRIBE", channel)
        self._channels.add(channel)
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(channel.encode(), []).append(confirmed)
        try:
            async with asyncio.timeout(ANSWER_TIME):
                await confirmed
        except BaseException as error:
            self._channels.discard(channel)
            if isinstance(error, TimeoutError):
                await self.cut()
                raise Unavailable from None
            raise

    async def unfollow(self, channel: str) -> None:
        """Let a channel go."""
        self._channels.discard(channel)
        with contextlib.suppress(Unavailable):  # the link is gone, and the channel with it
            self._send("SUNSUBSCRIBE", channel)
            self._let_go[channel.encode()] += 1

    def _send(self, *command: str) -> None:
        if self._link is None:
            raise Unavailable
        if not self._outbox:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outbox.append(packed(command))

    def _flush(self) -> None:
        """A new link asks for hundreds of channels: most of what each costs would be its system call."""
        commands, self._outbox = self._outbox, []
        if commands and self._link is not None:
            self._link.write(b"".join(commands))
