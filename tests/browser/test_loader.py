"""What the one line does to a clinic's page: almost nothing before the click, little after."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Tab
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LINE = '<script async src="{url}/embed.js" data-site="demo" referrerpolicy="no-referrer"></script>'
HOSTILE = "<style>body *, kindred-chat { all: unset !important; display: none !important }</style>"
STRICT = "default-src 'none'; script-src {url}; frame-src {url}; require-trusted-types-for 'script'"


async def host(page: Page, url: str, body: str = LINE, *, csp: str | None = None) -> None:
    """Opens a plain clinic page with the line in it; the clinic's server is ours to answer for."""

    async def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": csp.format(url=url)} if csp else {}
        html = f"<!doctype html><title>Clinic</title><p>Hello</p>{body.replace('{url}', url)}"
        await route.fulfill(body=html, content_type="text/html", headers=headers)

    await page.route(f"{url}/clinic", answer)
    await page.goto(f"{url}/clinic")


async def test_before_the_click_one_request_and_no_trace(tab: Tab, wire: Wire) -> None:
    """One file is asked for; no global, no stored key, no cookie is left."""
    page = await tab()
    await host(page, wire.url, body="")
    before = await page.evaluate("Object.getOwnPropertyNames(window).sort()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await host(page, wire.url)
    await expect(page.get_by_role("button", name="Talk with others")).to_be_visible()
    assert asked == [f"{wire.url}/clinic", f"{wire.url}/embed.js"]
    assert await page.evaluate("Object.getOwnPropertyNames(window).sort()") == before
    assert await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert await page.context.cookies() == []


async def test_nothing_on_the_page_moves(tab: Tab, wire: Wire) -> None:
    """The button causes no layout shift and no task of 50 ms or more."""
    page = await tab()
    await page.add_init_script("""
        self.seen = [];
        for (const type of ["layout-shift", "longtask"])
            new PerformanceObserver((list) => seen.push(...list.getEntries().map((one) => one.entryType)))
                .observe({ type, buffered: true });
    """)
    await host(page, wire.url)
    await expect(page.get_by_role("button", name="Talk with others")).to_be_visible()
    assert "layout-shift" not in await page.evaluate("seen")


async def test_the_frame_is_sandboxed_and_knows_nothing_of_the_page(tab: Tab, wire: Wire) -> None:
    """Its address carries the site and the line's own options; it gets no referrer and no permission."""
    page = await tab()
    line = LINE.replace("data-site", 'data-topic="addiction" data-lang="es" data-theme="dark" data-site')
    await host(page, wire.url, line)
    async with page.expect_request("**/widget?*") as asked:
        await page.get_by_role("button", name="Talk with others").click()
    request = await asked.value
    assert request.url == f"{wire.url}/widget?site=demo&topic=addiction&lang=es&theme=dark"
    assert "referer" not in await request.all_headers()
    frame = page.locator("kindred-chat iframe")
    assert (await frame.get_attribute("sandbox") or "").split() == [
        "allow-scripts",
        "allow-forms",
        "allow-modals",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
        "allow-same-origin",
    ]
    await expect(frame).to_have_attribute("allow", "")
    await expect(frame).to_have_attribute("title", "Talk with others")


async def test_it_works_under_a_strict_policy(tab: Tab, wire: Wire) -> None:
    """script-src and frame-src of ours are all that a clinic's policy must allow; Trusted Types may be on."""
    page = await tab()
    await host(page, wire.url, csp=STRICT)
    button = page.get_by_role("button", name="Talk with others")
    await expect(button).to_have_css("position", "static")
    await expect(button).to_have_css("background-color", "rgb(23, 80, 79)")
    await button.click()
    await expect(
        page.frame_locator("kindred-chat iframe").get_by_role("button", name="Come in")
    ).to_be_visible()


async def test_a_page_optimiser_may_run_it_late(tab: Tab, wire: Wire) -> None:
    """Without document.currentScript the loader finds its line by name."""
    page = await tab()
    await host(page, wire.url, LINE.replace("<script", '<script type="text/later"'))
    code = await (await page.request.get(f"{wire.url}/embed.js")).text()
    await page.evaluate(code)
    await expect(page.get_by_role("button", name="Talk with others")).to_be_visible()


async def test_hostile_styles_do_not_hide_the_button(tab: Tab, wire: Wire) -> None:
    """A clinic's stylesheet, `!important` included, reaches neither the button nor its place."""
    page = await tab()
    await host(page, wire.url, HOSTILE + LINE)
    await expect(page.get_by_role("button", name="Talk with others")).to_be_visible()


async def test_escape_hides_the_panel_and_gives_the_focus_back(tab: Tab, wire: Wire) -> None:
    """Escape only hides: the frame stays, and the next click shows the same chat."""
    page = await tab()
    await host(page, wire.url)
    button = page.get_by_role("button", name="Talk with others")
    await button.click()
    chat = page.frame_locator("kindred-chat iframe")
    await chat.get_by_role("button", name="Get help now").press("Escape")
    await expect(page.locator("kindred-chat iframe")).to_be_hidden()
    await expect(button).to_be_focused()
    await button.click()
    await expect(chat.get_by_role("button", name="Come in")).to_be_visible()
    await expect(page.locator("kindred-chat iframe")).to_have_count(1)


async def test_leaving_fast_puts_the_neutral_page_in_the_clinics_place(tab: Tab, wire: Wire) -> None:
    """The clinic's page is blank at once (0.1 s is wanted, five times that fails) and gone from the history:
    Back goes to the page before it."""
    page = await tab()
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text))

    async def neutral(route: Route) -> None:
        await route.fulfill(body="<!doctype html><title>Weather</title>", content_type="text/html")

    await page.route(f"{wire.url}/neutral", neutral)
    await page.goto(f"{wire.url}/healthz")
    await host(page, wire.url, LINE.replace("data-site", 'data-exit="/neutral" data-site'))
    await page.get_by_role("button", name="Talk with others").click()
    chat = page.frame_locator("kindred-chat iframe")
    await expect(chat.get_by_role("button", name="Come in")).to_be_visible()
    inside = next(frame for frame in page.frames if "/widget?" in frame.url)
    await inside.evaluate("addEventListener('click', () => console.log('tapped', Date.now()), true)")
    await page.evaluate(
        """new MutationObserver(() =>
            document.documentElement.style.display === "none" && console.log("blank", Date.now())
        ).observe(document.documentElement, { attributeFilter: ["style"] })"""
    )
    await chat.get_by_role("button", name="Leave fast").click()
    await page.wait_for_url(f"{wire.url}/neutral")
    tapped, blank = (int(line.split()[1]) for line in told if line.startswith(("tapped", "blank")))
    assert blank - tapped < 500
    assert await page.evaluate("sessionStorage.length") == 0
    await page.go_back()
    assert page.url == f"{wire.url}/healthz"


