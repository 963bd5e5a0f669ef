"""A shift is handed over at the desk, from one volunteer to the next."""

import time
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, PHONE, ok_in_every_look, signed_in, someone
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.serving import FREE, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HOURS = 3_600_000
COUNTED = """
  window.rung = 0; window.shown = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.rung += 1; return start.apply(this, at); };
  const Note = window.Notification;
  window.Notification = class extends Note {
    constructor(title, what) { super(title, what); window.shown.push(what); }
  };
"""
"""Chromium's own sound and notes, counted."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo site, and a desk that nobody else sits at."""
    with serving(tmp_path_factory.mktemp("desk"), config=FREE) as found:
        yield found


async def test_a_shift_goes_from_one_to_the_next(tab: Tab, service: Serving) -> None:
    """The lead sees who reads along where; the handover has the cry, its line stays until she has it, by a
    thumb; and after two hours she hears that her colleague is still on."""
    omar = await signed_in(tab, service, "Omar", viewport=LAPTOP)
    person = await someone(tab, service, "Mental health")
    await person.says(unlike("I want to die"))
    kemi = await signed_in(tab, service, "Kemi", "lead", viewport=PHONE, has_touch=True, is_mobile=True)
    await omar.locator(".stop.needs").click()
    await expect(kemi.locator(".stop", has_text="Omar reads along")).to_be_visible(timeout=12_000)
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
    await kemi.get_by_role("button", name="Read it").tap(timeout=12_000)
    await expect(kemi.locator(".sheet")).to_contain_text("Please look in on them.")
    await ok_in_every_look(kemi)
    await kemi.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await kemi.get_by_role("button", name="I have it").tap()
    await expect(kemi.get_by_text("It is with you now.")).to_be_visible()
    await expect(kemi.get_by_role("button", name="Read it")).to_be_hidden()
    await kemi.clock.set_fixed_time(time.time() * 1000 + 2 * HOURS)
    await expect(kemi.get_by_text("Omar has been on for two hours.")).to_be_visible()


async def test_one_ring_a_case_however_many_tabs(tab: Tab, service: Serving) -> None:
    """Off until it is asked for; then a case rings once and shows one note, without names or words, in one of
    two tabs; more words of the same person ring no more."""
    first = await signed_in(tab, service, "Noor", viewport=LAPTOP)
    context = first.context
    await context.grant_permissions(["notifications"])
    await context.add_init_script(COUNTED)
    tabs = [first, await context.new_page()]
    for page in tabs:
        await page.goto(f"{service.url}/desk")
        await expect(page.get_by_role("button", name="Go off duty")).to_be_visible()

    async def heard() -> list[int]:
        rung = sum([await page.evaluate("window.rung") for page in tabs])
        return [rung, sum([len(await page.evaluate("window.shown")) for page in tabs])]

    async def cries(many: int) -> Visitor:
        person = await someone(tab, service)
        await person.says(unlike("I want to die"))
        for page in tabs:
            await expect(page.locator(".stop.needs", has_text="Life changes")).to_have_count(many)
        return person

    await cries(1)
    assert await heard() == [0, 0]
    await first.get_by_role("button", name="Settings").click()
    await first.get_by_label("Ring once for each new case").check()
    await first.wait_for_function("window.rung === 1")  # heard when it is switched on
    await tabs[1].reload()
    await expect(tabs[1].locator(".stop.needs", has_text="Life changes")).to_have_count(1)
    person = await cries(2)
    await person.says(unlike("I want to die"))
    after = unlike("Thank you all")
    await person.says(after)
    for page in tabs:
        await expect(page.locator(".stop", has_text=after)).to_be_visible()
    assert await heard() == [2, 1]
    shown = [note for page in tabs for note in await page.evaluate("window.shown")]
    assert shown[0]["body"] == "Needs a person"
