"""Visitors of this process whom a limit concerns: told at once, and taken out of where they may not be."""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from rooms import cases, desk_sanctions, duty, whispers
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.session import Session
from server.connection import Connection
from server.desk_fanout import DESK
from server.private_words import tell_support

if TYPE_CHECKING:
    from server.sockets import Edge

logger = logging.getLogger(__name__)


class Sanctioned:
    """Hears every community's control channel."""

    def __init__(self, edge: "Edge") -> None:
        self._edge = edge
        self._tasks: set[asyncio.Task[None]] = set()
        self.said: Counter[str] = Counter()  # community -> how much was heard of it

    def heard(self, community: str, payload: bytes) -> None:
        """What a process did to a visitor."""
        self.said[community] += 1
        said: dict[str, Any] = msgspec.json.decode(payload)
        if "case" in said and self._edge.desks is not None:
            self._edge.desks.queue.heard(community, said["case"], said.get("alert", False))
        if "ask" in said and self._edge.desks is not None:
            self._edge.desks.queue.ask(community, said["ask"], said["item"])
        if "duty" in said and self._edge.desks is not None:
            now = said["duty"]
            self._begin(self._edge.desks.heard_duty(now["person"], now["since"], tuple(now["langs"])))
        if "on_duty" in said and self._edge.desks is not None:
            self._begin(self._edge.desks.heard_on_duty(community))
        if "rules" in said and self._edge.rules is not None:
            self._edge.rules.heard()
        for connection in self._of(community, said["visitor"]) if "visitor" in said else ():
            self._hear(connection, said)
        if "forget" in said:
            gone = said["forget"]
            self._edge.house.lately.forget(community, gone["visitor"], gone["room"], gone["id"])
        if said.get("acted"):
            desks = self._desks(community, moderators=said.get("moderators", False))
            self._edge.wire.tell(desks, "acted", said["acted"], DESK)

    def _hear(self, connection: Connection, said: dict[str, Any]) -> None:
        if "sanction" in said:
            self.tell(connection, said["sanction"])
        elif "lifted" in said:
            connection.bans.pop(said["lifted"], None)
            self._edge.wire.tell([connection.sid], "lifted", {"id": said["lifted"]})
        elif "outcome" in said:
            self._edge.wire.tell([connection.sid], "outcome", said["outcome"])
        elif "whisper" in said:
            self._edge.wire.tell([connection.sid], "whisper", said["whisper"])
        elif "unanswered" in said and said["unanswered"]["room"] in connection.rooms:
            self._edge.wire.tell([connection.sid], "unanswered", said["unanswered"])
        elif "renamed" in said:
            self._rename(connection, said["renamed"])
        elif "care" in said:
            tell_support(self._edge, connection, said["care"]["kind"], said["care"]["state"])

    def tell(self, connection: Connection, sanction: dict[str, Any]) -> None:
        """One limit to one connection, and what it means for the rooms it is in."""
        session, reasons = connection.session, self._edge.reasons
        why = reasons.why(session.site, session.lang, sanction["reason"]) if reasons else None
        self._edge.wire.tell([connection.sid], "sanction", sanction | ({"why": why} if why else {}))
        connection.sent_out += sanction["kind"] in ("ban", "kick")
        if sanction["kind"] == "ban":
            connection.bans[sanction["id"]] = sanction["until"]
            self._out(connection, list(connection.rooms))
        elif sanction["kind"] == "kick" and sanction["room"] in connection.rooms:
            self._out(connection, [sanction["room"]])

    async def in_force(self, connection: Connection) -> None:
        """After `welcome`: what holds for this visitor. Raises Unavailable."""
        session = connection.session
        for sanction in await desk_sanctions.in_force(self._edge.house, session.keys, session.id):
            self.tell(connection, desk_sanctions.told(sanction))
        for outcome in await cases.outcomes(self._edge.house, session.keys, session.id):
            self._edge.wire.tell([connection.sid], "outcome", outcome)
        for whisper in await whispers.received(self._edge.house, session.keys, session.id):
            self._edge.wire.tell([connection.sid], "whisper", whisper.told())

    async def look_again(self, communities: Collection[str] = ()) -> None:
        """After a time in which nothing of these communities (all, where none is named) could be heard.

        Raises Unavailable.
        """
        for connection in list(self._edge.connections.values()):
            if not communities or connection.session.site.community in communities:
                connection.bans.clear()  # what was lifted meanwhile was not heard either
                await self.in_force(connection)
        if self._edge.desks is not None:
            await self._edge.desks.queue.look_again(communities)

    def _of(self, community: str, visitor: str) -> list[Connection]:
        connections = self._edge.connections.values()
        return [
            one for one in connections if one.session.id == visitor and one.session.keys == Keys(community)
        ]

    def _desks(self, community: str, *, moderators: bool) -> list[str]:
        if self._edge.desks is None:
            return []
        desks = self._edge.desks
        theirs = Keys(community)
        there = [sid for sid, desk in desks.open.items() if theirs in desks.communities(desk.person)]
        if not moderators:
            return there
        return [sid for sid in there if desks.role_in(desks.open[sid].person, community) in duty.COVERING]

    def _rename(self, connection: Connection, name: str) -> None:
        """Another tab of theirs drew another name, perhaps at another worker: one person speaks under one."""
        if connection.session.name != name:
            connection.session = replace(connection.session, name=name)
            self._begin(self._tell_name(connection.session))

    async def _tell_name(self, session: Session) -> None:
        try:
            await self._edge.fanout.renamed(session)
        except Refusal:
            logger.info("a name is told later")  # with all seats, when the store is back

    def _out(self, connection: Connection, rooms: list[str]) -> None:
        self._begin(self._leave(connection, rooms))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _leave(self, connection: Connection, rooms: list[str]) -> None:
        for room in rooms:
            try:
                await self._edge.out(connection, room, forget=True)
            except Refusal:
                logger.info("a seat is given up later")  # `out` owes it
