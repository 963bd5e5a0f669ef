"""Everyone can use it: axe, reflow, targets, keyboard, motion."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Frame, Page, expect

from tests.browser.conftest import Tab, Visit
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# WCAG 1.4.12, every property at once. Set through the CSSOM: the panel's policy allows no other style.
SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
        + " word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [sheet];
}"""
SMALL = """() => [...document.querySelectorAll("button, a, select, textarea, summary")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.textContent || one.ariaLabel, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < 44 || box.height < 44)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""

OUTSIDE = """() => [...document.querySelectorAll("*")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 0.5)
    .map((one) => one.outerHTML.slice(0, 90))"""


async def violations(frame: Frame) -> list[str]:
    """axe's findings in ONE frame: from the host it cannot see inside."""
    # Through the debugger, because the panel's Trusted Types refuse a script element.
    await frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await frame.evaluate(
        "(tags) => axe.run(document, { runOnly: tags, iframes: false })", TAGS
    )
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def panel(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/widget?" in frame.url)


async def at_the(state: str, one: Visitor) -> None:
    """Brings somebody to that state of the panel."""
    if state == "room":
        await one.enters()
        await one.says("Hello, call me on 555 0134 2288")
        await expect(one.entry("We hid a part").first).to_be_visible()
    else:
        await one.opens()
    if state == "help":
        await one.button("Get help now").click()
        await one.button("I am in another country").click()
    if state == "menu":
        await one.chat.locator(".menu summary").click()


PAIRS = [("light", 320), ("dark", 1280), ("forced", 390), ("forced", 320)]
REST = [("light", 390), ("light", 1280), ("dark", 320), ("dark", 390), ("forced", 1280)]


@pytest.mark.parametrize(
    ("scheme", "width"), [*PAIRS, *(pytest.param(*pair, marks=pytest.mark.long) for pair in REST)]
)
async def test_axe_finds_nothing_on_a_walk_through_every_state(visit: Visit, scheme: str, width: int) -> None:
    """0 violations from the greeting to the ending, in the panel's own frame, by colours and width."""
    colours = {"forced_colors": "active"} if scheme == "forced" else {"color_scheme": scheme}
    one = await visit(viewport={"width": width, "height": 800}, **colours)
    found: dict[str, list[str]] = {}

    async def look(state: str) -> None:
        found[state] = await violations(panel(one.page))

    await one.page.get_by_role("button", name="Talk with others").click()
    await expect(one.chat.get_by_role("listitem")).to_have_count(5)
    await one.chat.get_by_label("Someone else uses this device").check()
    await look("greeting")
    await one.button("Come in").click()
    await look("choice")
    await one.button("Get help now").click()
    await one.button("I am in another country").click()
    for card in ("Slow breathing", "Five things around you"):
        await one.chat.get_by_text(card).click()
    await look("help")
    await one.button("Back to the chat").click()
    await one.topic("Life changes").click()
    await one.says("Hello, call me on 555 0134 2288")
    await expect(one.entry("We hid a part").first).to_be_visible()
    await one.entry("We hid a part").last.get_by_role("button", name="More").click()
    await look("room")
    await one.chat.locator(".menu summary").click()
    await look("menu")
    await one.button("End chat and clear it").click()
    await look("ending")
    await one.button("End chat").last.click()
    await expect(one.chat.get_by_text("Your chat is gone from this screen.")).to_be_visible()
    await look("ended")
    assert {state: what for state, what in found.items() if what} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_demo_page(visit: Visit, scheme: str) -> None:
    """The pretend clinic itself is no worse an example."""
    one = await visit(color_scheme=scheme)
    assert await violations(one.page.main_frame) == []


@pytest.mark.parametrize("state", ["door", "room", "help", "menu"])
async def test_nothing_scrolls_sideways_at_320_px_with_wide_text(visit: Visit, state: str) -> None:
    """With the text spacing of WCAG 1.4.12 at 320 px the panel is never wider than its window."""
    one = await visit(viewport={"width": 320, "height": 568})
    await at_the(state, one)
    frame = panel(one.page)
    await frame.evaluate(SPACING)
    width, room = await frame.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room == 320
    assert await frame.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("state", ["door", "room", "help", "menu"])
async def test_every_target_is_44_px(visit: Visit, state: str) -> None:
    """Every control is at least 44 x 44 CSS px."""
    one = await visit(viewport={"width": 360, "height": 740})
    await at_the(state, one)
    assert await panel(one.page).evaluate(SMALL) == []


async def test_a_360_px_phone_gives_the_whole_screen_to_the_chat(visit: Visit) -> None:
    """On a phone the frame fills the screen, and the page behind does not scroll."""
    one = await visit(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    await one.enters()
    box = await one.page.locator("kindred-chat iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert await one.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    assert await panel(one.page).evaluate("document.documentElement.scrollWidth") == 360


async def test_low_height_keeps_the_log_and_one_row_of_header(visit: Visit) -> None:
    """With a keyboard up (below 400 px) the log keeps 96 px and the header is one row."""
    one = await visit(viewport={"width": 360, "height": 380})
    await one.enters()
    header, log = await one.chat.locator("header").bounding_box(), await one.log.bounding_box()
    assert header is not None
    assert log is not None
    assert header["height"] < 64
    assert log["height"] >= 96


async def test_the_order_of_focus(visit: Visit) -> None:
    """Get help now, Leave fast, Hide, menu, log, composer, Send: by Tab alone."""
    one = await (await visit()).enters()
    frame = panel(one.page)
    await frame.evaluate("document.activeElement.blur()")
    names = []
    await one.button("Get help now").focus()
    for _ in range(7):
        names.append(
            await frame.evaluate(
                "document.activeElement.ariaLabel || document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.textContent"
            )
        )
        await one.page.keyboard.press("Tab")
    assert names == ["Get help now", "Leave fast", "Hide the chat", "Menu", "Messages", "Write here", "Send"]


async def test_nothing_moves_for_who_asked_for_stillness(visit: Visit) -> None:
    """Under prefers-reduced-motion no animation runs at all."""
    one = await (await visit()).opens()
    assert await panel(one.page).evaluate("document.getAnimations().length") == 0


async def test_new_words_of_others_are_announced_and_mine_are_not(visit: Visit) -> None:
    """A screen reader hears what others say, never my own words or the history."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    live = one.chat.locator("[aria-live=polite] [role=img]")
    mine, theirs = unlike("These are mine"), unlike("And these are theirs")
    await one.says(mine)
    await one.hears(mine)
    await expect(live).to_have_count(0)
    await other.says(theirs)
    await expect(live).to_have_accessible_name(re.compile(theirs))


async def test_the_page_without_a_script_still_has_the_lines(tab: Tab, wire: Wire) -> None:
    """Where no script runs the page is the phone lines."""
    page = await tab(java_script_enabled=False)
    await page.goto(f"{wire.url}/widget?site=demo")
    await expect(page.get_by_role("link", name="988 Suicide & Crisis Lifeline: call 988")).to_be_visible()
