"""Many visitors in a process of their own: `python -m bench.crowd PORT PEOPLE TOPIC`.

Says one line of JSON once all have joined, then one for each line that it is told on stdin:
`talk MESSAGES WINDOW`  every room says so many, WINDOW in flight: the next one goes when all its
                        members have heard one more
`hear MESSAGES`         every room hears so many from elsewhere; answers twice: listening, heard
`{"rooms": 50, "refused": 0, "wrong": {}}` is what it says; `wrong` counts what no client may ever see.
It ends with its stdin.
"""

import asyncio
import json
import sys
from collections import Counter

import uvloop

from bench.load_room import LoadRoom
from bench.member import Member

AT_ONCE = 16
PATIENCE = 60.0
"""Seconds until something counts as hanging, and so as lost."""


class Crowd:
    """All visitors and their rooms."""

    def __init__(self) -> None:
        self.rooms: dict[str, LoadRoom] = {}
        self.wrong: Counter[str] = Counter()
        self.people: list[Member] = []

    async def gather(self, port: int, people: int, topic: str) -> None:
        """Connect and join."""
        gate = asyncio.Semaphore(AT_ONCE)
        loop = asyncio.get_running_loop()

        async def come() -> None:
            async with gate:
                member = Member(self.rooms, self.wrong, topic)
                self.people.append(member)
                await loop.create_connection(lambda: member.frames, "127.0.0.1", port)
                await member.joined

        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(come() for _ in range(people)))

    async def obey(self, order: str, *numbers: int) -> None:
        """One line of stdin."""
        if order == "talk":
            tasks = [room.talk(*numbers) for room in self.rooms.values()]
        else:
            tasks = [room.hear(*numbers) for room in self.rooms.values()]
            self.report()
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*tasks)
        except TimeoutError:
            self.wrong["never heard or answered"] += 1

    def report(self) -> None:
        """One line of stdout."""
        refused = sum(room.refusals for room in self.rooms.values())
        print(json.dumps({"rooms": len(self.rooms), "refused": refused, "wrong": self.wrong}), flush=True)


async def main(port: str, people: str, topic: str) -> None:
    crowd = Crowd()
    await crowd.gather(int(port), int(people), topic)
    crowd.report()
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order, *numbers = line.decode().split()
        await crowd.obey(order, *map(int, numbers))
        crowd.report()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
