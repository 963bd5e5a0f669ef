"""The link to the hot store: scripts in, answers out, many calls in one write.

Why not the library's pool and pipelines: a pool hands every caller a socket of its own, and a
pipeline makes callers wait for each other's round trip. Here all calls of a loop tick are written
at once on one connection and answered in order, and that connection's life is the store's
incarnation: whatever answers on a new connection may have forgotten everything.
"""

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from typing import Any, Final

from redis.asyncio.connection import Connection
from redis.exceptions import (
    ClusterDownError,
    MasterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from rooms.link import ANSWER_TIME, PAUSE, Complaint, linked, still_primary
from rooms.refusals import Unavailable

log = logging.getLogger(__name__)

Argument = str | bytes | int
_PARTS: Final[dict[str, Sequence[str]]] = {
    "commit": ("position", "sanctions"),
    "read": ("position", "counts"),
    "react": ("position", "sanctions", "counts"),
    "takeback": ("position",),
    "place": ("presence",),
    "unseat": ("presence",),
    "reseat": ("presence",),
    "sweep": ("presence",),
    "arrive": ("sanctions",),
    "tidy": ("position",),
}


def _source(name: str) -> str:
    folder = resources.files("rooms") / "scripts"
    return "\n".join(
        (folder / f"{part}.lua").read_text() for part in ("prelude", *_PARTS.get(name, ()), name)
    )


class Script:
    """One Lua file with what it builds on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = _source(name)
        self.sha = hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


NAMES: Final = (
    *("arrive", "commit", "depart", "lease", "place", "react", "read", "receipt"),
    *("rename", "reseat", "retire", "spend", "sweep", "takeback", "tidy", "unseat"),
)
SCRIPTS: Final = {name: Script(name) for name in NAMES}

# The library takes the code away from the text of those it knows, so their types tell.
_NOT_NOW: Final = (ClusterDownError, MasterDownError, OutOfMemoryError, ReadOnlyError)
_Call = tuple[bytes, "asyncio.Future[Any]", float]


class Store:
    """One connection's worth of calls.

    `prepare` runs on every new connection before any caller may use it: it must leave the store's
    `ready` keys in place and fill `incarnations`. Everything else raises `Unavailable` meanwhile.
    `on_up` runs after that, before `up` is set: the place to say again who is here.
    """

    def __init__(self, url: str, prepare: Callable[["Store"], Awaitable[None]]) -> None:
        self._url = url
        self._prepare = prepare
        self.on_up: Callable[[], Awaitable[None]] | None = None
        self._connection: Connection | None = None
        self._outbox: list[_Call] = []
        self._waiting: deque[_Call] = deque()
        self.incarnations: dict[str, str] = {}  # community -> value of its `ready` key
        # Which server process answers, and which tenure as a primary it is: a primary that was failed
        # over and back has the same process, and may have missed all that was said in between.
        self.run_id = ""
        self.up = asyncio.Event()
        self.lost = asyncio.Event()

    async def run(self) -> None:
        """Keep the link until cancelled."""
        complaint = Complaint()
        while True:
            try:
                await self._live()
            except OSError as error:
                if complaint.due():
                    log.warning("hot store is away", extra={"reason": str(error) or type(error).__name__})
            finally:
                await self._drop()
            await asyncio.sleep(PAUSE)

    async def _live(self) -> None:
        self.lost.clear()
        try:
            async with linked(self._url) as connection, asyncio.TaskGroup() as tasks:
                self._connection = connection
                tasks.create_task(self._read(connection))
                tasks.create_task(self._watch())
                tasks.create_task(self._greet())
                tasks.create_task(still_primary(self._url, connection))
        except* (TimeoutError, OSError, RedisError, Unavailable) as group:
            raise ConnectionError(type(group.exceptions[0]).__name__) from None
        finally:
            self._connection = None

    async def _greet(self) -> None:
        self.run_id = (
            f"{await self._fact('server', 'run_id')}.{await self._fact('replication', 'master_replid')}"
        )
        for script in SCRIPTS.values():
            await self.command("SCRIPT", "LOAD", script.source)
        await self._prepare(self)
        if self.on_up is not None:
            await self.on_up()
        self.up.set()

    async def _fact(self, section: str, name: str) -> str:
        info: bytes = await self.command("INFO", section)
        return next(line for line in info.decode().splitlines() if line.startswith(name)).partition(":")[2]

    async def _drop(self) -> None:
        self.up.clear()
        self.incarnations = {}
        calls = [*self._waiting, *self._outbox]
        self._waiting.clear()
        self._outbox = []
        for _, answer, _ in calls:
            if not answer.done():
                answer.set_exception(Unavailable())

    async def _read(self, connection: Connection) -> None:
        while True:
            try:
                answer: Any = await connection.read_response()
                error: Exception | None = None
            except ResponseError as refused:
                answer, error = None, refused
            _, waiting, _ = self._waiting.popleft()
            if waiting.done():
                continue
            if error is None:
                waiting.set_result(answer)
            else:
                waiting.set_exception(error)

    async def _watch(self) -> None:
        """A half-open link answers nothing and reports nothing; the oldest call's age tells."""
        loop = asyncio.get_running_loop()
        while not self.lost.is_set():
            if self._waiting and loop.time() - self._waiting[0][2] > ANSWER_TIME:
                raise TimeoutError
            try:
                await asyncio.wait_for(self.lost.wait(), ANSWER_TIME / 6)
            except TimeoutError:
                continue
        raise ConnectionError("memory lost")

    def _flush(self) -> None:
        connection, calls = self._connection, self._outbox
        self._outbox = []
        if connection is None or connection._writer is None:  # the library has seen it break before us
            for _, answer, _ in calls:
                if not answer.done():
                    answer.set_exception(Unavailable())
            return
        self._waiting.extend(calls)
        # The stream's own writer: send_packed_command would await a drain, and with one writer
        # task a slow store would hold every caller; the age of the oldest call bounds the backlog.
        connection._writer.write(b"".join(packed for packed, _, _ in calls))

    async def command(self, *arguments: Argument) -> Any:
        """A plain command; raises `Unavailable`, or redis' ResponseError."""
        connection = self._connection
        if connection is None:
            raise Unavailable
        loop = asyncio.get_running_loop()
        if not self._outbox:
            loop.call_soon(self._flush)
        answer: asyncio.Future[Any] = loop.create_future()
        self._outbox.append((b"".join(connection.pack_command(*arguments)), answer, loop.time()))
        return await answer

    async def call(
        self, script: str, community: str, keys: Sequence[str], now: int, *arguments: Argument
    ) -> Any:
        """Run a script in one community.

        `keys` come after the `ready` key and `arguments` after incarnation and `now`, which every
        script begins with. Raises `Unavailable` where the store is away, silent for 1.5 s, or has
        lost its memory since it was prepared; then nothing is known of the outcome, and only a
        receipt makes a retry safe.
        """
        incarnation = self.incarnations.get(community)
        if incarnation is None:
            raise Unavailable
        ready = "k:{" + community + "}:ready"
        sha = SCRIPTS[script].sha
        try:
            return await self.command(
                "EVALSHA", sha, len(keys) + 1, ready, *keys, incarnation, now, *arguments
            )
        except NoScriptError:
            self.lost.set()
            raise Unavailable from None
        except ResponseError as refused:
            if str(refused).startswith("NOTREADY"):
                self.lost.set()
                raise Unavailable from None
            if isinstance(refused, ReadOnlyError) or str(refused).startswith("UNBLOCKED"):
                self.lost.set()  # it was made a replica under us: another one decides now
            if isinstance(refused, _NOT_NOW) or str(refused).startswith(("BUSY", "UNBLOCKED")):
                raise Unavailable from None
            raise