async def test_no_other_window_can_drive_the_loader(tab: Tab, wire: Wire) -> None:
    """Messages count only from the frame itself, and only the words of the closed list."""
    page = await tab()
    await host(page, wire.url)
    await page.get_by_role("button", name="Talk with others").click()
    frame = page.locator("kindred-chat iframe")
    await expect(
        page.frame_locator("kindred-chat iframe").get_by_role("button", name="Come in")
    ).to_be_visible()
    await page.evaluate("postMessage({ kindred: 'end' }, '*')")
    inside = await (await frame.element_handle()).content_frame()  # type: ignore[union-attr]
    assert inside is not None
    await inside.evaluate("parent.postMessage({ kindred: 'constructor' }, '*')")
    await inside.evaluate("parent.postMessage({ kindred: 'size', height: 1e9 }, '*')")
    await expect(frame).to_have_attribute("style", "--h: 720px;")
    await expect(frame).to_be_visible()


async def test_when_we_do_not_answer_the_clinics_own_words_show(tab: Tab, wire: Wire) -> None:
    """After six seconds without a sign of life: a plain link, and what stands in <kindred-chat>."""
    page = await tab()
    await page.clock.install()
    await page.route("**/widget?*", lambda route: route.abort())
    await host(page, wire.url, '<kindred-chat><a href="tel:988">Call 988</a></kindred-chat>' + LINE)
    await expect(page.get_by_role("link", name="Call 988")).to_be_hidden()
    await page.get_by_role("button", name="Talk with others").click()
    await page.clock.fast_forward(6_100)
    await expect(page.get_by_role("link", name="Call 988")).to_be_visible()
    link = page.get_by_role("link", name="Open it in a new tab")
    await expect(link).to_have_attribute("href", f"{wire.url}/widget?site=demo")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_who_writes_in_the_clinics_page_by_then_is_left_there(tab: Tab, wire: Wire) -> None:
    """The fallback after six seconds and a chat that comes later still are shown, and take no focus."""
    page = await tab()
    await page.clock.install()
    late = asyncio.Event()

    async def answer(route: Route) -> None:
        await late.wait()
        await route.continue_()

    await page.route("**/widget?*", answer)
    await host(page, wire.url, "<input aria-label=Phone>" + LINE)
    await page.get_by_role("button", name="Talk with others").click()
    await page.get_by_label("Phone").click()
    await page.clock.fast_forward(6_100)
    await expect(page.get_by_text("The chat did not open.")).to_be_visible()
    await expect(page.get_by_label("Phone")).to_be_focused()
    late.set()
    await expect(
        page.frame_locator("kindred-chat iframe").get_by_role("button", name="Come in")
    ).to_be_visible()
    await expect(page.get_by_label("Phone")).to_be_focused()


