"""The panel in the visitor's language, and the truth about words that nobody has reviewed."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from server import words
from tests.browser.conftest import Tab
from tests.browser.test_access import violations
from tests.browser.test_talk import unlike
from tests.browser.wire import Wire
from tests.serving import FREE, serving
from tests.visitor import visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ACCEPTS = FREE + '[[sites]]\nid = "demo"\ncover = "never"\naccept_unreviewed = ["es"]\n'


async def test_a_page_in_spanish_speaks_it_and_help_stays_in_reviewed_words(tab: Tab, wire: Wire) -> None:
    """Door, guidelines and composer in Spanish, axe 0; the unreviewed words around help in plain English."""
    page = await tab(viewport={"width": 390, "height": 800})
    await page.goto(f"{wire.url}/widget?site=demo&lang=es-MX")
    await expect(page.get_by_text(words.guidelines("es")[0])).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "es"
    await page.get_by_role("button", name="Entrar").click()
    await page.get_by_role("button", name="Life changes").click()
    field, said = page.get_by_role("textbox", name="Escribe aquí"), unlike("Llámame")
    await expect(field).to_be_visible()
    async with visitor(wire.url) as other:
        await other.join("life-changes")
        await field.fill(f"{said} 555 0134 2288")
        await field.press("Enter")
        await expect(page.locator(".mine .words").last).to_have_text(f"{said} [oculto]")
        await other.until(lambda: f"{said} [hidden]" in other.texts())  # each reads it in their own language
    await page.get_by_role("button", name="Pedir ayuda ya").click()
    await expect(page.get_by_text("If life is in danger now, call")).to_be_visible()
    line = page.locator(".help li.line").first
    await expect(line).to_have_attribute("lang", "en")
    await expect(line).to_contain_text("English, Spanish")
    assert await violations(page.main_frame) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_site_that_accepts_them_shows_its_own_words_around_help(tab: Tab, tmp_path: Path) -> None:
    """`accept_unreviewed`: the clinic has read them and takes them as they are, without a script too."""
    with serving(tmp_path / "home", config=ACCEPTS) as service:
        page = await tab()
        await page.goto(f"{service.url}/widget?site=demo&lang=es")
        await page.get_by_role("button", name="Pedir ayuda ya").click()
        await expect(page.get_by_text("Si hay peligro de muerte ahora, llama al").first).to_be_visible()
        plain = await tab(java_script_enabled=False)
        await plain.goto(f"{service.url}/widget?site=demo&lang=es")
        await expect(plain.get_by_role("link", name="Emergencias: 911")).to_be_visible()


async def test_a_language_we_do_not_speak_is_the_sites_own(tab: Tab, wire: Wire) -> None:
    """French is asked for; the demo clinic's English is what there is."""
    page = await tab()
    await page.goto(f"{wire.url}/widget?site=demo&lang=fr")
    await expect(page.get_by_text(words.guidelines("en")[0])).to_be_visible()
