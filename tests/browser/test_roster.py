"""The roster at the desk: a lead plans, a volunteer reads it in their own time and offers own hours."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, PHONE, ok_in_every_look, signed_in
from tests.serving import FREE, Serving, serving
from tests.staff import hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SITE = """
[[sites]]
id = "demo"
cover = "never"
require_second_factor = false
timezone = "Europe/Berlin"
[[sites.hosted]]
days = ["wed"]
at = "18:00"
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A site that promises Wednesday evenings in Berlin; Omar moderates."""
    with serving(tmp_path_factory.mktemp("roster"), config=FREE + SITE) as found:
        hire(found, "Omar", "moderator")
        yield found


async def test_a_week_is_planned_and_offered(tab: Tab, service: Serving) -> None:
    """The lead sees a promised hour that nobody has, plans it, takes that back, and plans an offer; Omar, in
    New York, reads his hours in his own time; whoever is alone reads who comes next, the handover too."""
    lead = await signed_in(tab, service, "Ines", "lead", viewport=LAPTOP, timezone_id="Europe/Berlin")
    await expect(lead.locator(".duty-hint")).to_have_text(
        "You are alone on duty. Ask a colleague if it gets hard."
    )
    await lead.get_by_role("button", name="Lead", exact=True).click()
    await lead.get_by_role("navigation", name="Lead's pages").get_by_role("button", name="Roster").click()
    gaps = lead.locator(".lead .care", has_text="Promised hours that nobody has")
    await expect(gaps).to_contain_text("Wed")
    await expect(lead.locator(".lead")).to_contain_text("Nobody is planned.")
    omar = lead.get_by_role("region", name="Omar")
    await omar.get_by_label("Languages").fill("es en")
    await omar.get_by_role("button", name="Add hours").click()
    await omar.get_by_label("Day").select_option("Wed")
    await ok_in_every_look(lead)
    await _saved(lead)
    await expect(gaps).to_have_count(0)
    week = lead.locator(".lead")
    await expect(week).to_contain_text("Omar")
    await expect(week).to_contain_text("6:00 – 8:00 PM · Spanish, English")
    await lead.get_by_role("button", name="Undo the last change").click()
    await expect(gaps).to_be_visible()
    await lead.get_by_role("button", name="Undo the last change").click()
    await expect(gaps).to_have_count(0)

    him = await signed_in(
        tab, service, "Omar", viewport=PHONE, has_touch=True, is_mobile=True, timezone_id="America/New_York"
    )
    await him.get_by_role("button", name="Settings").tap()
    await him.get_by_role("button", name="Roster").tap()
    sheet = him.locator(".sheet")
    await expect(sheet.locator("strong")).to_contain_text("Your next hours: Wed")
    await expect(sheet.locator("strong")).to_contain_text("12:00 – 2:00 PM")
    await sheet.get_by_role("button", name="Add hours").tap()
    await sheet.get_by_label("Day").last.select_option("Sat")
    await expect(sheet.get_by_label("Time zone").last).to_have_value("America/New_York")
    await ok_in_every_look(him)
    await him.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await sheet.get_by_role("button", name="Save my hours").tap()
    await expect(sheet).to_contain_text("Saved. Your lead sees it.")
    await expect(sheet).to_contain_text("offered, not planned yet")
    await sheet.get_by_role("button", name="Close").tap()
    await expect(him.get_by_role("button", name="Settings")).to_be_focused()
    await him.get_by_role("button", name="Go off duty").tap()

    await lead.get_by_role("navigation", name="Lead's pages").get_by_role("button", name="Roster").click()
    await omar.get_by_role("button", name="Plan them").click()
    await _saved(lead)
    await expect(week).not_to_contain_text("offered")
    await lead.get_by_role("button", name="Back to the desk").click()
    await lead.reload()
    await expect(lead.locator(".duty-hint")).to_contain_text("Next by the roster: Omar · ")
    await lead.get_by_role("button", name="Hand over").click()
    await expect(lead.locator(".sheet")).to_contain_text("Who comes next, in your time")
    await expect(lead.locator(".sheet")).to_contain_text("Spanish, English")


async def _saved(lead: Page) -> None:
    await lead.get_by_role("button", name="Save the roster").click()
    await expect(lead.get_by_text("Saved. Everybody who serves here sees it.")).to_be_visible()
