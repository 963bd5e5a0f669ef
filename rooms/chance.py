"""Random bytes of the system, drawn and spelled many at once: a draw by itself costs four microseconds, and a
visitor who comes in needs four."""

import base64
import os

DRAWN = 3_072
"""Bytes: of a multiple of three every character is drawn, and none is padding."""
_drawn, _at = "", 0
os.register_at_fork(after_in_child=lambda: _forget())  # two processes must not give out the same


def token(size: int) -> str:
    """A token of `size` random bytes, as `secrets.token_urlsafe` makes them. None is given out twice."""
    global _drawn, _at
    end = _at - (-4 * size // 3)
    if end > len(_drawn):
        drawn = base64.urlsafe_b64encode(os.urandom(max(DRAWN, 3 * size))).decode()
        _drawn, _at, end = drawn, 0, -(-4 * size // 3)
    taken, _at = _drawn[_at:end], end
    return taken


def _forget() -> None:
    global _drawn, _at
    _drawn, _at = "", 0
