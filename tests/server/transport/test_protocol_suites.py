"""The cases of the protocols' own test suites, driven by node against two tiny servers."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.server.transport.tiny import tiny
from tests.serving import PATIENCE

HERE = Path(__file__).parent
NODE = Path(__file__).parents[3] / ".venv/bin/node"


@pytest.mark.journey
@pytest.mark.asyncio
@pytest.mark.parametrize("fast", [True, False], ids=["fast", "plain"])
@pytest.mark.parametrize(("suite", "cases"), [("engine.mjs", 50), ("socket.mjs", 16)])
async def test_every_case(fast: bool, suite: str, cases: int) -> None:
    """Every case of the protocol passes, WebSocket and long-polling, on both paths."""
    async with tiny(fast=fast) as url, asyncio.timeout(PATIENCE):
        run = await asyncio.create_subprocess_exec(
            *(NODE, "--test-reporter=tap", str(HERE / suite)),
            env=os.environ | {"BASE": url},
            stdout=asyncio.subprocess.PIPE,
        )
        said = (await run.communicate())[0].decode()
    failed = re.findall(r"^ +not ok \d+ - (?:.*\n)+? +\.\.\.$", said, re.MULTILINE)
    assert failed == [], "\n".join(failed)
    assert said.count("type: 'test'") >= cases
    assert run.returncode == 0
