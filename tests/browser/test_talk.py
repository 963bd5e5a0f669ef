"""Two strangers talk."""

import asyncio
import re
import uuid

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.serving import Serving, fetch
from tests.staff import at_desk, hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


LETTERS = str.maketrans("0123456789", "ghjkmnpqrt")


def unlike(text: str) -> str:
    """Words no other test has said in the same room. Letters only: seven digits are a phone number."""
    return f"{text} {uuid.uuid4().hex[:6].translate(LETTERS)}"


# The log is told of it with the next frame, which on a busy machine can be after the next words.
SCROLLS_UP = """(log) => new Promise((told) => {
    if (!log.scrollTop) throw new Error("nothing to scroll");
    log.addEventListener("scroll", told, { once: true });
    log.scrollTop = 0;
})"""


async def test_two_people_talk(visit: Visit) -> None:
    """What one says the other reads, and each message is shown once on both sides."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    hello, answer = unlike("Is anyone there"), unlike("I am here")
    await one.says(hello)
    await other.hears(hello)
    await other.says(answer)
    for person in (one, other):
        await person.hears(answer)
        await person.hears(hello)


async def test_a_relapse_is_shown_whole(visit: Visit) -> None:
    """Hard words about one's own life arrive unchanged, with no note."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    text = unlike("I relapsed last night")
    await one.says(text)
    await other.hears(text)
    await expect(one.entry(text).locator(".note")).to_have_count(0)


@pytest.mark.parametrize(
    ("said", "shown", "note"),
    [
        ("call me on 555 0134 2288", "call me on [hidden]", "We hid a part that could show who you are."),
        ("read www.example.com/sleep", "read [hidden]", "We hid a part that could show who you are."),
        ("a shitty day", "a ****** day", "We hid a word."),
    ],
)
async def test_what_was_hidden_is_told_in_words(visit: Visit, said: str, shown: str, note: str) -> None:
    """The others see the hidden part hidden; the author reads, in words, that it was."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    mark = unlike("mark")
    await one.says(f"{mark} {said}")
    await other.hears(f"{mark} {shown}")
    await one.hears(f"{mark} {shown}")
    await expect(one.entry(mark).locator(".note")).to_contain_text(note)


async def test_the_lines_on_the_front_page_do_what_it_says(visit: Visit, unlimited: Serving) -> None:
    """A relapse is whole, a number hidden, a dealer refused in words, a cry answered with the card and on top
    of the desk."""
    relapse, number, dealer, cry = re.findall("<q>(.+?)</q>", (await fetch(unlimited.url))[1])
    one, other = await (await visit()).enters(), await (await visit()).enters()
    for text, seen in ((relapse, relapse), (number, "You can call me on [hidden]")):
        await one.says(text)
        await other.hears(seen)
    await one.says(dealer)
    await expect(
        one.chat.get_by_text("We could not share that one. It is about where to get drugs.")
    ).to_be_visible()
    await expect(one.status).to_contain_text("Your words are still in the box.")
    await one.field.clear()
    await expect(one.status).not_to_contain_text("Your words are still in the box.")
    await one.says(cry)
    await other.hears(cry)
    await expect(
        one.chat.get_by_role("heading", name="It sounds like this is very hard right now.")
    ).to_be_visible()
    await asyncio.to_thread(hire, unlimited, "Front", "moderator")
    desk = await at_desk(unlimited, "Front")
    assert desk.told("welcome")[0]["queue"][0]["kind"] == "crisis"
    await desk.leave()


async def test_method_detail_is_cut_out_and_the_rest_is_behind_a_veil(visit: Visit) -> None:
    """The others choose to read it; the author sees why a part is gone, and the lines that help."""
    one, other = await (await visit()).enters("Mental health"), await (await visit()).enters("Mental health")
    await one.says("what is the best way to hang myself quickly")
    read = other.chat.locator("[aria-live=polite]")  # for five seconds
    await expect(read).to_contain_text(
        "is having a very hard time. Tap to read."
    )  # no word of it by ear either
    await expect(read).not_to_contain_text("[hidden]")
    await expect(
        one.chat.get_by_role("heading", name="It sounds like this is very hard right now.")
    ).to_be_visible()
    mine = one.entry("We hid a part about ways to get hurt.").last
    await expect(mine.locator(".words")).to_contain_text("[hidden]")
    veil = other.log.get_by_role("button", name="is having a very hard time. Tap to read.").last
    await veil.click()
    await expect(other.log.locator(".words").last).to_contain_text("[hidden]")


async def test_a_flood_is_slowed_and_nothing_of_it_is_lost(visit_limited: Visit) -> None:
    """Ten messages at once: the person is told to take a breath, and all ten arrive in order."""
    one, other = await (await visit_limited()).enters(), await (await visit_limited()).enters()
    texts = [unlike(f"thought {number}") for number in range(10)]
    await one.says_at_once(*texts)
    await expect(one.status).to_contain_text("You are sending fast. Take a breath.")
    await expect(other.words(texts[-1])).to_have_count(1)
    heard = await other.log.locator(".words").all_inner_texts()
    assert [text for text in heard if text in texts] == texts


async def test_refused_words_stay_with_their_author(visit: Visit) -> None:
    """A refused message is told in words, stays in the box to be changed, and reaches nobody."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    refused, after = " ".join(["cheap"] * 20), unlike("Something else")
    await one.says(refused)
    await expect(one.status).to_contain_text("We could not share that one.")
    await expect(one.status).to_contain_text("Your words are still in the box.")
    await expect(one.field).to_have_value(refused)
    await one.says(after)
    await other.hears(after)
    await other.hears(refused, times=0)
    await expect(one.status).not_to_contain_text("We could not share that one.")


