"""A worker that may open no more files: old visitors do not notice, and the log does not fill the disk."""

import asyncio
import os
import resource
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.faults.stage import served
from tests.faults.words import counted
from tests.serving import Serving
from tests.visitor import Visitor, visitor

pytestmark = pytest.mark.journey
SPARE = 12
CROWD = 60
SECONDS = 3


def _limit(pid: int) -> None:
    hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")) + SPARE, hard))


def _crowd(service: Serving, stack: AsyncExitStack) -> None:
    for _ in range(CROWD):
        raw = stack.enter_context(socket.socket())
        raw.setblocking(False)
        raw.connect_ex(("127.0.0.1", service.port))


async def _talks(people: list[Visitor], so_far: int) -> int:
    """Each says a word and hears every other's; answers how many there are now."""
    for n, person in enumerate(people):
        answer = await person.say(counted("river", so_far + n))
        assert answer["ok"], answer
    so_far += len(people)
    for person in people:
        await person.until(lambda person=person: len(person.texts()) == so_far)  # type: ignore[misc]
    return so_far


@pytest.mark.asyncio
async def test_no_descriptors_are_left(tmp_path: Path) -> None:
    """Old visitors talk on, at most one line a second is logged, and newcomers get in once there is room."""
    async with served(tmp_path) as service, AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(visitor(service.url, transports=["websocket"])) for _ in range(4)
        ]
        for person in people:
            await person.join()
        for pid in service.workers():
            _limit(pid)
        lines = service.log.read_text().count("\n")
        async with AsyncExitStack() as crowd:
            _crowd(service, crowd)
            loop = asyncio.get_running_loop()
            began, said = loop.time(), 0
            while loop.time() - began < SECONDS:
                said = await _talks(people, said)
            logged = service.log.read_text().count("\n") - lines
            passed = loop.time() - began  # a round of talk under way is finished
            assert logged <= len(service.workers()) * (passed + 1), service.log.read_text()[-2_000:]
        await _talks(people, said)
        assert [person.drops for person in people] == [0] * 4
        async with visitor(service.url, transports=["websocket"]) as newcomer:
            assert (await newcomer.join())["ok"]
