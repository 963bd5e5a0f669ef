"""A tab that the browser put away: frozen while it is behind others, or discarded to save memory."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from tests.browser.conftest import ARGS, Visit
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# Chromium's own page about discarding; its buttons call the same two functions.
DISCARDS = """async ([act, address]) => {
    const { getOrCreateDetailsProvider } = await import("chrome://discards/discards.js");
    const tabs = getOrCreateDetailsProvider();
    const { infos } = await tabs.getTabDiscardsInfo();
    const tab = infos.find(({ tabUrl }) => tabUrl === address);
    await (act === "discard" ? tabs.discardById(tab.id, 0) : tabs.loadById(tab.id));
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def page() -> AsyncIterator[Page]:
    """In a browser of its own: Playwright loses count of the tabs of one in which some were discarded."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield await (await browser.new_context(reduced_motion="reduce")).new_page()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await browser.close()


async def switchboard(page: Page) -> Page:
    """Another tab of the same window, at `chrome://discards`."""
    other = await page.context.new_page()
    await other.goto("chrome://chrome-urls/")
    enable = other.get_by_role("button", name="Enable internal debugging pages")
    if await enable.is_visible():
        await enable.click()
    await other.goto("chrome://discards/")
    await expect(other).to_have_title("Discards")
    return other


@pytest.mark.long
async def test_a_discarded_tab_comes_back_with_room_and_draft(
    page: Page, visit_direct: Visit, wire: Wire
) -> None:
    """Without a word of goodbye the page is gone; loaded again it asks who is there, says "You are back", and
    holds the same person, the room, what was said meanwhile and the words that were not sent."""
    address = f"{wire.url}/?discarded"
    await page.goto(address)
    one, other = await Visitor(page).enters(), await (await visit_direct()).enters()
    mine, meanwhile, draft = unlike("Mine"), unlike("Said meanwhile"), unlike("Not sent yet")
    await one.says(mine)
    await other.hears(mine)
    await one.field.fill(draft)
    tabs = await switchboard(page)
    async with page.expect_event("close"):
        await tabs.evaluate(DISCARDS, ["discard", address])
    await other.says(meanwhile)
    async with page.context.expect_page() as loaded:
        await tabs.evaluate(DISCARDS, ["load", address])
    again: Any = await loaded.value
    await again.bring_to_front()
    one = Visitor(again)
    await again.get_by_role("button", name="Talk with others").click()
    await one.button("Continue as").click()  # for all we know an hour has gone by
    await expect(one.status).to_contain_text("You are back.")
    assert await again.evaluate("document.wasDiscarded")
    await one.hears(meanwhile)
    await expect(one.entry(mine)).to_have_class("entry mine")
    await expect(one.field).to_have_value(draft)
    await one.field.press("Enter")
    await other.hears(draft)


async def test_a_frozen_tab_says_so_and_heals(visit: Visit, visit_direct: Visit, wire: Wire) -> None:
    """Asleep while its line broke: awake it says what happened and who wrote, and the draft is in the box."""
    one, other = await (await visit()).enters(), await (await visit_direct()).enters()
    draft, meanwhile = unlike("Half a thought"), unlike("Said while it slept")
    await one.field.fill(draft)
    phone = await one.page.context.new_cdp_session(one.page)
    await phone.send("Page.setWebLifecycleState", {"state": "frozen"})
    wire.cut()
    wire.mend()
    await other.says(meanwhile)
    await phone.send("Page.setWebLifecycleState", {"state": "active"})
    await expect(one.status).to_contain_text("wrote here")
    await one.hears(meanwhile)
    await expect(one.field).to_have_value(draft)
