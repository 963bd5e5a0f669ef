"""`python -m bench.gallery_desk [FOLDER]`: draws the pictures of the desk in docs/gallery.md anew.

Two visitors make each case at a running service; a colleague on duty hears of them too. The pictures are to
be looked at, for nothing here judges them.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize

from bench.gallery import main, sheet
from tests.browser.test_access import COLOURS
from tests.serving import Serving, serving
from tests.staff import PASSWORD, Colleague, at_desk, hire
from tests.visitor import Visitor, visitor

LOOKS: dict[str, tuple[str, ViewportSize, str]] = {
    "phone-light": ("light", {"width": 390, "height": 780}, ""),
    "phone-dark": ("dark", {"width": 390, "height": 780}, ""),
    "phone-forced": ("forced", {"width": 390, "height": 780}, ""),
    "phone-right-to-left": ("light", {"width": 390, "height": 780}, "rtl"),
    "laptop-light": ("light", {"width": 1280, "height": 800}, ""),
    "laptop-dark": ("dark", {"width": 1280, "height": 800}, ""),
}
RULE = "rule site.bingo: spam\n  note Adverts for the bingo club.\n  say bingo club\n"
HELD = "what are you wearing right now"
LIFE = "life-changes"
CLINIC = """
[[sites]]
id = "demo"
cover = "never"
require_second_factor = false
[[sites.hosted]]
days = ["wed"]
at = "18:00"
[[sites.topics]]
id = "life-changes"
title = "Life changes"
about = "A loss, a move, a break-up."
[[sites.topics]]
id = "mental-health"
title = "Mental health"
about = "Low days, worry, sleepless nights."
[newcomer]
greeter = 1
case = 2
card = 3
"""


STAFF = {"Ines": "lead", "Omar": "moderator", "Noor": "greeter"}


class Walk:
    """A volunteer goes through the states; `shots` are the pictures, in order."""

    def __init__(self, page: Page, service: Serving, direction: str, omar: Colleague) -> None:
        """`omar`: a colleague on duty, for what one must not do oneself."""
        self.page, self.service, self.direction, self.omar = page, service, direction, omar
        self.shots: list[tuple[str, bytes]] = []

    async def shot(self, name: str) -> None:
        if self.direction:
            await self.page.evaluate("(dir) => (document.documentElement.dir = dir)", self.direction)
        await self.page.wait_for_timeout(150)  # what scrolls and what is read out has settled
        self.shots.append((name, await self.page.screenshot()))

    async def keys(self, keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).filter(visible=True).last.click()

    async def arrives(self, kind: str) -> None:
        await self.page.locator(".stop", has_text=kind).first.wait_for(state="attached")

    async def says(self, line: str) -> None:
        await self.page.locator(".undo-bar", has_text=line).wait_for()

    async def through(self) -> None:
        await self.door()
        async with visitor(self.service.url) as one, visitor(self.service.url) as other:
            await one.join(LIFE)
            await other.join(LIFE)
            await self.unanswered(one, other)
            await self.report(one, other)
            await self.crisis(other)
            await self.asked(other)
        await self.leading()
        await self.sheets()
        await self.greeting()

    async def door(self) -> None:
        await self.page.goto(f"{self.service.url}/desk")
        await self.page.get_by_label("Name").wait_for()
        await self.shot("sign in")
        await self.signs_in("Ines", "not the right one")
        await self.page.get_by_text("is not right").wait_for()
        await self.shot("a wrong password")
        await self.signs_in("Ines")
        await self.page.get_by_role("button", name="Go on duty").wait_for()
        await self.shot("off duty")
        await self.press("Go on duty")
        await self.page.get_by_role("button", name="Go off duty").wait_for()
        await self.page.evaluate("document.activeElement.blur()")
        await self.shot("on duty, all calm")

    async def signs_in(self, name: str, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Password").fill(password)
        await self.page.keyboard.press("Enter")

    async def unanswered(self, one: Visitor, other: Visitor) -> None:
        await one.say("My first evening here. I did not know where else to go.")
        await self.arrives("Not answered")
        await self.keys("n")
        await self.shot("not answered")
        await self.keys("a")
        await self.shot("an answer in the room")
        await self.page.keyboard.type("I am glad that you came. What happened?")
        await self.page.keyboard.press("Enter")
        await self.page.evaluate("document.activeElement.blur()")
        await self.page.locator(".words", has_text="I am glad").wait_for(state="attached")
        await other.say("The first week was the hardest for me.")

    async def report(self, one: Visitor, other: Visitor) -> None:
        said = await one.say("Nobody here wants to hear you.")
        asked = {"id": said["id"], "reason": "harassment"}
        assert (done := await other.ask("report", asked))["ok"], done
        await self.arrives("Report")
        await self.shot("a case has come")
        await self.keys("nm")
        await self.shot("why a pause")
        await self.page.keyboard.press("Escape")
        await self.keys("m1")
        await self.says("is paused.")
        await self.shot("paused, ten seconds to undo it")
        await self.keys("d")
        await self.says("Done.")

    async def crisis(self, other: Visitor) -> None:
        await other.say(HELD)
        await self.arrives("Held")
        await self.keys("n")
        await self.shot("held, covered")
        await self.keys("o")
        await self.shot("held, open")
        await self.keys("d")
        await self.shot("why it is not shared")
        await self.page.keyboard.press("Escape")
        await self.keys("f")
        await self.says("Shared")
        await self.shot("shared, and may be taken out")
        await other.say("I want to die")
        await self.arrives("Needs a person")
        await self.keys("n")
        await self.shot("a cry for help, covered")
        await self.keys("o")
        await self.keys("w")
        await self.page.locator(".private textarea:visible").wait_for()
        await self.shot("a private word")
        await self.page.keyboard.type("I read what you wrote. Do you want to talk?")
        await self.page.keyboard.press("Enter")
        await self.page.locator(".turn").wait_for()
        await self.page.keyboard.press("Escape")
        await self.page.evaluate("document.activeElement.blur()")
        await self.keys("m")
        await self.shot("a pause of whom is crying for help")
        await self.page.keyboard.press("Escape")
        await self.keys("d")
        await self.page.get_by_text("That was a hard one.").wait_for()
        await self.shot("a word after a hard one")
        await self.press("OK")

    async def asked(self, other: Visitor) -> None:
        await other.ask("call")
        await self.arrives("Asks for a volunteer")
        await self.keys("n")
        await self.shot("somebody asks for a volunteer")
        await self.keys("d")
        await self.omar.act("mute", visitor=other.me["id"], reason="spam")
        await other.until(lambda: any(name == "sanction" for name, _ in other.heard))
        limit = next(payload for name, payload in other.heard if name == "sanction")
        await other.ask("appeal", {"sanction": limit["id"], "text": "I only said it twice."})
        await self.arrives("Appeal")
        await self.keys("n")
        await self.shot("an appeal")
        await self.keys("f")
        await self.says("Lifted.")

    async def leading(self) -> None:
        await self.page.evaluate("document.activeElement.blur()")
        await self.keys("l")
        pages = self.page.locator(".lead-tabs button")
        for number in range(await pages.count()):
            await pages.nth(number).click()
            await self.page.locator(".lead-body h2", has_text=await pages.nth(number).inner_text()).wait_for()
            await self.shot(f"lead: {(await pages.nth(number).inner_text()).lower()}")
        await self.page.locator(".lead-tabs").get_by_role("button", name="Staff").click()
        await self.press("Make a link")
        await self.page.get_by_label("The link").wait_for()
        await self.shot("lead: a link, shown once")
        await self.rehearsing()
        await self.page.locator("body").press("Escape")
        await self.page.locator("body").press("Escape")

    async def rehearsing(self) -> None:
        await self.page.locator(".lead-tabs").get_by_role("button", name="Rules").click()
        await self.page.get_by_label("Rules of this site").fill(RULE + "  speak\n")
        await self.page.get_by_label("Lines to try").fill("Come to the bingo club.")
        await self.press("Rehearse")
        await self.page.get_by_text("These rules cannot be used.").wait_for()
        await self.shot("lead: a rule with a fault")
        await self.page.get_by_label("Rules of this site").fill(RULE)
        await self.press("Rehearse")
        await self.page.get_by_role("region", name="What would change").wait_for()
        await self.shot("lead: a rule, rehearsed")

    async def greeting(self) -> None:
        """Somebody who greets sees no cases, and a line when somebody new waits for an answer."""
        await self.page.context.set_offline(False)
        await self.page.evaluate("dispatchEvent(new Event('online'))")
        await self.page.get_by_text("NOT CONNECTED.").wait_for(state="hidden")
        await self.press("Settings")
        await self.press("Sign out")
        await self.page.get_by_text("You are signed out.").wait_for()
        await self.signs_in("Noor")
        await self.press("Go on duty")
        async with visitor(self.service.url) as new:
            await new.join("mental-health")
            await new.say("Hello. This is my first time here.")
            await self.page.get_by_text("Nobody has answered the first words of").wait_for()
            await self.shot("a greeter is asked")
            await self.press("Open the room")
            await self.page.locator(".words", has_text="This is my first time here.").wait_for()
            await self.shot("a greeter in the room")

    async def sheets(self) -> None:
        for name in ("Hand over", "Settings"):
            await self.press(name)
            await self.page.locator(".sheet:visible h2").wait_for()
            await self.shot(name.lower())
            await self.press("Close")
        await self.page.evaluate("document.activeElement.blur()")
        await self.keys("?")
        await self.shot("keys")
        await self.page.keyboard.press("Escape")
        await self.page.context.set_offline(True)
        await self.page.evaluate("dispatchEvent(new Event('offline'))")
        await self.page.get_by_text("NOT CONNECTED.").wait_for()
        await self.shot("not connected")


async def drawn(browser: Browser, folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / f"desk-{name}.jpg").write_bytes(await look(browser, *LOOKS[name]))


async def look(browser: Browser, colours: str, size: ViewportSize, direction: str) -> bytes:
    """One picture of all states in one look."""
    more: dict[str, Any] = COLOURS[colours]
    with tempfile.TemporaryDirectory() as home, serving(Path(home), config=CLINIC) as service:
        for name, role in STAFF.items():
            await asyncio.to_thread(hire, service, name, role)
        omar = await at_desk(service, "Omar")
        await omar.ask("duty", on=True)
        context = await browser.new_context(viewport=size, reduced_motion="reduce", **more)
        walk = Walk(await context.new_page(), service, direction, omar)
        await walk.through()
        await context.close()
        await omar.leave()
    wide = size["width"] > 400
    return await sheet(browser, walk.shots, *((3, 520) if wide else ()))


if __name__ == "__main__":
    main("bench.gallery_desk", __doc__, LOOKS, drawn)
