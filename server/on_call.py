"""Those who are called at home about a cry for help that nobody on duty looks after.

By webhook or e-mail, one after the other. What goes out names the site and the time, and has a link to answer
by; never a word that was said, nor who said it.
"""

import asyncio
import hashlib
import hmac
import logging
import smtplib
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp import web

from rooms import cases
from rooms.cases import Call
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from server.settings import Settings
from server.staff_key import derive

logger = logging.getLogger(__name__)
PATH: Final = "/on-call/"
PATIENCE: Final = 10.0
"""Seconds that an address may take; well under `care.sending`, after which another process calls."""
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width"><title>Kindred</title>
<p>{}</p>{}</html>"""
_BUTTON: Final = '<form method="post"><button>I have it</button></form>'


class OnCall:
    """Calls what is due, and hears the answers."""

    def __init__(self, house: House, settings: Settings, key: bytes) -> None:
        self._house = house
        self._settings = settings
        self._key = derive(key, "on call")
        self._tasks: set[asyncio.Task[None]] = set()

    async def look(self, community: str) -> None:
        """What time does to cases, and whom this process is to call for it. Raises Unavailable."""
        for call in await cases.look(self._house, Keys(community)):
            task = asyncio.ensure_future(self._call(Keys(community), call))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _call(self, keys: Keys, call: Call) -> None:
        """One address. A case without one more is over: nobody is claimed to have been told."""
        site = self._settings.sites.get(call.site)
        addresses = site.on_call if site else ()
        try:
            if call.called >= len(addresses):
                await cases.called(self._house, keys, call, "over")
                return
            told = await self._send(addresses[call.called], call.site, self.link(keys.community, call.case))
            logger.info("somebody at home was called", extra={"site": call.site, "told": told})
            await cases.called(self._house, keys, call, "told" if told else "failed")
        except Refusal:
            logger.warning("a call is made again when the store is back")

    async def _send(self, address: str, site: str, link: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                if address.startswith("mailto:"):
                    message = _mail(address.removeprefix("mailto:"), site, link)
                    await asyncio.to_thread(_post, self._settings.smtp_url, message)
                    return True
                told = {"kind": "crisis", "site": site, "at": self._house.now(), "acknowledge": link}
                async with (
                    aiohttp.ClientSession() as http,
                    http.post(address, json=told, allow_redirects=False) as answer,
                ):
                    return answer.status < 300
        except Exception as error:  # whatever it is: while one address is not given up the next is not called
            logger.warning("nobody could be called", extra={"site": site, "reason": type(error).__name__})
            return False

    def link(self, community: str, case: str) -> str:
        """Where whoever was called says that they have it."""
        return f"{self._settings.desk_url}{PATH}{community}/{case}/{self._mac(community, case)}"

    def _mac(self, community: str, case: str) -> str:
        return hmac.new(self._key, f"{community}/{case}".encode(), hashlib.sha256).hexdigest()[:32]

    def routes(self) -> list[web.RouteDef]:
        """The link. A program that looks at every link must not answer for its reader: a button does."""
        path = PATH + "{community}/{case}/{mac}"
        return [web.get(path, self._ask), web.post(path, self._answer)]

    async def _ask(self, request: web.Request) -> web.Response:
        self._checked(request)
        return _page("Somebody may be at risk, and nobody is looking after it yet.", _BUTTON)

    async def _answer(self, request: web.Request) -> web.Response:
        community, case = self._checked(request)
        try:
            seen = await cases.answered(self._house, Keys(community), case)
        except Refusal:
            raise web.HTTPServiceUnavailable(text="Please try again in a moment.") from None
        desk = f"{self._settings.desk_url}/desk"
        said = "Thank you. The visitor is told that somebody has seen it. Please open the desk:"
        return _page(f"{said} {desk}" if seen else "Thank you. It has been looked after.", "")

    def _checked(self, request: web.Request) -> tuple[str, str]:
        community, case = request.match_info["community"], request.match_info["case"]
        if not hmac.compare_digest(self._mac(community, case).encode(), request.match_info["mac"].encode()):
            raise web.HTTPNotFound
        return community, case


def _page(said: str, button: str) -> web.Response:
    return web.Response(
        text=_PAGE.format(said, button),
        content_type="text/html",
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def _mail(to: str, site: str, link: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = f"Kindred: somebody may be at risk ({site})"
    message["From"] = message["To"] = to
    message.set_content(
        f"Nobody on duty is looking after it. Open this link to say that you are:\n\n{link}\n"
    )
    return message


def _post(url: str, message: EmailMessage) -> None:
    server = urlsplit(url)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    host = server.hostname or ""
    with kind(host, server.port or (465 if server.scheme == "smtps" else 25), timeout=PATIENCE) as connection:
        if server.username:
            if server.scheme != "smtps":
                connection.starttls()
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
