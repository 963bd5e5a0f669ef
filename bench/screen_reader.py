"""`python -m bench.screen_reader`: what Orca says in the panel, from the button to Leave fast.

Keys go through the window system; words of others and of a volunteer come from real clients. What was heard
is printed as rows of the table in docs/panel.md, each pause of the voice as a stroke. Nothing here judges it.
"""

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bench.orca import Reader, reading
from tests.browser.conftest import ARGS
from tests.browser.test_loader import LINE, host
from tests.serving import FREE, Serving, serving
from tests.staff import at_desk, hire
from tests.visitor import Visitor, visitor

CLINIC = f"<h1>Willow Street Clinic</h1><p>We are open on weekdays.</p>{LINE}"
CRY = "I do not want to live any more"
REFUSED = " ".join(["cheap"] * 20)
NUMBER = "you can call me on 555 0134 2288"
ASKING = "what are you wearing right now"
FOCUSED = """() => {
    let one = document.activeElement;
    while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one.matches("body, iframe") ? "" : one.getAttribute("aria-label") || one.textContent;
}"""


class Ear:
    """Somebody who does not see the screen, in the words of what they do."""

    def __init__(self, page: Page, reader: Reader) -> None:
        self.page, self.reader = page, reader

    async def hears(self, step: str, quiet: float = 2) -> None:
        print(f"| {step} | {' / '.join(await self.reader.said(quiet)) or '(silence)'} |", flush=True)

    async def presses(self, step: str, *keys: str) -> None:
        await self.reader.keys(*keys)
        await self.hears(step)

    async def sends(self, step: str, text: str) -> None:
        """What is said while one types is not written down."""
        await self.reader.types(text)
        await self.reader.said()
        await self.presses(step, "Return")

    async def tabs_to(self, name: str) -> None:
        """Tab until it has the focus; what is said on the way is not written down."""
        for _ in range(30):
            await self.reader.keys("Tab")
            await asyncio.sleep(0.3)
            for frame in self.page.frames:
                if name in await frame.evaluate(FOCUSED):
                    await self.reader.said()
                    return
        raise AssertionError(name)


async def comes_in(ear: Ear, url: str) -> None:
    await host(ear.page, url, CLINIC)
    await ear.page.bring_to_front()
    await ear.hears("the clinic's page", 4)
    await ear.tabs_to("Talk with others")
    await ear.presses("Enter on Talk with others", "Return")
    for _ in range(16):
        await ear.reader.keys("Down")
        await asyncio.sleep(0.3)
    await ear.hears("sixteen times Down")
    await ear.tabs_to("Come in")
    await ear.presses("Enter on Come in", "Return")
    await ear.presses("Tab", "Tab")
    await ear.tabs_to("Life changes")


async def talks(ear: Ear, other: Visitor) -> None:
    await ear.presses("Enter on a topic", "Return")
    await other.say("Hello, I am glad that you came")
    await ear.hears("another writes")
    for text in ("One", "Two", "Three"):
        await other.say(text)
    await ear.hears("another writes three times in a row", 3)
    await ear.sends("my words are sent", "The first week is the hardest")
    await ear.sends("a number in them was hidden", NUMBER)
    await ear.sends("my words are refused", REFUSED)
    await ear.reader.keys("ctrl+a", "Delete")
    await ear.reader.said()
    await ear.sends("a cry for help: the card comes", CRY)
    await ear.presses("Shift+Tab", "shift+Tab")
    await ear.presses("Tab", "Tab")


async def is_helped(ear: Ear, service: Serving) -> None:
    omar = await at_desk(service, "Omar")
    await omar.ask("duty", on=True)
    seen = await omar.ask("watch", room="life-changes.1")
    author = next(one for one in seen["messages"] if "hardest" in one["text"])["from"]["id"]
    await omar.act("whisper", visitor=author, text="I saw what you wrote. Do you want to tell me more?")
    await ear.hears("a private word of a volunteer")
    await ear.sends("words that wait for a person", ASKING)
    await omar.act("mute", visitor=author, minutes=10, reason="other")
    await ear.hears("a pause")
    await omar.act("unmute", visitor=author)
    await ear.hears("the pause is over")
    await omar.leave()


async def goes(ear: Ear) -> None:
    await ear.page.context.set_offline(True)
    await ear.hears("no internet")
    await ear.page.context.set_offline(False)
    await ear.hears("it is back", 6)
    await ear.tabs_to("Get help now")
    await ear.presses("Enter on Get help now", "Return")
    for _ in range(4):
        await ear.reader.keys("h")
        await asyncio.sleep(0.5)
    await ear.hears("four times H: the next heading")
    for _ in range(4):
        await ear.reader.keys("shift+h")
        await asyncio.sleep(0.5)
    await ear.hears("four times Shift+H: the one before")
    neutral = "<title>Neutral</title><h1>Neutral</h1>"
    await ear.page.route(
        "https://www.wikipedia.org/**", lambda route: route.fulfill(body=neutral, content_type="text/html")
    )
    for step in ("Shift", "Shift again", "Shift a third time"):
        await ear.presses(step, "Shift_L")


async def listened(home: Path, *, debug: bool) -> None:
    with serving(home / "service", config=FREE) as service:
        await asyncio.to_thread(hire, service, "Omar", "moderator")
        async with reading(home / "reader", debug=debug) as reader, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                headless=False,
                executable_path=shutil.which("chromium"),
                args=[*ARGS, "--force-renderer-accessibility", "--window-size=1200,860"],
                env=dict(reader.environ),
            )
            ear = Ear(await browser.new_page(no_viewport=True), reader)
            async with visitor(service.url) as other:
                await other.join("life-changes")
                await comes_in(ear, service.url)
                await talks(ear, other)
                await is_helped(ear, service)
                await goes(ear)
            await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.screen_reader", description=__doc__)
    parser.add_argument("--keep", type=Path, help="a new folder for the logs, Orca's own among them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(listened(asked.keep or Path(home), debug=bool(asked.keep)))


if __name__ == "__main__":
    main()
