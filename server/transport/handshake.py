"""The answer to a request for a WebSocket (RFC 6455, section 4.2.2): no extension, no subprotocol."""

import base64
import hashlib

from aiohttp import hdrs, web

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accepted(request: web.Request) -> bytes | None:
    """The head of the 101, or None where aiohttp finds the request wanting.

    permessage-deflate is refused by leaving it out: a compressor for each reader costs as much as the write,
    keeps a window of what was said, and would press a secret token beside words of others.
    """
    if not web.WebSocketResponse(compress=False).can_prepare(request):
        return None
    key = request.headers[hdrs.SEC_WEBSOCKET_KEY]
    accept = base64.b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
