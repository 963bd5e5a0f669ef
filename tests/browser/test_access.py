"""Everyone can use it: axe, reflow, targets, keyboard, motion."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Frame, Locator, Page, expect

from tests.browser.conftest import Tab, Visit
from tests.browser.test_loader import LINE, host
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire
from tests.serving import FREE, ROOT, Serving, serving
from tests.staff import Colleague, at_desk, case_of, hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
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
    .filter((one) => one.checkVisibility() && !one.closest(".sr-only"))
    .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
    .filter(([, { left, right }]) => left < -0.5 || right > innerWidth + 0.5)
    .map(([html]) => html)"""
# Words below 15 px, and boxes below 16 px, into which iOS would zoom.
TINY = """() => [...document.querySelectorAll("#panel *")]
    .filter((one) => one.checkVisibility() && !one.closest(".sr-only"))
    .filter((one) => one.matches("select, textarea")
        || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((one) => [one, parseFloat(getComputedStyle(one).fontSize)])
    .filter(([one, size]) => size < (one.matches("select, textarea") ? 16 : 15))
    .map(([one, size]) => `${one.outerHTML.slice(0, 90)} ${size}px`)"""
# Get help now and Leave fast: where they are, and whether a tap there would reach them.
WAYS_OUT = """() => [...document.querySelectorAll(".urgent button")].map((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    const reached = document.elementFromPoint(left + width / 2, top + height / 2) === one;
    return reached ? `${Math.round(left)} ${Math.round(top)}` : `${one.textContent} is not reached`;
}).join()"""
# How far the beginning of some, and the end of others, is from the side where they belong.
DISTANCES = """(mirrored) => {
    const box = (one) => document.querySelector(one).getBoundingClientRect();
    const left = (one) => box(one).left, right = (one) => innerWidth - box(one).right;
    const [start, end] = mirrored ? [right, left] : [left, right];
    return [start(".title"), start(".help-button"), start("textarea"),
        end(".menu summary"), end(".mine .words"), end("textarea + button")];
}"""
# Whether "More" stands in the line of the name, however wide its letters are.
BESIDE = """() => {
    const middle = (one) => {
        const { top, bottom } = document.querySelector(one).getBoundingClientRect();
        return (top + bottom) / 2;
    };
    return Math.abs(middle(".mine bdi") - middle(".mine .more")) < 8;
}"""
# Visible words in Latin letters that neither a person, the site nor the list of lines wrote.
NO_CATALOGUE = """() => {
    const found = [];
    const walk = document.createTreeWalker(document.getElementById("panel"), NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode()); )
        if (!node.parentElement.closest("bdi, [dir=auto], .title, option, .lines")) found.push(node.data);
    for (const one of document.querySelectorAll("[aria-label], [placeholder]"))
        for (const name of ["aria-label", "placeholder"]) found.push(one.getAttribute(name) || "");
    const names = [...document.querySelectorAll("bdi")].map((one) => one.textContent);
    return found.map((text) => names.reduce((rest, name) => rest.replaceAll(name, ""), text))
        .filter((text) => /[a-z]/i.test(text));
}"""
# What iOS does to a page when its keyboard comes or goes, in the host page.
IOS_KEYBOARD = """([offsetTop, height]) => {
    for (const [name, value] of Object.entries({ offsetTop, height }))
        Object.defineProperty(visualViewport, name, { value, configurable: true });
    visualViewport.dispatchEvent(new Event("resize"));
}"""
COLOURS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}
ALL = [(colours, width) for colours in COLOURS for width in (320, 390, 1280)]
# Every two of colours, direction and width meet in one of the two walks.
LEFT_TO_RIGHT = [("light", 320), ("light", 390), ("dark", 390), ("forced", 1280)]
RIGHT_TO_LEFT = [pair for pair in ALL if pair not in LEFT_TO_RIGHT]
LETTERS = re.findall(r'LETTERS = "(.+)"', (ROOT / "static/locales/test/ar.js").read_text("utf-8"))[0]
ASKING = "what are you wearing right now"
"""Words that wait for a person (tests/browser/test_held.py)."""


