"""Every kind of case, from its arrival to its end, at one volunteer's desk and beside a second one's."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bench.gallery_desk import CLINIC
from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, signed_in
from tests.serving import Serving, serving
from tests.visitor import Visitor, visitor

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]
SAID = {
    "suicide": "I want to die",
    "medical": "my mate took all his pills, his lips are blue and he won't wake up",
    "youth": "i'm 14 and my dad hits me every night",
}


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A clinic where first words wait for an answer for seconds."""
    with serving(tmp_path_factory.mktemp("kinds"), config=CLINIC) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


class Desks:
    """The one who takes cases, and the colleague who sees them come and go."""

    def __init__(self, omar: Page, kemi: Page) -> None:
        self.omar, self.kemi = omar, kemi

    async def taken(self, kind: str) -> None:
        """It has come to both; one takes it, and the other reads who has it."""
        for desk in (self.omar, self.kemi):
            await expect(desk.locator(".stop", has_text=kind).first).to_be_visible()
        await self.omar.evaluate("document.activeElement.blur()")
        await self.omar.keyboard.press("n")
        await expect(self.kemi.locator(".stop", has_text=kind).first).to_contain_text("Omar looks after it")

    async def ended(self, kind: str, keys: str = "d") -> None:
        """It is gone from both."""
        await self.omar.evaluate("document.activeElement.blur()")
        for key in keys:
            await self.omar.keyboard.press(key)
        for desk in (self.omar, self.kemi):
            await expect(desk.locator(".stop", has_text=kind)).to_have_count(0)


async def test_every_kind_of_case(tab: Tab, service: Serving, stack: AsyncExitStack) -> None:
    """First words without an answer, three kinds of cries, a call, held words, a report, an appeal: each
    comes to both desks, is taken by one, is answered, and goes from both."""
    desks = Desks(*[await signed_in(tab, service, name, viewport=LAPTOP) for name in ("Omar", "Kemi")])
    one, other = [await stack.enter_async_context(visitor(service.url)) for _ in range(2)]
    room = (await one.join("life-changes"))["room"]["id"]
    await other.join(room=room)
    await _unanswered(desks, one, other)
    for kind, words in SAID.items():
        await _cry(desks, one, kind, words)
    await _call(desks, other)
    await _held(desks, one)
    await _report_and_appeal(desks, one, other)


async def _unanswered(desks: Desks, one: Visitor, other: Visitor) -> None:
    await one.say("My first evening here. I did not know where else to go.")
    await desks.taken("Not answered")
    await desks.omar.keyboard.press("a")
    await desks.omar.keyboard.type("I am glad that you came. What happened?")
    await desks.omar.keyboard.press("Enter")
    await one.until(lambda: "I am glad that you came. What happened?" in one.texts())
    await other.say("I am glad too. The first week was the hardest for me.")
    log = desks.omar.get_by_role("log", name="Conversation")
    await expect(log).to_contain_text("I am glad too.")  # whoever answered stays with them
    await desks.ended("Not answered")


async def _cry(desks: Desks, one: Visitor, kind: str, words: str) -> None:
    await one.say(words)
    await one.until(lambda: kind in [p["kind"] for name, p in one.heard if name == "support"])
    await desks.taken("Needs a person")
    await desks.omar.keyboard.press("w")
    await desks.omar.keyboard.type("I am here with you.")
    await desks.omar.keyboard.press("Enter")
    await one.until(lambda: "I am here with you." in [p.get("text") for n, p in one.heard if n == "whisper"])
    await desks.ended("Needs a person")
    one.heard.clear()


async def _call(desks: Desks, other: Visitor) -> None:
    assert (await other.ask("call"))["ok"]
    await desks.taken("Asks for a volunteer")
    await desks.omar.keyboard.press("w")
    await desks.omar.keyboard.type("You asked for one of us. I listen.")
    await desks.omar.keyboard.press("Enter")
    await other.until(lambda: any(name == "whisper" for name, _ in other.heard))
    await desks.ended("Asks for a volunteer")


async def _held(desks: Desks, one: Visitor) -> None:
    assert (await one.say("what are you wearing right now"))["outcome"] == "hold"
    await desks.taken("Held")
    await desks.ended("Held", "d1")
    await one.until(lambda: any(name == "outcome" for name, _ in one.heard))


async def _report_and_appeal(desks: Desks, one: Visitor, other: Visitor) -> None:
    said = await one.say("You talk about nothing but that dog.")
    assert (await other.ask("report", {"id": said["id"], "reason": "harassment"}))["ok"]
    await desks.taken("Report")
    await desks.omar.evaluate("document.activeElement.blur()")
    for key in "m1":
        await desks.omar.keyboard.press(key)
    await one.until(lambda: any(name == "sanction" for name, _ in one.heard))
    await desks.ended("Report")
    limit = next(payload for name, payload in one.heard if name == "sanction")
    assert (await one.ask("appeal", {"sanction": limit["id"], "text": "It was a joke."}))["ok"]
    await expect(desks.omar.locator(".stop", has_text="Appeal")).to_be_visible()
    swapped = Desks(desks.kemi, desks.omar)  # who set it may not judge it
    await swapped.omar.evaluate("document.activeElement.blur()")
    await swapped.omar.keyboard.press("n")
    await expect(swapped.kemi.locator(".stop", has_text="Appeal")).to_contain_text("Kemi looks after it")
    await swapped.ended("Appeal", "f")
    await one.until(lambda: any(name == "lifted" for name, _ in one.heard))
