"""`kindred serve`: the parent of the workers. It owns what must outlive any one of them: the listening
sockets, the embedded store, the sums of what was counted. It serves no visitor itself.

One listening socket a worker (SO_REUSEPORT, so that the kernel spreads connections evenly), all held
open here: while a worker is being replaced, its waiting connections wait instead of being reset.
"""

import asyncio
import contextlib
import json
import logging
import math
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from rooms.records import database
from server import embedded, telemetry
from server.faults import CannotServe
from server.first_lead import first_link
from server.settings import Settings
from server.settings_stores import redacted
from server.staff_key import key_file, staff_key

logger = logging.getLogger(__name__)
SILENT = 5.0
"""Seconds without a word on the pipe until a worker is replaced."""
START_SILENT = 20.0
"""The same while it starts: imports take longer on a busy machine."""
DEAF_REPORTS = 4
"""Reports of a worker that is not ready (itself after 5 s without its own heartbeat) until it is to move."""
AGAIN = 0.2
STOP = 9.0
"""Seconds that workers have to take leave; the whole stop promises 10."""


TICK = 0.5
MOVE = b"move\n"
"""Said to a worker whose link to the store is gone while others have theirs."""


class Deaf:
    """Whether a worker's visitors are better off elsewhere.

    Only where another worker is ready: a store that is away for everybody is no reason to move.
    """

    def __init__(self) -> None:
        self._reports = 0
        self._was_ready = False

    def should_move(self, ready: bool, others: bool) -> bool:
        """Told of each report (one a half second); True once for a spell of deafness."""
        self._was_ready = self._was_ready or ready
        self._reports = 0 if ready or not others else self._reports + 1
        return self._was_ready and self._reports == DEAF_REPORTS


