"""A cluster of a test's own: three primaries, a replica each, of the same binary that is embedded."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from rooms.link import ask
from rooms.shards import SLOTS, slot
from tests.faults.broker import Broker
from tests.faults.patience import when
from tests.serving import free_port

SHARDS = 3
OPTIONS = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": "2000",
    # With `yes` the whole cluster stands still until the dead primary's replica has taken over.
    "cluster-require-full-coverage": "no",
    "cluster-replica-validity-factor": "0",
    "repl-diskless-sync-delay": "0",
}


class Node(Broker):
    """`bus`: the port on which nodes speak to each other."""

    def __init__(self, place: Path, *options: str) -> None:
        self.bus = free_port()
        super().__init__(place, *options, "--cluster-port", str(self.bus))


class Cluster:
    """`nodes[n]` is the first primary of shard n, `nodes[n + 3]` its replica."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)

    def name_on(self, shard: int, stem: str = "willow") -> str:
        """A name whose slot this shard holds at first."""
        return next(name for n in range(1_000) if shard_of(name := f"{stem}{n}") == shard)

    async def move(self, name: str, source: int, target: int) -> None:
        """Give a name's slot, with all that it holds, from one shard's first primary to another's."""
        ids = [(await tell(node, "CLUSTER", "MYID")).decode() for node in self.nodes]
        here, there, n = self.nodes[source], self.nodes[target], slot(name)
        await tell(there, "CLUSTER", "SETSLOT", n, "IMPORTING", ids[source])
        await tell(here, "CLUSTER", "SETSLOT", n, "MIGRATING", ids[target])
        while keys := await ask(_url(here), "CLUSTER", "GETKEYSINSLOT", n, 100):
            await tell(here, "MIGRATE", "127.0.0.1", there.port, "", 0, 5_000, "KEYS", *keys)
        for node in (there, here):
            await tell(node, "CLUSTER", "SETSLOT", n, "NODE", ids[target])


def shard_of(name: str) -> int:
    """Which shard holds a name at first."""
    return slot(name) * SHARDS // SLOTS


@contextlib.asynccontextmanager
async def cluster(place: Path) -> AsyncIterator[Cluster]:
    """Formed, whole and replicated; ended with the block."""
    nodes: list[Node] = []
    async with contextlib.AsyncExitStack() as stack:
        for n in range(2 * SHARDS):
            options = [part for name, value in OPTIONS.items() for part in (f"--{name}", value)]
            node = Node(place / str(n), *options)
            nodes.append(node)
            await node.start()
            stack.callback(node.kill)
        await _form(nodes)
        yield Cluster(nodes)


def _url(node: Node) -> str:
    return f"redis://127.0.0.1:{node.port}"


async def tell(node: Broker, *command: str | bytes | int) -> bytes:
    answer = await ask(_url(node), *command)
    return answer if isinstance(answer, bytes) else repr(answer).encode()


async def _form(nodes: list[Node]) -> None:
    ids = [(await tell(node, "CLUSTER", "MYID")).decode() for node in nodes]
    for n, node in enumerate(nodes):
        await tell(node, "CLUSTER", "SET-CONFIG-EPOCH", n + 1)
        if n < SHARDS:
            edges = [-(-SLOTS * shard // SHARDS) for shard in (n, n + 1)]
            await tell(node, "CLUSTER", "ADDSLOTSRANGE", edges[0], edges[1] - 1)
    for node in nodes[1:]:
        await tell(nodes[0], "CLUSTER", "MEET", "127.0.0.1", node.port, node.bus)
    for n, node in enumerate(nodes[SHARDS:]):
        await when(lambda node=node, n=n: _knows(node, ids[n]))  # type: ignore[misc]
        await tell(node, "CLUSTER", "REPLICATE", ids[n])
    for node in nodes:
        await when(lambda node=node: _whole(node))  # type: ignore[misc]
    for node in nodes[SHARDS:]:
        await when(lambda node=node: _synced(node))  # type: ignore[misc]


async def _knows(node: Broker, other: str) -> bool:
    return other.encode() in await tell(node, "CLUSTER", "NODES")


async def _whole(node: Broker) -> bool:
    info, nodes = await tell(node, "CLUSTER", "INFO"), await tell(node, "CLUSTER", "NODES")
    return b"cluster_state:ok" in info and nodes.count(b"slave ") == SHARDS


async def _synced(node: Broker) -> bool:
    return b"master_link_status:up" in await tell(node, "INFO", "replication")
