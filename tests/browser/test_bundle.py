"""What `make static` makes is what visitors of a real clinic load."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.visitor import Visitor
from tests.serving import ROOT, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def bundled(tmp_path: Path) -> Iterator[Serving]:
    """A service that serves the bundle."""
    subprocess.run(["node", ROOT / "static" / "build.mjs"], check=True, capture_output=True)
    with serving(tmp_path / "home", environ={"KINDRED_BUNDLE": "1"}) as service:
        yield service


async def test_the_bundle_talks_within_its_budget(tab: Tab, bundled: Serving) -> None:
    """At most 8 requests, one socket and 32,768 bytes as sent before what few need, all of them ours; one key
    is kept in the tab, no cookie and nothing else; what is named by its content may be kept forever."""
    page = await tab()
    await page.goto(bundled.url)
    asked: list[str] = []
    sockets: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    one = await Visitor(page).enters()
    await one.says("Hello from the bundle")
    await one.hears("Hello from the bundle")
    await expect(one.log.locator(".pending")).to_have_count(0)
    assert len(asked) <= 8, asked
    assert len(sockets) == 1
    assert {url for url in asked if not url.startswith(f"{bundled.url}/")} == set()
    async with aiohttp.ClientSession() as http:
        for url in asked:
            if "/static/dist/" in url:
                async with http.get(url) as answer:
                    assert "immutable" in answer.headers["Cache-Control"]
    frame = next(frame for frame in page.frames if "/widget?" in frame.url)
    await expect(one.chat.get_by_text("Slow breathing")).to_be_attached()
    kept = "[Object.keys(sessionStorage), localStorage.length, document.cookie]"
    assert await frame.evaluate(kept) == [["kindred"], 0, ""]
    assert await page.context.cookies() == []
    loaded = dict(
        await frame.evaluate(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            ".filter((one) => !one.name.includes('socket.io/')).map((one) => [one.name, one.encodedBodySize])"
        )
    )
    later = [size for name, size in loaded.items() if "/later.en-" in name]
    assert len(later) == 1
    assert sum(loaded.values()) - later[0] <= 32_768
