"""WebSocket frames as a server writes them (RFC 6455, section 5.2): whole, and without a mask."""

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
"""First bytes: FIN, no extension, and the opcode."""


def frame(first: int, payload: bytes) -> bytes:
    """One frame."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65_536:
        return bytes((first, 126, size >> 8, size & 255)) + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def closing(code: int) -> bytes:
    """The frame that ends a connection."""
    return frame(CLOSE, code.to_bytes(2, "big"))


def close_code(payload: bytes | bytearray) -> int:
    """What to answer a peer's close frame with: its own code, or 1002 where it may not stand in a frame."""
    if not payload:
        return 1000
    code = int.from_bytes(payload[:2], "big")
    registered = 1000 <= code <= 1014 and code not in (1004, 1005, 1006)
    return code if len(payload) > 1 and (registered or 3000 <= code < 5000) else 1002


class Message:
    """What is to be sent to one or to many, encoded and framed once. `payload` begins with the Engine.IO
    type; binary payloads have none."""

    __slots__ = ("binary", "frame", "payload")

    def __init__(self, payload: bytes, *, binary: bool = False) -> None:
        self.payload = payload
        self.binary = binary
        self.frame = frame(BINARY if binary else TEXT, payload)
