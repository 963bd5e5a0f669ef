"""Our transport alone: `python -m bench.peers.alone PORT`. Rooms and acknowledgements as any Socket.IO
server has them, on server/transport; no filter, no log, no store, nobody's name."""

import asyncio
import itertools
import os
import sys
import time
from collections import defaultdict
from typing import Any

import msgspec
import uvloop
from aiohttp import web

from server.transport import Answer, Caller, Wire


class Rooms:
    """A room's events of one loop tick go out as one packet, as server/fanout.py sends them."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._members: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._of: dict[str, str] = {}  # sid -> its room
        self._pending: defaultdict[str, list[object]] = defaultdict(list)
        self._numbers = itertools.count(1)
        wire.on_connect, wire.on_connected = self._let_in, self._welcome
        wire.on_event, wire.on_disconnect = self._event, self._gone

    async def _let_in(self, namespace: str, sid: str, caller: Caller, auth: object) -> None:
        """Everybody may come in."""

    async def _welcome(self, namespace: str, sid: str) -> None:
        """Nothing to say."""

    async def _gone(self, namespace: str, sid: str) -> None:
        self._leave(sid)

    def _leave(self, sid: str) -> None:
        room = self._of.pop(sid, None)
        if room is not None:
            self._members[room].pop(sid, None)

    def _event(self, namespace: str, sid: str, event: str, arguments: list[Any]) -> Answer:
        if event == "message":
            return self._say(sid, arguments[0]), None
        if event == "join":
            room = self._of[sid] = arguments[0]["room"]
            self._members[room][sid] = None
            return {"ok": True, "room": {"id": room}}, None
        self._leave(sid)
        return {"ok": True}, None

    def _say(self, sid: str, said: dict[str, str]) -> object:
        room, number = said["room"], next(self._numbers)
        pending = self._pending[room]
        if not pending:
            self._wire.gather(len(self._members[room]), self._flush, room)
        who = {"id": sid, "name": "Gentle Otter", "role": "visitor"}
        told = {"id": f"a{number}", "at": int(time.time() * 1000), "from": who, "text": said["text"]}
        pending.append(msgspec.Raw(msgspec.json.encode(told)))
        return {"ok": True, "id": f"a{number}"}

    def _flush(self, room: str) -> None:
        events = self._pending.pop(room)
        self._wire.tell(list(self._members[room]), "events", {"room": room, "events": events})


async def main(port: str) -> None:
    wire = Wire("bench", fast=os.environ.get("KINDRED_TRANSPORT") != "plain")
    Rooms(wire)
    site = web.Application()
    wire.attach(site)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(port), backlog=1024).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
