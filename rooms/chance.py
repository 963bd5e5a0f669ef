"""Random bytes of the system, drawn many at once: a draw by itself costs four microseconds, and a visitor who
comes in needs four."""

import base64
import os

DRAWN = 4096
_drawn = memoryview(b"")
os.register_at_fork(after_in_child=lambda: _forget())  # two processes must not give out the same


def token(size: int) -> str:
    """A token of `size` random bytes, as `secrets.token_urlsafe` makes them. None is given out twice."""
    global _drawn
    if len(_drawn) < size:
        _drawn = memoryview(os.urandom(max(DRAWN, size)))
    taken, _drawn = _drawn[:size], _drawn[size:]
    return base64.urlsafe_b64encode(taken).rstrip(b"=").decode()


def _forget() -> None:
    global _drawn
    _drawn = memoryview(b"")
