"""What visitors say to staff alone, through the edge."""

from pathlib import Path
from typing import Any

import pytest

from rooms import case as open_cases
from rooms import cases
from rooms.cases import Decision
from rooms.house import House
from rooms.keys import Keys
from rooms.limits import WORDS
from server.app import App
from tests.server.test_review_departures import worker
from tests.visitor import Visitor, visitor

CRY = "I want to die"


async def crises(app: App) -> list[open_cases.Case]:
    keys = Keys(app.edge.settings.sites["demo"].community)
    return [case for case in await open_cases.queue(app.house, keys) if case.kind == "crisis"]


async def decide(house: House, case: open_cases.Case, site: str) -> None:
    await cases.decide(house, Keys(site), Decision(case=case.id, act=case.id, person="o"))


def cards(person: Visitor) -> list[Any]:
    return [payload["state"] for event, payload in person.heard if event == "support"]


@pytest.mark.asyncio
async def test_the_same_cry_again(tmp_path: Path, valkey: str) -> None:
    """Who calls for a volunteer with the same few words as before, after staff had decided, cries for help
    anew: it is a case again, and nobody is claimed to have seen it."""
    async with worker(tmp_path, valkey) as (app, url), visitor(url) as ada:
        await ada.ask("call", {"text": CRY})
        (case,) = await crises(app)
        await decide(app.house, case, app.edge.settings.sites["demo"].community)
        assert await crises(app) == []
        await ada.ask("call", {"text": CRY})
        assert [one.text for one in await crises(app)] == [CRY]
        assert cards(ada) == ["none", "none"]


@pytest.mark.asyncio
async def test_a_cry_amid_a_flood(tmp_path: Path, valkey: str) -> None:
    """Who types too fast in panic has the lines and a case at once, though the words themselves must wait."""
    async with worker(tmp_path, valkey, limits=True) as (app, url), visitor(url) as ada:
        await ada.join()
        for n in range(WORDS.burst):
            assert (await ada.say(f"please {n}"))["ok"]
        refused = await ada.say(CRY)
        assert (refused["error"]["code"], refused["error"]["retry_after"] > 0) == ("rate_limited", True)
        assert [one.text for one in await crises(app)] == [CRY]
        assert cards(ada) == ["none"]
        assert CRY not in ada.texts()
