"""The shelf: cards for the topic of the room, which can be taken along on paper or in the clipboard."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab, Visit
from tests.browser.test_access import OUTSIDE, SMALL, panel, violations
from tests.serving import FREE, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OWN = (
    FREE
    + """[[sites]]
id = "demo"
cover = "never"
shelf = ["social", "spiritual"]
without_cards = ["reach", "holds", "faith"]
[[sites.cards]]
kind = "social"
title = "Our <b>Monday</b> group"
lines = ["<script>alert(1)</script> is text, & so is https://clinic.example"]
topics = ["life-changes"]
[[sites.cards]]
kind = "social"
title = "Nuestro grupo"
lines = ["A las seis."]
lang = "es"
"""
)
WHAT_IS_PRINTED = """addEventListener("beforeprint", () => {
    const shown = [...document.body.children].filter((one) => one.checkVisibility());
    window.printed = shown.map((one) => one.innerText);
})"""


async def test_a_card_is_for_the_rooms_topic_and_can_be_copied_or_printed_alone(visit: Visit) -> None:
    """By two taps from the room; no spiritual card unasked; on paper is the card and no word of the chat."""
    one = await visit(viewport={"width": 320, "height": 568})
    await one.page.add_init_script(WHAT_IS_PRINTED)
    await one.page.reload()
    await one.enters()
    await one.chat.locator(".menu summary").click()
    await one.button("Things that can help").click()
    card = one.chat.locator("details.line").filter(has_text="Grief takes its time")
    await expect(card).to_be_visible()
    for title in ("Ride the wave", "What holds you"):  # another topic's, and one that no site asked for
        await expect(one.chat.get_by_text(title)).to_have_count(0)
    await one.page.context.set_offline(True)
    await card.locator("summary").click()
    assert await violations(panel(one.page)) == []
    assert await panel(one.page).evaluate(SMALL) == []
    assert await panel(one.page).evaluate(OUTSIDE) == []

    await card.get_by_role("button", name="Copy: Grief takes its time").click()
    await expect(card.get_by_text("It is copied.")).to_be_visible()
    printing = await card.get_by_role("button", name="Print: Grief takes its time").element_handle()
    await one.page.emulate_media(media="print")
    await printing.evaluate("(button) => button.click()")
    (paper,) = await panel(one.page).evaluate("window.printed")
    assert paper.startswith("Grief takes its time\n")
    await one.page.emulate_media(media="screen")
    await one.button("Back to the chat").filter(visible=True).click()
    await one.field.focus()
    await one.page.keyboard.press("Control+V")
    await expect(one.field).to_have_value(paper.replace("\n\n", "\n"))


async def test_a_clinic_shows_its_own_cards_and_leaves_ours_out(tab: Tab, tmp_path: Path) -> None:
    """Its own first, as text alone, in its topic and language; a kind without a card is not named."""
    with serving(tmp_path / "home", config=OWN) as service:
        page = await tab(viewport={"width": 320, "height": 568})
        titles = page.locator("details.line > summary").filter(visible=True)
        for lang, topic, own in (
            ("en", "life-changes", ["Our <b>Monday</b> group"]),
            ("es", "addiction", ["Nuestro grupo"]),
            ("en", "addiction", []),
        ):
            await page.goto(f"{service.url}/widget?site=demo&lang={lang}&topic={topic}")
            await page.locator(".menu summary").click()
            menu = {"en": "Things that can help", "es": "Cosas que pueden ayudar"}[lang]
            await page.get_by_role("button", name=menu).click()
            await expect(page.locator("h3").filter(visible=True)).to_have_count(2)  # steadying, and one kind
            ours = {"life-changes": 2, "addiction": 1}[topic]
            await expect(titles).to_have_count(2 + len(own) + ours)
            assert (await titles.all_inner_texts())[2:][: len(own)] == own
        await page.goto(f"{service.url}/widget?site=demo&topic=life-changes")
        await page.locator(".menu summary").click()
        await page.get_by_role("button", name="Things that can help").click()
        await titles.nth(2).click()
        shown = page.get_by_text("<script>alert(1)</script> is text, & so is https://clinic.example")
        await expect(shown).to_be_visible()
        assert await violations(page.main_frame) == []
        assert await page.evaluate(OUTSIDE) == []
