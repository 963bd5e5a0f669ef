"""The newcomer clock, across two workers that are killed while it runs."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.journeys.test_cases import another, items, removed
from tests.journeys.test_desk import desk
from tests.journeys.test_sanctions import told, visitor
from tests.serving import Serving, serving
from tests.staff import Colleague, hire

pytestmark = pytest.mark.journey
CONFIG = """
[newcomer]
greeter = 2
case = 6
card = 10
[[sites]]
id = "demo"
cover = "never"
require_second_factor = false
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "home", workers=2, config=CONFIG) as service:
        for name, role in (("Omar", "moderator"), ("Gus", "greeter"), ("Gina", "greeter")):
            hire(service, name, role)
        yield service


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


def asked(*greeters: Colleague) -> list[dict[str, Any]]:
    return [packet["item"] for greeter in greeters for packet in greeter.told("alert")]


@pytest.mark.asyncio
async def test_a_killed_service_forgets_nobody(clinic: Serving, stack: AsyncExitStack) -> None:
    """One of two greeters is asked; then every worker is killed, and the case, the card and the end still
    come, each once."""
    gus, omar = await desk(clinic, stack, "Gus"), await desk(clinic, stack, "Omar")
    gina = await another(clinic, stack, "Gina", gus)
    for colleague in (gus, gina, omar):
        assert (await colleague.ask("duty", on=True))["ok"]
    nia, ada = await visitor(clinic, stack), await visitor(clinic, stack)
    room = (await nia.join("addiction"))["room"]["id"]
    said = (await nia.say("hello, is anybody here?"))["id"]
    _, pending = await asyncio.wait(
        [asyncio.create_task(one.until(lambda one=one: bool(asked(one)))) for one in (gus, gina)],
        return_when=asyncio.FIRST_COMPLETED,
    )
    for task in pending:
        task.cancel()
    drops = nia.drops
    for victim in await asyncio.to_thread(clinic.workers):
        os.kill(victim, signal.SIGKILL)
    (asked_for,) = asked(gus, gina)
    assert (asked_for["kind"], asked_for["room"], asked_for["message"]) == ("unanswered", room, said)
    await nia.until(lambda: nia.drops > drops and len(nia.welcomes) > 1)
    assert (await nia.join(room=room))["ok"]
    back = await desk(clinic, stack, "Omar")
    there = await another(clinic, stack, "Omar", back)
    await there.until(lambda: bool(case_of(there, nia.me["id"])))
    case = case_of(there, nia.me["id"])[0]
    assert (case["id"], case["text"], case["author_here"]) == (
        asked_for["id"],
        "hello, is anybody here?",
        True,
    )
    await nia.until(lambda: bool(told(nia, "unanswered")))
    await ada.until(lambda: len(ada.welcomes) > 1)
    await ada.join(room=room)
    assert (await ada.say("yes. Welcome", reply_to=said))["ok"]
    for colleague in (back, there):
        await colleague.until(lambda colleague=colleague: case["id"] in removed(colleague))
        assert len({one["id"] for one in case_of(colleague, nia.me["id"])}) == 1
    assert told(nia, "unanswered") == [{"room": room, "id": said, "state": "told"}]


def case_of(colleague: Colleague, visitor_id: str) -> list[dict[str, Any]]:
    """What a desk knows of the newcomer's case, of its welcome or told since."""
    first = [item for packet in colleague.told("welcome") for item in packet["queue"]]
    return [item for item in first if item["kind"] == "unanswered"] + items(
        colleague, "unanswered", visitor_id
    )
