"""The fault table: every measurement adds a row, and the end of the run prints them all."""

import os
import random
from collections.abc import Callable

import pytest

from tests.faults.scene import Row
from tests.faults.table import lines

ROWS = pytest.StashKey[list[Row]]()
SEED = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []
    config.stash[SEED] = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(1_000_000)))


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """The same moments and victims again with FAULT_SEED; the table says which seed it was."""
    return random.Random(f"{request.config.stash[SEED]} {request.node.name}")


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Callable[[Row], None]:
    """Put a row into the table, and fail where a promise was not kept."""

    def judged(row: Row) -> None:
        request.config.stash[ROWS].append(row)
        assert row.complaints() == [], row.fault.name

    return judged


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if rows:
        terminalreporter.section(f"faults (FAULT_SEED={config.stash[SEED]})")
        for line in lines(rows):
            terminalreporter.write_line(line)
