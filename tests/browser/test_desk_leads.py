"""A lead's pages in a real browser: invite, change, rehearse, look something up; the wall goes on beneath."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, ok_in_every_look, signed_in
from tests.serving import FREE, Serving, serving
from tests.staff import at_desk, hire
from tests.visitor import Visitor, visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
BINGO = "rule site.bingo: spam\n  note Not here.\n  say bingo club\n"
WHY = "Por qué: alguien se sintió herido."


SITES = "".join(
    f'[[sites]]\nid = "{site}"\nname = "{name}"\ncover = "never"\nrequire_second_factor = false\n'
    for site, name in (("demo", "Street Clinic"), ("willow", "Willow House"))
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two sites that Ines leads; Noor serves at the one."""
    with serving(tmp_path_factory.mktemp("lead"), config=FREE + SITES) as found:
        hire(found, "Noor", "moderator")
        hire(found, "Ines", "lead", "willow")
        yield found


async def page_of(desk: Page, name: str) -> None:
    """One of the lead's pages, by its tab."""
    await desk.get_by_role("navigation", name="Lead's pages").get_by_role("button", name=name).click()
    await expect(desk.get_by_role("heading", name=name, exact=True)).to_be_focused()


async def test_a_lead_invites_changes_and_looks_up(tab: Tab, service: Serving) -> None:
    """By l: an invitation whose link is shown once, another role, a removal that is pressed twice; how rooms
    are set; which rules may be switched off; lines with who looked at them; all of it in the record."""
    desk = await leading(tab, service, "Ines")
    await _staff(desk)
    await page_of(desk, "Rooms")
    await expect(desk.get_by_text("Life changes")).to_be_visible()
    await desk.get_by_label("Site").select_option("willow")
    await expect(desk.get_by_text("Willow House")).to_be_visible()
    await page_of(desk, "Rules")
    await desk.get_by_text("Our rules, on and off").click()
    await expect(desk.get_by_role("checkbox", name="harass.worth")).to_be_enabled()
    await expect(desk.get_by_role("checkbox", name="crisis.suicidal")).to_be_disabled()
    await page_of(desk, "Staff")
    await expect(desk.locator(".card-row .whose")).to_have_text([re.compile("Ines")])
    await desk.get_by_label("Site").select_option("demo")
    await page_of(desk, "Help lines")
    await _lines(desk)
    await page_of(desk, "Answers")
    await _answers(desk)
    await page_of(desk, "Record")
    await _record(desk)
    async with visitor(service.url, lang="es") as ada:
        await ada.join("mental-health")
        await ada.say("I want to die")
        await expect(desk.get_by_text("1 needs a person · 1 case waits")).to_be_visible()
        await desk.keyboard.press("Escape")
        await desk.keyboard.press("Escape")
        await expect(desk.locator(".zones")).to_be_visible()
        await expect(desk.get_by_role("heading", name="Record", exact=True)).to_be_hidden()
        await _answered(desk, ada)
        await _told_why(service, ada)


@pytest.mark.long
async def test_a_lead_rehearses_a_rule(tab: Tab, service: Serving) -> None:
    """A rule is rehearsed before it is in force, and undone; every page of a lead in every look."""
    desk = await leading(tab, service, "Vera")
    for name in ("Rooms", "Help lines", "Record"):
        await page_of(desk, name)
        await ok_in_every_look(desk)
    await page_of(desk, "Rules")
    await _rules(desk)


