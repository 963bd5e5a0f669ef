"""A real Chromium, one context a person, against the real server behind a wire we can cut."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.visitor import Visitor
from tests.browser.wire import Wire
from tests.serving import FREE, Serving, serving

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that a test answers for has no address of its own, so our loopback would count as "local" to it.
    "--disable-features=LocalNetworkAccessChecks",
]
expect.set_options(timeout=20_000)  # decides when a test hangs: Chromium shares two cores with the servers
Visit = Callable[..., Awaitable[Visitor]]
Tab = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The distribution's Chromium; one process for all tests."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo site, and a desk that nobody else sits at."""
    with serving(tmp_path_factory.mktemp("desk"), config=FREE) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def wire(unlimited: Serving) -> AsyncIterator[Wire]:
    """The way from the browser to the server; `cut` and `mend` it."""
    async with Wire(unlimited.url) as wire:
        yield wire


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: Browser) -> AsyncIterator[Tab]:
    """`await tab(**context options)` → a page of a person of their own. An error on any page fails."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    async def new(**options: Any) -> Page:
        context = await chromium.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield new
    for context in contexts:
        await context.close()
    assert errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def visit(tab: Tab, wire: Wire) -> Visit:
    """`await visit(**context options)` → somebody on the demo clinic's page."""

    async def new(**options: Any) -> Visitor:
        page = await tab(**options)
        await page.goto(wire.url)
        return Visitor(page)

    return new


@pytest_asyncio.fixture(loop_scope="session")
async def visit_direct(tab: Tab, unlimited: Serving) -> Visit:
    """Somebody with a line of their own, which nobody cuts."""

    async def new(**options: Any) -> Visitor:
        page = await tab(**options)
        await page.goto(unlimited.url)
        return Visitor(page)

    return new


@pytest_asyncio.fixture(loop_scope="session")
async def visit_limited(tab: Tab, kindred: Serving) -> Visit:
    """Somebody at a service with everybody's limits; few tests may ask, for all share one address."""

    async def new(**options: Any) -> Visitor:
        page = await tab(**options)
        await page.goto(kindred.url)
        return Visitor(page)

    return new
