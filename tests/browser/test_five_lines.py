"""What the demo page tells a director to try: two visitors on one page, and a volunteer at the desk."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, signed_in
from tests.browser.test_desk_live import COUNTED
from tests.browser.test_desk_two import reports
from tests.browser.visitor import Visitor
from tests.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
RUDE = "Nobody here wants to hear you"


async def test_what_the_demo_page_says_of_its_five_lines_is_true(tab: Tab, service: Serving) -> None:
    """A relapse arrives whole, a number is hidden, a question for drugs is refused; a cry brings the card and
    is on top of the desk, which rings; m 1 pauses a troll."""
    omar = await signed_in(tab, service, "Omar", viewport=LAPTOP)
    await omar.evaluate(f"() => {{ {COUNTED} }}")
    await omar.get_by_role("button", name="Settings").click()
    await omar.get_by_label("Ring once for each new case").check()
    await omar.wait_for_function("window.rung === 1")  # it is tried at once
    await omar.keyboard.press("Escape")
    page = await tab(viewport=LAPTOP)
    await page.goto(service.url)
    relapse, number, deal, cry = await page.locator("#tries q").all_inner_texts()
    me = await Visitor(page).enters()
    phone = page.frame_locator("iframe.phone")
    await phone.get_by_role("button", name="Talk with others").click()
    other = Visitor(page, phone.frame_locator("kindred-chat iframe"))
    await other.button("Come in").click()
    await other.topic("Life changes").click()
    await expect(other.field).to_be_visible()

    await me.says(relapse)
    await other.hears(relapse)
    await expect(me.entry(relapse).locator(".note")).to_have_count(0)
    await me.says(number)
    await other.hears("You can call me on [hidden]")
    await me.says(deal)
    await expect(me.status).to_contain_text("It is about where to get drugs.")
    await expect(me.field).to_have_value(deal)
    await me.field.fill("")
    await me.says(cry)
    await other.hears(cry)
    await expect(other.words(deal)).to_have_count(0)
    await expect(me.chat.locator(".room .care").get_by_role("link", name="Call 988")).to_be_visible()

    first = omar.locator(".stop").first
    await expect(first).to_contain_text("Needs a person")
    await expect(omar).to_have_title(re.compile(r"^\(1\)"))
    await omar.wait_for_function("window.rung === 2")
    await omar.evaluate("document.activeElement.blur()")
    for key in "nd":
        await omar.keyboard.press(key)
    await expect(omar.locator(".stop.needs")).to_have_count(0)
    await other.says(RUDE)
    await reports(me, RUDE)
    await expect(omar.locator(".stop", has_text="Report")).to_be_visible()
    for key in "nm1":
        await omar.keyboard.press(key)
    told = other.chat.get_by_role("region", name="A word to you")
    await expect(told).to_contain_text("Your messages are paused for 10 minutes.")
