"""What one does with a message: answer, support, other words, taking back, hiding a person."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def acts(person: Visitor, text: str) -> Locator:
    """The unfolded acts of a message."""
    entry = person.entry(text)
    await entry.get_by_role("button", name="More").click()
    return entry.locator(".acts")


async def two_with(visit: Visit, text: str) -> tuple[Visitor, Visitor]:
    """Two people in a room, and words of the first that the second has read."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    await one.says(text)
    await other.hears(text)
    return one, other


async def test_an_answer_says_what_it_answers(visit: Visit) -> None:
    """Both read whose words are answered, and the line above the box says it while one writes."""
    text, answer = unlike("It is hard today"), unlike("It was for me too")
    one, other = await two_with(visit, text)
    await (await acts(other, text)).get_by_role("button", name="Answer").click()
    await expect(other.chat.locator(".about-bar")).to_contain_text("Answers")
    await expect(other.field).to_be_focused()
    await other.says(answer)
    await expect(one.entry(answer).locator(".quote")).to_contain_text(text)
    await expect(other.chat.locator(".about-bar")).to_be_hidden()


async def test_support_is_given_in_words_and_taken_back(visit: Visit) -> None:
    """A kind of support stands under the message for both, without a count, and its author hears that it was
    given; a second tap takes it back."""
    text = unlike("Day three")
    one, other = await two_with(visit, text)
    hear = (await acts(other, text)).get_by_role("button", name="I hear you")
    await hear.click()
    await expect(one.entry(text).locator(".note")).to_have_text("Someone heard you: I hear you")
    await expect(
        one.chat.locator("[aria-live=polite]").get_by_text("Someone heard you: I hear you")
    ).to_be_attached()
    await expect(other.entry(text).locator("p.note")).to_have_text("I hear you")
    await expect(hear).to_have_attribute("aria-pressed", "true")
    await expect(hear).to_be_focused()
    await hear.click()
    await expect(one.entry(text).locator(".note")).to_have_count(0)


async def test_own_words_are_changed_and_taken_back(visit: Visit) -> None:
    """The room reads the new words once, marked as edited; taken back, it reads that they are gone."""
    text, better = unlike("Frist try"), unlike("First try")
    one, other = await two_with(visit, text)
    await (await acts(one, text)).get_by_role("button", name="Change the words").click()
    await expect(one.field).to_have_value(text)
    await one.says(better)
    await other.hears(better)
    await other.hears(text, times=0)
    await expect(other.entry(better)).to_contain_text("edited")
    await (await acts(one, better)).get_by_role("button", name="Take it back").click()
    await other.hears(better, times=0)
    await expect(one.status).to_contain_text("Your message is out of the room. Some may have read it.")


async def test_a_change_that_is_refused_stays_in_the_box(visit: Visit) -> None:
    """The room keeps the old words; the new ones wait in the box, still as a change."""
    text, refused = unlike("All is well"), " ".join(["cheap"] * 20)
    one, other = await two_with(visit, text)
    await (await acts(one, text)).get_by_role("button", name="Change the words").click()
    await one.says(refused)
    await expect(one.status).to_contain_text("Your words are still in the box.")
    await expect(one.field).to_have_value(refused)
    await expect(one.chat.locator(".about-bar")).to_contain_text("You are changing your message.")
    await other.hears(text)
    await one.button("Stop").click()
    await expect(one.field).to_have_value("")


async def test_a_hidden_person_stays_hidden_after_a_reload_and_is_never_told(visit: Visit) -> None:
    """Their words leave my screen, the reload included; they see nothing of it, and can be shown again."""
    text, later = unlike("Loud words"), unlike("More of them")
    one, other = await two_with(visit, text)
    await (await acts(other, text)).get_by_role("button", name="Hide this person").click()
    await other.hears(text, times=0)
    await one.says(later)
    await one.hears(later)
    await other.page.reload()
    await other.page.get_by_role("button", name="Talk with others").click()
    await expect(other.field).to_be_visible()
    await other.hears(later, times=0)
    await other.chat.locator(".menu summary").click()
    await other.button("Show again").click()
    await other.hears(later)


async def test_the_keyboard_walks_the_log_and_does_what_a_finger_does(visit: Visit) -> None:
    """From the log up to the newest message, its acts unfolded, support given, and Tab on to the composer."""
    text = unlike("By keys alone")
    _, other = await two_with(visit, text)
    await other.log.focus()
    await other.page.keyboard.press("ArrowUp")
    await expect(other.entry(text).get_by_role("button", name="More")).to_be_focused()
    await other.page.keyboard.press("Enter")
    await other.page.keyboard.press("Tab")
    await expect(other.entry(text).get_by_role("button", name="Answer")).to_be_focused()
    await other.page.keyboard.press("Enter")
    await expect(other.field).to_be_focused()
    await other.page.keyboard.press("Escape")
    await expect(other.chat.locator(".about-bar")).to_be_hidden()
    await expect(other.field).to_be_visible()
