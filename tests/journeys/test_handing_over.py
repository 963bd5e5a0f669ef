"""One shift hands over to the next, over two workers."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.serving import FREE, Serving, serving
from tests.staff import at_desk, hire
from tests.visitor import Visitor

pytestmark = pytest.mark.journey

CRY = "I want to die"
SITE = """
[[sites]]
id = "demo"
networks = ["127.0.0.0/8"]
require_second_factor = false
timezone = "Europe/Berlin"
[[sites.hosted]]
at = "18:00"
[[sites.topics]]
id = "life-changes"
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two workers; Omar and Ines moderate, Gus greets."""
    with serving(tmp_path_factory.mktemp("clinic"), workers=2, config=FREE + SITE) as service:
        for name, role in (("Ines", "lead"), ("Omar", "moderator"), ("Gus", "greeter")):
            hire(service, name, role)
        yield service


@pytest.mark.asyncio
async def test_a_shift_is_handed_over_once(clinic: Serving) -> None:
    """It writes itself: the cry, who is paused, what was noted, by pseudonym and without a visitor's words;
    it waits at colleagues' desks until one on duty, not its author, has it; the first has it. Colleagues see
    who looks at which room, since when they are on and their languages; a greeter sees no handover."""
    async with AsyncExitStack() as stack:
        person = await Visitor(clinic.url).connect()
        stack.push_async_callback(person.client.disconnect)
        room = (await person.join("life-changes"))["room"]["id"]
        omar, ines, gus = [await at_desk(clinic, name) for name in ("Omar", "Ines", "Gus")]
        for colleague in (omar, ines, gus):
            stack.push_async_callback(colleague.leave)
        assert (await omar.ask("duty", on=True, langs=["en", "es"]))["ok"]
        assert (await omar.ask("look", room=room))["ok"]
        (there,) = (await ines.ask("wall"))["on_duty"]
        assert (there["name"], there["langs"], there["watching"]) == ("Omar", ["en", "es"], [f"demo/{room}"])
        assert there["since"] > 0
        assert (await omar.ask("look"))["ok"]
        assert "watching" not in (await ines.ask("wall"))["on_duty"][0]

        assert (await person.say(CRY))["ok"]
        await omar.until(lambda: any(packet["items"] for packet in omar.told("queue")))
        assert (await omar.act("mute", visitor=person.me["id"], reason="other"))["ok"]
        assert (await omar.act("note", visitor=person.me["id"], text="Calmer after we wrote."))["ok"]
        seen = await omar.ask("handover")
        assert seen["roster"]["timezone"] == "Europe/Berlin"
        assert seen["roster"]["hours"][0]["at"] == "18:00"
        assert seen["roster"]["next"] > there["since"]
        sent = {"key": "k1", "note": "Please look in on them.", "worried": ["nobody-of-ours"]}
        made = (await omar.ask("hand_over", **sent))["handover"]
        assert (await omar.ask("hand_over", **sent))["handover"]["id"] == made["id"]
        assert [one["kind"] for one in made["cases"]] == ["crisis"]
        assert [one["name"] for one in made["worried"]] == [person.me["name"]]
        assert [(one["kind"], one["name"]) for one in made["limits"]] == [("mute", person.me["name"])]
        assert [one["text"] for one in made["notes"]] == ["Calmer after we wrote."]
        assert CRY not in str(made)

        assert (await gus.ask("wall"))["handovers"] == []
        assert (await gus.ask("handover"))["error"]["code"] == "forbidden"
        (waits,) = (await ines.ask("wall"))["handovers"]
        assert (waits["id"], waits["name"], waits["note"]) == (made["id"], "Omar", "Please look in on them.")
        take = {"handover": made["id"]}
        assert (await ines.ask("take_over", **take))["error"]["code"] == "forbidden", "not on duty"
        assert (await omar.ask("take_over", **take))["error"]["code"] == "forbidden", "their own"
        assert (await ines.ask("duty", on=True))["ok"]
        both = await asyncio.gather(*(ines.ask("take_over", **take) for _ in range(2)))
        assert sorted(one["ok"] for one in both) == [False, True]
        assert (await omar.ask("wall"))["handovers"] == []