async def test_a_host_page_hears_no_key(tab: Tab, wire: Wire) -> None:
    """A recorder on the clinic's page gets nothing of what is typed in the chat."""
    page = await tab()
    await host(page, wire.url)
    await page.evaluate("self.keys = 0; addEventListener('keydown', () => keys++, true)")
    await page.keyboard.press("a")
    await page.get_by_role("button", name="Talk with others").click()
    chat = page.frame_locator("kindred-chat iframe")
    await chat.get_by_role("button", name="Come in").click()
    await chat.get_by_role("button", name="Life changes").click()
    await chat.get_by_role("textbox", name="Write here").press_sequentially("a secret")
    assert await page.evaluate("keys") == 1, "the one before the chat was opened"


async def test_what_is_typed_into_the_clinics_form_stays_there(tab: Tab, wire: Wire) -> None:
    """The room opens, or refused words come back, while somebody writes in the page around the chat: the
    focus is theirs, and waits for them in the box."""
    page = await tab()
    await host(page, wire.url, LINE + '<label>Phone <input style="position: fixed; top: 0; left: 0"></label>')
    await page.get_by_role("button", name="Talk with others").click()
    one = Visitor(page, page.frame_locator("kindred-chat iframe"))
    await one.button("Come in").click()
    await expect(one.topic("Life changes")).to_be_visible()
    lost = one.chat.locator(".status")
    wire.cut()
    await expect(lost).to_contain_text("We lost the connection.")
    await one.topic("Life changes").click()
    form = page.get_by_label("Phone")
    await form.click()
    await page.keyboard.type("555 ")
    wire.mend()
    await expect(one.field).to_be_visible()
    await settled(one)
    await page.keyboard.type("0134 ")
    await expect(form).to_have_value("555 0134 ")
    await expect(one.field).to_have_value("")
    await page.locator("kindred-chat iframe").focus()
    await expect(one.field).to_be_focused()

    refused = " ".join(["cheap"] * 20)
    await one.field.fill(refused)
    wire.cut()
    await expect(lost).to_contain_text("We lost the connection.")
    await one.field.press("Enter")
    await form.click()
    wire.mend()
    await expect(one.field).to_have_value(refused)
    await page.keyboard.type("2288")
    await expect(form).to_have_value("555 0134 2288")
    await expect(one.field).to_have_value(refused)


async def settled(one: Visitor) -> None:
    """The focus is where the panel puts it when a screen changes: timers run in their order."""
    await one.field.evaluate("() => new Promise((over) => setTimeout(over, 100))")
