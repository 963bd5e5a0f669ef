"""A crowd as its conductor sees it; see bench/crowd.py."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator

PATIENCE = 90.0


class Broken(RuntimeError):
    """A client saw what no client may ever see; the figures of this run are worth nothing."""


class Gathered:
    """People who have joined."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self.rooms = self.refused = 0

    async def talk(self, messages: int, window: int) -> None:
        """Every room says so many; returns when all was heard and answered. Raises Broken."""
        self._tell("talk", messages, window)
        await self.answer()

    async def listen(self, messages: int) -> None:
        """Every room is to hear so many from elsewhere; `answer` returns when it has."""
        self._tell("hear", messages)
        await self.answer()

    def _tell(self, order: str, *numbers: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join((order, *map(str, numbers))).encode() + b"\n")

    async def answer(self) -> None:
        """The next line. Raises Broken."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        if not line:
            raise Broken("the crowd ended")
        said = json.loads(line)
        self.rooms, self.refused = said["rooms"], said["refused"]
        if said["wrong"]:
            raise Broken(line.decode())


@contextlib.asynccontextmanager
async def gathered(port: int, people: int, topic: str = "addiction") -> AsyncIterator[Gathered]:
    """So many visitors of the demo site, who go when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.crowd", str(port), str(people), topic),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        crowd = Gathered(process)
        await crowd.answer()
        yield crowd
    finally:
        if process.returncode is None:
            process.kill()  # nobody waits for visitors who only ever sent to see a server work
        await process.wait()
