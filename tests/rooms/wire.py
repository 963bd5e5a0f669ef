"""A process's way out, ending in a test; and its way in, made worse than pub/sub is."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

from server.fanout import Fanout
from server.protocol import WireJSON
from server.transport import Wire
from tests.rooms.town import PATIENCE


class EndOfWire(Wire):
    """Keeps what it is asked to tell, as the client would decode it: `told` every Event by connection,
    `packets` all of it (connection, event, payload)."""

    def __init__(self) -> None:
        super().__init__("test")
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.packets: list[tuple[str, str, dict[str, Any]]] = []
        self._changed = asyncio.Event()

    def tell(self, sids: Iterable[str], event: str, data: object, namespace: str = "/") -> None:
        packet = json.loads(WireJSON.dumps(data))
        for sid in sids:
            self.packets.append((sid, event, packet))
            if event == "events":
                self.told.setdefault(sid, []).extend(packet["events"])
        self._changed.set()

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not fact():
                self._changed.clear()
                await self._changed.wait()

    def heard(self, sid: str, event: str) -> list[dict[str, Any]]:
        """Every packet of a kind that one connection got."""
        return [packet for who, what, packet in self.packets if (who, what) == (sid, event)]


class Lossy(Fanout):
    """A process into which pub/sub comes as badly as `plan` says: drop, double, later, or as it is."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.plan: deque[str] = deque()
        self.kept: list[tuple[bytes, bytes]] = []
        self.linked = asyncio.Event()
        self.recovered = asyncio.Event()

    async def repair_all(self, communities: Collection[str] = ()) -> None:
        await super().repair_all(communities)
        self.linked.set()

    async def recover(self, communities: Collection[str] = ()) -> None:
        await super().recover(communities)
        self.recovered.set()

    def _heard(self, channel: bytes, payload: bytes) -> None:
        if not payload.startswith(b"e "):
            super()._heard(channel, payload)
            return
        fate = self.plan.popleft() if self.plan else ""
        if fate == "later":
            self.kept.append((channel, payload))
        if fate in ("drop", "later"):
            return
        late, self.kept = self.kept, []
        for said in ((channel, payload),) * (2 if fate == "double" else 1) + tuple(late):
            super()._heard(*said)
