"""A lead changes the rules while people talk, on two workers."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest

from tests.journeys.test_sanctions import elsewhere
from tests.serving import FREE, Serving, serving
from tests.staff import at_desk, hire, token_of
from tests.visitor import Visitor

pytestmark = pytest.mark.journey
OWN = "rule site.bingo: spam\n  note Not here.\n  say bingo club\n"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo on two workers, with Ines who leads."""
    with serving(tmp_path_factory.mktemp("clinic"), workers=2, config=FREE) as service:
        hire(service, "Ines", "lead")
        yield service


@pytest.mark.asyncio
async def test_a_change_is_in_force_everywhere(clinic: Serving) -> None:
    """A change that one worker took judges on both within two seconds, by no restart; so does its undo; every
    desk hears of both."""
    async with AsyncExitStack() as stack:
        first = await Visitor(clinic.url).connect()
        stack.push_async_callback(first.close)
        second = await elsewhere(clinic, stack, first)
        await first.join()
        await second.join()
        desk = await at_desk(clinic, "Ines")
        stack.push_async_callback(desk.leave)
        cookies = {"kindred": await token_of(clinic.url, "Ines")}
        http = await stack.enter_async_context(aiohttp.ClientSession(cookies=cookies))

        async def ask(method: str, path: str, **body: Any) -> dict[str, Any]:
            url = f"{clinic.url}/desk/api/rules{path}"
            async with http.request(method, url, json={"site": "demo", **body}) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.json()

        async def both(outcome: str) -> None:
            """Both workers answer so, and that within two seconds of the acknowledgement."""
            began = time.monotonic()
            for number, tab in enumerate((first, second)):
                tries = 0
                while True:
                    tries += 1
                    said = await tab.say(f"the bingo club {number} {tries} {outcome}")
                    assert time.monotonic() - began < 2
                    if said.get("outcome", "blocked") == outcome:
                        break
                    await asyncio.sleep(0.05)

        await both("allow")
        await ask("POST", "/rehearse", base=0, own=OWN)
        await ask("PUT", "", base=0, own=OWN)
        await both("blocked")
        await ask("POST", "/undo", base=1)
        await both("allow")
        await desk.until(lambda: len(desk.told("acted")) == 2)
        assert [one["action"] for one in desk.told("acted")] == ["rules_change", "rules_undo"]
