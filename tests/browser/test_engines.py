"""Firefox and WebKit: open, come in, send, Leave fast, Back. Chromium alone hides faults that they show."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from tests.browser.engines import FIREFOX, MINI_BROWSER, WEBKIT, XVFB, Engine, firefox, webkit
from tests.serving import FREE, PATIENCE, Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]
Start = Callable[[Path], AbstractAsyncContextManager[Engine]]
LINE = '<script async src="{chat}/embed.js" data-site="demo" data-exit="{clinic}/neutral"{more}></script>'
ENGINES = [
    pytest.param(firefox, id="firefox", marks=pytest.mark.skipif(not FIREFOX, reason="no firefox-esr")),
    pytest.param(
        webkit,
        id="webkit",
        marks=pytest.mark.skipif(not (WEBKIT and MINI_BROWSER and XVFB), reason="no webkit2gtk-driver, xvfb"),
    ),
]


class Clinic:
    """Pages of another site than the chat's: one before, the clinic's own two, the neutral one after."""

    def __init__(self) -> None:
        self.url = ""
        self.chat = ""

    async def page(self, request: web.Request) -> web.Response:
        more = ' data-storage="none"' if request.path == "/forgetful" else ""
        line = LINE.format(chat=self.chat, clinic=self.url, more=more)
        body = line if request.path in ("/clinic", "/forgetful") else request.path
        html = f"<!doctype html><title>{request.path}</title><p>Hello</p>{body}"
        return web.Response(text=html, content_type="text/html")


@pytest_asyncio.fixture(loop_scope="session")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    clinic, app = Clinic(), web.Application()
    app.router.add_get("/{page}", clinic.page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    # By another name than the chat: hosts make sites, ports do not.
    clinic.url = f"http://localhost:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    config = FREE + f'[[sites]]\nid = "demo"\ncover = "never"\norigins = ["{clinic.url}"]\n'
    service: Serving
    with serving(tmp_path_factory.mktemp("engines"), config=config) as service:
        clinic.chat = service.url
        yield clinic
    await runner.cleanup()


async def until(engine: Engine, fact: str, *, framed: bool = False) -> None:
    """Until the expression is true; a page on its way to another has no answer yet."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if await engine.run(fact, framed=framed):
                    return
            except (AssertionError, LookupError):
                pass
            await asyncio.sleep(0.05)


async def press(engine: Engine, selector: str) -> None:
    """Wait for a control of the chat, and press it. Later, because what it does may end the page."""
    one = f"document.querySelector({json.dumps(selector)})"
    await until(engine, f"Boolean({one}?.checkVisibility?.() ?? {one}?.offsetParent)", framed=True)
    await engine.run(f"setTimeout(() => {one}.click()) > 0", framed=True)


@pytest.mark.parametrize("page", ["clinic", "forgetful"])
@pytest.mark.parametrize("start", ENGINES)
async def test_open_come_in_send_leave_fast_and_back(
    clinic: Clinic, tmp_path: Path, start: Start, page: str
) -> None:
    """With and without storage; Leave fast ends at the neutral page, and Back is before the clinic."""
    async with start(tmp_path) as engine:
        await engine.go(f"{clinic.url}/before")
        await engine.go(f"{clinic.url}/{page}")
        launcher = "document.querySelector('kindred-chat')?.shadowRoot?.querySelector('button')"
        await until(engine, f"Boolean({launcher})")
        await engine.run(f"{launcher}.click() === undefined")
        await press(engine, ".onward button")
        await press(engine, ".topic")
        await until(engine, "document.querySelector('textarea')?.offsetParent !== null", framed=True)
        words = f"Hello from {page}"
        write = """((field) => {
            field.value = %s;
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.form.requestSubmit();
            return true;
        })(document.querySelector(".composer textarea"))"""
        await engine.run(write % json.dumps(words), framed=True)
        sent = (
            "[...document.querySelectorAll('.entry.mine:not(.pending) .words')].map((one) => one.textContent)"
        )
        await until(engine, f"{sent}.includes({json.dumps(words)})", framed=True)
        await until(engine, "Boolean(document.querySelector('.part summary'))", framed=True)
        await press(engine, ".urgent button:last-child")
        await until(engine, "location.pathname === '/neutral'")
        await engine.back()
        await until(engine, "location.pathname === '/before'")
