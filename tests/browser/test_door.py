"""The thirty-second door, its doorstep, and what the panel does with the staff's acts."""

import asyncio
import re
import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab, Visit
from tests.browser.test_access import panel, violations
from tests.browser.test_talk import unlike
from tests.serving import serving
from tests.staff import at_desk, hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
UNWATCHED = """[[sites]]
id = "demo"
origins = []
require_second_factor = false
[[sites.topics]]
id = "life-changes"
title = "Life changes"
pinned = "On Mondays we also meet at the clinic."
"""
"""A site of its own whose rooms are open only while somebody is on duty."""


async def test_from_the_first_tap_to_the_first_words_it_is_four_taps_on_the_smallest_phone(
    visit: Visit,
) -> None:
    """At 320 x 568 all of the greeting is seen without scrolling; four taps and under 30 s to the words."""
    one = await visit(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    taps, begun = 0, time.monotonic()
    for name in ("Talk with others", "Come in", "Life changes", "Send"):
        target = (one.page if not taps else one.chat).get_by_role("button", name=name)
        if name == "Come in":
            looked = time.monotonic()
            await expect(one.chat.get_by_role("listitem")).to_have_count(5)
            await expect(one.chat.get_by_label("Someone else uses this device")).to_be_in_viewport()
            await expect(target).to_be_in_viewport()
            assert await violations(panel(one.page)) == []
            over = "(door) => door.scrollHeight - door.clientHeight"
            assert await one.chat.locator(".door").evaluate(over) <= 0
            begun += time.monotonic() - looked  # nobody waits for axe
        if name == "Life changes":
            await expect(target).to_contain_text(re.compile("quiet now|here"))
        if name == "Send":
            await one.field.fill(text := unlike("First words"))
        await target.tap()
        taps += 1
    await one.hears(text)
    assert taps <= 4
    assert time.monotonic() - begun < 30


async def test_a_room_that_is_not_open_has_a_doorstep(
    tab: Tab, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lines that can be called, the truth about when, and, while the panel is open, a word that it opened."""
    with serving(tmp_path_factory.mktemp("door"), config=UNWATCHED) as service:
        page = await tab()
        await page.goto(f"{service.url}/widget?site=demo")
        await page.get_by_role("button", name="Come in").click()
        await expect(page.get_by_role("button", name="Life changes")).to_contain_text("closed now")
        await page.get_by_role("button", name="Life changes").click()
        await expect(page.get_by_text("It opens when a volunteer comes.")).to_be_visible()
        await expect(page.get_by_text("On Mondays we also meet at the clinic.")).to_be_visible()
        await expect(page.get_by_role("link", name="Call 988")).to_be_visible()
        await page.get_by_role("button", name="Tell me when someone comes").click()
        await expect(page.get_by_text("Keep this chat open.")).to_be_visible()
        assert await violations(page.main_frame) == []
        await asyncio.to_thread(hire, service, "Omar", "moderator")
        omar = await at_desk(service, "Omar")
        await omar.ask("duty", on=True)
        await expect(page.get_by_role("status").get_by_text("This room is open now.")).to_be_visible()
        await expect(page.get_by_role("button", name="Go in")).to_be_visible()
        await omar.leave()
        await page.get_by_role("button", name="Other topics").click()
        await expect(page.get_by_role("heading", name="What is going on?")).to_be_focused()


async def test_a_report_is_two_taps_and_says_the_truth(visit: Visit) -> None:
    """More, a reason: the message goes from my screen for good, nobody else notices, nobody is promised."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    await one.says(text := unlike("Unkind words"))
    await other.hears(text)
    entry = other.entry(text)
    await entry.get_by_role("button", name="More").click()
    assert await violations(panel(other.page)) == []
    await entry.get_by_role("button", name="It is unkind").click()
    await expect(other.status.filter(has_text="No volunteer is here right now to look.")).to_be_visible()
    await other.hears(text, times=0)
    await expect(other.log.get_by_text("You reported this.")).to_be_visible()
    await one.hears(text)
    await other.chat.locator(".menu summary").click()
    await other.button("Ask a volunteer for a private word").click()
    await expect(other.status.filter(has_text="Get help now shows who can be called.")).to_be_visible()
    await other.chat.locator(".menu summary").click()
    await other.button("End chat and clear it").click()
    await other.button("A bit").click()
    await expect(other.chat.get_by_text("Nobody can see that it was you.")).to_be_visible()


async def test_breathing_and_five_senses_need_no_connection(visit: Visit) -> None:
    """Both cards are words in the page: they open and go on without a network, and nothing moves."""
    one = await (await visit()).opens()
    await expect(one.chat.get_by_text("Slow breathing")).to_be_attached()  # they came while nobody waited
    await one.page.context.set_offline(True)
    await one.button("Get help now").click()
    await one.chat.get_by_text("Five things around you").click()
    await expect(one.chat.get_by_text("Name 5 things you see.")).to_be_visible()
    await one.chat.get_by_text("Slow breathing").click()
    await one.button("Start").click()
    await expect(one.chat.get_by_text("Breathe in for 4.")).to_be_visible()
    frame = next(frame for frame in one.page.frames if "/widget?" in frame.url)
    assert await frame.evaluate("document.getAnimations().length") == 0
    await one.button("Stop").click()
    await expect(one.chat.get_by_text("Breathe in for 4.")).to_be_hidden()
