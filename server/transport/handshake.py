"""The answer to a request for a WebSocket (RFC 6455, section 4.2.2): no extension, no subprotocol."""

import base64
import binascii
import hashlib

from aiohttp import hdrs, web

VERSIONS = ("13", "8", "7")  # the same protocol under its drafts' numbers
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accepted(request: web.Request) -> bytes | None:
    """The head of the 101, or None where the request is wanting.

    Judged as aiohttp does, which makes a response object for it: a thirtieth of what a visitor costs who
    comes, joins and leaves.

    permessage-deflate is refused by leaving it out: a compressor for each reader costs as much as the write,
    keeps a window of what was said, and would press a secret token beside words of others.
    """
    headers = request.headers
    # By its own word: where the parser saw no upgrade it reads what follows as another request.
    options = [option.strip() for option in headers.get(hdrs.CONNECTION, "").lower().split(",")]
    asked = "upgrade" in options and headers.get(hdrs.UPGRADE, "").lower() == "websocket"
    key = headers.get(hdrs.SEC_WEBSOCKET_KEY, "")
    if not asked or headers.get(hdrs.SEC_WEBSOCKET_VERSION) not in VERSIONS or not _is_key(key):
        return None
    accept = base64.b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key)) == 16
    except binascii.Error:
        return False
