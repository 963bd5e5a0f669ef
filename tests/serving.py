"""A real `kindred serve` for tests: its own home, a free port, ended by pid."""

import contextlib
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent
PATIENCE = 120.0
"""Seconds that anything in a test may take before it counts as hanging. Nothing is promised by it: a start
took more than 30 where eighteen processes wanted two cores."""
FREE = '[limits]\nprofile = "off"\n'
"""Configuration for tests that send more than people do."""


def free_port() -> int:
    """A port that nobody listens on, and that can be bound later, or again: it lies below those of which the
    kernel gives one to every connection that goes out."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(lowest // 2, lowest)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Serving:
    """A running service. Its methods block: in a coroutine, call them by `asyncio.to_thread`."""

    def __init__(self, process: "subprocess.Popen[bytes]", home: Path, log: Path) -> None:
        self.process = process
        self.home = home
        self.log = log
        self.url = ""

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def _children(self) -> dict[int, list[str]]:
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return {child: _command(child) for child in map(int, children)}

    def workers(self) -> list[int]:
        """Pids of the worker processes, in the order of their start."""
        return sorted(pid for pid, command in self._children().items() if "server.worker" in command)

    @property
    def store(self) -> str:
        """URL of the store."""
        for command in self._children().values():
            if "--store" in command:
                return command[command.index("--store") + 1]
        raise AssertionError("no worker runs")

    def wait_ready(self) -> None:
        """Until it says so; fails with its log where it ends instead."""
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline().decode() if readable else ""
        found = re.search(r"http://\S+", line)
        assert found, f"it did not start: {self.log.read_text()[-2000:]}"
        self.url = found[0]

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def _command(pid: int) -> list[str]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return []


@contextlib.contextmanager
def serving(
    home: Path,
    *options: str,
    workers: int = 1,
    config: str | None = None,
    environ: dict[str, str] | None = None,
) -> Iterator[Serving]:
    """Start on a free port, wait until it is ready, and stop it in the end."""
    home.mkdir(parents=True, exist_ok=True)
    arguments = ["--port", "0", "--workers", str(workers), *options]
    if config is not None:
        (home / "kindred.toml").write_text(config)
        arguments += ["--config", str(home / "kindred.toml")]
    clean = {
        key: value
        for key, value in os.environ.items()
        if (key == "KINDRED_TRANSPORT" or not key.startswith("KINDRED_"))
        and key not in ("REDIS_URL", "DATABASE_URL", "PORT", "WEB_CONCURRENCY")
    }
    log = home / "log.jsonl"
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve", *arguments],
            cwd=ROOT,
            env=clean | {"KINDRED_HOME": str(home)} | (environ or {}),
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        service = Serving(process, home, log)
        try:
            service.wait_ready()
            yield service
        finally:
            service.stop()


async def fetch(url: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and body."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, await response.text()
