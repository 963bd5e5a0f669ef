"""Firefox and WebKit as the distribution has them, each by a protocol of its own: no driver to download.

Just enough for a smoke test: go, run a script in the page or in the chat's frame, go back.
"""

import asyncio
import contextlib
import glob
import json
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import aiohttp

PATIENCE = 60.0
"""Seconds for a browser to start on a busy machine; it takes 3 to 8."""
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEBKIT = shutil.which("WebKitWebDriver")
MINI_BROWSER = next(iter(sorted(glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser"))), None)
XVFB = shutil.which("Xvfb")


class Engine(Protocol):
    """A browser with one page."""

    async def go(self, url: str) -> None:
        """Load a page."""

    async def back(self) -> None:
        """The browser's own Back."""

    async def run(self, script: str, *, framed: bool = False) -> Any:
        """The value of an expression in the page, or in its frame."""


class Firefox:
    """WebDriver BiDi, which the browser speaks itself."""

    def __init__(self, link: aiohttp.ClientWebSocketResponse) -> None:
        self._link = link
        self._calls = 0

    async def _ask(self, method: str, **params: Any) -> Any:
        self._calls += 1
        await self._link.send_json({"id": self._calls, "method": method, "params": params})
        while True:
            answer = await self._link.receive_json(timeout=PATIENCE)
            if answer.get("id") == self._calls:
                assert answer["type"] == "success", answer
                return answer["result"]

    async def _page(self) -> dict[str, Any]:
        return (await self._ask("browsingContext.getTree"))["contexts"][0]  # type: ignore[no-any-return]

    async def go(self, url: str) -> None:
        page = await self._page()
        await self._ask("browsingContext.navigate", context=page["context"], url=url, wait="complete")

    async def back(self) -> None:
        await self._ask("browsingContext.traverseHistory", context=(await self._page())["context"], delta=-1)

    async def run(self, script: str, *, framed: bool = False) -> Any:
        page = await self._page()
        target = page["children"][0] if framed else page
        answer = await self._ask(
            "script.evaluate",
            expression=f"JSON.stringify([{script}])",
            target={"context": target["context"]},
            awaitPromise=False,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])[0]


@contextlib.asynccontextmanager
async def firefox(home: Path) -> AsyncIterator[Firefox]:
    """A headless Firefox with a profile of its own."""
    assert FIREFOX is not None
    arguments = ("--headless", "--no-remote", "--profile", str(home), "--remote-debugging-port", "0")
    process = await asyncio.create_subprocess_exec(
        FIREFOX, *arguments, env=os.environ | {"HOME": str(home)}, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(rb"listening on (ws://\S+)", await process.stderr.readline())):
                assert process.returncode is None, "it did not start"
        draining = asyncio.create_task(process.stderr.read())  # else it stops when the pipe is full
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{found[1].decode()}/session") as link:
            browser = Firefox(link)
            await browser._ask("session.new", capabilities={})
            yield browser
    finally:
        process.terminate()
        await process.wait()
    await draining


class WebKit:
    """W3C WebDriver, through the driver that comes with WebKitGTK."""

    def __init__(self, http: aiohttp.ClientSession, session: str) -> None:
        self._http = http
        self._session = session

    async def _ask(self, path: str, **body: Any) -> Any:
        async with self._http.post(f"{self._session}/{path}", json=body) as answer:
            told = await answer.json(content_type=None)
            assert answer.status == 200, told
            return told["value"]

    async def go(self, url: str) -> None:
        await self._ask("url", url=url)

    async def back(self) -> None:
        await self._ask("back")

    async def run(self, script: str, *, framed: bool = False) -> Any:
        await self._ask("frame", id=None)
        if framed:
            found = "return document.querySelector('kindred-chat').shadowRoot.querySelector('iframe')"
            await self._ask("frame", id=await self._ask("execute/sync", script=found, args=[]))
        return await self._ask("execute/sync", script=f"return {script}", args=[])


@contextlib.asynccontextmanager
async def webkit(home: Path) -> AsyncIterator[WebKit]:
    """WebKitGTK's small browser on a screen of its own."""
    assert WEBKIT is not None
    assert XVFB is not None
    async with contextlib.AsyncExitStack() as stack:
        display, ours = os.pipe()
        screen = await stack.enter_async_context(_running(XVFB, "-displayfd", str(ours), pass_fds=(ours,)))
        assert screen.returncode is None
        os.close(ours)
        number = await asyncio.to_thread(_first_line, display)
        port = _free_port()
        # Its own sandbox wants user namespaces, which a container often has not.
        environ = os.environ | {
            "DISPLAY": f":{number}",
            "HOME": str(home),
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        await stack.enter_async_context(_running(WEBKIT, f"--port={port}", env=environ))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        driver = f"http://127.0.0.1:{port}"
        options = {"binary": MINI_BROWSER, "args": ["--automation"]}
        asked = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        async with asyncio.timeout(PATIENCE):
            await _listens(port)
            async with http.post(
                f"{driver}/session", json={"capabilities": {"alwaysMatch": asked}}
            ) as answer:
                told = (await answer.json(content_type=None))["value"]
        session = f"{driver}/session/{told['sessionId']}"
        yield WebKit(http, session)
        async with http.delete(session):
            pass


@contextlib.asynccontextmanager
async def _running(program: str, *arguments: str, **more: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(program, *arguments, stdout=quiet, stderr=quiet, **more)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


def _first_line(pipe: int) -> str:
    """It comes in two parts, and who closes after the first ends the screen."""
    with open(pipe) as told:
        return told.readline().strip()


async def _listens(port: int) -> None:
    """Until somebody does."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return writer.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
