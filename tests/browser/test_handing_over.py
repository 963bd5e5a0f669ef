"""A shift is handed over at the desk, from one volunteer to the next."""

import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, PHONE, ok_in_every_look, signed_in, someone
from tests.browser.test_talk import unlike
from tests.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HOURS = 3_600_000


async def test_a_shift_goes_from_one_to_the_next(tab: Tab, service: Serving) -> None:
    """The lead sees who reads along where; the handover has the cry, its line stays until she has it, by a
    thumb; and after two hours she hears that her colleague is still on."""
    omar = await signed_in(tab, service, "Omar", viewport=LAPTOP)
    person = await someone(tab, service, "Mental health")
    await person.says(unlike("I want to die"))
    kemi = await signed_in(tab, service, "Kemi", "lead", viewport=PHONE, has_touch=True, is_mobile=True)
    await omar.locator(".stop.needs").click()
    await expect(kemi.locator(".stop", has_text="Omar reads along")).to_be_visible()
    await omar.get_by_role("button", name="Hand over").click()
    sheet = omar.locator(".sheet")
    await expect(sheet.locator("h3", has_text="Who worried us")).to_be_visible()
    await expect(sheet).to_contain_text("Needs a person")
    await expect(sheet).not_to_contain_text("want to die")
    await sheet.get_by_label("What else they should know").fill("Please look in on them.")
    await ok_in_every_look(omar)
    await sheet.get_by_role("button", name="Hand it over").click()
    await expect(sheet).to_contain_text("Kept for three days.")
    await expect(sheet.get_by_text("Kept for three days.")).to_be_in_viewport()
    await expect(omar.get_by_role("button", name="Read it")).to_be_hidden()
    await kemi.get_by_role("button", name="Read it").tap()
    await expect(kemi.locator(".sheet")).to_contain_text("Please look in on them.")
    await ok_in_every_look(kemi)
    await kemi.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await kemi.get_by_role("button", name="I have it").tap()
    await expect(kemi.get_by_text("It is with you now.")).to_be_visible()
    await expect(kemi.get_by_role("button", name="Read it")).to_be_hidden()
    await kemi.clock.set_fixed_time(time.time() * 1000 + 2 * HOURS)
    await expect(kemi.get_by_text("Omar has been on for two hours.")).to_be_visible()