@pytest.mark.long
async def test_two_leads_write_at_once(tab: Tab, service: Serving) -> None:
    """Whoever saves second keeps their words in the field, reads those of the other, and may then save."""
    one, two = await leading(tab, service, "Lena"), await leading(tab, service, "Mara")
    for desk in (one, two):
        await page_of(desk, "Answers")
    await _saves(one, "Hello, I am Lena.")
    await expect(one.get_by_text("Saved, at every desk.")).to_be_visible()
    await _saves(two, "Hello, I am Mara.")
    theirs = two.get_by_role("region", name="What stands now")
    await expect(theirs).to_contain_text("Hello, I am Lena.")
    await expect(
        two.get_by_role("status").filter(has_text="Somebody changed this meanwhile.")
    ).to_be_visible()
    await ok_in_every_look(two)
    await expect(two.get_by_label("Answers", exact=True)).to_have_value("Hello, I am Mara.")
    await two.get_by_role("button", name="Save").first.click()  # what is saved now knows of theirs
    await expect(two.get_by_text("Saved, at every desk.")).to_be_visible()
    await expect(theirs).to_be_hidden()
    await one.get_by_role("button", name="Undo the last change").first.click()  # of hers, as she believes
    await expect(one.get_by_label("Answers", exact=True)).to_have_value("Hello, I am Mara.")
    await expect(one.get_by_text("Somebody changed it meanwhile. Look again.")).to_be_visible()

    for desk, rule in ((one, BINGO), (two, BINGO.replace("bingo", "raffle"))):
        await page_of(desk, "Rules")
        await desk.get_by_label("Rules of this site").fill(rule)
        await desk.get_by_text("Our rules, on and off").click()
        switches = desk.locator("details[open] input[type=checkbox]:enabled")
        await switches.nth(0 if desk is one else 1).uncheck()
        await desk.get_by_role("button", name="Rehearse").click()
        await expect(desk.get_by_role("button", name="Put in force")).to_be_enabled(timeout=60_000)
    await one.get_by_role("button", name="Put in force").click()
    await expect(one.get_by_text("In force, at every desk and room.")).to_be_visible()
    await two.get_by_role("button", name="Put in force").click()
    await expect(theirs).to_contain_text("say bingo club")
    await expect(two.get_by_label("Rules of this site")).to_have_value(re.compile("say raffle club"))
    await expect(two.get_by_role("button", name="Put in force")).to_be_disabled()
    for number, on in enumerate((False, False, True)):  # what both switched
        await expect(two.locator("details[open] input[type=checkbox]:enabled").nth(number)).to_be_checked(
            checked=on
        )
    await ok_in_every_look(two)


async def _saves(desk: Page, text: str) -> None:
    await desk.get_by_label("Answers", exact=True).fill(text)
    await desk.get_by_role("button", name="Save").first.click()


async def leading(tab: Tab, service: Serving, name: str) -> Page:
    """A lead who has pressed l."""
    desk = await signed_in(tab, service, name, role="lead", viewport=LAPTOP)
    await desk.evaluate("document.activeElement.blur()")
    await desk.keyboard.press("l")
    await expect(desk.get_by_role("heading", name="Staff", exact=True)).to_be_focused()
    await expect(desk.locator(".zones")).to_be_hidden()
    return desk


async def _staff(desk: Page) -> None:
    await desk.get_by_label("Label that visitors read").first.fill("Peer guide")
    await desk.keyboard.press("Enter")
    link = desk.get_by_label("The link")
    await expect(link).to_be_focused()
    await expect(link).to_have_value(re.compile(r"/desk#invite=[\w-]{32}$"))
    row = desk.locator(".row", has_text="Moderator · Peer guide")
    await expect(row).to_be_visible()
    await ok_in_every_look(desk)
    await row.get_by_role("button", name="Close the link").click()
    await expect(row).to_have_count(0)
    noor = desk.locator(".card-row", has_text="Noor")
    await noor.get_by_label("Role").select_option("greeter")
    await noor.get_by_role("button", name="Save").click()
    await expect(desk.get_by_text("Saved. Noor signs in again.")).to_be_visible()
    await noor.get_by_role("button", name="Remove").click()
    await noor.get_by_role("button", name="Press again to remove Noor").click()
    await expect(noor).to_have_count(0)


