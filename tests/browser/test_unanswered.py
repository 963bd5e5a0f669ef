"""Somebody whose first words nobody answers is told so, kindly, until somebody does."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_access import violations
from tests.browser.test_desk import signed_in
from tests.browser.test_talk import unlike
from tests.serving import Serving, serving
from tests.visitor import visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SOON = """
[newcomer]
greeter = 1
case = 4
card = 4
[[sites]]
id = "demo"
cover = "never"
require_second_factor = false
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo, where a newcomer does not wait for long."""
    with serving(tmp_path_factory.mktemp("unanswered"), config=SOON) as service:
        yield service


async def test_a_newcomer_is_told_that_nobody_answered(tab: Tab, clinic: Serving) -> None:
    """The card promises nobody who is not there, leads to help, and goes when somebody else writes."""
    page = await tab(viewport={"width": 320, "height": 568})
    await page.goto(f"{clinic.url}/widget?site=demo")
    await page.get_by_role("button", name="Come in").click()
    await page.get_by_role("button", name="Life changes").click()
    field = page.get_by_role("textbox", name="Write here")
    await field.fill(unlike("My first evening here"))
    await field.press("Enter")
    card = page.get_by_role("region", name="No answer yet")
    await expect(card).to_be_visible()
    await expect(card).to_contain_text("No volunteer is here right now.")
    await expect(field).to_be_in_viewport()
    assert await violations(page.main_frame) == []
    await card.get_by_role("button", name="More ways to get help").click()
    await expect(page.get_by_role("link", name="Call 988").first).to_be_visible()
    await page.get_by_role("button", name="Back to the chat").click()
    await field.fill(unlike("I am still here"))
    await field.press("Enter")
    await expect(page.get_by_role("log").locator(".words")).to_have_count(2)
    await expect(card).to_be_visible()  # one's own words are no answer
    await page.reload()
    await expect(card).to_be_visible()  # told again to who comes back
    async with visitor(clinic.url) as other:
        await other.join("life-changes")
        assert (await other.say("Welcome"))["ok"]
        await expect(card).to_be_hidden()
    await page.reload()
    await expect(page.get_by_text("Welcome", exact=True)).to_be_visible()
    await expect(card).to_be_hidden()


async def test_a_greeter_is_asked(tab: Tab, clinic: Serving) -> None:
    """One who greets reads whose first words wait, and one tap opens the room with the words in it."""
    desk = await signed_in(tab, clinic, "Gus", "greeter")
    async with visitor(clinic.url) as newcomer:
        await newcomer.join("life-changes")
        text = unlike("hello, I am new")
        assert (await newcomer.say(text))["ok"]
        asked = desk.get_by_role("status").filter(has_text=f"the first words of {newcomer.me['name']}")
        await expect(asked).to_be_visible()
        assert await violations(desk.main_frame) == []
        await expect(desk.get_by_role("button", name="Hand over")).to_be_hidden()
        await asked.get_by_role("button", name="Open the room").click()
        await expect(desk.locator(".words").get_by_text(text)).to_be_visible()
        await expect(asked).to_be_hidden()
