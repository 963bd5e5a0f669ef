"""What few need in their first minute is loaded later, and never stands in the way where it cannot be had."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_access import violations
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LATER = re.compile(r"/static/widget/later\.en\.js")


async def test_parts_that_cannot_be_loaded_say_so_and_come_by_a_tap(tab: Tab, wire: Wire) -> None:
    """Help, the ways out and talking work without them; their places have a sentence and "Try again"."""
    page, other = await tab(), await tab()
    await page.route(LATER, lambda route: route.abort())
    for one in (page, other):
        await one.goto(wire.url)
    me, them = Visitor(page), await Visitor(other).enters()
    async with page.expect_event("requestfailed", lambda request: bool(LATER.search(request.url))):
        await me.opens()  # asked for once the door is there, and not before
    await me.topic("Life changes").click()
    await them.says(text := unlike("Words to look at"))
    await me.hears(text)
    await me.entry(text).get_by_role("button", name="More").click()
    missing = me.chat.get_by_text("This part could not be loaded. The rest of the chat works.")
    await expect(missing.filter(visible=True)).to_be_visible()
    await expect(me.button("Hide this person")).to_be_visible()
    await me.button("Get help now").click()
    await expect(me.chat.get_by_role("link", name="Call 988").first).to_be_visible()
    await expect(missing.filter(visible=True)).to_be_visible()
    frame = next(frame for frame in page.frames if "/widget?" in frame.url)
    assert await violations(frame) == []
    await me.button("Back to the chat").click()

    await page.unroute(LATER)
    await me.entry(text).get_by_role("button", name="Try again").click()
    await me.entry(text).get_by_role("button", name="It is unkind").click()
    await expect(me.log.get_by_text("You reported this.")).to_be_visible()
    await me.button("Get help now").click()
    await expect(me.chat.get_by_text("Slow breathing")).to_be_visible()