async def _lines(desk: Page) -> None:
    lifeline = desk.get_by_role("region", name="988 Suicide & Crisis Lifeline")
    await expect(lifeline).to_contain_text("Nobody of this service has called it yet.")
    await lifeline.get_by_role("button", name="I called it, and it is right").click()
    await expect(lifeline).to_contain_text("Ines called it on")
    await expect(desk.get_by_text("Thank you. 988 Suicide & Crisis Lifeline is confirmed.")).to_be_visible()
    await ok_in_every_look(desk)
    await lifeline.get_by_role("button", name="Take that back").click()
    await lifeline.get_by_role("button", name="Press again to take it back").click()
    await expect(lifeline).to_contain_text("Nobody of this service has called it yet.")


async def _answers(desk: Page) -> None:
    for which in ("#replies-lang", "#reasons-lang"):
        await expect(desk.locator(which)).to_have_value("en")  # the language of the desk
    await desk.locator("#reasons-lang").select_option("es")
    await desk.get_by_label("hurts others").fill(WHY)
    await desk.get_by_role("button", name="Save").last.click()
    await expect(desk.get_by_text("Saved. Within five seconds")).to_be_visible()
    await desk.locator("#replies-lang").select_option("es")
    field = desk.get_by_label("Answers", exact=True)
    await expect(field).to_have_value(re.compile("Gracias por contarlo"))
    await field.fill("Hola, soy Inés.\n\nTe leo.")
    await desk.get_by_role("button", name="Save").first.click()
    await expect(desk.get_by_text("Saved, at every desk.")).to_be_visible()
    await expect(desk.get_by_text("Written by leads of this site.")).to_be_visible()
    await ok_in_every_look(desk)


async def _answered(desk: Page, ada: Visitor) -> None:
    """By n w / 2 Ada's own language lies in the box; it goes when Enter is pressed, and not before."""
    for key in ("n", "w"):
        await desk.keyboard.press(key)
    box = desk.locator("#private")
    await expect(box).to_be_focused()
    await desk.keyboard.press("/")
    await expect(desk.get_by_role("button", name="Hola, soy Inés.")).to_be_focused()
    await ok_in_every_look(desk)
    await desk.keyboard.press("2")
    await expect(box).to_have_value("Te leo.")
    await expect(box).to_be_focused()
    assert not [name for name, _ in ada.heard if name == "whisper"]
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".private-log")).to_contain_text("Te leo.")


async def _told_why(service: Serving, ada: Visitor) -> None:
    """A limit says why in the site's own words, in Ada's language."""
    await asyncio.to_thread(hire, service, "Noor", "moderator")
    noor = await at_desk(service, "Noor")
    await noor.act("mute", visitor=ada.me["id"], reason="harassment")
    await ada.until(lambda: any(name == "sanction" for name, _ in ada.heard))
    limit = next(payload for name, payload in ada.heard if name == "sanction")
    assert (limit["reason"], limit["why"]) == ("harassment", WHY)
    await noor.leave()


async def _rules(desk: Page) -> None:
    put = desk.get_by_role("button", name="Put in force")
    await expect(put).to_be_disabled()
    await desk.get_by_label("Rules of this site").fill(BINGO)
    await desk.get_by_label("Lines to try, one each").fill("come to the bingo club")
    await desk.get_by_role("button", name="Rehearse").click()
    result = desk.get_by_role("region", name="What would change")
    await expect(result).to_contain_text("1: shown → refused", timeout=60_000)
    await ok_in_every_look(desk)
    await put.click()
    await expect(desk.get_by_text("In force, at every desk and room.")).to_be_visible()
    await desk.get_by_role("button", name="Undo the last change").click()
    await expect(desk.get_by_text("2 changes so far.")).to_be_visible()
    await expect(desk.get_by_label("Rules of this site")).to_have_value("")


async def _record(desk: Page) -> None:
    rows = desk.locator("tbody tr")
    await expect(rows.first).to_contain_text("changed prepared answers")
    await desk.get_by_label("What").select_option(value="dismiss")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Noor")
    async with desk.expect_download() as begun:
        await desk.get_by_role("link", name="Download as a table").click()
    saved = await (await begun.value).path()
    table = await asyncio.to_thread(saved.read_text)
    assert (table.count("\n"), "Noor" in table) == (2, True)
