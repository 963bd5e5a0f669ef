"""The one sweeper: what `rooms.retention` says is forgotten is forgotten within a minute, even in rooms
where nobody writes any more."""

from collections.abc import Iterable

from rooms import retention
from rooms.house import House
from rooms.keys import Keys


async def tidy(house: House, keys: Keys, topics: Iterable[str]) -> int:
    """Trim every room of a community; answers how many rooms were looked at.

    One process a minute does it for all (0 for the others); a second one would only find less to do.
    """
    every_ms = retention.JANITOR_EVERY * 1000 - 5_000
    if await house.store.command("SET", keys.janitor, house.worker, "NX", "PX", every_ms) is None:
        return 0
    looked_at = 0
    for topic in topics:
        for name in await house.store.command("ZRANGE", keys.rooms(topic), 0, -1):
            await _tidy_room(house, keys, topic, name.decode())
            looked_at += 1
    rested = house.now() - retention.NAME_REST * 1000
    await house.store.command("ZREMRANGEBYSCORE", keys.names, "-inf", rested)
    return looked_at


async def _tidy_room(house: House, keys: Keys, topic: str, room: str) -> None:
    await house.store.call(
        "tidy",
        keys.community,
        (
            *keys.log_of(room),
            keys.members(room),
            keys.rooms(topic),
            keys.here(room),
            keys.seats(room),
        ),
        house.now(),
        room,
        house.log_ms,
        retention.LOG_EVENTS,
        retention.LOG_BYTES,
        retention.POSITION * 1000,
    )
