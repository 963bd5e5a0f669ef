"""Both databases, for real: a SQLite file, and a PostgreSQL started for this session alone."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records.database import migrate, open_engine
from tests.postgresql import empty_database, postgresql


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The socket directory of a private PostgreSQL."""
    with postgresql() as place:
        yield place


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kindred.db'}"
    return await empty_database(request.getfixturevalue("cluster"))


@pytest.fixture
def migrated(url: str) -> str:
    """The address of a database in its newest form."""
    migrate(url)
    return url


@pytest_asyncio.fixture
async def engine(migrated: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(migrated)
    yield engine
    await engine.dispose()
