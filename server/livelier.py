"""Somebody in a quiet room hears where there is more talk. Nobody is ever moved: the panel asks."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from rooms import cover, presence
from rooms.doors import QUIET
from rooms.refusals import Refusal

if TYPE_CHECKING:
    from server.sockets import Edge

AGAIN_MS: Final = 60_000
"""The same person is told at most once in this time; it may be true again after a talk."""


async def tell(edge: "Edge") -> None:
    """`livelier` to whoever is in a quiet room of ours while another of its topic has more people."""
    now = edge.house.now()
    for room in edge.fanout.quiet(QUIET):
        await asyncio.sleep(0)  # thousands of quiet rooms are no reason to keep others waiting
        site, keys = room.session.site, room.session.keys
        topic = presence.topic_of(room.name)
        if not cover.of(edge.house, keys, topic).open(now):
            continue
        with contextlib.suppress(Refusal):  # its shard is away; the others' are not
            (door,) = await edge.doors.of(keys, [topic])
            if (found := door.livelier(room.name, site.capacity)) is not None:
                _offer(edge, room.name, list(room.members), *found)


def _offer(edge: "Edge", room: str, members: list[str], other: str, people: int) -> None:
    now = edge.house.now()
    for sid in members:
        connection = edge.connections.get(sid)
        # Whoever is in the other room too, in this tab, has found it.
        if connection is None or other in connection.rooms or now - connection.offered < AGAIN_MS:
            continue
        connection.offered = now
        edge.wire.tell([sid], "livelier", {"room": room, "other": other, "people": people})
