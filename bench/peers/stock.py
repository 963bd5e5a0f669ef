"""The chat server of python-socketio's own guide, on aiohttp and uvloop: `stock.py PORT [REDIS_URL]`."""

import asyncio
import itertools
import sys
import time

import socketio
import uvloop
from aiohttp import web


async def main(port: str, redis: str = "") -> None:
    manager = socketio.AsyncRedisManager(redis) if redis else None
    io = socketio.AsyncServer(async_mode="aiohttp", client_manager=manager, ping_interval=15, ping_timeout=10)
    numbers = itertools.count()

    @io.event
    async def connect(sid: str, environ: dict[str, object]) -> None:
        """Everybody may."""

    @io.event
    async def join(sid: str, asked: dict[str, str]) -> object:
        await io.enter_room(sid, asked["room"])
        return {"ok": True, "room": {"id": asked["room"]}}

    @io.event
    async def leave(sid: str, asked: dict[str, str]) -> object:
        await io.leave_room(sid, asked["room"])
        return {"ok": True}

    @io.event
    async def message(sid: str, said: dict[str, str]) -> object:
        told = {
            "room": said["room"],
            "id": f"{port}-{next(numbers)}",
            "at": int(time.time() * 1000),
            "from": {"id": sid, "name": "Gentle Otter", "role": "visitor"},
            "text": said["text"],
        }
        await io.emit("message", told, room=said["room"])
        return {"ok": True, "id": told["id"]}

    site = web.Application()
    io.attach(site)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(port), backlog=1024).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
