"""Waiting for facts about other processes, which tell nobody when they change."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.serving import PATIENCE

LOOK = 0.02
"""Seconds between two looks."""


async def when(fact: Callable[[], Awaitable[bool]], patience: float = PATIENCE, look: float = LOOK) -> float:
    """Return as soon as it holds, with the seconds that took. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(patience):
        while not await fact():  # noqa: ASYNC110 (the other process sets no event of ours)
            await asyncio.sleep(look)
    return loop.time() - began
