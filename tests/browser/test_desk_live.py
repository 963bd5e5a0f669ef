"""The desk stays live: it says when it is not connected, comes back with everything, rings once."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import ARGS, Tab
from tests.browser.test_desk import LAPTOP, signed_in
from tests.browser.test_talk import unlike
from tests.browser.wire import Wire
from tests.serving import FREE, Serving, serving
from tests.staff import Colleague, at_desk, case_of, hire
from tests.visitor import Visitor, visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LOST = "NOT CONNECTED."
AT_ONCE = 1.0
"""Seconds; measured: docs/performance.md."""
ON_DUTY = 5.0
"""Seconds until a desk shows who is on duty: issue 8. It is told at once, and asks every four."""
SILENT = 10.0
"""Seconds until a line that only looks open counts as none: the desk asks every four, and waits for five."""
ASLEEP = 240.0
"""Seconds that a test waits for the service to give up whoever sleeps: 25 of silence and a lease of 90."""
COUNTED = """
  window.rung = 0; window.shown = []; window.asked = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.rung += 1; return start.apply(this, at); };
  const Note = window.Notification;
  window.Notification = class extends Note {
    constructor(title, what) { super(title, what); window.shown.push(what); }
    static requestPermission() { window.asked += 1; return Note.requestPermission(); }
  };