class Parent:
    """A running service."""

    def __init__(self, settings: Settings, arguments: list[str], private: Path) -> None:
        self._settings = settings
        self._arguments = arguments
        self._private = private
        self._store_url = settings.redis_url or ""
        self._store: embedded.ValkeyChild | None = None
        self._listeners: list[socket.socket] = []
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()
        self._workers = telemetry.Workers()
        self._announced = False
        self._first_lead: str | None = None
        self.port = settings.port

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._stopping.set)
        self._open()
        await self._migrate()
        async with self._own_store(), self._metrics():
            slots = [
                asyncio.create_task(self._keep(slot, listener))
                for slot, listener in enumerate(self._listeners)
            ]
            await self._stopping.wait()
            await self._stop(slots)

    async def _stop(self, slots: list["asyncio.Task[None]"]) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        _, late = await asyncio.wait(slots, timeout=STOP)
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        for slot in late:
            slot.cancel()

    # --- sockets and stores --------------------------------------------------------------

    def _open(self) -> None:
        try:
            self._bind()
        except OSError as error:
            where = f"{self._settings.host}:{self.port}"
            raise CannotServe(f"Cannot listen on {where}: {error.strerror}.") from None

    async def _migrate(self) -> None:
        url = self._settings.database_url
        try:
            await asyncio.to_thread(database.migrate, url)
            self._first_lead = await asyncio.to_thread(first_link, self._settings, self._origin())
        except (OSError, SQLAlchemyError) as error:
            why = type(error).__name__
            raise CannotServe(f"The database at {redacted(url)} cannot be opened ({why}).") from None

    def _bind(self) -> None:
        for _ in range(self._settings.workers):
            family = socket.AF_INET6 if ":" in self._settings.host else socket.AF_INET
            listener = socket.socket(family)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if not self._listeners and self.port:
                self._claim(family)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind((self._settings.host, self.port))
            listener.listen(1_024)
            listener.setblocking(False)
            self.port = listener.getsockname()[1]
            self._listeners.append(listener)

    def _claim(self, family: int) -> None:
        """SO_REUSEPORT would let a second service share the port in silence: bind once without it."""
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((self._settings.host, self.port))

    @contextlib.asynccontextmanager
    async def _own_store(self) -> AsyncIterator[None]:
        if self._settings.redis_url:
            yield
            return
        memory = f"{self._settings.store_memory_mb}mb"
        with embedded.hold(self._settings.home):
            self._store = await embedded.start(self._settings.home / "store", memory)
            self._store_url = self._store.url
            watching = asyncio.create_task(self._watch_store(memory))
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
                await self._store.stop()

    async def _watch_store(self, memory: str) -> None:
        """An embedded store that died is started again, empty: clients are told by its new epochs."""
        while True:
            assert self._store is not None
            code = await self._store.wait()
            logger.error("the embedded store ended", extra={"code": code})
            await self._store.stop()
            await asyncio.sleep(AGAIN)
            with contextlib.suppress(embedded.StoreDidNotStart):
                self._store = await embedded.start(self._settings.home / "store", memory)
            if self._store.url != self._store_url:
                self._store_url = self._store.url
                for process in self._processes.values():
                    process.terminate()  # they know only the old address

    # --- workers -------------------------------------------------------------------------

    async def _keep(self, slot: int, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            started = asyncio.get_running_loop().time()
            await self._one(slot, listener)
            if asyncio.get_running_loop().time() - started < 1.0:
                await asyncio.sleep(AGAIN)

    async def _one(self, slot: int, listener: socket.socket) -> None:
        """One worker's life in a slot."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "server.worker", *self._arguments),
                *("--store", self._store_url, "--private", str(self._private)),
                *("--listener", str(listener.fileno()), "--pipe", str(theirs.fileno())),
                pass_fds=(listener.fileno(), theirs.fileno()),
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the parent, which tells its workers in order
            )
        self._processes[slot] = process
        if self._stopping.is_set():
            process.terminate()
        reader, writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
        try:
            silent = await self._listen(reader, writer)
            if silent:
                logger.error("a worker fell silent", extra={"slot": slot})
                process.kill()
        finally:
            writer.close()
        code = await process.wait()
        if not self._stopping.is_set():
            logger.error("a worker ended", extra={"slot": slot, "code": code})

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Until the pipe closes (False), or nothing came for too long (True)."""
        patience = START_SILENT
        worker = ""
        deaf = Deaf()
        try:
            while True:
                line = await _word(reader, patience)
                if not line.endswith(b"\n"):
                    return False  # the end; what a kill cut off is no report
                patience = SILENT
                report = json.loads(line)
                worker = report.pop("worker")
                self._workers.reports[worker] = report
                self._announce()
                ready = bool(report["gauges"]["ready"])
                if deaf.should_move(ready, self._workers.ready_but(worker) > 0):
                    writer.write(MOVE)
        except TimeoutError:
            return True
        except OSError:
            return False
        finally:
            self._workers.reports.pop(worker, None)

    def _announce(self) -> None:
        if not self._announced and self._workers.ready_but("") >= self._settings.workers:
            self._announced = True
            sys.stdout.write(f"Kindred is ready on {self._origin()}\n")
            if self._first_lead:
                sys.stdout.write(f"The first lead signs up here, once: {self._first_lead}\n")
            sys.stdout.flush()

    def _origin(self) -> str:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self.port}"

    # --- metrics -------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _metrics(self) -> AsyncIterator[None]:
        if self._settings.metrics_port is None:
            yield
            return
        registry = CollectorRegistry()
        registry.register(self._workers)

        async def metrics(_: web.Request) -> web.Response:
            return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

        application = web.Application()
        application.add_routes([web.get("/metrics", metrics)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await self._serve_metrics(runner, self._settings.metrics_port)
            yield
        finally:
            await runner.cleanup()

    async def _serve_metrics(self, runner: web.AppRunner, port: int) -> None:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else type(error).__name__
            raise CannotServe(f"Cannot listen on 127.0.0.1:{port} for metrics: {why}.") from None


async def _word(reader: asyncio.StreamReader, patience: float) -> bytes:
    """The next line of a worker. Raises TimeoutError where none comes for so many seconds.

    Counted in ticks of our own: where the whole machine stood still (a paused container, a closed lid), one
    tick was long, and no worker has been silent.
    """
    reading = asyncio.ensure_future(reader.readline())
    try:
        for _ in range(math.ceil(patience / TICK)):
            done, _ = await asyncio.wait([reading], timeout=TICK)
            if done:
                return reading.result()
        raise TimeoutError
    finally:
        reading.cancel()


def serve(settings: Settings, arguments: list[str]) -> None:
    """Run the service until it is told to stop. Raises CannotServe, StoreDidNotStart or HomeUnusable."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        staff_key(settings)  # made here, so that no worker meets half of one
    except OSError as error:
        raise CannotServe(f"The key {key_file(settings)} cannot be used: {error.strerror}.") from None
    private = Path(tempfile.mkdtemp(prefix="kindred-"))  # 0700; short, because socket paths must be
    try:
        asyncio.run(Parent(settings, arguments, private).run())
    finally:
        shutil.rmtree(private, ignore_errors=True)
