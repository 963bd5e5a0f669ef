"""What a worker does by the clock goes on, whatever one turn of it met."""

import asyncio

import pytest
from redis.exceptions import OutOfMemoryError

from server.housekeeping import _every


@pytest.mark.asyncio
async def test_a_fault_ends_no_job() -> None:
    """A store that is full, or a fault of ours, costs a job one turn and not all that follow."""
    turns, third = 0, asyncio.Event()

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            raise OutOfMemoryError
        if turns == 2:
            raise KeyError
        third.set()

    job = asyncio.ensure_future(_every(0, work)())
    async with asyncio.timeout(5):
        await asyncio.wait([job, asyncio.ensure_future(third.wait())], return_when=asyncio.FIRST_COMPLETED)
    assert third.is_set()
    job.cancel()
