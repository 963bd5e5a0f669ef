"""Somebody alone in a room hears where there is more talk, and decides."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_access import LEFT_TO_RIGHT, Walk
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.serving import FREE, Serving, serving
from tests.visitor import visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SMALL_ROOMS = FREE + '[[sites]]\nid = "demo"\ncover = "never"\ncapacity = 6\n'


@pytest.fixture
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("livelier"), config=SMALL_ROOMS) as service:
        yield service


async def test_a_livelier_room_is_offered_and_nobody_is_moved(tab: Tab, clinic: Serving) -> None:
    """Six fill a room, one is left in the next; a seat free, they are asked, and go only by a tap."""
    async with contextlib.AsyncExitStack() as stack:
        others = [
            await stack.enter_async_context(visitor(clinic.url, lang="es" if n == 0 else "en"))
            for n in range(6)
        ]
        for other in others:
            assert (await other.join("life-changes"))["room"]["id"] == "life-changes.1"
        page = await tab(viewport={"width": 390, "height": 700})
        await page.goto(f"{clinic.url}/widget?site=demo&lang=es")
        await page.get_by_role("button", name="Entrar").click()
        door = page.get_by_role("button", name="Life changes")
        await expect(door).to_contain_text("alguien aquí habla español")
        await expect(page.get_by_role("button", name="Mental health")).not_to_contain_text("español")

        await page.goto(f"{clinic.url}/widget?site=demo")
        await page.get_by_role("button", name="Come in").click()
        await expect(door).not_to_contain_text("speaks")
        await door.click()
        field, words = (
            page.get_by_role("textbox", name="Write here"),
            page.get_by_role("log").locator(".words"),
        )
        await expect(field).to_be_visible()
        for other in others[4:]:
            await other.ask("leave", {"room": "life-changes.1"})
        offer = page.get_by_role("region", name="A livelier room").get_by_text("There are 4 people")
        await expect(offer).to_be_visible()
        walk = Walk(Visitor(page), LEFT_TO_RIGHT, str)
        await walk.look("a livelier room")
        assert walk.found == {}
        await field.fill(unlike("I stay for now"))
        await field.press("Enter")
        await expect(offer).to_be_hidden()  # who writes here is here
        await expect(words).to_have_count(1)
        assert others[0].texts() == []  # asked, not moved

        await page.reload()
        await expect(offer).to_be_visible()
        await field.fill("half a thought")
        await page.get_by_role("button", name="Go there").click()
        await expect(page.locator(".here").first).to_have_text("5 people here")
        await expect(words).to_have_count(0)
        await expect(field).to_have_value("half a thought")
        await field.press("Enter")
        await others[0].until(lambda: others[0].texts() == ["half a thought"])
