"""The listening half of pub/sub: one connection, the channels this process needs, nothing hidden.

redis-py's PubSub object reconnects and subscribes again by itself and says nothing, so that what was
announced meanwhile would be missing without a trace. Here a new link is an event of its own:
`on_link` repairs every room from the log before anything newer is handled.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable

from redis.asyncio.connection import Connection
from redis.exceptions import RedisError

from rooms.link import ANSWER_TIME, PAUSE, Complaint, linked, still_primary
from rooms.refusals import Unavailable

log = logging.getLogger(__name__)
OnMessage = Callable[[bytes, bytes], None]
OnLink = Callable[[], Awaitable[None]]


class Subscription:
    """`on_message(channel, payload)` is called for each announcement, in the order of the store."""

    def __init__(self, url: str, on_message: OnMessage, on_link: OnLink) -> None:
        self._url = url
        self._on_message = on_message
        self._on_link = on_link
        self._connection: Connection | None = None
        self._channels: set[str] = set()
        self._asked: dict[bytes, list[asyncio.Future[None]]] = {}

    async def run(self) -> None:
        """Listen until cancelled."""
        complaint = Complaint()
        while True:
            try:
                await self._live()
            except OSError as error:
                if complaint.due():
                    log.warning("subscription is away", extra={"reason": str(error) or type(error).__name__})
            await asyncio.sleep(PAUSE)

    async def _live(self) -> None:
        try:
            async with linked(self._url) as connection, asyncio.TaskGroup() as tasks:
                self._connection = connection
                channels = list(self._channels)
                if channels:
                    self._send("SUBSCRIBE", *channels)
                tasks.create_task(self._listen(connection))
                tasks.create_task(self._linked())
                tasks.create_task(still_primary(self._url, connection))
        except* (TimeoutError, OSError, RedisError, Unavailable) as group:
            raise ConnectionError(type(group.exceptions[0]).__name__) from None
        finally:
            self._connection = None
            self._fail()

    async def _linked(self) -> None:
        await self._on_link()

    async def _listen(self, connection: Connection) -> None:
        while True:
            kind, channel, payload = await connection.read_response(timeout=math.inf, push_request=True)
            if kind == b"message":
                self._on_message(channel, payload)
            elif kind == b"subscribe":
                for waiting in self._asked.pop(channel, ()):
                    if not waiting.done():
                        waiting.set_result(None)

    async def cut(self) -> None:
        """Give a link up that has gone deaf; `run` makes another."""
        if self._connection is not None:
            await self._connection.disconnect(nowait=True)

    def _fail(self) -> None:
        asked, self._asked = self._asked, {}
        for waiting in asked.values():
            for future in waiting:
                if not future.done():
                    future.set_exception(Unavailable())

    async def follow(self, channel: str) -> None:
        """Hear a channel; returns when the store has confirmed. Raises Unavailable.

        A link that does not confirm in time is given up: what it can still bring may come from before a
        hole, and nothing that we ask reaches the store.
        """
        self._send("SUBSCRIBE", channel)
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
            self._send("UNSUBSCRIBE", channel)

    def _send(self, *command: str) -> None:
        # The stream's own writer: the library's send_command would open a link anew where it has
        # broken, behind our back, and nobody would listen on it.
        connection = self._connection
        if connection is None or connection._writer is None:
            raise Unavailable
        connection._writer.write(b"".join(connection.pack_command(*command)))
