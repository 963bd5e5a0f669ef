"""Promises of the panel that no other test here would miss (docs/panel.md)."""

from typing import Any

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import Tab, Visit
from tests.browser.test_access import panel
from tests.browser.test_clinics import CLINIC, oak
from tests.browser.test_loader import HOSTILE, LINE, host
from tests.browser.test_talk import unlike
from tests.browser.test_told import clinic
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire
from tests.serving import Serving
from tests.staff import at_desk, case_of

__all__ = ["clinic", "oak"]
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src {url}; frame-src {url};"
    " require-trusted-types-for 'script'"
)
# As a browser does that blocks what others store.
NO_STORAGE = """if (location.pathname === "/widget")
    for (const name of ["sessionStorage", "localStorage"])
        Object.defineProperty(self, name, {
            get() { throw new DOMException("blocked", "SecurityError"); },
        });"""
LISTENERS = """self.heard = [];
for (const name of ["keydown", "keyup", "keypress", "input", "message"])
    addEventListener(name, (event) => heard.push(name === "message" ? event.data : name), true);"""
THE_PAGE = """() => [document.title, document.querySelector("p").outerHTML, document.styleSheets.length,
    document.documentElement.getAttribute("style") || "", localStorage.length, document.cookie]"""
MEDICAL = "my mate took all his pills, his lips are blue and he won't wake up"
ASKING = "what are you wearing right now"


def swallowed(socket: WebSocketRoute) -> None:
    """As some networks do: neither opened nor refused."""


async def test_on_the_worst_page_there_is(tab: Tab, oak: Serving) -> None:
    """A hostile stylesheet, a strict policy, blocked storage, WebSockets that never open, listeners for every
    key, an exit that is a script: people talk, the page is as it was, heard no key and runs no such exit."""
    page, usual = await tab(), await tab()
    line = LINE.replace("{url}", oak.url).replace('"demo"', '"oak" data-exit="javascript:alert(1)"')

    async def answer(route: Route) -> None:
        policy = {"Content-Security-Policy": POLICY.format(url=oak.url)}
        html = f"<!doctype html><title>Oak</title><p>Hello</p>{HOSTILE}{line}"
        await route.fulfill(body=html, content_type="text/html", headers=policy)

    for one in (page, usual):
        await one.route(f"{CLINIC}/", answer)
    await page.add_init_script(NO_STORAGE)
    await page.route_web_socket("**/*", swallowed)
    await page.goto(f"{CLINIC}/")
    await usual.goto(f"{CLINIC}/")
    await page.evaluate(LISTENERS)
    before = await page.evaluate(THE_PAGE)
    await page.get_by_role("button", name="Talk with others").click()
    me, other = Visitor(page), await Visitor(usual).enters()
    await me.button("Come in").click()
    await me.topic("Life changes").click()
    text, reply = unlike("Said on a hostile page"), unlike("I can read you")
    await me.says(text)
    await other.hears(text)
    await other.says(reply)
    await me.hears(reply)
    assert await page.evaluate(THE_PAGE) == before
    assert await page.evaluate("heard") == [{"kindred": "size", "height": 700}]
    await me.button("Leave fast").click()
    await page.wait_for_url("about:blank")


