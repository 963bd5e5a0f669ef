"""Socket.IO packets, version 5, of text: read from what an Engine.IO message carries, and written into one.

Nothing of python-socketio is used: it makes objects and copies for each packet and recipient.
"""

import re

import msgspec

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = "0123456"
_HEAD = re.compile(r"(?:([0-4])|([56])[0-9]{0,9}-)(?:(/[^,?]*)[^,]*(?:,|$))?([0-9]{0,18})")
_encode = msgspec.json.Encoder().encode


def head(text: str) -> tuple[str, str, str, int] | None:
    """Type, namespace, acknowledgement id ("" where none is asked for) and where the data begins, or None
    where that cannot be read. The id is sent back as it came."""
    found = _HEAD.match(text)
    if found is None:
        return None
    kind, binary, namespace, number = found.groups()
    return kind or binary, namespace or "/", number, found.end()


def emptied(text: str, data: str) -> str:
    """The same packet with other data, from its first characters alone."""
    found = head(text)
    return text if found is None else text[: found[3]] + data


def encode(kind: str, namespace: str, number: str, data: object) -> bytes:
    """An Engine.IO message of one packet."""
    where = "" if namespace == "/" else namespace + ","
    return f"4{kind}{where}{number}".encode() + _encode(data)
