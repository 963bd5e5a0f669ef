"""A worker process: `python -m server.worker`, started by server.parent and by nobody else.

It inherits a listening socket and one end of a private pipe. Once a second it writes down the pipe
that its loop turns, with what it has counted; the other end closing means that the parent is gone.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import socket
from pathlib import Path
from typing import Any

from server import app, logs, settings, telemetry

logger = logging.getLogger(__name__)
REPORT_EVERY = 0.5


def main() -> None:
    """Serve until SIGTERM, or until the parent is gone."""
    parser = argparse.ArgumentParser()
    for name in ("--host", "--config", "--store", "--private"):
        parser.add_argument(name)
    for name in ("--port", "--workers", "--metrics-port", "--listener", "--pipe"):
        parser.add_argument(name, type=int)
    arguments = parser.parse_args()
    logs.start()
    try:
        import uvloop

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    except ImportError:
        runner = asyncio.Runner()
    with runner:
        runner.run(_serve(arguments))


async def _serve(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    loaded = settings.load(vars(arguments), os.environ)
    listener = socket.socket(fileno=arguments.listener)
    pipe = socket.socket(fileno=arguments.pipe)
    reader, writer = await asyncio.open_connection(sock=pipe)
    worker = secrets.token_hex(4)
    async with app.running(
        loaded,
        store_url=arguments.store,
        worker=worker,
        listener=listener,
        private=Path(arguments.private),
    ) as running:
        reporting = asyncio.create_task(_report(running, worker, writer))
        orphaned = asyncio.create_task(_told(reader, running, stop))
        await stop.wait()
        # Reports go on while we take leave: silence would get us killed in the middle of it.
    for task in (reporting, orphaned):
        task.cancel()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _report(running: app.App, worker: str, writer: asyncio.StreamWriter) -> None:
    while True:
        gauges = {
            "ready": float(running.ready()),
            "connections": float(len(running.edge.connections)),
            "rooms": float(running.fanout.size),
        }
        line: dict[str, Any] = {"worker": worker, **telemetry.sums(gauges)}
        writer.write(json.dumps(line).encode() + b"\n")
        await asyncio.sleep(REPORT_EVERY)


async def _told(reader: asyncio.StreamReader, running: app.App, stop: asyncio.Event) -> None:
    """What the parent says: `move`, or nothing more, ever."""
    with contextlib.suppress(OSError):  # one that was killed before it read our last report resets the pipe
        while await reader.readline():
            await running.move()
    stop.set()


if __name__ == "__main__":
    main()
