"""Connections: Socket.IO 5 over Engine.IO 4, WebSocket and long-polling (docs/transport.md).

wire.py       namespaces, events in order, telling many         no private name of any library
client.py     one connection's packets, in line
packet.py     Socket.IO packets
websocket.py  the fast path: RFC 6455 in one asyncio.Protocol
frame.py wheel.py bounds.py caller.py
library.py    every private name of aiohttp and python-engineio, and long-polling
"""

from server.transport import packet
from server.transport.bounds import FRAME, PAYLOAD_PACKETS, POLL_PACKETS, bound
from server.transport.caller import Caller
from server.transport.library import worker_of
from server.transport.wire import Answer, Refused, Wire

__all__ = [
    "FRAME",
    "PAYLOAD_PACKETS",
    "POLL_PACKETS",
    "Answer",
    "Caller",
    "Refused",
    "Wire",
    "bound",
    "packet",
    "worker_of",
]
