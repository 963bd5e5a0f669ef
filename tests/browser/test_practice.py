"""The practice room: the real desk on people who are not there."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Tab
from tests.browser.test_desk import LAPTOP, PHONE, ok_in_every_look
from tests.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def step(page: Page, n: int) -> None:
    """The guide is that far."""
    await expect(page.locator(".practice [role=status]")).to_contain_text(f"{n} of 10: ")


async def test_a_new_volunteer_walks_through_the_guide_by_keyboard(tab: Tab, unlimited: Serving) -> None:
    """From duty to a cry for help: each step is done by its keys, its words say so, and nothing leaves the
    page: no request after the sources, none possible."""
    page = await tab(viewport=LAPTOP)
    await page.goto(unlimited.url)
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Open a practice desk").click()
    desk = await opened.value
    await desk.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await step(desk, 1)
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.on("websocket", lambda socket: asked.append(socket.url))
    await expect(desk.locator(".stop")).to_have_count(3)
    await desk.get_by_role("button", name="Go on duty").click()
    await step(desk, 2)
    await desk.evaluate("document.activeElement.blur()")
    press, typed = desk.keyboard.press, desk.keyboard.type
    await press("j")
    await press("Enter")
    await step(desk, 3)
    await expect(desk.locator(".entry .role").first).to_have_text("Simulated")
    await ok_in_every_look(desk)
    await desk.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await press("n")
    await press("a")
    await typed("Welcome. Take your time.")
    await press("Enter")
    await step(desk, 4)
    await desk.evaluate("document.activeElement.blur()")
    await press("n")
    await press("m")
    await press("1")
    await expect(desk.get_by_text("Quick Kestrel is paused.")).to_be_visible()
    await step(desk, 5)
    await press("d")
    await step(desk, 6)
    await press("n")
    await press("o")
    await expect(desk.locator(".question").get_by_text("Can you send me a picture of you")).to_be_visible()
    await press("d")
    await press("4")
    await step(desk, 7)
    await press("n")
    await press("r")
    await press("d")
    await step(desk, 8)
    await press("n")
    await press("o")
    await ok_in_every_look(desk)
    await desk.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await press("w")
    await typed("I read what you wrote. Do you want to talk?")
    await press("Enter")
    await step(desk, 9)
    await expect(desk.get_by_role("log", name="Private words")).to_contain_text("you really")
    await press("Escape")
    await press("d")
    await step(desk, 10)
    await desk.get_by_role("button", name="Hand over").click()
    await expect(desk.locator(".sheet")).to_contain_text("Quick Kestrel is paused")
    await expect(desk.locator(".sheet")).to_contain_text("Soft Cedar")
    await ok_in_every_look(desk)
    await desk.get_by_role("button", name="Hand it over").click()
    await expect(desk.get_by_text("That is the desk.")).to_be_visible()
    assert [url for url in asked if "/static/" not in url] == []
    refused = await desk.evaluate("fetch('/desk/api/me').then(() => 'sent', () => 'refused')")
    assert refused == "refused"


async def test_a_thumb_walks_through_the_guide_too(tab: Tab, unlimited: Serving) -> None:
    """On a phone by touch alone, as the guide says it there; its band leaves most of the screen."""
    page = await tab(viewport=PHONE, has_touch=True, is_mobile=True)

    async def tap(name: str, exact: bool = False) -> None:
        await page.get_by_role("button", name=name, exact=exact).locator("visible=true").first.tap()

    async def case(kind: str) -> None:
        await tap("List", exact=True)
        await page.locator(".stop", has_text=kind).first.tap()

    await page.goto(f"{unlimited.url}/desk/practise")
    await step(page, 1)
    await tap("Go on duty")
    await page.locator(".stop", has_text="Life changes").tap()
    await step(page, 3)
    newest = page.locator(".entry").last
    await expect(newest).to_be_in_viewport(ratio=1)
    await page.set_viewport_size({"width": 390, "height": 640})  # the phone's keyboard takes as much
    await expect(newest).to_be_in_viewport(ratio=1)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    band = await page.locator(".practice").bounding_box()
    assert band is not None
    assert band["height"] < PHONE["height"] / 4
    await case("Not answered")
    await tap("Person", exact=True)
    await tap("Answer in room")
    await page.keyboard.type("Welcome. Take your time.")
    await tap("Send", exact=True)
    await step(page, 4)
    await case("Report")
    await tap("Person", exact=True)
    await tap("Pause 10 min")
    await tap("1 hurts others")
    await step(page, 5)
    await tap("Talk", exact=True)
    await tap("Done", exact=True)
    await step(page, 6)
    await case("Held")
    await tap("Hard to read")
    await tap("Do not share")
    await tap("4 contact details")
    await step(page, 7)
    await case("Report")
    await tap("Person", exact=True)
    await tap("Take the words out")
    await tap("Talk", exact=True)
    await tap("Done", exact=True)
    await step(page, 8)
    await case("Needs a person")
    await tap("Write to them")
    await page.keyboard.type("I read what you wrote.")
    await tap("Send", exact=True)
    await step(page, 9)
    await tap("Talk", exact=True)
    await tap("Done", exact=True)
    await step(page, 10)
    await tap("Hand over", exact=True)
    await tap("Hand it over")
    await expect(page.get_by_text("To ask a colleague is never wrong.")).to_be_visible()


async def test_the_desk_speaks_spanish(tab: Tab, unlimited: Serving) -> None:
    """A Spanish browser gets the desk in Spanish, with the people of the practice rooms, which fits and is
    readable in every zone; English is a choice away, and stays."""
    page = await tab(viewport=LAPTOP, locale="es-ES")
    await page.goto(f"{unlimited.url}/desk")
    await expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    await ok_in_every_look(page)
    await page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await page.get_by_role("link", name="Practica antes").click()
    await expect(page.locator(".practice [role=status]")).to_contain_text("1 de 10: ")
    await page.get_by_role("button", name="Empezar turno").click()
    await expect(page.locator(".practice [role=status]")).to_contain_text("2 de 10: ")
    for _ in range(6):
        await page.get_by_role("button", name="Saltar paso").click()
    await expect(page.locator(".stop.needs")).to_be_visible()
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("n")
    await expect(page.get_by_text("Por qué está aquí")).to_be_visible()
    await expect(page.locator(".log")).to_contain_text("Vestirme. Eso sí puedo.")
    await page.keyboard.press("m")
    await ok_in_every_look(page)
    await page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Relevo", exact=True).click()
    await expect(page.get_by_role("button", name="Dejarlo al relevo")).to_be_enabled()
    await ok_in_every_look(page)
    await page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Ajustes").click()
    await page.get_by_label("Idioma de la mesa").select_option("en")
    await expect(page.get_by_role("button", name="Go on duty")).to_be_visible()
    await page.goto(f"{unlimited.url}/desk")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
