"""Everyone can work at the desk: axe, reflow and targets in every state that the gallery draws."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from bench.gallery_desk import CLINIC, STAFF, Walk
from tests.browser.conftest import Tab
from tests.browser.test_access import COLOURS, OUTSIDE, SMALL, violations
from tests.serving import Serving, serving
from tests.staff import Colleague, at_desk, hire

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]
STATES = 35
"""As many as the gallery has pictures in one look; a walk that loses some must say so."""
WIDER = """() => {
    const wide = document.scrollingElement.scrollWidth;
    return wide > innerWidth ? [`${wide} wide`] : [];
}"""


class Looked(Walk):
    """The walk of the gallery; axe and a ruler stand where its camera stood, in all colours."""

    def __init__(self, page: Page, service: Serving, direction: str, omar: Colleague) -> None:
        super().__init__(page, service, direction, omar)
        self.states: list[str] = []
        self.found: dict[str, list[str]] = {}

    async def shot(self, name: str) -> None:
        self.states.append(name)
        await self.page.evaluate("(dir) => (document.documentElement.dir = dir)", self.direction)
        for colours, media in COLOURS.items():
            await self.page.emulate_media(**media)
            if wrong := await violations(self.page.main_frame):
                self.found[f"{name}, {colours}"] = wrong
        wrong = [one for ruler in (WIDER, OUTSIDE, SMALL) for one in await self.page.evaluate(ruler)]
        if wrong:
            self.found[f"{name}, measured"] = wrong


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A clinic as in the gallery, with its staff."""
    with serving(tmp_path_factory.mktemp("desk"), config=CLINIC) as found:
        for name, role in STAFF.items():
            hire(found, name, role)
        yield found


@pytest.mark.parametrize(("width", "direction"), [(390, "ltr"), (390, "rtl"), (1280, "ltr"), (1280, "rtl")])
async def test_every_state_of_the_desk(tab: Tab, service: Serving, width: int, direction: str) -> None:
    """In every state and colour axe finds nothing, nothing lies outside, every target is large enough."""
    omar = await at_desk(service, "Omar")
    await omar.ask("duty", on=True)
    walk = Looked(await tab(viewport={"width": width, "height": 800}), service, direction, omar)
    await walk.through()
    await omar.leave()
    assert walk.found == {}
    assert len(walk.states) == STATES
