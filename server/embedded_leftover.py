"""Ending a Valkey that outlived the kindred which started it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

ANSWER = 2.0
"""Seconds in which a living Valkey begins to shut down; with nothing to save it takes milliseconds."""


async def end(socket: Path, pidfile: Path) -> bool:
    """End the Valkey behind `socket`, and say whether it is gone; True where there was none.

    Asked first, over the socket; the process is killed only if it does not answer and its command
    line names our socket, for the number in `pidfile` may be another program's by now.
    """
    asked = await _ask(socket)
    pid = _number(pidfile)
    if pid is None or (asked and await _gone(pid, socket)) or not _names(pid, socket):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return await _gone(pid, socket)


async def _gone(pid: int, socket: Path) -> bool:
    """Wait a little for its end: a Valkey still on its way out would unlink the next one's socket."""
    deadline = asyncio.get_running_loop().time() + ANSWER
    while _names(pid, socket):
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.01)
    return True


async def _ask(socket: Path) -> bool:
    """Whether the one behind the socket closed it, as SHUTDOWN does; an answer would be a refusal."""
    try:
        async with asyncio.timeout(ANSWER):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"SHUTDOWN NOSAVE\r\n")
                return await reader.read(1) == b""
            finally:
                writer.close()
    except OSError:  # nobody there; TimeoutError is one too
        return False


def _number(pidfile: Path) -> int | None:
    try:
        return int(pidfile.read_text())
    except (OSError, ValueError):
        return None


def _names(pid: int, socket: Path) -> bool:
    """Whether process `pid` lives and was started on this socket. A zombie has no command line."""
    try:
        if sys.platform == "linux":
            return os.fsencode(socket) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        ps = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
        shown = subprocess.run(ps, capture_output=True)  # noqa: S603 - a number is all that varies
        return os.fsencode(socket) in shown.stdout
    except OSError:
        return False
