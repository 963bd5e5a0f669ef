"""An evening at two desks, with two visitors: once by the keyboard alone, once on phones by touch alone."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, someone
from tests.browser.test_desk_two import reports
from tests.browser.test_talk import unlike
from tests.browser.visitor import Visitor
from tests.serving import Serving, serving
from tests.staff import PASSWORD, hire

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]
PHONE = {"width": 390, "height": 844}
SOON = "[newcomer]\ngreeter = 1\ncase = 2\ncard = 3\n"
HELD = "what are you wearing right now"
THEIRS = "looks after it"
STOPS = 40
"""Presses of Tab, at most, from one end of the desk to the other."""
WATCHED = """
    self.pointed = []; self.typed = [];
    addEventListener("pointerdown", (event) => self.pointed.push(event.pointerType), true);
    const field = (event) => event.target.closest("input, textarea");
    addEventListener("keydown", (event) => field(event) || self.typed.push(event.key), true);
"""


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A clinic where first words wait for an answer for seconds, and two volunteers."""
    with serving(tmp_path_factory.mktemp("evening"), config=SOON) as found:
        for name in ("Omar", "Kemi"):
            hire(found, name, "moderator")
        yield found


class Keyboard:
    """A volunteer who has no pointer. Nothing is clicked and nothing is given the focus but by a key."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def comes(self, service: Serving, name: str) -> "Keyboard":
        """Signs in and goes on duty."""
        await self.page.add_init_script(WATCHED)
        await self.page.goto(f"{service.url}/desk")
        await expect(self.page.get_by_label("Name")).to_be_focused()
        await self.types(name, "Tab")
        await self.types(PASSWORD)
        await expect(self.page.get_by_role("heading", level=1)).to_be_focused()
        await self.to(self.page.get_by_role("button", name="Go on duty"))
        await self.press("Enter")
        await expect(self.page.get_by_role("button", name="Go off duty")).to_be_visible()
        return self

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def types(self, text: str, end: str = "Enter") -> None:
        await self.page.keyboard.type(text)
        await self.press(end)

    async def to(self, there: Locator) -> None:
        """By Tab, as often as it takes."""
        await expect(there).to_be_visible()
        for _ in range(STOPS):
            if await there.evaluate("(one) => one === document.activeElement"):
                return
            await self.press("Tab")
        raise AssertionError(f"{there} cannot be reached by Tab")

    async def begins(self, kind: str) -> None:
        """The case that waits is opened, and is theirs."""
        await expect(self.case(kind).filter(has_not_text=THEIRS).first).to_be_visible()
        await self.press("n")
        await expect(self.page.locator(".stop[aria-current]", has_text=kind)).to_be_visible()

    def case(self, kind: str) -> Locator:
        return self.page.locator(".stop", has_text=kind)

    @property
    def line(self) -> Locator:
        return self.page.locator(".undo-bar")

    async def had_no_pointer(self) -> None:
        assert await self.page.evaluate("self.pointed") == []


async def test_an_evening_by_the_keyboard_alone(tab: Tab, service: Serving) -> None:
    """First words, held words, a report with pause and appeal, a cry that is passed on, the end of the shift:
    each case begins and ends at both desks, and no pointer touches either."""
    omar = await Keyboard(await tab(viewport=LAPTOP)).comes(service, "Omar")
    kemi = await Keyboard(await tab(viewport=LAPTOP)).comes(service, "Kemi")
    ada, ben = await someone(tab, service), await someone(tab, service)
    await _first_words(omar, kemi, ada)
    await _held(omar, kemi, ada, ben)
    await _report_and_appeal(omar, kemi, ada, ben)
    await _cry(omar, kemi, ada)
    await _hands_over(omar, kemi)
    for desk in (omar, kemi):
        await desk.had_no_pointer()


async def _first_words(omar: Keyboard, kemi: Keyboard, ada: Visitor) -> None:
    await ada.says("My first evening here. I did not know where else to go.")
    await omar.begins("Not answered")
    await expect(kemi.case("Not answered")).to_contain_text("Omar looks after it")
    await omar.press("a")
    answer = unlike("I am glad that you came")
    await omar.types(answer)
    await ada.hears(answer)
    for desk in (omar, kemi):
        await expect(desk.case("Not answered")).to_have_count(0)
    await omar.press("Escape", "Escape")


async def _held(omar: Keyboard, kemi: Keyboard, ada: Visitor, ben: Visitor) -> None:
    """One does not share, with a reason, takes that back and skips; the other shares, and takes that back."""
    said = unlike(HELD)
    await ben.says(said)
    await omar.begins("Held")
    await omar.press("o")
    await expect(omar.page.locator(".question").get_by_text(said)).to_be_visible()
    await omar.press("d", "4")
    await expect(omar.line).to_contain_text("Not shared.")
    await expect(kemi.case("Held")).to_have_count(0)
    await omar.press("u")
    await expect(omar.line).to_contain_text("Taken back.")
    await expect(kemi.case("Held")).to_contain_text("Omar looks after it")
    await omar.press("s")
    await expect(omar.line).to_contain_text("Skipped.")
    await kemi.begins("Held")
    await kemi.press("f")
    await ada.hears(said)
    await expect(omar.case("Held")).to_have_count(0)
    await expect(kemi.line).to_contain_text("Shared with the room.")
    await kemi.press("u")
    await ada.hears(said, times=0)


async def _report_and_appeal(omar: Keyboard, kemi: Keyboard, ada: Visitor, ben: Visitor) -> None:
    said = unlike("You talk about nothing but that dog")
    await ben.says(said)
    await ada.hears(said)
    await reports(ada, said)
    await omar.begins("Report")
    await omar.press("m", "1")
    told = ben.chat.get_by_role("region", name="A word to you")
    await expect(told).to_contain_text("Your messages are paused for 10 minutes.")
    await expect(omar.line).to_contain_text("is paused.")
    await omar.press("u")
    await expect(ben.chat.get_by_text("You can write again.")).to_be_visible()
    await omar.press("r")
    await expect(omar.line).to_contain_text("The words are out of the room.")
    await ada.hears(said, times=0)
    await omar.press("M", "1")
    await expect(told).to_contain_text("Your messages are paused for 60 minutes.")
    await omar.press("d")
    await expect(kemi.case("Report")).to_have_count(0)
    await told.locator("summary", has_text="Think this is").click()
    await told.get_by_role("textbox").fill("It was a joke")
    await told.get_by_role("button", name="Send").click()
    await kemi.begins("Appeal")  # who set it may not judge it
    await kemi.press("f")
    await expect(ben.chat.get_by_text("You can write again.")).to_be_visible()
    await expect(omar.case("Appeal")).to_have_count(0)


async def _cry(omar: Keyboard, kemi: Keyboard, ada: Visitor) -> None:
    said = unlike("I want to die")
    await ada.says(said)
    await omar.begins("Needs a person")
    await expect(omar.page.get_by_text(said)).to_have_count(0)
    await omar.press("o")
    await expect(omar.page.locator(".question").get_by_text(said)).to_be_visible()
    await omar.press("w")
    await omar.types("I am here with you.")
    card = ada.chat.get_by_role("region", name="A private word from Omar")
    await expect(card).to_contain_text("I am here with you.")
    await omar.press("Escape", "e")
    await expect(omar.line).to_contain_text("Colleagues are asked.")
    await kemi.begins("A colleague asks for help")
    await expect(omar.case("A colleague asks for help")).to_contain_text("Kemi looks after it")
    await kemi.press("w")
    await kemi.types("Omar told me of you. I am here too.")
    await expect(ada.chat.get_by_text("Omar told me of you. I am here too.")).to_be_visible()
    await kemi.press("Escape", "d")
    await expect(kemi.page.get_by_text("That was a hard one.")).to_be_visible()
    for desk in (omar, kemi):
        await expect(desk.page.locator(".stop.needs")).to_have_count(0)


async def _hands_over(omar: Keyboard, kemi: Keyboard) -> None:
    await omar.press("Escape")
    await omar.to(omar.page.get_by_role("button", name="Hand over", exact=True))
    await omar.press("Enter")
    sheet = omar.page.locator(".sheet")
    await expect(sheet).to_contain_text("Who worried us")
    await omar.to(sheet.get_by_label("What else they should know"))
    await omar.types("Please look in on them.", "Tab")
    await omar.to(sheet.get_by_role("button", name="Hand it over"))
    await omar.press("Enter")
    await expect(sheet).to_contain_text("Kept for three days.")
    await kemi.to(kemi.page.get_by_role("button", name="Read it"))
    await kemi.press("Enter")
    await expect(kemi.page.locator(".sheet")).to_contain_text("Please look in on them.")
    await kemi.to(kemi.page.get_by_role("button", name="I have it"))
    await kemi.press("Enter")
    await expect(kemi.page.get_by_text("It is with you now.")).to_be_visible()


class Thumb:
    """A volunteer with a phone: taps, and the phone's keyboard for words alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def comes(self, service: Serving, name: str) -> "Thumb":
        """Signs in and goes on duty."""
        await self.page.add_init_script(WATCHED)
        await self.page.goto(f"{service.url}/desk")
        for field, text in (("Name", name), ("Password", PASSWORD)):
            await self.page.get_by_label(field).tap()
            await self.page.keyboard.type(text)
        await self.tap("Sign in")
        await self.tap("Go on duty")
        await expect(self.page.get_by_role("button", name="Go off duty")).to_be_visible()
        return self

    async def tap(self, name: str, *, exact: bool = False) -> None:
        """A button that can be seen."""
        await self.page.get_by_role("button", name=name, exact=exact).locator("visible=true").first.tap()

    async def writes(self, text: str) -> None:
        """Into the box that has just been opened."""
        await expect(self.page.locator("textarea:focus")).to_be_visible()
        await self.page.keyboard.type(text)
        await self.tap("Send", exact=True)

    async def begins(self, kind: str) -> None:
        """The case is opened from the list."""
        await self.tap("List", exact=True)
        await self.case(kind).filter(has_not_text=THEIRS).first.tap()

    def case(self, kind: str) -> Locator:
        return self.page.locator(".stop", has_text=kind)

    @property
    def line(self) -> Locator:
        return self.page.locator(".undo-bar")

    async def had_a_thumb_alone(self) -> None:
        assert set(await self.page.evaluate("self.pointed")) == {"touch"}
        assert await self.page.evaluate("self.typed") == []


