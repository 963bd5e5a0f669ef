"""A cluster: a link pair for each shard that holds one of our communities, and none for the others.

Every key of a community carries its hash tag, so a community is one slot and lives on one node. A node that
dies takes its own communities away and nobody else's. Who holds what is asked every half second; where the
answer changes, those links are given up and made anew elsewhere, as after any broken link.
"""

import asyncio
import binascii
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

import hiredis
from redis.exceptions import RedisError

from rooms.keys import STAFF_DOOR, tag_of
from rooms.link import Argument, ask
from rooms.primary import LOOK
from rooms.refusals import Unavailable
from rooms.store import OnLinkOf, Store
from rooms.subscription import OnMessage, Subscription

CLUSTER: Final = ("redis+cluster", "rediss+cluster")
SLOTS: Final = 16_384
Shard = tuple[str, frozenset[str]]
"""The address of a primary, and which of our hash tags it holds."""
Prepare = Callable[[Store, Collection[str]], Awaitable[None]]


def is_cluster(url: str) -> bool:
    """Whether an address names a cluster."""
    return urlsplit(url).scheme in CLUSTER


def slot(tag: str) -> int:
    """The slot of a hash tag: CRC16 as the cluster specification has it."""
    return binascii.crc_hqx(tag.encode(), 0) % SLOTS


class Map:
    """Where the cluster keeps what. `redis+cluster://[user:password@]host:port[,host:port…]`"""

    def __init__(self, url: str, tags: Collection[str]) -> None:
        parts = urlsplit(url)
        login, at, hosts = parts.netloc.rpartition("@")
        self._form = f"{parts.scheme.partition('+')[0]}://{login}{at}{{}}"
        self._query = f"?{parts.query}" if parts.query else ""
        self._nodes = hosts.split(",")
        self._tags = frozenset(tags)

    def _url(self, node: str) -> str:
        return self._form.format(node) + self._query

    async def look(self) -> set[Shard]:
        """Asked of the first node that answers. Raises OSError where none does."""
        for node in list(self._nodes):
            try:
                ranges = await ask(self._url(node), "CLUSTER", "SLOTS")
            except (OSError, RedisError, hiredis.ReplyError):
                self._nodes.append(self._nodes.pop(0))  # the next look begins with another
                continue
            return self._read(ranges, node)
        raise ConnectionError("no node of the cluster answers")

    def _read(self, ranges: list[Any], asked: str) -> set[Shard]:
        held: dict[str, set[str]] = {}
        known = set(self._nodes)
        for first, last, *nodes in ranges:
            at = [
                f"{(host or asked.rpartition(':')[0].encode()).decode()}:{port}" for host, port, *_ in nodes
            ]
            self._nodes += [node for node in dict.fromkeys(at) if node not in known]
            known.update(at)
            for tag in self._tags:
                if first <= slot(tag) <= last:
                    held.setdefault(at[0], set()).add(tag)
        return {(self._url(node), frozenset(tags)) for node, tags in held.items()}

    async def keep(self, live: Callable[[str, frozenset[str]], Coroutine[Any, Any, None]]) -> None:
        """Run `live` for each shard as long as the cluster says that it is one; until cancelled."""
        running: dict[Shard, asyncio.Task[None]] = {}
        try:
            while True:
                try:
                    wanted = await self.look()
                except OSError:
                    wanted = set(running)  # nobody says otherwise
                await _end([running.pop(shard) for shard in set(running) - wanted])
                for shard in wanted - set(running):
                    running[shard] = asyncio.ensure_future(live(*shard))
                await asyncio.sleep(LOOK)
        finally:
            await _end(list(running.values()))


async def _end(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Stores(Store):
    """The calls of all communities, each to the shard that holds it; `up` is each shard's own."""

    def __init__(self, url: str, communities: Collection[str], prepare: Prepare) -> None:
        super().__init__(url, lambda _: prepare(self, communities))
        self._communities = frozenset(communities)
        self._map = Map(url, {*communities, STAFF_DOOR.community})
        self._prepare_some = prepare
        self._holds: dict[str, Store] = {}
        self.on_up_of: OnLinkOf | None = None

    async def run(self) -> None:
        await self._map.keep(self._shard)

    async def _shard(self, url: str, tags: frozenset[str]) -> None:
        ours = tags & self._communities
        store = Store(url, lambda store: self._prepare_some(store, ours))

        async def up() -> None:
            if self.on_up_of is not None and ours:
                await self.on_up_of(ours)

        store.on_up = up
        self._holds |= dict.fromkeys(tags, store)
        try:
            await store.run()
        finally:
            self._holds = {tag: held for tag, held in self._holds.items() if held is not store}

    def _of(self, tag: str) -> Store:
        store = self._holds.get(tag)
        if store is None:
            raise Unavailable
        return store

    def incarnation(self, community: str) -> str | None:
        store = self._holds.get(community)
        return store.incarnation(community) if store else None

    def groups(self) -> list[frozenset[str]]:
        found: dict[Store, set[str]] = {}
        for tag in self._communities:
            if (store := self._holds.get(tag)) and store.up.is_set():
                found.setdefault(store, set()).add(tag)
        return [frozenset(tags) for tags in found.values()]

    def ears(self, url: str, on_message: OnMessage, on_link: OnLinkOf) -> Subscription:
        return Subscriptions(url, self._communities, on_message, on_link)

    async def reached(self, community: str) -> None:
        # Another link, another node: there is no one event to wait for.
        while not ((store := self._holds.get(community)) and store.up.is_set()):  # noqa: ASYNC110
            await asyncio.sleep(LOOK / 10)

    async def command(self, *arguments: Argument) -> Any:
        keys = (argument for argument in arguments if isinstance(argument, str))
        tag = next((tag for key in keys if (tag := tag_of(key))), "")
        return await self._of(tag).command(*arguments)


class Subscriptions(Subscription):
    """The ears of all communities, each on the shard that holds it."""

    def __init__(
        self,
        url: str,
        tags: frozenset[str],
        on_message: OnMessage,
        on_link: OnLinkOf,
    ) -> None:
        super().__init__(url, on_message, lambda: on_link(tags))
        self._map = Map(url, tags)
        self._hear, self._linked_to = on_message, on_link
        self._holds: dict[str, Subscription] = {}

    async def run(self) -> None:
        await self._map.keep(self._shard)

    async def _shard(self, url: str, tags: frozenset[str]) -> None:
        ear = Subscription(url, self._hear, lambda: self._linked_to(tags))
        ear._channels = {channel for channel in self._channels if tag_of(channel) in tags}
        self._holds |= dict.fromkeys(tags, ear)
        try:
            await ear.run()
        finally:
            self._holds = {tag: held for tag, held in self._holds.items() if held is not ear}

    async def follow(self, channel: str) -> None:
        ear = self._holds.get(tag_of(channel))
        if ear is None:
            raise Unavailable
        self._channels.add(channel)
        try:
            await ear.follow(channel)
        except BaseException:
            self._channels.discard(channel)
            raise

    async def unfollow(self, channel: str) -> None:
        self._channels.discard(channel)
        if ear := self._holds.get(tag_of(channel)):
            await ear.unfollow(channel)

    async def cut(self, channel: str = "") -> None:
        if ear := self._holds.get(tag_of(channel)):
            await ear.cut()
