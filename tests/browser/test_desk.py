"""The desk in a real browser: somebody comes by a link, works with the keyboard alone, or a thumb."""

import asyncio
import base64
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server import sign_in_code
from tests.browser.conftest import Tab
from tests.browser.test_access import OUTSIDE, SMALL, violations
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.server import command
from tests.serving import FREE, Serving, serving
from tests.staff import PASSWORD, hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
WILLOW = """
[[sites]]
id = "willow"
name = "Willow House"
origins = []
[[sites.topics]]
id = "life"
title = "Life"
about = "Life"
"""
PHONE = {"width": 390, "height": 800}
LAPTOP = {"width": 1280, "height": 800}
FIELDS = 3
"""A name, a password, a code: all that an invitation asks for. What that takes: docs/performance.md."""


def invited(service: Serving, site: str) -> str:
    """A new link to the desk of this service."""
    environ = {"HOME": str(service.home), "KINDRED_HOME": str(service.home)}
    config = ("--config", str(service.home / "kindred.toml"))
    made = command.kindred("staff", "invite", "--role", "moderator", "--site", site, *config, environ=environ)
    found = re.search(r"#invite=[\w-]+", made.stdout)
    assert found, made.stderr
    return f"{service.url}/desk{found[0]}"


async def signed_in(
    tab: Tab, service: Serving, name: str, role: str = "moderator", **options: object
) -> Page:
    """A volunteer at the desk, by the keyboard alone, on duty."""
    await asyncio.to_thread(hire, service, name, role)
    page = await tab(**options)
    await page.goto(f"{service.url}/desk")
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    duty = page.get_by_role("button", name="Go on duty")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await duty.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Go off duty")).to_be_visible()
    return page


async def someone(tab: Tab, service: Serving, topic: str = "Life changes") -> Visitor:
    """A visitor in a room."""
    page = await tab()
    await page.goto(service.url)
    return await Visitor(page).enters(topic)


async def ok_in_every_look(page: Page) -> None:
    """axe finds nothing and nothing lies outside, light and dark, on a phone and a laptop."""
    for size in (PHONE, LAPTOP):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert await violations(page.main_frame) == [], (size, scheme)
        assert await page.evaluate(OUTSIDE) == [], size
        assert await page.evaluate(SMALL) == [], size
    await page.emulate_media(forced_colors="active")
    assert await violations(page.main_frame) == [], "forced colours"
    await page.emulate_media(forced_colors="none")


async def test_an_invitation_is_accepted_on_a_phone(tab: Tab, tmp_path: Path) -> None:
    """Name, password, a second lock by text or picture, recovery codes once; signing out everywhere ends it,
    and the same name, password and code come back in."""
    with serving(tmp_path / "willow", config=FREE + WILLOW) as willow:
        page = await tab(viewport=PHONE, has_touch=True, is_mobile=True)
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.goto(await asyncio.to_thread(invited, willow, "willow"))
        fields = page.locator("input")
        await expect(fields).to_have_count(FIELDS)
        await expect(page.get_by_label("Your name at the desk")).to_be_focused()
        for field, typed in (("A new password", "Ines"), ("Code from your authenticator", PASSWORD)):
            await page.keyboard.type(typed)
            await page.keyboard.press("Enter")  # the phone's own key: the next field, and no tap for it
            await expect(page.get_by_label(field)).to_be_focused()
        await expect(page.get_by_role("img", name="Picture for an authenticator")).to_be_visible()
        await expect(page.get_by_role("link", name="Open it in my")).to_have_attribute(
            "href", re.compile("^otpauth://totp/")
        )
        await ok_in_every_look(page)
        secret = base64.b32decode((await page.locator(".secret").inner_text()).replace(" ", ""))
        step = int(time.time() * 1000) // sign_in_code.STEP_MS
        await page.keyboard.type(sign_in_code.code_at(secret, step))
        await page.keyboard.press("Enter")
        codes = page.locator(".codes code")
        await expect(codes).to_have_count(8)
        spare = await codes.first.inner_text()
        await page.get_by_role("button", name="Copy them all").tap()
        await expect(page.get_by_text("Copied. Put them in a safe place.")).to_be_visible()
        assert (await page.evaluate("navigator.clipboard.readText()")).split("\n")[0] == spare
        await ok_in_every_look(page)
        assert "invite" not in page.url
        await page.get_by_role("button", name="I have kept them").click()
        await page.get_by_role("button", name="Settings").click()
        await page.get_by_role("button", name="Sign out everywhere").click()
        await page.get_by_label("Name").fill("Ines")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_label("Code from your authenticator")).to_be_focused()
        await ok_in_every_look(page)
        await page.keyboard.type(spare)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Go on duty")).to_be_visible()