async def test_an_evening_by_touch_alone(tab: Tab, service: Serving) -> None:
    """The same evening on two phones: no mouse, and no key but for words."""
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    omar = await Thumb(await tab(**phone)).comes(service, "Omar")
    kemi = await Thumb(await tab(**phone)).comes(service, "Kemi")
    ada, ben = await someone(tab, service), await someone(tab, service)
    await _first_words_by_touch(omar, kemi, ada)
    await _held_by_touch(omar, kemi, ada, ben)
    await _report_and_appeal_by_touch(omar, kemi, ada, ben)
    await _cry_by_touch(omar, kemi, ada)
    await _hands_over_by_touch(omar, kemi)
    for desk in (omar, kemi):
        await desk.had_a_thumb_alone()


async def _first_words_by_touch(omar: Thumb, kemi: Thumb, ada: Visitor) -> None:
    await ada.says("My first evening here. I did not know where else to go.")
    await omar.begins("Not answered")
    await expect(kemi.case("Not answered")).to_contain_text("Omar looks after it")
    await omar.tap("Person", exact=True)
    await omar.tap("Answer in room")
    answer = unlike("I am glad that you came")
    await omar.writes(answer)
    await ada.hears(answer)
    for desk in (omar, kemi):
        await expect(desk.case("Not answered")).to_have_count(0)


