"""Bring a store that remembers nothing back to the state where words may flow.

`ready` holds the store's incarnation: the run id of the server that answers, and a nonce. A flush
takes the key away, a restart or a failover changes the run id; either way every script refuses
until some process has loaded the sanctions in force from SQL again. A mute must not be forgotten
because a machine was.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence

from rooms.keys import Keys
from rooms.records.sanctions import Sanction
from rooms.refusals import Unavailable
from rooms.store import Store

Load = Callable[[str], Awaitable[Sequence[Sanction]]]
"""community -> the sanctions in force"""
PREPARING_MS = 5_000


async def prepare(store: Store, communities: Iterable[str], load: Load) -> None:
    """Fill `store.incarnations`, preparing what nobody has prepared yet.

    Raises Unavailable where another process holds the lease for longer than it may; whatever `load`
    raises (SQL away) leaves the store unprepared.
    """
    for community in communities:
        store.incarnations[community] = await _incarnation(store, Keys(community), load)


async def _incarnation(store: Store, keys: Keys, load: Load) -> str:
    for _ in range(PREPARING_MS // 100):
        found: bytes | None = await store.command("GET", keys.ready)
        if found is not None and found.decode().partition(":")[0] == store.run_id:
            return found.decode()
        mine = await store.command("SET", keys.preparing, "1", "NX", "PX", PREPARING_MS)
        if mine is not None:
            return await _load(store, keys, load)
        await asyncio.sleep(0.1)
    raise Unavailable


async def _load(store: Store, keys: Keys, load: Load) -> str:
    now = await store.command("TIME")
    now_ms = int(now[0]) * 1000
    latest: dict[str, int] = {}
    for sanction in await load(keys.community):
        key = keys.sanctions(sanction.visitor)
        latest[key] = max(latest.get(key, now_ms + 1), sanction.until)
        where = sanction.room or "*"
        value = f"{sanction.kind} {sanction.until} {where} {sanction.reason}"
        await store.command("HSET", key, sanction.id, value)
        await store.command("PEXPIREAT", key, latest[key])
    incarnation = f"{store.run_id}:{secrets.token_hex(4)}"
    await store.command("SET", keys.ready, incarnation)
    await store.command("DEL", keys.preparing)
    return incarnation