"""
"""Chromium's own sound and notes, counted."""
WHEN_LOST = """() => new Promise((told) => {
    const line = document.querySelector(".offline");
    const look = () => line.textContent.startsWith("NOT CONNECTED") && told(Date.now());
    new MutationObserver(look).observe(line, { childList: true, characterData: true, subtree: true });
    look();
})"""
"""The browser's clock when the desk says it, by the very change."""
WHEN_SAID = """(texts) => new Promise((told) => {
    const page = document.body;
    const look = () => texts.every((text) => page.textContent.includes(text)) && told(Date.now());
    new MutationObserver(look).observe(page, { childList: true, characterData: true, subtree: true });
    look();
})"""
"""The same for any words."""
PRESSED = "addEventListener('click', () => (self.pressedAt = Date.now()), { capture: true, once: true })"


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo site, and a desk that nobody else sits at."""
    with serving(tmp_path_factory.mktemp("live"), config=FREE) as found:
        yield found


class Case:
    """Somebody who cries for help, as a colleague at the service itself sees it."""

    def __init__(self, words: str, author: Visitor) -> None:
        self.words, self.author = words, author

    async def ended(self, by: Colleague) -> None:
        """It needs nobody any more."""
        item = case_of(by, self.words)
        assert item
        assert (await by.act("dismiss", item=item))["ok"]


class Clinic:
    """Who is at the service without a browser: people who cry for help, and colleagues."""

    def __init__(self, service: Serving, stack: AsyncExitStack) -> None:
        self.service, self.stack = service, stack

    async def cry(self) -> Case:
        """From one more person, in the same room."""
        words = unlike("I want to die")
        one = await self.stack.enter_async_context(visitor(self.service.url))
        await one.join("life-changes")
        assert "crisis" in (await one.say(words))["flags"]
        return Case(words, one)

    async def colleague(self, name: str) -> Colleague:
        """At a desk, not on duty."""
        await asyncio.to_thread(hire, self.service, name, "moderator")
        one = await at_desk(self.service, name)
        self.stack.push_async_callback(one.leave)
        return one


@pytest_asyncio.fixture(loop_scope="session")
async def clinic(service: Serving) -> AsyncIterator[Clinic]:
    async with AsyncExitStack() as stack:
        yield Clinic(service, stack)


@pytest_asyncio.fixture(loop_scope="session")
async def line(service: Serving) -> AsyncIterator[Wire]:
    """The way from a desk to the service."""
    async with Wire(service.url) as line:
        yield line


def by(line: Wire, service: Serving) -> Serving:
    """The service, reached by that line."""
    far = Serving(service.process, service.home, service.log)
    far.url = line.url
    return far


async def lost_after(desk: Page, fault: Callable[[], None]) -> float:
    """Seconds from a fault to the desk's saying so, by this machine's clock."""
    told = asyncio.ensure_future(desk.evaluate(WHEN_LOST))
    await desk.evaluate("1")  # it looks
    begun = time.time()
    fault()
    return float(await told) / 1000 - begun


async def said_by(desks: tuple[Page, ...], *texts: str) -> float:
    """When the last of them says it, by its own clock: what the test does beside takes longer."""
    return float(max(await asyncio.gather(*(desk.evaluate(WHEN_SAID, texts) for desk in desks)))) / 1000


async def test_a_lost_line_is_told_at_once_and_nothing_is_missed(
    tab: Tab, service: Serving, clinic: Clinic, line: Wire
) -> None:
    """The desk and its title say it; back, it has the case that came and not the one that ended, once, and
    rings for the new one; who is on duty is shown within five seconds, in every tab of a person."""
    lena = await clinic.colleague("Lena")
    desk = await signed_in(tab, by(line, service), "Omar", viewport=LAPTOP)
    await desk.evaluate(f"() => {{ {COUNTED} }}")
    await desk.get_by_role("button", name="Settings").click()
    await desk.get_by_label("Ring once for each new case").check()
    await desk.wait_for_function("window.rung === 1")
    await desk.keyboard.press("Escape")
    first = await clinic.cry()
    needs = desk.locator(".stop.needs")
    await expect(needs).to_have_count(1)
    await expect(desk).to_have_title("(1) Desk")

    seconds = await lost_after(desk, line.cut)
    print(f"said after {1000 * seconds:.0f} ms")
    assert seconds < AT_ONCE
    await expect(desk).to_have_title("Not connected \u00b7 Desk")
    await first.ended(lena)
    second = await clinic.cry()
    await second.author.say("I am still here")
    line.mend()
    await expect(desk.get_by_text(LOST)).to_be_hidden()
    await expect(desk.locator(".stop", has_text="I am still here")).to_have_count(1)
    await expect(needs).to_have_count(1)
    await needs.click()
    await expect(desk.locator(".zone.context")).to_contain_text("I am still here")
    assert await desk.locator(".log").get_by_text("I am still here").count() == 1
    await expect(desk).to_have_title("(1) Desk")
    await desk.wait_for_function("window.rung === 3")  # switched on, the first, the second
    await desk.keyboard.press("d")
    await expect(needs).to_have_count(0)

    other = await desk.context.new_page()
    await on_duty_at(other, line)
    begun, both = time.time(), (desk, other)
    told = asyncio.ensure_future(said_by(both, "On duty: 2"))
    assert (await lena.ask("duty", on=True))["ok"]
    came = await told - begun
    told = asyncio.ensure_future(said_by(both, "On duty: 1", "Go on duty"))
    await desk.evaluate(PRESSED)
    await desk.get_by_role("button", name="Go off duty").click()
    await expect(other.get_by_role("button", name="Go on duty")).to_be_visible()
    for page in both:
        await expect(page.get_by_text("On duty: 1")).to_be_visible()
    went = await told - await desk.evaluate("self.pressedAt") / 1000
    print(f"who is on duty after {came:.1f} and {went:.1f} s")
    assert max(came, went) < ON_DUTY


async def test_one_ring_a_case_however_many_tabs(
    tab: Tab, service: Serving, clinic: Clinic, line: Wire
) -> None:
    """Off until it is asked for, and nothing is asked of the browser before; then a case rings once and shows
    one note, without names or words, in one of two tabs and of three, also where it came while there was no
    line; more words of the same person ring no more; off in one tab is off in all."""
    first = await signed_in(tab, by(line, service), "Noor", viewport=LAPTOP)
    context = first.context
    await context.grant_permissions(["notifications"])
    await context.add_init_script(COUNTED)
    tabs = [first, await context.new_page()]

    async def heard() -> list[int]:
        rung = [await page.evaluate("[window.rung, window.shown.length, window.asked]") for page in tabs]
        return [sum(column) for column in zip(*rung, strict=True)]

    async def comes(many: int) -> Case:
        case = await clinic.cry()
        for page in tabs:
            await expect(page.locator(".stop.needs")).to_have_count(many)
        return case

    for page in tabs:
        await on_duty_at(page, line)
    await comes(1)
    assert await heard() == [0, 0, 0]
    await first.get_by_role("button", name="Settings").click()
    ring = first.get_by_label("Ring once for each new case")
    await ring.check()
    await first.wait_for_function("window.rung === 1")  # heard when it is switched on
    case = await comes(2)
    await rings(tabs, [2, 1, 1], heard)
    await case.author.say("I want to die")
    await case.author.say("Thank you all")
    for page in tabs:
        await expect(page.locator(".stop", has_text="Thank you all")).to_be_visible()
    tabs.append(await context.new_page())
    await on_duty_at(tabs[-1], line)
    await tabs[-1].evaluate("window.requestAnimationFrame = () => 0")  # as behind another tab
    await clinic.cry()
    await titled(tabs, "(3) Desk")
    await rings(tabs, [3, 2, 1], heard)
    line.cut()
    await titled(tabs, "Not connected \u00b7 Desk")
    await clinic.cry()
    line.mend()
    await titled(tabs, "(4) Desk")
    await rings(tabs, [4, 3, 1], heard)
    await ring.uncheck()
    await clinic.cry()
    await titled(tabs, "(5) Desk")
    await rings(tabs, [4, 3, 1], heard)
    shown = [note for page in tabs for note in await page.evaluate("window.shown")]
    assert {note["body"] for note in shown} == {"Needs a person"}


async def on_duty_at(page: Page, line: Wire) -> None:
    """One more tab of somebody on duty."""
    await page.goto(f"{line.url}/desk")
    await expect(page.get_by_role("button", name="Go off duty")).to_be_visible()


async def titled(tabs: list[Page], title: str) -> None:
    for page in tabs:
        await expect(page).to_have_title(title)


async def rings(tabs: list[Page], counts: list[int], heard: Callable[[], Awaitable[list[int]]]) -> None:
    """So often in all tabs together, and no more: a tab that nobody touched has waited for the others."""
    await asyncio.gather(*(page.evaluate("new Promise((over) => setTimeout(over, 1_000))") for page in tabs))
    assert await heard() == counts


@pytest.mark.long
async def test_a_line_that_only_looks_open(tab: Tab, service: Serving, clinic: Clinic, line: Wire) -> None:
    """Nothing arrives and nothing is refused: the desk says it within ten seconds; the case comes with it."""
    desk = await signed_in(tab, by(line, service), "Mina", viewport=LAPTOP)
    seconds = await lost_after(desk, line.swallow)
    print(f"half open, said after {seconds:.1f} s")
    assert seconds < SILENT
    await clinic.cry()
    line.mend()
    await expect(desk.locator(".stop.needs")).to_have_count(1)
    await expect(desk.get_by_text(LOST)).to_be_hidden()


async def off_duty(colleague: Colleague, names: set[str]) -> None:
    """Until the service holds them for on duty no more."""
    async with asyncio.timeout(ASLEEP):
        # a lease that ran out is told to nobody
        while names & {one["name"] for one in (await colleague.ask("wall"))["on_duty"]}:  # noqa: ASYNC110
            await asyncio.sleep(1)


@asynccontextmanager
async def computer(chromium: Browser) -> AsyncIterator[tuple[Browser, list[int]]]:
    """A Chromium of its own, with the pids of all its processes; awake again at the end."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = await chromium.browser_type.launch(executable_path=executable, args=ARGS)
    pids: list[int] = []
    try:
        yield browser, pids
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        await browser.close()