async def test_m_1_pauses_a_troll_who_is_told(tab: Tab, service: Serving) -> None:
    """With the keyboard alone: down, open, m 1; the troll is paused and reads why; u takes it back."""
    desk = await signed_in(tab, service, "Ines", viewport=LAPTOP)
    troll = await someone(tab, service)
    said = unlike("Nobody here wants to hear this")
    await troll.says(said)
    last = desk.locator(".stop", has_text=said)
    await expect(last).to_be_visible()
    await desk.evaluate("document.activeElement.blur()")
    await desk.keyboard.press("/")
    await desk.keyboard.type("Life changes")
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("j")
    await expect(last).to_be_focused()
    await desk.keyboard.press("o")  # a key that means nothing here does nothing
    await desk.keyboard.press("m")
    await expect(desk.get_by_role("group", name=re.compile("Pause 10 min: .+ Why?"))).to_be_visible()
    await ok_in_every_look(desk)
    await desk.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await desk.keyboard.press("1")
    told = troll.chat.get_by_role("region", name="A word to you")
    await expect(told).to_contain_text("Your messages are paused for 10 minutes.")
    await expect(desk.get_by_role("button", name="Undo (u)")).to_be_visible()
    await desk.keyboard.press("u")
    await expect(troll.status).to_contain_text("You can write again.")
    await expect(desk.get_by_text("Taken back.")).to_be_visible()


async def test_a_cry_for_help_is_taken_by_one_and_answered(tab: Tab, service: Serving) -> None:
    """n opens the case with its words veiled; a colleague sees who has it, and is told kindly; w writes to
    the person alone, whose answer comes back beside them; a answers in the room."""
    one = await signed_in(tab, service, "Omar", viewport=LAPTOP)
    other = await signed_in(tab, service, "Kemi", viewport=LAPTOP)
    person = await someone(tab, service, "Mental health")
    said = unlike("I want to die")
    await person.says(said)
    await person.hears(said)
    await expect(one.locator(".stop.needs")).to_be_visible()
    await expect(one).to_have_title("(1) Desk")
    await one.evaluate("document.activeElement.blur()")
    await one.keyboard.press("n")
    await expect(one.get_by_text("This is what it is about")).to_be_visible()
    await expect(one.get_by_text(said)).to_have_count(0)
    await one.keyboard.press("o")
    await expect(one.locator(".question").get_by_text(said)).to_be_visible()
    await expect(other.locator(".stop.needs")).to_contain_text("Omar looks after it")
    await ok_in_every_look(one)
    await one.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await other.locator(".stop.needs").click()
    await expect(other.locator(".undo-bar")).to_contain_text("A colleague was quicker.")
    await _between_two(one, person)
    await one.keyboard.press("a")
    answer = unlike("I am here and I read you")
    await one.keyboard.type(answer)
    await one.keyboard.press("Enter")
    await person.hears(answer)
    await one.evaluate("document.activeElement.blur()")
    await one.keyboard.press("d")
    await expect(one.get_by_text("That was a hard one.")).to_be_visible()
    await expect(one).to_have_title("(1) Desk")
    await one.keyboard.press("u")
    await expect(one.get_by_text("This is what it is about")).to_be_visible()
    await expect(one.get_by_text("Taken back.")).to_be_visible()
    await one.keyboard.press("m")
    bar = one.get_by_role("group", name=re.compile("Pause 10 min"))
    await expect(bar).to_contain_text("They need a person. You are with them.")
    await one.keyboard.press("1")
    await expect(bar).to_contain_text("Press 1 again to do it all the same.")
    await ok_in_every_look(one)
    await one.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await one.keyboard.press("1")
    told = person.chat.get_by_role("region", name="A word to you")
    await expect(told).to_contain_text("Your messages are paused for 10 minutes.")
    await expect(one.locator(".undo-bar")).to_contain_text("is paused.")
    await one.keyboard.press("u")
    await expect(one.get_by_text("Taken back.")).to_be_visible()
    await one.keyboard.press("s")
    await expect(one.get_by_text("Skipped. Others can take it.")).to_be_visible()
    await one.keyboard.press("u")
    await expect(one.locator(".stop.needs[aria-current]")).to_be_visible()


