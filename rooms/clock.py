"""Time as an argument: everything below the edge is handed one of these."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since the Unix epoch, UTC."""


def system() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000
