"""What breaks says the truth in one line and heals by itself."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Tab, Visit
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.browser.wire import Wire
from tests.serving import FREE, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_lost_connection_comes_back_with_everything(visit: Visit, wire: Wire) -> None:
    """Words written while the line is cut wait on the screen, and are in the room once when it is back."""
    one, other = await (await visit()).enters(), await (await visit()).enters()
    wire.cut()
    await expect(one.status).to_contain_text("We lost the connection.")
    text = unlike("Written in the lift")
    await one.says(text)
    await expect(one.log.locator(".pending", has_text=text)).to_contain_text("Will send when you are back")
    wire.mend()
    await expect(one.status).to_contain_text("You are back.")
    await one.hears(text)
    await expect(one.log.locator(".pending")).to_have_count(0)
    await expect(other.words(text)).to_have_count(1)


async def test_what_was_said_meanwhile_is_read_after(visit: Visit, visit_direct: Visit, wire: Wire) -> None:
    """Messages of others during the outage are shown after it, in their place."""
    one = await (await visit()).enters()
    other = await (await visit_direct()).enters()
    first, second = unlike("Before"), unlike("Meanwhile")
    await other.says(first)
    await one.hears(first)
    wire.cut()
    await expect(one.status).to_contain_text("We lost the connection.")
    await other.says(second)
    await other.hears(second)
    wire.mend()
    await expect(one.words(second)).to_have_count(1)
    heard = await one.log.locator(".words").all_inner_texts()
    assert heard.index(first) < heard.index(second)
    name = await other.log.locator(".mine bdi").first.inner_text()
    await expect(one.status).to_contain_text(f"You are back. {name} wrote here.")


async def test_help_works_without_a_connection(visit: Visit, wire: Wire) -> None:
    """One tap, no network: the lines are in the page, and another country's emergency number too."""
    one = await (await visit()).enters()
    wire.cut()
    await one.page.context.set_offline(True)
    await expect(one.status).to_contain_text("No internet right now.")
    await one.button("Get help now").click()
    await expect(one.chat.get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    await expect(one.chat.get_by_role("link", name="Text 741741")).to_have_attribute("href", "sms:741741")
    await one.button("I am in another country").click()
    await one.chat.get_by_label("Country").select_option("GB")
    await expect(one.chat.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")


async def test_help_of_another_country_is_asked_for(visit: Visit) -> None:
    """With a connection the other country's own lines are shown."""
    one = await (await visit()).opens()
    await one.button("Get help now").click()
    await one.button("I am in another country").click()
    await one.chat.get_by_label("Country").select_option("GB")
    await expect(one.chat.get_by_role("link", name="Call 116123")).to_have_attribute("href", "tel:116123")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Serving]:
    """A service that this test may harm."""
    with serving(tmp_path / "home", workers=2, config=FREE) as service:
        yield service


async def test_a_worker_that_leaves_takes_nobody_along(tab: Tab, own: Serving) -> None:
    """On SIGTERM the worker says when to come back; both people are in the room again and talk on."""
    people = []
    for _ in range(2):
        page = await tab()
        await page.goto(own.url)
        people.append(await Visitor(page).enters())
    one, other = people
    before, after = unlike("Before"), unlike("After")
    await one.says(before)
    await other.hears(before)
    for worker in own.workers():
        os.kill(worker, signal.SIGTERM)
    await one.says(after)
    await expect(one.words(after)).to_have_count(1)
    await expect(other.words(after)).to_have_count(1)
    await expect(one.log.locator(".pending")).to_have_count(0)
    await other.hears(before)
