"""Two workers on a cluster: what a shard's death takes away, and what it leaves alone."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from tests.cluster import SHARDS, Cluster, cluster
from tests.serving import fetch, serving
from tests.visitor import Visitor, visitor

pytestmark = [pytest.mark.journey, pytest.mark.long]  # tests/rooms/test_shards.py is the quick form
UNAVAILABLE, LIVE = 2.0, 5.0
"""Seconds: a sender hears that a shard is away; its communities talk again. With a node timeout of 2 s."""
BUSY = 2
"""How much slower a machine may be that runs other tests."""


def _config(names: list[str]) -> str:
    sites = [
        f'[[sites]]\nid = "{name}"\nname = "{name}"\norigins = ["http://{name}.example"]\ncover = "never"\n'
        "require_second_factor = false\n"
        '[[sites.topics]]\nid = "addiction"\ntitle = "Addiction"\nabout = "Together."\n'
        for name in names
    ]
    return '[limits]\nprofile = "off"\n' + "\n".join(sites)


def epochs(one: Visitor) -> list[str]:
    """The epochs that somebody was told of, each once, in order."""
    return list(dict.fromkeys(payload["epoch"] for event, payload in one.heard if event == "events"))


@pytest.mark.asyncio
async def test_a_shard_dies(tmp_path: Path) -> None:
    """The other shards' rooms notice nothing; its own refuse at once, talk again within seconds, and are told
    that their log is another one."""
    async with cluster(tmp_path / "c") as nodes, contextlib.AsyncExitStack() as stack:
        names = [nodes.name_on(shard) for shard in range(SHARDS)]
        where = {"config": _config(names), "environ": {"REDIS_URL": nodes.url}, "workers": 2}
        service = stack.enter_context(serving(tmp_path / "k", **where))  # type: ignore[arg-type]
        people = [
            [await stack.enter_async_context(visitor(service.url, site=name)) for _ in range(4)]
            for name in names
        ]
        for of_site in people:
            for one in of_site:
                await one.join()
            assert (await of_site[0].say("hello"))["ok"]
            for one in of_site:
                await one.until(lambda one=one: one.texts() == ["hello"])  # type: ignore[misc]
        await _dies(nodes, people, service.url)


async def _dies(nodes: Cluster, people: list[list[Visitor]], url: str) -> None:
    loop, (dead, *alive) = asyncio.get_running_loop(), people
    stop = asyncio.Event()
    talks = [asyncio.create_task(_talk(of_site[1], stop)) for of_site in alive]
    nodes.nodes[0].kill()
    killed = loop.time()
    answer = await dead[0].say("lost?", key="once")
    away = loop.time() - killed
    assert answer["error"]["code"] == "unavailable"
    assert away < UNAVAILABLE * BUSY
    assert (await fetch(f"{url}/readyz"))[0] == 200, "two shards of three work"
    while not answer["ok"]:
        assert answer["error"]["code"] in ("unavailable", "not_in_room")
        await asyncio.sleep(0.05)
        answer = await dead[0].say("lost?", key="once")
    live = loop.time() - killed
    assert live < LIVE * BUSY
    stop.set()
    for one in dead:
        await one.until(lambda one=one: len(epochs(one)) == 2)  # type: ignore[misc]
        await one.until(lambda one=one: one.texts()[-1:] == ["lost?"])  # type: ignore[misc]
        assert one.texts().count("lost?") == 1
    slowest = max([await talk for talk in talks])
    for of_site in alive:
        said = of_site[1].texts()
        for one in of_site:
            await one.until(lambda one=one, said=said: one.texts() == said)  # type: ignore[misc]
            assert len(epochs(one)) == 1
            assert one.drops == 0
    print(
        f"\nunavailable after {away:.2f} s, live after {live:.2f} s; elsewhere slowest answer {slowest:.3f} s"
    )
    assert slowest < 1.0 * BUSY


async def _talk(one: Visitor, stop: asyncio.Event) -> float:
    """Speak until told to stop; every word is taken. The slowest answer, in seconds."""
    loop, slowest, n = asyncio.get_running_loop(), 0.0, 0
    while not stop.is_set():
        began = loop.time()
        n += 1
        assert (await one.say(f"still here {n}"))["ok"]
        slowest = max(slowest, loop.time() - began)
        await asyncio.sleep(0.02)
    return slowest
