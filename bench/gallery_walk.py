"""The way through every state of the panel that `python -m bench.gallery` takes pictures of."""

import contextlib
from collections.abc import Callable

from playwright.async_api import Page

from tests.serving import Serving
from tests.staff import Colleague, at_desk
from tests.visitor import Visitor, visitor

ASKING = "what are you wearing right now"
"""Words that wait for a person (tests/browser/test_held.py)."""
METHOD = "what is the best way to hang myself quickly"
"""Words whose rest is veiled while nobody is on duty (tests/browser/test_talk.py)."""


class Walk:
    """Somebody goes through the states; `shots` are the pictures, in order."""

    def __init__(self, page: Page, service: Serving, address: str, said: Callable[[str], str]) -> None:
        self.page, self.service, self.address, self.said = page, service, address, said
        self.shots: list[tuple[str, bytes]] = []

    async def shot(self, name: str) -> None:
        await self.page.wait_for_timeout(150)  # what scrolls and what is read out has settled
        self.shots.append((name, await self.page.screenshot()))

    async def press(self, english: str) -> None:
        await self.page.get_by_role("button", name=self.said(english)).filter(visible=True).last.click()

    async def choose(self, english: str) -> None:
        await self.page.locator(".menu summary").click()
        await self.press(english)

    async def says(self, text: str) -> None:
        field = self.page.locator(".composer textarea")
        await field.fill(text)
        await field.press("Enter")

    async def appears(self, english: str) -> None:
        await self.page.get_by_text(self.said(english)).filter(visible=True).first.wait_for()

    async def through(self) -> None:
        await self.door()
        async with visitor(self.service.url) as other:
            await self.room(other)
            omar = await at_desk(self.service, "Omar")
            await omar.ask("duty", on=True)
            await self.staff(omar)
            await omar.leave()
        await self.ending()
        await self.livelier()
        await self.reopened()
        await self.idle()

    async def door(self) -> None:
        await self.page.locator(".rules li").nth(4).wait_for()
        await self.shot("greeting")
        await self.press("Come in")
        await self.shot("choice")
        await self.page.get_by_role("button", name="Mental health").click()
        await self.shot("doorstep")
        await self.press("Other topics")
        await self.page.get_by_role("button", name="Life changes").click()
        await self.appears("It is quiet now.")
        await self.shot("empty room")
        await self.says("My first evening here. I did not know where else to go.")
        await self.page.locator(".care:visible").wait_for()
        await self.shot("nobody answered")

    async def room(self, other: Visitor) -> None:
        await other.join("life-changes")
        await other.say("Hello. I am glad that you came. What happened?")
        await self.says("My wife moved out on Sunday. You can reach me on 555 0134 2288.")
        await self.page.locator(".entry.mine .note").wait_for()
        await other.say("That is a lot at once. The first week was the hardest for me.")
        await self.shot("room, a number hidden")
        await self.page.locator(".entry.peer .more").last.click()
        await self.shot("acts and reasons to report")
        await self.page.locator(".entry.peer [data-act^=report-]").last.click()
        await self.page.locator(".room-note").wait_for()
        await self.shot("reported")
        await other.say(METHOD)
        await self.page.locator(".veil").wait_for()
        await self.shot("veiled words")
        await self.says("I do not want to live any more")
        await self.page.locator(".care .danger:visible").wait_for()
        await self.shot("crisis, nobody on duty")

    async def staff(self, omar: Colleague) -> None:
        seen = await omar.ask("watch", room="life-changes.1")
        mine = next(one for one in seen["messages"] if "first evening" in one["text"])
        author = mine["from"]["id"]
        await self.press("Make this smaller")
        await self.says(ASKING)
        await self.page.locator('[data-state="held"]').wait_for()
        await self.shot("held")
        await omar.act("whisper", visitor=author, text="I saw what you wrote. Do you want to tell me more?")
        await self.appears("Others in the room cannot see this.")
        await self.shot("a private word")
        await self.press("Close")
        await omar.act("mute", visitor=author, minutes=10, reason="contact")
        await self.page.locator("details summary").get_by_text(self.said("Think this is")).click()
        await self.shot("paused")
        await omar.act("unmute", visitor=author)
        await omar.act("retract", room="life-changes.1", message=mine["id"], reason="other")
        await self.page.locator(".menu summary").click()
        await self.shot("menu")
        await self.page.locator(".menu summary").click()

    async def ending(self) -> None:
        await self.press("Get help now")
        await self.shot("help")
        await self.press("Back to the chat")
        await self.choose("Things that can help")
        await self.page.get_by_text(self.said("Grief takes its time")).click()
        await self.shot("shelf")
        await self.press("Back to the chat")
        await self.page.context.set_offline(True)
        await self.appears("No internet right now.")
        await self.says("Will this arrive?")
        await self.shot("offline")
        await self.page.context.set_offline(False)
        await self.page.locator(".link-line").wait_for(state="hidden")
        await self.choose("End chat and clear it")
        await self.shot("ending")
        await self.press("End chat")
        await self.appears("out of the room")
        await self.shot("ended")

    async def livelier(self) -> None:
        """Six fill a room, I am alone in the next, and two of them leave."""
        async with contextlib.AsyncExitStack() as stack:
            others = [await stack.enter_async_context(visitor(self.service.url)) for _ in range(6)]
            for other in others:
                await other.join("life-changes")
            await self.press("Start again")
            await self.enters()
            for other in others[4:]:
                await other.ask("leave", {"room": "life-changes.1"})
            await self.appears("in another room on this topic")
            await self.shot("a livelier room")

    async def enters(self) -> None:
        await self.press("Come in")
        await self.page.get_by_role("button", name="Life changes").click()
        await self.page.get_by_role("textbox").filter(visible=True).wait_for()

    async def reopened(self) -> None:
        """The tab is opened again after two minutes."""
        await self.page.add_init_script("const now = Date.now; Date.now = () => now() + 120_000")
        await self.page.reload()
        await self.appears("A chat was open here before.")
        await self.shot("a reopened tab")

    async def idle(self) -> None:
        """In a tab of its own, on a device that others use, for ten minutes."""
        self.page = await self.page.context.new_page()
        await self.page.clock.install()
        await self.page.goto(self.address)
        await self.page.get_by_label(self.said("Someone else uses this device")).check()
        await self.enters()
        await self.page.clock.run_for(10 * 60_000 + 1_000)
        await self.appears("Are you still here?")
        await self.page.locator(".link-line").wait_for(
            state="hidden"
        )  # a clock put forward costs the connection
        self.shots.append(("nobody touched it for ten minutes", await self.page.screenshot()))
