"""Words that wait for a volunteer: what their author reads while they wait, and what becomes of them."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_told import clinic as clinic
from tests.browser.visitor import Visitor
from tests.serving import Serving
from tests.staff import at_desk, case_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ASKING = "what are you wearing right now"
AGAIN = "so what are you wearing today"


async def test_held_words_are_waited_for_in_words(tab: Tab, clinic: Serving) -> None:
    """Waiting, slow, let through, not shared, nobody left to read: each is said, and none is said falsely."""
    page = await tab()
    await page.clock.install()
    await page.goto(clinic.url)
    one = await Visitor(page).enters()
    other_page = await tab()
    await other_page.goto(clinic.url)
    other = await Visitor(other_page).enters()
    await other.says("The first words in an empty room")
    heard = one.chat.locator("[aria-live=polite]").get_by_text("The first words in an empty room")
    await expect(heard).to_be_attached()  # whoever waited by ear hears that somebody came
    omar = await at_desk(clinic, "Omar")
    await omar.ask("duty", on=True)
    await expect(one.chat.locator(".alone")).to_be_hidden()

    await one.says(ASKING)
    mine = one.entry(ASKING)
    await expect(mine).to_contain_text("Your message is waiting. A person will read it soon.")
    await page.clock.run_for(61_000)
    await expect(mine).to_contain_text("Still waiting. Sorry it is slow.")
    await other.hears(ASKING, times=0)
    await omar.until(lambda: case_of(omar, ASKING) is not None)
    assert (await omar.act("approve", item=case_of(omar, ASKING)))["ok"]
    await other.hears(ASKING)
    await expect(one.status.filter(has_text="Thank you for waiting.")).to_be_visible()
    await expect(one.log.locator(".pending")).to_have_count(0)

    await one.says(AGAIN)
    await omar.until(lambda: case_of(omar, AGAIN) is not None)
    assert (await omar.act("reject", item=case_of(omar, AGAIN), reason="harassment"))["ok"]
    await expect(one.entry(AGAIN)).to_contain_text("We could not share that one.")
    await expect(one.entry(AGAIN).get_by_role("button", name="Try again")).to_have_count(0)
    await one.entry(AGAIN).get_by_role("button", name="Change it").click()
    await expect(one.field).to_have_value(AGAIN)
    await one.field.press("Enter")
    await expect(one.entry(AGAIN)).to_contain_text("Your message is waiting.")
    await omar.ask("duty", on=False)
    await expect(one.entry(AGAIN)).to_contain_text("It was not shared.")
    await other.hears(AGAIN, times=0)
    await omar.leave()
