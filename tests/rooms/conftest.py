"""Rooms are tested on the real store, in a community of the test's own, by a clock turned by hand."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio
from hypothesis import Phase, settings

from tests.rooms.town import Town

# A red build must be red again on the next try; on a desk, chance may find more.
# There the first example that fails is enough: to find the smallest takes minutes where each one waits.
LOOKING = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True, phases=LOOKING)
settings.register_profile("desk", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest_asyncio.fixture
async def town(valkey: str) -> AsyncIterator[Town]:
    """A community nobody else uses."""
    async with AsyncExitStack() as stack:
        yield Town(valkey, stack)
