"""A clinic's page on another site than ours: the case every real page is."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Tab
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.serving import Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CLINIC = "http://clinic.localhost"
CONFIG = f"""
[[sites]]
id = "oak"
name = "Oak Clinic"
cover = "never"
origins = ["{CLINIC}"]

[[sites.topics]]
id = "life-changes"
title = "Life changes"
about = "Loss, moving, a new start"

[[sites]]
id = "library"
name = "A shared computer"
origins = ["{CLINIC}"]
community = "oak"
cover = "never"
storage = "none"

[[sites.topics]]
id = "life-changes"
title = "Life changes"
about = "Loss, moving, a new start"
"""


@pytest.fixture(scope="module")
def oak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A service for a clinic of its own, with no demo."""
    with serving(tmp_path_factory.mktemp("oak"), config=CONFIG) as service:
        yield service


async def clinic(page: Page, url: str, site: str, *, origin: str = CLINIC) -> Visitor:
    """Opens the clinic's page, which has the one line for that site."""
    line = f'<script async src="{url}/embed.js" data-site="{site}" referrerpolicy="no-referrer"></script>'

    async def answer(route: Route) -> None:
        await route.fulfill(body=f"<!doctype html><title>Oak</title>{line}", content_type="text/html")

    await page.route(f"{origin}/recovery?patient=1", answer)
    await page.goto(f"{origin}/recovery?patient=1")
    return Visitor(page)


async def test_people_of_two_of_a_clinics_sites_share_a_room(tab: Tab, oak: Serving) -> None:
    """A frame with its own storage and one without any talk to each other across sites."""
    one = await (await clinic(await tab(), oak.url, "oak")).enters()
    other = await (await clinic(await tab(), oak.url, "library")).enters()
    hello, answer = unlike("Hello from my sofa"), unlike("Hello from the library")
    await one.says(hello)
    await other.hears(hello)
    await other.says(answer)
    await one.hears(answer)


async def test_a_shared_computer_keeps_nothing_by_construction(tab: Tab, oak: Serving) -> None:
    """With `storage = "none"` the frame has no origin: storage and cookies throw, the chat works."""
    one = await (await clinic(await tab(), oak.url, "library")).enters()
    frame = next(frame for frame in one.page.frames if "/widget?" in frame.url)
    for attempt in ("sessionStorage.length", "localStorage.length", "document.cookie"):
        assert await frame.evaluate(
            f"(() => {{ try {{ return {attempt} }} catch (e) {{ return e.name }} }})()"
        ) == ("SecurityError")


async def test_no_page_of_anybody_else_may_hold_the_frame(tab: Tab, oak: Serving) -> None:
    """On a page that is not the clinic's the chat stays shut."""
    one = await clinic(await tab(), oak.url, "oak", origin="http://elsewhere.localhost")
    await one.page.get_by_role("button", name="Talk with others").click()
    await expect(one.page.locator("kindred-chat iframe")).to_be_visible()
    await expect(one.page.get_by_text("The chat did not open.")).to_be_visible()


async def test_nothing_that_reaches_us_names_the_page(tab: Tab, oak: Serving) -> None:
    """No request of the loader or the frame carries the address or the title of the clinic's page."""
    page = await tab()
    told: list[str] = []
    page.on("request", lambda request: told.append(f"{request.url} {request.headers} {request.post_data}"))
    page.on("websocket", lambda socket: socket.on("framesent", lambda sent: told.append(str(sent))))
    one = await (await clinic(page, oak.url, "oak")).enters()
    text = unlike("Hello")
    await one.says(text)
    await one.hears(text)
    ours = [line for line in told if not line.startswith(f"{CLINIC}/recovery")]
    assert any(text in line for line in ours)
    assert not [line for line in ours if "recovery?patient" in line or "Oak<" in line]
    assert await page.evaluate("sessionStorage.length") == 0