async def _between_two(desk: Page, person: Visitor) -> None:
    """A private word and its answer, with the box closed by Escape."""
    await desk.keyboard.press("w")
    box = desk.get_by_role("textbox", name=re.compile("^Only .+ and staff read this$"))
    await expect(box).to_be_focused()
    await desk.keyboard.type("Do you want to talk, only we two?")
    await desk.keyboard.press("Enter")
    card = person.chat.get_by_role("region", name="A private word from Omar")
    await card.get_by_role("textbox", name="Your answer").fill("yes please, thank you")
    await card.get_by_role("button", name="Send").click()
    talk = desk.get_by_role("log", name="Private words")
    await expect(talk.locator(".turn")).to_have_text(
        [re.compile("Omar.+only we two"), re.compile("yes please, thank you")]
    )
    await expect(desk.locator(".stop", has_text="Answered Omar")).to_be_visible()
    await ok_in_every_look(desk)
    await desk.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await desk.keyboard.press("Escape")
    await expect(desk.locator(".private form")).to_be_hidden()


async def test_single_keys_can_be_switched_off_and_a_lost_line_is_told(tab: Tab, service: Serving) -> None:
    """Without single keys m does nothing; without a connection the desk says so at once, and comes back."""
    desk = await signed_in(tab, service, "Lee", viewport=PHONE)
    await desk.get_by_role("button", name="Settings").click()
    await desk.get_by_label("Single keys do things").uncheck()
    await ok_in_every_look(desk)
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("?")
    await expect(desk.get_by_role("heading", name="Keys")).to_be_hidden()
    await desk.context.set_offline(True)
    await desk.evaluate("dispatchEvent(new Event('offline'))")
    await expect(desk.get_by_text("NOT CONNECTED.")).to_be_visible()
    await desk.context.set_offline(False)
    await expect(desk.get_by_text("NOT CONNECTED.")).to_be_hidden()


async def test_held_words_are_shared_with_a_thumb(tab: Tab, service: Serving) -> None:
    """On a phone by touch alone: open what is held, uncover it, share it; then the room reads it. No button
    speaks of a key."""
    desk = await signed_in(tab, service, "Noor", viewport=PHONE, has_touch=True, is_mobile=True)
    header = await desk.locator("header").bounding_box()
    assert header is not None
    assert header["height"] < 180, "its words are broken over lines"
    writer, reader = await someone(tab, service, "Addiction"), await someone(tab, service, "Addiction")
    said = unlike("Can you send me a picture of you")
    await writer.says(said)
    await desk.locator(".stop", has_text="Held").tap()
    await desk.get_by_role("button", name="Hard to read. Open", exact=True).first.tap()
    await expect(desk.locator(".question").get_by_text(said)).to_be_visible()
    share = desk.get_by_role("button", name="Share", exact=True)
    box = await share.bounding_box()
    assert box is not None
    assert box["y"] > PHONE["height"] / 2, "not where the thumb is"
    await share.tap()
    await reader.hears(said)
    await expect(desk.locator(".undo-bar")).to_contain_text("Some may have read the words already.")
    await expect(desk.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    await _only_whom_it_was_begun_for(desk, writer, reader)


async def _only_whom_it_was_begun_for(desk: Page, writer: Visitor, reader: Visitor) -> None:
    """A private word goes to whom its box was opened for, whoever is chosen while it is written."""
    said = unlike("I read that")
    await reader.says(said)
    await desk.get_by_role("button", name="List").tap()
    await desk.locator(".stop", has_text=said).tap()
    await desk.get_by_role("button", name="Person").tap()
    await desk.get_by_role("button", name="Write to them").tap()
    box = desk.locator(".private textarea")
    await box.fill("This is for you alone")
    meant = await box.get_attribute("aria-label")
    await desk.get_by_role("button", name="Talk").tap()
    await desk.locator(".entry .name").first.tap()
    await desk.get_by_role("button", name="Person").tap()
    await expect(box).to_have_attribute("aria-label", meant or "")
    await desk.locator(".private").get_by_role("button", name="Send").tap()
    await expect(reader.chat.get_by_text("This is for you alone", exact=True)).to_be_visible()
    await expect(writer.chat.get_by_role("region", name="A private word from Noor")).to_have_count(0)
    await _a_note(desk, reader)


async def _a_note(desk: Page, reader: Visitor) -> None:
    """A note is written where its box is seen, and the room reads none of it."""
    await desk.locator(".person").get_by_text("More", exact=True).tap()
    await desk.get_by_role("button", name="Write a note").tap()
    await desk.get_by_role("textbox", name="Write a note").fill("Came back twice tonight")
    await desk.get_by_role("button", name="Send").tap()
    await expect(desk.locator(".undo-bar")).to_contain_text("The note is kept.")
    await expect(desk.get_by_role("textbox", name="Write to the room")).to_be_empty()
    await expect(reader.chat.get_by_text("Came back twice tonight")).to_have_count(0)
