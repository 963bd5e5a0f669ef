"""A real `kindred serve` for tests: its own home, a free port, ended by pid."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0
"""Seconds that anything in a test may take before it counts as hanging."""


class Serving:
    """A running service and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process, home: Path, url: str, log: Path) -> None:
        self.process = process
        self.home = home
        self.url = url
        self.log = log

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def workers(self) -> list[int]:
        """Pids of the worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if b"server.worker" in _command(pid)]

    @property
    def store(self) -> str:
        """URL of the embedded store."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in map(int, children):
            command = _command(pid).decode().split("\0")
            if "--store" in command:
                return command[command.index("--store") + 1]
        raise AssertionError("no worker runs")

    async def stop(self) -> int:
        """SIGTERM, and the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


def _command(pid: int) -> bytes:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.asynccontextmanager
async def serving(
    home: Path, *, workers: int = 1, config: str | None = None, environ: dict[str, str] | None = None
) -> AsyncIterator[Serving]:
    """Start, wait until it says that it is ready, and stop it in the end."""
    home.mkdir(parents=True, exist_ok=True)
    arguments = ["--port", "0", "--workers", str(workers)]
    if config is not None:
        (home / "kindred.toml").write_text(config)
        arguments += ["--config", str(home / "kindred.toml")]
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("KINDRED_") and key not in ("REDIS_URL", "DATABASE_URL", "PORT")
    }
    log = home / "log.jsonl"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server.cli", "serve", *arguments),
            cwd=ROOT,
            env=clean | {"KINDRED_HOME": str(home)} | (environ or {}),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://\S+", line)
        assert found, f"it did not start: {log.read_text()[-2000:]}"
        yield Serving(process, home, found[0], log)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(PATIENCE):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        process._transport.close()  # type: ignore[attr-defined]


async def fetch(url: str) -> tuple[int, str]:
    """Status and body."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()