@pytest.fixture
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo with Omar, who moderates."""
    with serving(tmp_path_factory.mktemp("access"), config=FREE) as service:
        hire(service, "Omar", "moderator")
        yield service


async def violations(frame: Frame) -> list[str]:
    """axe's findings in ONE frame: from the host it cannot see inside."""
    if not await frame.evaluate("'axe' in self"):
        # Through the debugger, because the panel's Trusted Types refuse a script element.
        await frame.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await frame.evaluate(
        "(tags) => axe.run(document, { runOnly: tags, iframes: false })", TAGS
    )
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def panel(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/widget?" in frame.url)


def in_the_test_language(text: str) -> str:
    """As the right-to-left catalogue has it (static/locales/test)."""
    table = {chr(97 + n): letter for n, letter in enumerate(LETTERS)}
    return "".join(table.get(letter.lower(), letter) for letter in text)


class Walk:
    """Somebody goes through every state of the panel; each is looked at in these colours and widths."""

    def __init__(
        self,
        one: Visitor,
        pairs: list[tuple[str, int]],
        said: Callable[[str], str],
        omar: Colleague | None = None,
    ) -> None:
        self.one, self.pairs, self.said, self.omar = one, pairs, said, omar
        self.found: dict[str, list[str]] = {}
        self.places: dict[tuple[str, int], str] = {}

    def text(self, english: str) -> Locator:
        return self.one.chat.get_by_text(self.said(english))

    def button(self, english: str) -> Locator:
        return self.one.button(self.said(english)).filter(visible=True)

    async def look(self, state: str) -> None:
        for colours, width in self.pairs:
            await self.one.page.emulate_media(**COLOURS[colours])
            await self.one.page.set_viewport_size({"width": width, "height": 800})
            frame = panel(self.one.page)
            # A control half under a bar that sticks, because the width was another one, is nobody's fault.
            await frame.evaluate("for (const one of document.querySelectorAll('section')) one.scrollTop = 0")
            wrong = await violations(frame) + await frame.evaluate(SMALL) + await frame.evaluate(TINY)
            place = await frame.evaluate(WAYS_OUT)
            if place != self.places.setdefault((colours, width), place) or "not" in place:
                wrong.append(f"the ways out: {place}")
            if width == 320:
                await frame.evaluate(SPACING)
            wrong += await frame.evaluate(OUTSIDE)
            await frame.evaluate("document.adoptedStyleSheets = []")
            if wrong:
                self.found[f"{state}, {colours}, {width}"] = wrong

    async def through(self) -> None:
        chat = self.one.chat
        await self.one.page.get_by_role("button", name="Talk with others").click()
        await expect(chat.get_by_role("listitem")).to_have_count(5)
        await chat.get_by_label(self.said("Someone else uses this device")).check()
        await self.look("greeting")
        await self.button("Come in").click()
        await self.look("choice")
        await self.button("Get help now").click()
        await self.button("I am in another country").click()
        for card in ("Slow breathing", "Five things around you"):
            await self.text(card).filter(visible=True).click()
        await self.look("help")
        await self.button("Back to the chat").click()
        await self.one.topic("Life changes").click()
        field = chat.get_by_role("textbox", name=self.said("Write here"))
        await field.fill("Hello, call me on 555 0134 2288")
        await expect(chat.locator(".warning")).to_contain_text(
            self.said("That looks like a number or a link.")
        )
        await field.press("Enter")
        entry = self.one.log.locator(".entry.mine").last
        await expect(entry.get_by_text(self.said("We hid a part"))).to_be_visible()
        await entry.locator(".more").click()
        await self.look("room")
        if self.omar:
            await self.held(self.omar)
        await chat.locator(".menu summary").click()
        await self.look("menu")
        await self.button("Things that can help").click()
        await self.text("Grief takes its time").click()
        await self.look("shelf")
        await self.button("Back to the chat").click()
        await chat.locator(".menu summary").click()
        await self.button("End chat and clear it").click()
        await self.look("ending")
        await self.button("End chat").last.click()
        await expect(self.text("Your chat is gone from this screen.")).to_be_visible()
        await self.look("ended")

    async def held(self, omar: Colleague) -> None:
        """Words that wait for a volunteer, and were not shared."""
        await omar.ask("duty", on=True)
        await self.one.chat.get_by_role("textbox", name=self.said("Write here")).fill(ASKING)
        await self.one.page.keyboard.press("Enter")
        mine = self.one.entry(ASKING)
        await expect(mine).to_contain_text(self.said("Your message is waiting."))
        await self.look("held")
        await omar.until(lambda: case_of(omar, ASKING) is not None)
        assert (await omar.act("reject", item=case_of(omar, ASKING), reason="harassment"))["ok"]
        await expect(mine).to_contain_text(self.said("We could not share that one."))
        await self.look("not shared")
        await omar.leave()


@pytest.mark.parametrize("pairs", [LEFT_TO_RIGHT, pytest.param(ALL, marks=pytest.mark.long)])
async def test_nothing_is_wrong_on_a_walk_through_every_state(
    visit: Visit, pairs: list[tuple[str, int]]
) -> None:
    """axe finds nothing, targets are 44 px, nothing is wider than its window, at 320 px with wide text."""
    walk = Walk(await visit(), pairs, str)
    await walk.through()
    assert walk.found == {}


@pytest.mark.parametrize("pairs", [RIGHT_TO_LEFT, pytest.param(ALL, marks=pytest.mark.long)])
async def test_nor_from_right_to_left(tab: Tab, staffed: Serving, pairs: list[tuple[str, int]]) -> None:
    """The same in a language that is written from right to left; and words that a volunteer did not share."""
    page = await tab()
    await host(page, staffed.url, LINE.replace("data-site", 'data-lang="ar" data-site'))
    walk = Walk(Visitor(page), pairs, in_the_test_language, await at_desk(staffed, "Omar"))
    await walk.through()
    assert walk.found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_demo_page(visit: Visit, scheme: str) -> None:
    """The pretend clinic itself is no worse an example."""
    one = await visit(color_scheme=scheme)
    assert await violations(one.page.main_frame) == []


async def test_right_to_left_is_the_mirror_of_left_to_right(tab: Tab, wire: Wire) -> None:
    """What stands at one side there stands at the other here; and each word comes from the catalogue."""
    places = {}
    for lang in ("en", "ar"):
        page = await tab(viewport={"width": 390, "height": 800})
        await page.goto(f"{wire.url}/widget?site=demo&lang={lang}&topic=life-changes")
        said = str if lang == "en" else in_the_test_language
        await page.get_by_role("button", name=said("Come in")).click()
        await page.get_by_role("button", name="Life changes").click()
        await page.get_by_role("textbox").fill("Hi")
        await page.get_by_role("textbox").press("Enter")
        await expect(page.locator(".pending")).to_have_count(0)
        places[lang] = await page.evaluate(DISTANCES, lang == "ar")
        if lang == "ar":
            assert await page.evaluate(NO_CATALOGUE) == []
        await page.set_viewport_size({"width": 320, "height": 800})
        assert await page.evaluate(BESIDE)
    assert places["ar"] == pytest.approx(places["en"], abs=1)
    assert max(places["en"]) < 40


async def test_a_360_px_phone_gives_the_whole_screen_to_the_chat(visit: Visit) -> None:
    """On a phone the frame fills the screen, and the page behind does not scroll."""
    one = await visit(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    await one.enters()
    box = await one.page.locator("kindred-chat iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert await one.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    assert await panel(one.page).evaluate("document.documentElement.scrollWidth") == 360


async def test_a_keyboard_covers_neither_the_box_nor_the_ways_out(visit: Visit) -> None:
    """As Android has it (the page is lower) and as iOS has it (only visualViewport tells of it): the box,
    Send, Leave fast and Get help now stay in sight. Two fingers that look closer shrink nothing."""
    one = await visit(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    await one.enters()
    await one.field.fill(text := "Half a thought")
    frame = one.page.locator("kindred-chat iframe")

    async def all_seen(top: float, bottom: float) -> None:
        for what in (one.field, one.button("Send"), one.button("Leave fast"), one.button("Get help now")):
            box = await what.bounding_box()
            assert box is not None
            assert top <= box["y"]
            assert box["y"] + box["height"] <= bottom
        await expect(one.field).to_be_focused()
        await expect(one.field).to_have_value(text)

    await one.page.set_viewport_size({"width": 360, "height": 400})
    await expect(frame).to_have_css("height", "400px")
    await all_seen(0, 400)
    await one.page.set_viewport_size({"width": 390, "height": 420})
    await one.says(unlike("I do not want to live any more"))
    await expect(one.chat.locator(".room .care").get_by_role("link", name="Call 988")).to_be_in_viewport(
        ratio=1
    )
    await one.button("Make this smaller").click()
    await one.field.fill(text)
    await one.page.set_viewport_size({"width": 360, "height": 740})
    await expect(frame).to_have_css("height", "740px")
    await one.page.evaluate(IOS_KEYBOARD, [60, 380])
    await expect(frame).to_have_css("height", "380px")
    await all_seen(60, 440)
    await one.page.evaluate(IOS_KEYBOARD, [0, 740])
    await expect(frame).to_have_css("height", "740px")

    await one.page.evaluate(
        """() => {
            delete visualViewport.height;
            delete visualViewport.offsetTop;
            self.closer = new Promise((resolve) => visualViewport.addEventListener("resize", resolve));
        }"""
    )
    fingers = await one.page.context.new_cdp_session(one.page)
    await fingers.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    await one.page.evaluate("closer")
    assert await one.page.evaluate("[visualViewport.scale, visualViewport.height]") == [2, 370]
    await expect(frame).to_have_css("height", "740px")


async def test_low_height_keeps_the_log_and_one_row_of_header(visit: Visit) -> None:
    """With a keyboard up (below 400 px) the log keeps 96 px and the header is one row."""
    one = await visit(viewport={"width": 360, "height": 380})
    await one.enters()
    header, log = await one.chat.locator("header").bounding_box(), await one.log.bounding_box()
    assert header is not None
    assert log is not None
    assert header["height"] < 64
    assert log["height"] >= 96


async def test_the_card_of_a_crisis_shrinks_to_one_line_and_never_vanishes(visit: Visit) -> None:
    """On a low screen too: made small it is one line that can be tapped, and opens again."""
    one = await (await visit(viewport={"width": 360, "height": 480})).enters()
    await one.says(unlike("I do not want to live any more"))
    await one.button("Make this smaller").click()
    card = one.chat.get_by_role("region", name="It sounds like this is very hard right now.")
    box = await card.bounding_box()
    assert box is not None
    assert 44 <= box["height"] <= 72
    await expect(one.button("Show help again")).to_be_in_viewport(ratio=1)
    await one.button("Show help again").click()
    await expect(card.get_by_role("link", name="Call 988")).to_be_visible()


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


async def live(page: Page) -> list[tuple[str, str]]:
    """What Chromium's accessibility tree has of the panel as live: how urgent, and all that is said in it."""
    session = await page.context.new_cdp_session(page)
    tree = (await session.send("Page.getFrameTree"))["frameTree"]
    (frame,) = (child["frame"]["id"] for child in tree["childFrames"] if "/widget?" in child["frame"]["url"])
    nodes = (await session.send("Accessibility.getFullAXTree", {"frameId": frame}))["nodes"]
    await session.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def said(node: dict[str, Any]) -> str:
        inside = " ".join(said(by_id[child]) for child in node.get("childIds", []) if child in by_id)
        # Text alone: what stands in a label Orca does not read (docs/panel.md).
        own = node.get("name", {}).get("value", "") if node["role"]["value"] == "StaticText" else ""
        return " ".join(part for part in (own, inside) if part)

    return [
        (str(value), said(node))
        for node in nodes
        for fact in node.get("properties", [])
        if fact["name"] == "live" and (value := fact["value"].get("value")) != "off"
    ]


async def test_new_words_of_others_are_announced_and_mine_are_not(visit: Visit) -> None:
    """A screen reader hears what others say once and politely, never my own words or the history; a card of a
    crisis takes no focus and is told in one line."""
    other = await visit()
    one = await (await visit()).enters()  # the last to come: what is said of the room stands for five seconds
    announced = one.chat.locator("[aria-live=polite] p")
    await expect(announced).to_contain_text("No volunteer is here right now.")
    await expect(one.chat.get_by_role("region", name="Life changes")).to_be_visible()
    await other.enters()
    mine, theirs = unlike("These are mine"), unlike("And these are theirs")
    await one.says(mine)
    await one.hears(mine)
    await expect(announced).to_have_count(0)  # how many are here was said, and nothing since
    assert await live(one.page) == [("polite", ""), ("polite", "")]  # the line of the state, and new words
    await other.says(theirs)
    await expect(announced).to_contain_text(theirs)
    state, heard = await live(one.page)
    assert (state, heard[0], heard[1].count(theirs)) == (("polite", ""), "polite", 1)
    await one.says(unlike("I do not want to live any more"))
    await expect(one.status).to_contain_text("Help is shown below.")
    state, heard = await live(one.page)
    assert state == ("polite", "Help is shown below.")
    assert "Help" not in heard[1]
    await expect(one.field).to_be_focused()


async def test_the_page_without_a_script_still_has_the_lines(tab: Tab, wire: Wire) -> None:
    """Where no script runs the page is the phone lines."""
    page = await tab(java_script_enabled=False)
    await page.goto(f"{wire.url}/widget?site=demo")
    await expect(page.get_by_role("link", name="988 Suicide & Crisis Lifeline: call 988")).to_be_visible()
