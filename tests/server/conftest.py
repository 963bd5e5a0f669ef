"""What tests of the edge may ask for."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from tests.rooms.town import Town
from tests.server.desk import Desk, open_desk


@pytest_asyncio.fixture
async def desk(valkey: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A service with the sites Willow, which asks for a second factor, and Oak, which does not."""
    async with AsyncExitStack() as stack:
        yield await open_desk(Town(valkey, stack), tmp_path, stack)
