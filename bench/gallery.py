"""`python -m bench.gallery [FOLDER]`: draws the pictures of docs/gallery.md and README.md anew.

Every state is reached as people reach it, at a running service, with a real volunteer and others in the room.
The pictures are to be looked at: nothing here judges them.
"""

import argparse
import asyncio
import base64
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ViewportSize, async_playwright

from bench.gallery_walk import Walk
from tests.browser.conftest import ARGS
from tests.browser.test_access import COLOURS, in_the_test_language
from tests.serving import FREE, ROOT, Serving, serving
from tests.staff import hire
from tests.visitor import visitor

CLINIC = """
[newcomer]
greeter = 1
case = 1
card = 2
[[sites]]
id = "demo"
cover = "never"
capacity = 6
require_second_factor = false
accept_unreviewed = ["ar"]
[[sites.topics]]
id = "life-changes"
title = "Life changes"
about = "A loss, a move, a break-up, a new job, a diagnosis. Others here are in the middle of it too."
[[sites.topics]]
id = "mental-health"
title = "Mental health"
about = "Low days, worry, sleepless nights, or no word for it yet."
cover = "required"
pinned = "On Mondays we also meet at the clinic."
"""
LOOKS = {
    "phone-light": ("light", 390, 780, "en"),
    "phone-dark": ("dark", 390, 780, "en"),
    "phone-forced": ("forced", 390, 780, "en"),
    "phone-right-to-left": ("light", 390, 780, "ar"),
    "laptop-light": ("light", 400, 700, "en"),
}
"""Colours, size of the frame, language. On a laptop the chat has 400 x 700 in the corner."""
ROW = 6
SAID = (
    (
        "life-changes",
        "My wife moved out on Sunday.",
        "That is a lot at once. The evenings were hardest for me.",
    ),
    ("mental-health", "I lie awake until four.", "Me too, most nights. You are not the only one up."),
    ("addiction", "I relapsed last night.", "Thank you for telling us. You came here, that counts."),
)
"""For README's pictures: topic, one's own words, the answer."""


async def look(browser: Browser, service: Serving, colours: str, size: ViewportSize, lang: str) -> bytes:
    """One picture of all states in one look."""
    more: dict[str, Any] = COLOURS[colours]
    context = await browser.new_context(viewport=size, reduced_motion="reduce", **more)
    page = await context.new_page()
    address = f"{service.url}/widget?site=demo&lang={lang}"
    await page.goto(address)
    walk = Walk(page, service, address, in_the_test_language if lang == "ar" else str)
    await walk.through()
    await context.close()
    return await sheet(browser, walk.shots)


async def sheet(browser: Browser, shots: list[tuple[str, bytes]], row: int = ROW, wide: int = 260) -> bytes:
    """The pictures side by side, `row` of them in a line, `wide` pixels each, and each with its name."""
    figures = "".join(
        f"<figure><img width={wide} src='data:image/png;base64,{base64.b64encode(png).decode()}'>"
        f"<figcaption>{name}</figcaption></figure>"
        for name, png in shots
    )
    style = (
        f"display:grid;grid-template-columns:repeat({row},{wide}px);gap:12px;padding:12px;width:max-content"
    )
    context = await browser.new_context(viewport={"width": 1660, "height": 600})
    page = await context.new_page()
    rules = f"figure{{margin:0;font:15px system-ui}}body{{margin:0;background:#ddd;{style}}}"
    await page.set_content(f"<style>{rules}</style>{figures}")
    picture = await page.locator("body").screenshot(type="jpeg", quality=72)
    await context.close()
    return picture


async def front(browser: Browser, service: Serving, folder: Path) -> None:
    """README's three: the demo clinic on a laptop, the chat on a phone, in the dark."""
    looks: dict[str, tuple[ViewportSize, str, str, str, str]] = {
        "laptop": ({"width": 1280, "height": 800}, "light", *SAID[0]),
        "phone": ({"width": 390, "height": 780}, "light", *SAID[1]),
        "dark": ({"width": 390, "height": 780}, "dark", *SAID[2]),
    }
    async with visitor(service.url) as other:
        for name, (size, colours, topic, mine, theirs) in looks.items():
            room = await other.join(topic)
            more: dict[str, Any] = COLOURS[colours]
            context = await browser.new_context(viewport=size, reduced_motion="reduce", **more)
            page = await context.new_page()
            await page.goto(service.url)
            await page.get_by_role("button", name="Talk with others").first.click()
            chat = page.frame_locator("kindred-chat iframe")
            await chat.get_by_role("button", name="Come in").click()
            await chat.get_by_role("button", name=room["room"]["title"]).click()
            field = chat.get_by_role("textbox", name="Write here")
            await field.fill(mine)
            await field.press("Enter")
            await chat.locator(".mine:not(.pending)").wait_for()
            await other.say(theirs, room=room["room"]["id"])
            await chat.locator(".peer .words").wait_for()
            await page.wait_for_timeout(150)
            await page.screenshot(path=folder / f"{name}.png")
            await context.close()


async def drawn(browser: Browser, folder: Path, names: list[str]) -> None:
    for name in names:
        colours, width, height, lang = LOOKS[name]
        with tempfile.TemporaryDirectory() as home, serving(Path(home), config=CLINIC) as service:
            await asyncio.to_thread(hire, service, "Omar", "moderator")
            picture = await look(browser, service, colours, {"width": width, "height": height}, lang)
            (folder / f"states-{name}.jpg").write_bytes(picture)
    with tempfile.TemporaryDirectory() as home, serving(Path(home), config=FREE) as service:
        await front(browser, service, folder)


Draws = Callable[[Browser, Path, list[str]], Coroutine[Any, Any, None]]


def main(name: str, about: str | None, looks: Iterable[str], draw: Draws) -> None:
    """A gallery at the command line: `draw` is given a browser, a folder and the names of looks."""

    async def drawing(folder: Path, names: list[str]) -> None:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable, args=ARGS)
            await draw(browser, folder, names)
            await browser.close()

    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=about)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", choices=list(looks), action="append", help="one look alone")
    asked = parser.parse_args()
    asyncio.run(drawing(asked.folder, asked.only or list(looks)))


if __name__ == "__main__":
    main("bench.gallery", __doc__, LOOKS, drawn)