async def _held_by_touch(omar: Thumb, kemi: Thumb, ada: Visitor, ben: Visitor) -> None:
    said = unlike(HELD)
    await ben.says(said)
    await omar.begins("Held")
    await omar.tap("Hard to read. Open")
    await expect(omar.page.locator(".question").get_by_text(said)).to_be_visible()
    await omar.tap("Do not share")
    await omar.tap("4 contact details")
    await expect(omar.line).to_contain_text("Not shared.")
    await expect(kemi.case("Held")).to_have_count(0)
    await omar.tap("Undo")
    await expect(omar.line).to_contain_text("Taken back.")
    await omar.tap("Skip")
    await expect(omar.line).to_contain_text("Skipped.")
    await kemi.begins("Held")
    await kemi.tap("Share", exact=True)
    await ada.hears(said)
    await expect(omar.case("Held")).to_have_count(0)
    await expect(kemi.line).to_contain_text("Shared with the room.")
    await kemi.tap("Undo")
    await ada.hears(said, times=0)


async def _report_and_appeal_by_touch(omar: Thumb, kemi: Thumb, ada: Visitor, ben: Visitor) -> None:
    said = unlike("You talk about nothing but that dog")
    await ben.says(said)
    await ada.hears(said)
    await reports(ada, said)
    await omar.begins("Report")
    await omar.tap("Person", exact=True)
    await omar.tap("Pause 10 min")
    await omar.tap("1 hurts others")
    told = ben.chat.get_by_role("region", name="A word to you")
    await expect(told).to_contain_text("Your messages are paused for 10 minutes.")
    await expect(omar.line).to_contain_text("is paused.")
    await omar.tap("Undo")
    await expect(ben.chat.get_by_text("You can write again.")).to_be_visible()
    await omar.tap("Take the words out")
    await expect(omar.line).to_contain_text("The words are out of the room.")
    await ada.hears(said, times=0)
    await omar.tap("Pause 1 hour")
    await omar.tap("1 hurts others")
    await expect(told).to_contain_text("Your messages are paused for 60 minutes.")
    await omar.tap("Talk", exact=True)
    await omar.tap("Done")
    await expect(kemi.case("Report")).to_have_count(0)
    await told.locator("summary", has_text="Think this is").click()
    await told.get_by_role("textbox").fill("It was a joke")
    await told.get_by_role("button", name="Send").click()
    await kemi.begins("Appeal")
    await kemi.tap("Lift it")
    await expect(ben.chat.get_by_text("You can write again.")).to_be_visible()
    await expect(omar.case("Appeal")).to_have_count(0)