async def processes(browser: Browser) -> list[int]:
    """Every process of a Chromium."""
    cdp = await browser.new_browser_cdp_session()
    found: dict[str, Any] = await cdp.send("SystemInfo.getProcessInfo")
    return [int(one["id"]) for one in found["processInfo"]]


@pytest.mark.long
async def test_back_after_minutes_of_sleep(
    chromium: Browser, tab: Tab, service: Serving, clinic: Clinic, line: Wire
) -> None:
    """A computer that sleeps and a line that carries nothing, until the service holds neither for on duty,
    and a tab that the browser froze: awake each has the case that came and not the one that ended, and every
    word once; the two say that they are off duty."""
    lena = await clinic.colleague("Lena")
    assert (await lena.ask("duty", on=True))["ok"]
    async with computer(chromium) as (browser, pids):

        async def there(**options: Any) -> Page:
            return await (await browser.new_context(**options)).new_page()

        asleep = await signed_in(there, service, "Ada", viewport=LAPTOP)
        frozen = await signed_in(tab, service, "Ben", viewport=LAPTOP)
        silent = await signed_in(tab, by(line, service), "Cleo", viewport=LAPTOP)
        first = await clinic.cry()
        for desk in (asleep, frozen, silent):
            await expect(desk.locator(".stop.needs")).to_have_count(1)
        life = await frozen.context.new_cdp_session(frozen)
        pids += await processes(browser)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        await life.send("Page.setWebLifecycleState", {"state": "frozen"})
        line.swallow()
        await first.ended(lena)
        second = await clinic.cry()
        said = [unlike("Still here") for _ in range(3)]
        for words in said:
            await second.author.say(words)
        await off_duty(lena, {"Ada", "Cleo"})
        begun = time.monotonic()
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        await life.send("Page.setWebLifecycleState", {"state": "active"})
        line.mend()
        for desk in (asleep, frozen, silent):
            await expect(desk.locator(".stop", has_text=said[-1])).to_have_count(1)
            print(f"back after {time.monotonic() - begun:.1f} s")
        for desk in (asleep, frozen, silent):
            await expect(desk.get_by_text(LOST)).to_be_hidden()
            await expect(desk.locator(".stop.needs")).to_have_count(1)
            await desk.locator(".stop", has_text=said[-1]).click()
            for words in said:
                await expect(desk.locator(".log").get_by_text(words)).to_have_count(1)
        for desk in (asleep, silent):
            await expect(desk.get_by_text("You are not on duty.")).to_be_visible()
