"""What a volunteer does is told to the person it is about, at once and in words."""

from collections.abc import Iterator

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.browser.conftest import Tab
from tests.browser.test_access import panel, violations
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.serving import FREE, Serving, serving
from tests.staff import Colleague, at_desk, hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ON_TWO_LINES = "I saw your message. Do you want to tell me more?"


@pytest.fixture
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo with Omar and Ines, who moderate."""
    with serving(tmp_path_factory.mktemp("told"), config=FREE) as service:
        hire(service, "Omar", "moderator")
        hire(service, "Ines", "moderator")
        yield service


async def test_limits_words_taken_out_and_reports_are_told(tab: Tab, clinic: Serving) -> None:
    """A pause says until when and why and keeps the words in the box; what a report led to is said, beside no
    phone line that would move."""
    people = []
    for _ in range(2):
        page = await tab(viewport={"width": 390, "height": 800})
        await page.goto(clinic.url)
        people.append(await Visitor(page).enters())
    one, other = people
    await one.says(text := unlike("Words to look at"))
    await other.hears(text)
    omar = await at_desk(clinic, "Omar")
    await omar.ask("duty", on=True)
    seen = (await omar.ask("watch", room="life-changes.1"))["messages"][-1]
    author = seen["from"]["id"]

    await other.entry(text).get_by_role("button", name="More").click()
    await other.entry(text).get_by_role("button", name="It is unkind").click()
    await expect(other.status.filter(has_text="A person will check this soon.")).to_be_visible()
    await other.button("Get help now").click()
    line = await _place(other.chat.get_by_role("link", name="Call 988").first)
    assert line["y"] + line["height"] <= (await _place(other.status.first))["y"]
    await omar.until(lambda: any(packet["items"] for packet in omar.told("queue")))
    (case,) = (item for packet in omar.told("queue") for item in packet["items"])
    assert (await omar.act("acknowledge", item=case["id"]))["ok"]
    await expect(other.status.filter(has_text="did something about it")).to_be_visible()
    assert await _place(other.chat.get_by_role("link", name="Call 988").first) == line
    await other.button("Back to the chat").filter(visible=True).click()

    muted = await omar.act("mute", visitor=author, minutes=10, reason="harassment")
    assert muted["ok"]
    await expect(one.chat.get_by_text("Your messages are paused for 10 minutes.").first).to_be_visible()
    await expect(one.chat.get_by_text("Why: words that hurt someone.").first).to_be_visible()
    await expect(one.chat.locator(".composer").get_by_role("button", name="Send")).to_be_disabled()
    await one.says("kept while paused")
    await expect(one.field).to_have_value("kept while paused")
    assert await violations(panel(one.page)) == []
    # Who set it does not judge it, and nobody else is there: so no promise that somebody reads.
    await one.chat.get_by_text("Think this is a mistake? Tell us.").click()
    await one.chat.get_by_label("Think this is a mistake? Tell us.").fill("I meant it kindly")
    await one.chat.locator("section.care").get_by_role("button", name="Send").click()
    await expect(one.chat.get_by_text("No other volunteer is here to read this.")).to_be_visible()
    await omar.act("unmute", visitor=author)
    await expect(one.status.filter(has_text="You can write again.")).to_be_visible()
    await expect(one.button("Send")).to_be_enabled()
    await _appeals(one, omar, await at_desk(clinic, "Ines"), author)

    await omar.act("lock", room="life-changes.1")
    await expect(one.chat.locator(".pausing")).to_have_text(
        "This room is paused for a short time. You can still read."
    )
    await omar.act("unlock", room="life-changes.1")
    await expect(one.chat.locator(".pausing")).to_be_hidden()
    await one.field.press("Enter")
    await other.hears("kept while paused")

    await omar.act("retract", room="life-changes.1", message=seen["id"], reason="other")
    await expect(one.log.get_by_text("A volunteer took this message out.")).to_be_visible()
    await omar.act("warn", visitor=author, reason="other")
    warned = one.chat.locator("section.care").get_by_text("A volunteer asks you to keep to how we talk here.")
    await expect(warned).to_be_visible()
    await one.button("I have read it").click()
    await expect(one.button("I have read it")).to_be_hidden()
    await _private_words(one, omar, author, warned)
    await omar.leave()


async def _place(what: Locator) -> FloatRect:
    box = await what.bounding_box()
    assert box is not None
    return box


async def _appeals(one: Visitor, omar: Colleague, ines: Colleague, author: str) -> None:
    """Another volunteer decides; the person reads whether it is lifted, and appeals once."""
    await ines.ask("duty", on=True)
    ask = one.chat.get_by_text("Think this is a mistake? Tell us.")
    for minutes, decision, said in (
        (10, "approve", "A volunteer read your note. You can write again."),
        (120, "reject", "A volunteer read your note. The pause stays as it is."),
    ):
        assert (await omar.act("mute", visitor=author, minutes=minutes, reason="other"))["ok"]
        await ask.click()
        await one.chat.get_by_label("Think this is a mistake? Tell us.").fill(f"Why {minutes} minutes")
        await one.chat.locator("section.care").get_by_role("button", name="Send").click()
        await expect(one.chat.get_by_text("Thank you. A volunteer will read this.")).to_be_visible()
        await ines.until(lambda said=f"Why {minutes} minutes": said in str(ines.told("queue")))  # type: ignore[misc]
        items = [item for packet in ines.told("queue") for item in packet["items"]]
        appeal = next(item for item in reversed(items) if item["kind"] == "appeal")
        assert (await ines.act(decision, item=appeal["id"]))["ok"]
        await expect(one.status.filter(has_text=said)).to_be_visible()
        send = one.chat.locator(".composer").get_by_role("button", name="Send")
        if decision == "approve":
            await expect(send).to_be_enabled()
        else:
            await expect(send).to_be_disabled()
            await expect(ask).to_have_count(0)
    await omar.act("unmute", visitor=author)
    await ines.leave()


async def _private_words(one: Visitor, omar: Colleague, author: str, warned: Locator) -> None:
    """Shown apart, once; answered there, reported in two taps, and gone with the chat."""
    card = one.chat.get_by_role("region", name="A private word from Omar Volunteer")
    first = await omar.act("whisper", visitor=author, text=ON_TWO_LINES)
    assert first["ok"]
    await expect(card).to_contain_text(ON_TWO_LINES)
    await expect(one.log).not_to_contain_text(ON_TWO_LINES)
    assert await violations(panel(one.page)) == []
    await one.page.set_viewport_size({"width": 400, "height": 700})  # a laptop's corner
    for name in ("Report", "Send", "Close"):
        await expect(card.get_by_text(name, exact=True)).to_be_in_viewport(ratio=1)
    await one.page.set_viewport_size({"width": 390, "height": 600})
    await omar.act("mute", visitor=author, minutes=10, reason="other")
    await expect(one.chat.get_by_text("Your messages are paused for 10 minutes.").first).to_be_visible()
    await expect(one.field).to_be_in_viewport(ratio=1)  # two cards leave half of a small phone
    await omar.act("unmute", visitor=author)
    await one.page.set_viewport_size({"width": 390, "height": 780})
    await one.says(unlike("I do not want to live any more"))
    call = one.chat.locator(".room .care").get_by_role("link", name="Call 988")
    await expect(call).to_be_in_viewport(ratio=1)  # whatever else is pinned
    await expect(one.field).to_be_in_viewport(ratio=1)
    await one.page.set_viewport_size({"width": 320, "height": 568})
    await expect(call).to_be_in_viewport(ratio=1)
    await one.page.set_viewport_size({"width": 390, "height": 780})
    await one.button("Make this smaller").click()
    box = card.get_by_role("textbox")
    await box.fill("shut your mouth you worthless idiot")
    await card.get_by_role("button", name="Send").click()
    await expect(card.get_by_role("status")).not_to_be_empty()
    await expect(box).to_have_value("shut your mouth you worthless idiot")
    await box.fill("thank you, I needed that")
    await card.get_by_role("button", name="Send").click()
    await expect(box).to_have_value("")
    await omar.until(lambda: "thank you, I needed that" in str(omar.told("queue")))
    await card.get_by_role("button", name="Close").click()
    await expect(card).to_be_hidden()
    await expect(one.chat.locator("main")).to_be_focused()

    await one.page.reload()
    await one.page.get_by_role("button", name="Talk with others").click()
    await expect(one.field).to_be_visible()
    await omar.act("whisper", visitor=author, text="and another word")
    await expect(card).to_contain_text("and another word")
    await expect(warned).to_be_hidden()
    await card.get_by_text("Report", exact=True).click()
    await card.get_by_role("button", name="It is unkind").click()
    await expect(card).to_be_hidden()
    await omar.act("whisper", visitor=author, text="the last word")
    await expect(card).to_contain_text("the last word")
    await one.chat.locator(".menu summary").click()
    await one.button("End chat and clear it").click()
    await one.button("End chat").last.click()
    await expect(one.button("Start again")).to_be_visible()
    await expect(one.chat.get_by_text("the last word")).to_have_count(0)
