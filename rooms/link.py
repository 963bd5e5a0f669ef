"""One connection to the hot store, as plain as it can be: bytes in, answers out, and an end that is told.

Not redis-py's own connection: its reader is a task, a stream and two futures for each answer, which cost
more than the store's work does (docs/performance.md). hiredis parses; all here runs inside `data_received`.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final, Never, cast

import hiredis
from redis.exceptions import RedisError

from rooms.primary import Address, find

ANSWER_TIME: Final = 1.5
"""Seconds a call may wait for its answer. PROTOCOL promises `unavailable` within 2 s."""
PAUSE: Final = 0.2
"""Seconds between tries to connect; it does not grow, so that rooms live again at once."""
COMPLAINT_EVERY: Final = 10.0
"""Seconds between two lines in the journal about the same store that is away."""
Argument = str | bytes | int
packed: Callable[[tuple[Argument, ...]], bytes] = hiredis.pack_command  # type: ignore[assignment] # sic: its stub
_MORE: Final = object()


class Link(asyncio.Protocol):
    """`heard` is called with each answer, in order: bytes, int, list, None or hiredis.ReplyError.

    `ended` is set once, with the reason, when nothing will be heard any more; `on_end` is called at that
    very moment, so that nobody is told in between that the link is well. Nothing is retried.
    """

    def __init__(self, address: Address, heard: Callable[[Any], None]) -> None:
        self.address = address
        self.on_end: Callable[[], None] | None = None
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._heard = heard
        self._reader = hiredis.Reader(notEnoughData=_MORE)
        self._transport: asyncio.Transport | None = None
        self._greetings = len(address.greeting)  # answers still to come before the first one that is heard

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        for command in self.address.greeting:
            self._transport.write(packed(command))

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not _MORE and not self.ended.done():
                if self._greetings:
                    self._greeted(answer)
                else:
                    self._heard(answer)
        except Exception as fault:
            # By its kind alone: the text of an error may quote what was said.
            self.end(type(fault).__name__)

    def _greeted(self, answer: object) -> None:
        self._greetings -= 1
        if isinstance(answer, hiredis.ReplyError):
            self.end(word_of(answer))

    def connection_lost(self, error: Exception | None) -> None:
        self.end(type(error).__name__ if error else "hung up")

    def write(self, data: bytes) -> None:
        """Send; never waits, so that a slow store holds nobody. Without effect once the link has ended."""
        if self._transport is not None and not self.ended.done():
            self._transport.write(data)

    def end(self, why: str) -> None:
        """Nothing is heard from here on. Safe to repeat."""
        if self.ended.done():
            return
        self.ended.set_result(why)
        if self._transport is not None:
            self._transport.abort()
        if self.on_end is not None:
            self.on_end()


def word_of(error: hiredis.ReplyError) -> str:
    """The first word of a refusal: `READONLY`, `NOSCRIPT`, …"""
    return str(error).partition(" ")[0]


@contextlib.asynccontextmanager
async def linked(url: str, heard: Callable[[Any], None]) -> AsyncIterator[Link]:
    """A new link to whoever may take words now, ended with the block.

    Raises OSError or RedisError within 1.5 s.
    """
    link: Link | None = None
    try:
        async with asyncio.timeout(ANSWER_TIME):
            link = await _to(await find(url), heard)
        if link.ended.done():
            raise ConnectionError(link.ended.result())
        yield link
    finally:
        if link is not None:
            link.end("let go")


async def _to(address: Address, heard: Callable[[Any], None]) -> Link:
    loop, link = asyncio.get_running_loop(), Link(address, heard)
    try:
        if address.path:
            await loop.create_unix_connection(lambda: link, address.path)
        else:
            await loop.create_connection(lambda: link, address.host, address.port, ssl=address.tls)
    except BaseException:
        link.end("not reached")
        raise
    return link


async def ask(url: str, *command: Argument) -> Any:
    """One question on a link of its own. Raises OSError, RedisError or hiredis' ReplyError."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    async with linked(url, answer.set_result) as link:
        link.write(packed(command))
        await asyncio.wait([answer, link.ended], timeout=ANSWER_TIME / 2, return_when="FIRST_COMPLETED")
        if not answer.done():
            raise TimeoutError
    if isinstance(answer.result(), hiredis.ReplyError):
        raise answer.result()
    return answer.result()


async def keep_up(live: Callable[[], Awaitable[str]], complain: Callable[[str], None]) -> Never:
    """Live again and again until cancelled: `live` returns, or raises OSError or RedisError, when its link
    has ended. `complain` is told why at once, then every ten seconds, not at every try."""
    complained = -math.inf
    while True:
        try:
            why = await live()
        except (OSError, RedisError) as error:
            why = type(error).__name__
        if time.monotonic() - complained >= COMPLAINT_EVERY:
            complained = time.monotonic()
            complain(why)
        await asyncio.sleep(PAUSE)


async def alongside(link: Link, *jobs: Coroutine[Any, Any, None]) -> str:
    """Do these until the link ends, or one of them fails, which ends it; answers why.

    Not a TaskGroup: one that fails at the very moment when it is cancelled forgets the cancelling
    (CPython 3.11), and its worker, told to stop, would make its link anew for ever.
    """
    tasks = [asyncio.ensure_future(job) for job in jobs]

    def done(task: "asyncio.Future[None]") -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            link.end(type(fault).__name__)

    for task in tasks:
        task.add_done_callback(done)
    try:
        await asyncio.wait([link.ended])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return link.ended.result()
