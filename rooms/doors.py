"""What a door says of its topic before anybody goes in, and where in it there is more talk."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rooms import duty, presence
from rooms.house import House
from rooms.keys import Keys

COUNTED_MS = 1_000
"""How old a count at the door may be. PROTOCOL promises `topics` within 5 s of a change."""
QUIET = 2
"""People in a room in which somebody may want to hear of a livelier one."""
LIVELY = 4
"""People in a room that is worth an offer, whoever moves makes one more."""


@dataclass(frozen=True, slots=True)
class Door:
    """A topic as of a second ago: how many are in each room, and what somebody in there speaks."""

    rooms: Mapping[str, int]
    langs: tuple[str, ...]

    @property
    def people(self) -> int:
        return sum(self.rooms.values())

    def livelier(self, room: str, capacity: int) -> tuple[str, int] | None:
        """The liveliest room with two seats free and how many are in it, for somebody in a quiet one."""
        if not 0 < self.rooms.get(room, 0) <= QUIET:
            return None
        # Two seats: the count is a second old, and an offer that cannot be taken is worse than none.
        free = {name: n for name, n in self.rooms.items() if name != room and LIVELY <= n <= capacity - 2}
        return max(free.items(), key=lambda found: (found[1], found[0]), default=None)


class Doors:
    """The doors of communities. Everybody is shown them, so each is looked at once a second: counting walks
    every room. `langs` are those that the panel speaks; nobody is told of another."""

    def __init__(self, house: House, langs: Sequence[str]) -> None:
        self._house = house
        self._langs = tuple(langs)
        self._at: dict[tuple[Keys, str], int] = {}
        self._known: dict[tuple[Keys, str], Door] = {}

    async def of(self, keys: Keys, topics: Sequence[str]) -> list[Door]:
        """These topics'. Raises Unavailable."""
        old = [topic for topic in topics if self._due(keys, topic)]
        if old:
            # Whoever comes meanwhile is shown the last ones.
            self._at.update(dict.fromkeys(((keys, topic) for topic in old), self._house.now()))
            there = duty.spoken(await duty.on_duty(self._house, keys))
            doors = await asyncio.gather(*(self._look(keys, topic, there) for topic in old))
            self._known.update({(keys, topic): door for topic, door in zip(old, doors, strict=True)})
        return [self._known[keys, topic] for topic in topics]

    def _due(self, keys: Keys, topic: str) -> bool:
        age = self._house.now() - self._at.get((keys, topic), 0)
        return age >= COUNTED_MS or (keys, topic) not in self._known

    async def _look(self, keys: Keys, topic: str, there: frozenset[str]) -> Door:
        """`there`: what those on duty speak, who watch over every topic."""
        asked = [self._house.store.command("ZCARD", keys.speakers(topic, lang)) for lang in self._langs]
        rooms, *speakers = await asyncio.gather(presence.by_room(self._house, keys, topic), *asked)
        counted = zip(self._langs, speakers, strict=True)
        return Door(rooms, tuple(lang for lang, n in counted if n or lang in there))
