"""Two visitors and two volunteers at once: who gets a case, how few keys a pause takes, what goes back."""

import asyncio
import re
import time

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, PHONE, signed_in, someone
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
KEYS = 3
"""A pause with its reason, from the arrival of the case: issue 8."""
SECONDS = 3 * 5
"""Three seconds are the aim; a test on a busy machine guards five times that."""
COUNTED = "self.pressed = []; addEventListener('keydown', (event) => self.pressed.push(event.key), true)"
QUICKER = "A colleague was quicker."
TAKEN = "Colleagues look after all that waits."
HELD = "Can you send me a picture of you"


async def reports(one: Visitor, said: str) -> None:
    """One reports the other's words as hurting."""
    entry = one.entry(said)
    await entry.get_by_role("button", name="More").click()
    await entry.locator("[data-act^=report-]").first.click()


async def test_two_volunteers_and_two_visitors(tab: Tab, service: Serving) -> None:
    """Both press n at once: one has the case, the other is told. A reported troll is paused by three keys,
    reason included, and appeals to the colleague. Shared words go again by u."""
    omar = await signed_in(tab, service, "Omar", viewport=LAPTOP)
    kemi = await signed_in(tab, service, "Kemi", viewport=LAPTOP)
    troll, other = await someone(tab, service), await someone(tab, service)
    await _race(omar, kemi, other)
    await _three_keys(omar, kemi, troll, other)
    await _appeal(omar, kemi, troll)
    await _shared_and_taken_out(kemi, other, troll)


async def _race(omar: Page, kemi: Page, person: Visitor) -> None:
    await person.says(unlike("I want to die"))
    desks = (omar, kemi)
    for desk in desks:
        await expect(desk.locator(".stop.needs")).to_be_visible()
        await desk.evaluate("document.activeElement.blur()")
    await asyncio.gather(*(desk.keyboard.press("n") for desk in desks))
    rows = [desk.locator(".stop.needs", has_text="looks after it").wait_for() for desk in desks]
    first = [asyncio.ensure_future(row) for row in rows]
    done, waiting = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert [task.exception() for task in done] == [None]
    told, has = (omar, kemi) if first[0] in done else (kemi, omar)
    await expect(told.locator(".stop.needs")).to_contain_text("Kemi" if has is kemi else "Omar")
    # on a slow machine the news can be there before the key is
    await expect(told.locator(".undo-bar")).to_have_text(re.compile(f"{QUICKER}|{TAKEN}"))
    await expect(has.locator(".stop.needs[aria-current]")).not_to_contain_text("looks after it")
    await expect(has.locator(".undo-bar")).not_to_contain_text(QUICKER)
    await has.keyboard.press("d")
    await expect(told.locator(".stop.needs")).to_have_count(0)
    for desk in desks:  # nor does the wall show the words of a cry once its case is ended
        await expect(desk.locator(".stop", has_text="Words that are hard to read")).to_be_visible()
        await expect(desk.locator(".stop", has_text="I want to die")).to_have_count(0)


async def _three_keys(omar: Page, kemi: Page, troll: Visitor, other: Visitor) -> None:
    said = unlike("Nobody here wants to hear you")
    await troll.says(said)
    await other.hears(said)
    await omar.evaluate(COUNTED)
    await reports(other, said)
    case = omar.locator(".stop", has_text="Report")
    await expect(case).to_be_visible()
    begun = time.monotonic()
    await omar.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for key in "nm":
        await omar.keyboard.press(key)
    await expect(omar.locator(".question")).to_be_in_viewport(ratio=1)  # above the reasons, also there
    await omar.keyboard.press("1")
    await expect(omar.locator(".undo-bar")).to_contain_text("is paused.")
    assert time.monotonic() - begun < SECONDS
    await omar.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    assert len(await omar.evaluate("self.pressed")) <= KEYS
    told = troll.chat.get_by_role("region", name="A word to you")
    await expect(told).to_contain_text("Your messages are paused for 10 minutes.")
    await omar.keyboard.press("d")
    await expect(kemi.locator(".stop", has_text="Report")).to_have_count(0)


async def _appeal(omar: Page, kemi: Page, troll: Visitor) -> None:
    """Who set the pause may not judge it; the colleague lifts it."""
    await troll.chat.locator("details summary", has_text="Think this is").click()
    await troll.chat.get_by_role("region", name="A word to you").get_by_role("textbox").fill("It was a joke")
    await troll.chat.get_by_role("region", name="A word to you").get_by_role("button", name="Send").click()
    await expect(omar.locator(".stop", has_text="Appeal")).to_be_visible()
    await kemi.keyboard.press("n")
    await expect(kemi.locator(".stop[aria-current]", has_text="Appeal")).to_be_visible()
    await kemi.keyboard.press("f")
    await expect(kemi.locator(".undo-bar")).to_contain_text("Lifted. They are told.")
    await expect(kemi.get_by_role("button", name="Undo (u)")).to_be_hidden()  # it was said to them
    await expect(troll.status).to_contain_text("You can write again.")
    await expect(omar.locator(".stop", has_text="Appeal")).to_have_count(0)


async def _shared_and_taken_out(desk: Page, writer: Visitor, reader: Visitor) -> None:
    said = unlike(HELD)
    await writer.says(said)
    await expect(desk.locator(".stop", has_text="Held")).to_be_visible()
    await desk.keyboard.press("n")
    await desk.keyboard.press("o")
    await expect(desk.locator(".question").get_by_text(said)).to_be_visible()
    await desk.keyboard.press("f")
    await reader.hears(said)
    await expect(desk.locator(".undo-bar")).to_contain_text("Shared with the room. Some may have read")
    await expect(desk.get_by_role("button", name="Undo (u)")).to_be_visible()
    await expect(writer.status).to_contain_text("Your message is now in the room.")
    await desk.keyboard.press("u")
    await expect(desk.locator(".undo-bar")).to_contain_text("The words are out of the room.")
    await reader.hears(said, times=0)
    await expect(writer.status).not_to_contain_text("Your message is now in the room.", timeout=2_000)
