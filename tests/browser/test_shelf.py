"""The shelf: cards for the topic of the room, which can be taken along on paper or in the clipboard."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_access import OUTSIDE, SMALL, panel, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
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
