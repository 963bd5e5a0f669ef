"""The link to the store: answers to whom they belong, and the truth when there are none."""

import asyncio

import pytest
from hiredis import ReplyError
from redis.asyncio import Redis

from rooms import store as store_module
from rooms.refusals import Unavailable
from rooms.store import Store
from tests.rooms.town import PATIENCE, Town


async def echo(store: Store, n: int) -> int:
    return int(await store.command("ECHO", str(n)))


@pytest.mark.asyncio
async def test_each_gets_its_own_answer(town: Town) -> None:
    """Hundreds of calls of one tick share a write, and each gets its own answer."""
    store = (await town.house()).store
    assert await asyncio.gather(*(echo(store, n) for n in range(500))) == list(range(500))


@pytest.mark.asyncio
async def test_an_error_is_its_callers_own(town: Town) -> None:
    """A command that the store refuses fails for its caller alone."""
    store = (await town.house()).store
    one, error, three = await asyncio.gather(
        echo(store, 1), store.command("NONSENSE"), echo(store, 3), return_exceptions=True
    )
    assert (one, three) == (1, 3)
    assert isinstance(error, ReplyError)


@pytest.mark.asyncio
async def test_a_caller_who_went_away(town: Town) -> None:
    """An answer that nobody waits for any more goes to nobody else."""
    store = (await town.house()).store
    calls = [asyncio.create_task(echo(store, n)) for n in range(5)]
    await asyncio.sleep(0)
    calls[1].cancel()
    calls[3].cancel()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert [found[0], found[2], found[4], await echo(store, 5)] == [0, 2, 4, 5]


@pytest.mark.asyncio
async def test_a_link_that_breaks(town: Town) -> None:
    """Calls under way when the link breaks are answered by `unavailable`; the next link serves again."""
    house = await town.house()
    store = house.store
    mine = await store.command("CLIENT", "ID")
    killed = asyncio.gather(
        store.command("CLIENT", "KILL", "ID", mine, "SKIPME", "no"),
        *(store.command("BLPOP", town.keys.bucket("no", "one"), 0) for _ in range(3)),
        return_exceptions=True,
    )
    async with asyncio.timeout(PATIENCE):
        found = await killed
    assert all(isinstance(answer, Unavailable) for answer in found[1:])
    with pytest.raises(Unavailable):
        await echo(store, 1)
    await town.back(house)
    assert await echo(store, 2) == 2


@pytest.mark.asyncio
async def test_a_store_that_says_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that neither answers nor hangs up counts as away after a bounded time."""
    assert store_module.ANSWER_TIME < 2, "PROTOCOL: `unavailable` within 2 s"
    monkeypatch.setattr(store_module, "ANSWER_TIME", 0.1)
    house = await town.house()
    controls: Redis = Redis.from_url(town.url)
    await controls.execute_command("CLIENT", "PAUSE", 500, "ALL")  # type: ignore[no-untyped-call]
    await controls.aclose()
    with pytest.raises(Unavailable):
        await echo(house.store, 1)
    await town.back(house)
    assert await echo(house.store, 2) == 2


@pytest.mark.asyncio
async def test_nothing_before_it_is_prepared(town: Town) -> None:
    """Until the sanctions are loaded no script runs, and a failure to load is tried again."""
    tried: list[bool] = []
    loaded = asyncio.Event()

    async def prepare(store: Store) -> None:
        tried.append(store.up.is_set())
        with pytest.raises(Unavailable):
            await store.call("lease", town.site.community, [town.keys.workers], 1, "w", 1)
        if len(tried) < 3:
            raise Unavailable
        await town._prepare(store)
        loaded.set()

    store = Store(town.url, prepare)
    town.run(store.run())
    async with asyncio.timeout(PATIENCE):
        await store.up.wait()
    assert loaded.is_set()
    assert tried == [False, False, False]
    await store.call("lease", town.site.community, [town.keys.workers], 1, "w", 1)


@pytest.mark.asyncio
async def test_nobody_there(town: Town) -> None:
    """Without a store every call is `unavailable` at once, and nothing waits."""
    store = Store("unix:///nowhere/at/all", town._prepare)
    town.run(store.run())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await store.command("PING")
    with pytest.raises(Unavailable):
        await store.call("lease", town.site.community, [], 1)
    assert not store.up.is_set()
