"""Everybody is cut off at once and comes back: nobody else notices, and the database is not asked."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.faults.stage import served
from tests.faults.storm import Crowd, percentile
from tests.postgresql import postgresql
from tests.serving import ROOT

pytestmark = pytest.mark.journey
BACK = 15.0
OTHERS_P99 = 0.25
"""Seconds."""
TALK = 20.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    with postgresql() as place:
        yield place


@contextmanager
def _stopped(place: Path) -> Iterator[None]:
    """PostgreSQL and all that it started stand still."""
    parent = int((place / "data" / "postmaster.pid").read_text().split()[0])
    family = [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.asyncio
@pytest.mark.parametrize("many", [100, pytest.param(2_000, marks=pytest.mark.long)])
async def test_a_storm(
    cluster: Path, tmp_path: Path, rng: random.Random, many: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cut at one moment, all are back in their rooms within 15 s at times of their own and have missed
    nothing; others' words arrive meanwhile within 250 ms (p99); the database stands still all the while."""
    connection = await asyncpg.connect(host=str(cluster), user="kindred", database="postgres")
    await connection.execute(f"CREATE DATABASE storm{many}")
    await connection.close()
    database = f"postgres://kindred@/storm{many}?host={cluster}"
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(served(tmp_path, environ={"DATABASE_URL": database}))
        crowd = Crowd(service.url, rng, many)
        await crowd.enter(stack)
        await crowd.settle()
        others = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.storm", service.url, str(TALK if many > 500 else 2.5)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert others.stdout is not None
        assert await others.stdout.readline() == b"here\n"
        with _stopped(cluster):
            back = await crowd.cut(BACK)
            await crowd.settle()
        told, _ = await others.communicate()
        waits = json.loads(told)
        line = (
            f"{many} cut at once: first back after {back[0]:.2f} s, half {percentile(back, 0.5):.2f} s, "
            f"last {back[-1]:.2f} s; tries {sum(one.tries - 1 for one in crowd.people)}; others' words "
            f"p50 {percentile(waits, 0.5) * 1000:.0f} ms, p99 {percentile(waits, 0.99) * 1000:.0f} ms, "
            f"max {waits[-1] * 1000:.0f} ms of {len(waits)}"
        )
        with capsys.disabled():
            print(f"\n{line}")
        assert [one.name for one in crowd.people if one.incomplete or one.gaps] == []
        assert back[-1] - back[0] > 0.5, "they came at times of their own"
        assert percentile(waits, 0.99) <= OTHERS_P99 * (1 if many > 500 else 5), line
