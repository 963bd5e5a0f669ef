"""Simulated visitors for the demo page: started by a button, labelled as what they are, gone by themselves.

They take the same path as everybody (`relay.say`), so a director sees the real thing. They exist only
on the built-in demo site, and nothing starts them but that button.
"""

import asyncio
import logging
import random
from typing import Final

from aiohttp import web

from rooms import presence, relay, visitors
from rooms.keys import Keys
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.session import Session
from rooms.site import Site, Topic
from server import door
from server.sockets import Edge

logger = logging.getLogger(__name__)
PAUSE = (3.0, 7.0)
"""Seconds between two lines, so that a person can follow."""
STAY = 20.0
"""Seconds they stay after the last line."""
Line = tuple[int, str]  # who speaks, and what

LINES: Final[dict[str, tuple[Line, ...]]] = {
    "addiction": (
        (0, "Hi. Day 12 for me. Evenings are the hard part."),
        (1, "Evenings were mine too. I started going for a walk at the time I used to drink."),
        (2, "I relapsed last month and came back. Nobody here made me feel small for it."),
        (0, "That helps to hear. Thank you."),
        (1, "One evening at a time. You can write here when it gets loud."),
    ),
    "mental-health": (
        (0, "Slept three hours again. Everything feels far away today."),
        (1, "I know that feeling. Some days I only count getting dressed, and that is enough."),
        (2, "Same here last winter. It did not stay like that for me."),
        (0, "Getting dressed counts. I can do that one."),
        (1, "It does count. Good to have you here."),
    ),
    "life-changes": (
        (0, "The flat is so quiet since the move."),
        (1, "First week after my divorce I kept the radio on all day, just for the voices."),
        (2, "I still set the table for two sometimes. It gets softer with time."),
        (0, "The radio is a good idea. I will try it tonight."),
        (1, "Tell us tomorrow how it went, if you like."),
    ),
}


class People:
    """The troupe: at most one a topic in this process."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._playing: dict[str, asyncio.Task[None]] = {}

    def routes(self) -> list[web.RouteDef]:
        """`POST /demo/people {"topic"?}` -> 202 `{"started": n, "title"}`; 409 (n is 0) while they are there.

        Without a topic they come to where most people are, so that whoever asked meets them.
        """
        return [web.post("/demo/people", self._start)]

    async def stop(self) -> None:
        """Everyone out."""
        for task in self._playing.values():
            task.cancel()
        await asyncio.gather(*self._playing.values(), return_exceptions=True)

    async def _start(self, request: web.Request) -> web.Response:
        site = next((site for site in self._edge.settings.sites.values() if site.demo), None)
        origin = request.headers.get("Origin")
        if site is None:
            raise web.HTTPNotFound
        if origin is not None and not door.is_ours(origin, request.host):
            raise web.HTTPForbidden
        try:
            topic = await self._topic(request, site)
            if topic is None:
                return web.json_response({"error": "There is no such topic here."}, status=400)
            if topic.id in self._playing:
                return web.json_response({"started": 0, "title": topic.title}, status=409)
            troupe = [await self._enter(site, topic) for _ in range(3)]
        except Refusal as refusal:
            return web.json_response({"error": refusal.message}, status=503)
        task = asyncio.create_task(self._play(troupe, topic.id))
        self._playing[topic.id] = task
        task.add_done_callback(lambda _: self._playing.pop(topic.id, None))
        return web.json_response({"started": len(troupe), "title": topic.title}, status=202)

    async def _topic(self, request: web.Request, site: Site) -> Topic | None:
        try:
            asked = await request.json() if request.can_read_body else {}
        except ValueError:
            return None
        name = asked.get("topic") if isinstance(asked, dict) else None
        if name is not None:
            return site.topic(str(name))
        keys = Keys(site.community)
        people = {topic: await presence.count(self._edge.house, keys, topic.id) for topic in site.topics}
        return max(site.topics, key=lambda topic: people[topic])

    async def _enter(self, site: Site, topic: Topic) -> tuple[Session, str]:
        secret = next(iter(self._edge.secrets.values()), b"")
        arrival = await visitors.arrive(
            self._edge.house, site, secret, None, "simulated", site.lang, role="simulated"
        )
        return arrival.session, await presence.place(self._edge.house, arrival.session, topic.id)

    async def _play(self, troupe: list[tuple[Session, str]], topic: str) -> None:
        house = self._edge.house
        try:
            for speaker, text in LINES.get(topic, LINES["life-changes"]):
                session, room = troupe[speaker]
                await asyncio.sleep(random.uniform(*PAUSE) / 2)
                await presence.typing(house, session, room)
                await asyncio.sleep(random.uniform(*PAUSE) / 2)
                draft = Draft(key=house.mint(), text=text, room=room)
                await relay.say(house, session, {room}, draft)
            await asyncio.sleep(STAY)
        except Refusal as refusal:
            logger.info("the demo people stopped", extra={"reason": refusal.code})
        finally:
            for session, room in troupe:
                await self._leave(session, room)

    async def _leave(self, session: Session, room: str) -> None:
        try:
            await presence.unseat(self._edge.house, session, room, forget=True)
        except Refusal:
            return  # the store is away, and their seats with it
