"""What can happen between a visitor and the service."""

import asyncio

from tests.faults.careful import Member
from tests.faults.ledger import Ledger
from tests.faults.patience import when
from tests.faults.scene import Fault, Scene, Strike

GHOST = 30.0
"""Seconds until a visitor whose link has gone half open is no longer among the people of the room."""
CUT_EVERY = 3.0
SLOW_FOR = 5.0


def _now() -> float:
    return asyncio.get_running_loop().time()


async def cut(scene: Scene) -> float:
    """Every visitor's link ends by RST, about every three seconds, while all are talking."""
    assert scene.visitor_links is not None
    await asyncio.sleep(CUT_EVERY * scene.rng.uniform(0.6, 1.0))
    back = _now()
    scene.visitor_links.cut()
    return back


async def snapped(scene: Scene) -> float:
    """RST in place of an acknowledgement: the message is in, and its sender cannot know."""
    links = scene.visitor_links
    assert links is not None
    before, links.snap = links.snapped, b'"outcome":"allow"'

    async def snap() -> bool:
        return links.snapped > before

    await when(snap)
    return _now()


async def slow(scene: Scene) -> float:
    """Half a second of delay and 20 kB/s, byte by byte."""
    links = scene.visitor_links
    assert links is not None
    links.delay, links.rate = 0.5, 20_000
    try:
        await asyncio.sleep(SLOW_FOR)
    finally:
        links.delay, links.rate = 0.0, 0
    return _now()


def half_open(people: int) -> Strike:
    """So many quiet visitors' links become holes, and no end of them is told; the room must see them go."""

    async def strike(scene: Scene) -> float:
        links, witness = scene.visitor_links, scene.members[0]
        assert links is not None
        others = set(links.links)
        ghosts = [Member(f"ghost {n}", scene.url, witness.topic, Ledger(), scene.rng) for n in range(people)]
        for ghost in ghosts:
            ghost.patience = 2 * GHOST  # or it would come back, and be there
        try:
            await asyncio.gather(*(ghost.enter() for ghost in ghosts))
            began = _now()
            links.hole(wanted=lambda link: link not in others)
            links.heal()  # for new links; these stay dead
            ids = {ghost.me["id"] for ghost in ghosts}
            await witness.until(lambda: ids <= witness.people_left, GHOST + 15)
            scene.slowest_heal = max(scene.slowest_heal, _now() - began)
        finally:
            await asyncio.gather(*(ghost.leave() for ghost in ghosts))
        return _now()

    return strike


CUT = Fault("every visitor's link cut, every 3 s", cut, 3.0)
SNAPPED = Fault("RST in place of the acknowledgement", snapped, 3.0)
SLOW = Fault("500 ms, 20 kB/s, 1-byte slices, 5 s", slow, 3.0, pause=1.0)
HALF_OPEN = Fault("visitors half open, seen as gone", half_open(5), GHOST, pause=0.5, each=5)
