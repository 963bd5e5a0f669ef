"""A person at the clinic's page, in the words of what they do."""

from playwright.async_api import FrameLocator, Locator, Page, expect

# Writes and sends each, as keys would, in one task of the page.
AT_ONCE = """(field, texts) => {
    for (const text of texts) {
        field.value = text;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    }
}"""


class Visitor:
    """Someone with a page; the chat is in a frame that only they can see into."""

    def __init__(self, page: Page, chat: FrameLocator | None = None) -> None:
        self.page = page
        self.chat = chat or page.frame_locator("kindred-chat iframe")

    async def opens(self) -> "Visitor":
        """Presses the button, reads the greeting and sees the topics."""
        await self.page.get_by_role("button", name="Talk with others").click()
        await self.button("Come in").click()
        await expect(self.topic("Life changes")).to_be_visible()
        return self

    async def enters(self, topic: str = "Life changes") -> "Visitor":
        """Opens the chat and goes into a room."""
        await self.opens()
        await self.topic(topic).click()
        await expect(self.field).to_be_visible()
        return self

    async def says(self, text: str) -> None:
        """Writes and sends."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def says_at_once(self, *texts: str) -> None:
        """Several messages, one right after the other however busy the machine is."""
        await self.field.evaluate(AT_ONCE, texts)

    async def hears(self, text: str, times: int = 1) -> None:
        """The words stand in the log, this often."""
        await expect(self.words(text)).to_have_count(times)

    def topic(self, title: str) -> Locator:
        return self.chat.get_by_role("button", name=title)

    def words(self, text: str) -> Locator:
        return self.log.locator(".words").get_by_text(text, exact=True)

    def entry(self, text: str) -> Locator:
        """The line of the log with these words: who, when, and what was done to it."""
        return self.log.locator(".entry").filter(has_text=text)

    def button(self, name: str) -> Locator:
        return self.chat.get_by_role("button", name=name)

    @property
    def field(self) -> Locator:
        return self.chat.get_by_role("textbox", name="Write here")

    @property
    def log(self) -> Locator:
        return self.chat.get_by_role("log")

    @property
    def status(self) -> Locator:
        return self.chat.get_by_role("status")