async def test_the_button_is_drawn_where_sheets_cannot_be_adopted(tab: Tab, wire: Wire) -> None:
    """Before iOS 16.4 there are none; a style element does it. The script takes less time of its thread than
    a long task."""
    page = await tab()
    await page.add_init_script("delete CSSStyleSheet.prototype.replaceSync")
    profile = await page.context.new_cdp_session(page)
    await profile.send("Performance.enable", {"timeDomain": "threadTicks"})

    async def script_ms(body: str) -> float:
        await host(page, wire.url, body)
        await page.wait_for_load_state("load")
        metrics: list[dict[str, Any]] = (await profile.send("Performance.getMetrics"))["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "ScriptDuration") * 1000

    without = await script_ms("")
    spent = await script_ms(LINE)
    await expect(page.get_by_role("button", name="Talk with others")).to_have_css(
        "background-color", "rgb(23, 80, 79)"
    )
    assert spent - without < 50, "a long task begins at 50 ms"


async def test_the_box_sends_by_enter_alone_and_counts_what_is_left(visit: Visit) -> None:
    """Shift+Enter is a line; Enter that accepts a word of an input method sends nothing; the last 200 letters
    are counted, as the server counts; too many are not sent. Words that nobody is there to read come back."""
    one = await (await visit()).enters()
    first = unlike("One line")
    await one.field.fill(first)
    await one.field.press("Shift+Enter")
    await expect(one.field).to_have_value(f"{first}\n")
    for accepts in ({"isComposing": True}, {"keyCode": 229}):
        await one.field.evaluate(
            "(field, how) => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true,"
            " cancelable: true, ...how }))",
            accepts,
        )
    await expect(one.field).to_have_value(f"{first}\n")
    await one.field.fill("a" * 1_799)
    await expect(one.chat.locator("#count")).to_be_hidden()
    await one.field.fill("\N{WATER WAVE}" * 1_800)
    await expect(one.chat.locator("#count")).to_have_text("200 letters left")
    await one.field.fill("a" * 2_010)
    await expect(one.chat.locator("#count")).to_have_text("10 letters too many")
    await one.field.press("Enter")
    await expect(one.field).to_have_value("a" * 2_010)
    await one.says(ASKING)
    await expect(one.status).to_contain_text("No volunteer is here to read this.")
    await expect(one.field).to_have_value(ASKING)


async def parts(page: Page) -> list[str]:
    """The crisis card from top to bottom: numbers, links and sentences."""
    return await panel(page).evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('.room .care :is(h2, a, p:not(.note), .care-body > button)')]"
        ".map((one) => one.textContent)"
    )


async def test_a_card_of_a_crisis_has_its_order_and_tells_the_truth(tab: Tab, clinic: Serving) -> None:
    """For a medical danger the emergency number is first, else the lines are; then the number, what we cannot
    do, more ways, and that one may stay. Told and seen are said once they are so, and nobody is promised."""
    people = []
    for _ in range(2):
        page = await tab()
        await page.goto(clinic.url)
        people.append(await Visitor(page).enters())
    one, other = people
    await one.says(MEDICAL)
    await expect(one.chat.locator(".room .care h2")).to_be_visible()
    first, number, *_ = (await parts(one.page))[1:]
    assert (first, number) == ("If life is in danger now, call911", "911")
    await expect(one.chat.locator(".room .care")).to_contain_text("The people on the phone line are.")
    omar = await at_desk(clinic, "Omar")
    await omar.ask("duty", on=True)
    await other.says(cry := unlike("I do not want to live any more"))
    card = other.chat.locator(".room .care")
    await expect(card).to_contain_text("We are telling a volunteer now.")
    told = await parts(other.page)
    order = [
        "It sounds like this is very hard right now.",
        "You can talk to a trained person now.",
        "Call 988",
        "Text 988",
        "If life is in danger now, call911",
        "We do not know who or where you are. We cannot send help.",
        "More ways to get help",
        "You can stay here too. We are telling a volunteer now.",
    ]
    assert [part for part in told if part in order] == order
    await omar.until(lambda: case_of(omar, cry) is not None)
    assert (await omar.ask("claim", item=case_of(omar, cry)))["ok"]
    await expect(card).to_contain_text("A volunteer has seen this.")
    await expect(other.field).to_be_enabled()
    await omar.leave()


async def test_a_screen_reader_hears_a_busy_room_as_a_number_or_not_at_all(
    visit: Visit, visit_direct: Visit
) -> None:
    """One message in two seconds is read, more are counted; by choice always counted, or nothing is said."""
    one, other = await (await visit()).enters(), await (await visit_direct()).enters()
    heard = one.chat.locator("[aria-live=polite] p")

    async def says(*texts: str) -> None:
        await other.says_at_once(*texts)
        for text in texts:
            await one.hears(text)

    await says(*(unlike(text) for text in ("One", "Two", "Three")))
    await expect(heard.filter(has_text="new message").first).to_be_attached()
    await one.chat.locator(".menu summary").click()
    choice = one.chat.get_by_label("New messages, for a screen reader")
    await choice.select_option("count")
    await says(alone := unlike("Alone"))
    await expect(heard.filter(has_text="1 new message").first).to_be_attached()
    await choice.select_option("off")
    await expect(heard).to_have_count(0)
    await says(unheard := unlike("Unheard"))
    for text in (alone, unheard):
        await expect(heard.filter(has_text=text)).to_have_count(0)