async def _cry_by_touch(omar: Thumb, kemi: Thumb, ada: Visitor) -> None:
    said = unlike("I want to die")
    await ada.says(said)
    await omar.begins("Needs a person")
    await expect(omar.page.get_by_text(said)).to_have_count(0)
    await omar.tap("Hard to read. Open")
    await expect(omar.page.locator(".question").get_by_text(said)).to_be_visible()
    await omar.tap("Write to them")
    await omar.writes("I am here with you.")
    card = ada.chat.get_by_role("region", name="A private word from Omar")
    await expect(card).to_contain_text("I am here with you.")
    await omar.tap("Talk", exact=True)
    await omar.tap("Ask a colleague")
    await expect(omar.line).to_contain_text("Colleagues are asked.")
    await kemi.begins("A colleague asks for help")
    await expect(omar.case("A colleague asks for help")).to_contain_text("Kemi looks after it")
    await kemi.tap("Write to them")
    await kemi.writes("Omar told me of you. I am here too.")
    await expect(ada.chat.get_by_text("Omar told me of you. I am here too.")).to_be_visible()
    await kemi.tap("Talk", exact=True)
    await kemi.tap("Done")
    await expect(kemi.page.get_by_text("That was a hard one.")).to_be_visible()
    for desk in (omar, kemi):
        await expect(desk.page.locator(".stop.needs")).to_have_count(0)


async def _hands_over_by_touch(omar: Thumb, kemi: Thumb) -> None:
    await omar.tap("Hand over", exact=True)
    sheet = omar.page.locator(".sheet")
    await expect(sheet).to_contain_text("Who worried us")
    await sheet.get_by_label("What else they should know").tap()
    await omar.page.keyboard.type("Please look in on them.")
    await omar.tap("Hand it over")
    await expect(sheet).to_contain_text("Kept for three days.")
    await expect(kemi.page.get_by_role("button", name="Read it")).to_be_visible()
    await kemi.tap("Read it")
    await expect(kemi.page.locator(".sheet")).to_contain_text("Please look in on them.")
    await kemi.tap("I have it")
    await expect(kemi.page.get_by_text("It is with you now.")).to_be_visible()
