"""Each snippet of docs/how-to/embed.md, pasted into a page."""

import asyncio
import re
import subprocess

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab
from tests.browser.test_loader import host
from tests.browser.wire import Wire
from tests.serving import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TEXT = (ROOT / "docs" / "how-to" / "embed.md").read_text("utf-8")
SNIPPETS = [one for one in re.findall(r"```html\n(.*?)```", TEXT, re.S) if "<script" in one]
PRINTS = next(one for one in re.findall(r"```bash\n(.*?)```", TEXT, re.S) if "sha384" in one)


def printed(command: str) -> str:
    return subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True).stdout


def filled(snippet: str, url: str) -> str:
    return snippet.replace("https://HOST", url).replace("SITE", "demo")


async def test_every_snippet_draws_the_button_and_opens_the_chat(tab: Tab, wire: Wire) -> None:
    """Plain, in a paragraph, inline, under a policy in the page: each is a page of its own, and works."""
    assert len(SNIPPETS) >= 4
    page = await tab()
    for snippet in SNIPPETS:
        await page.unroute_all()
        await host(page, wire.url, filled(snippet, wire.url))
        await page.get_by_role("button", name="Talk with others").click()
        chat = page.frame_locator("kindred-chat iframe")
        await expect(chat.get_by_role("button", name="Come in")).to_be_visible()
        if "inline" in snippet:
            place = await page.locator("kindred-chat iframe").bounding_box()
            assert place is not None
            assert (place["x"] < 20, place["width"] > 800) == (True, True)


async def test_the_line_that_the_command_prints_is_pinned_and_works(tab: Tab, wire: Wire) -> None:
    """Its address and hash are those of the file; with another hash the browser runs nothing."""
    command = filled(PRINTS, wire.url)
    line = await asyncio.to_thread(printed, command)
    page = await tab()
    await host(page, wire.url, line)
    await expect(page.get_by_role("button", name="Talk with others")).to_be_visible()
    await page.unroute_all()
    await host(page, wire.url, re.sub(r"sha384-.{8}", "sha384-AAAAAAAA", line))
    await expect(page.get_by_role("button", name="Talk with others")).to_have_count(0)
    assert (await page.request.get(f"{wire.url}/embed-000000000000.js")).status == 404