async def test_who_reads_back_is_not_pulled_away(visit: Visit) -> None:
    """New words do not move the log of who scrolled up; a button says how many, and goes there."""
    one, other = await (await visit()).enters("Mental health"), await (await visit()).enters("Mental health")
    for number in range(12):
        await other.says(unlike(f"Line {number}"))
    last = unlike("The last one")
    await other.says(last)
    await one.hears(last)
    await one.log.evaluate(SCROLLS_UP)
    new = unlike("Something new")
    await other.says(new)
    await expect(one.button("1 new message")).to_be_visible()
    assert await one.log.evaluate("(log) => log.scrollTop") == 0
    await expect(one.log.get_by_text("New messages")).to_have_count(1)
    await one.button("1 new message").click()
    await expect(one.words(new)).to_be_in_viewport()
    await expect(one.button("1 new message")).to_be_hidden()


async def test_two_visitors_on_the_demo_page_are_two_people(visit: Visit) -> None:
    """The page itself and the phone beside it hold two sessions, in one tab of one browser."""
    one = await (await visit(viewport={"width": 1280, "height": 800})).enters()
    phone = one.page.frame_locator("iframe.phone")
    await phone.get_by_role("button", name="Talk with others").click()
    other = Visitor(one.page, phone.frame_locator("kindred-chat iframe"))
    await other.button("Come in").click()
    await other.topic("Life changes").click()
    text = unlike("Hello from the page")
    await one.says(text)
    await other.hears(text)
    await expect(other.entry(text)).to_have_class("entry peer")


async def test_demo_people_come_by_a_button_and_carry_a_label(visit: Visit) -> None:
    """Nobody is simulated before the button; everyone after it says so."""
    one = await (await visit(viewport={"width": 1280, "height": 800})).opens()
    for topic in ("Mental health", "Life changes"):  # they come to where most people are
        await expect(one.topic(topic)).to_contain_text("quiet now")
    await one.topic("Addiction").click()
    await one.chat.locator(".menu summary").click()
    await expect(one.chat.get_by_text("Simulated")).to_have_count(0)
    await one.page.get_by_role("button", name="Bring in demo people").click()
    await expect(one.chat.locator(".people").get_by_text("Simulated")).not_to_have_count(0)


async def test_a_reload_brings_the_same_person_back_to_the_room(visit: Visit) -> None:
    """Name, room, words and an unsent draft survive a reload; the one key holds them."""
    one = await (await visit()).enters()
    text, draft = unlike("Before the reload"), unlike("Not sent yet")
    await one.says(text)
    await one.hears(text)
    await one.field.fill(draft)
    await one.page.reload()
    await one.page.get_by_role("button", name="Talk with others").click()
    await one.hears(text)
    await expect(one.entry(text)).to_have_class("entry mine")
    await expect(one.field).to_have_value(draft)


async def test_ending_the_chat_leaves_nothing_behind(visit: Visit) -> None:
    """End chat and clear it: wipes the screen and the key, and says what others may have read."""
    one = await (await visit()).enters()
    await one.says(unlike("Soon gone"))
    await one.chat.locator(".menu summary").click()
    await one.button("End chat and clear it").click()
    await one.button("End chat").click()
    await expect(one.chat.get_by_text("Your chat is gone from this screen.")).to_be_visible()
    assert await one.page.evaluate("sessionStorage.length") == 0
    await one.button("Close").click()
    await expect(one.page.get_by_role("button", name="Talk with others")).to_be_focused()
    await expect(one.page.locator("kindred-chat iframe")).to_have_count(0)
