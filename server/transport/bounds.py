"""How much one connection may send, and may leave unread. Numbers are bytes where nothing else is said."""

import socket
from typing import Final

from rooms.limits import Rate

PACKET = 32_768
"""Largest packet that is read. The longest message has 2,000 code points: 8 KiB as UTF-8, and 24,000 bytes
from a client that writes `\\ud83d\\ude00` for a face."""
HEAD = 256
"""Bytes that are looked at of a longer one: whom to answer that it was too long."""
FRAME = 262_144
"""Largest packet that is answered at all, as the handshake says; above it the connection ends. Largest body
of a polling request: a backlog of long messages, escaped."""
PAYLOAD_PACKETS = 128
"""Packets in it. A client that was offline sends its backlog in one request."""
POLL_PACKETS = 16
"""Packets in one poll's answer: more kill clients that were built on python-engineio."""
QUEUED = 262_144
"""What may wait for one reader; then it is cut and comes back, the log is its buffer."""
KERNEL = 65_536
"""The kernel's buffer for what is sent (it doubles it for its own needs). Left alone it grows to megabytes
for a reader who reads nothing, which no process shows and the machine misses all the same."""
LONG = 65_536
"""A frame above it is no event but an answer that was asked for: the transport's own high-water mark."""
INBOX = 64
"""Packets of one connection that may wait for the one before them; then we stop reading."""
TURN = 32
"""Packets of one connection that are handled at a stretch; then others have their turn."""
TOGETHER = 16
"""Messages of one connection that may be on their way to the store at once."""
TOGETHER_SIZE = 8_192
"""Characters of packets in such a run: the filter judges all of them in one turn of the loop."""
LINGER = 5.0
"""Seconds that a reader has to take what was written before its connection is torn down."""
CONNECT = 15.0
"""Seconds until a session that has joined no namespace is closed: it holds a socket and says nothing."""
CONNECTS: Final = Rate(20, 1_000)
"""How often one connection may ask to be let into a namespace. A client does so once, and again where it was
refused; each time is a look into the store and a welcome, and a token is asked for no other pace."""
COME_BACK = 1013
"""The close code of a reader that was too slow, of who comes in too often, and of a process that ends: "try
again later" (RFC 6455's registry at IANA). A Socket.IO DISCONNECT would tell clients to stay away."""


def bound(listener: socket.socket) -> None:
    """Give every connection that comes in here a bounded buffer in the kernel: they inherit it."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)
