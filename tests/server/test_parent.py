"""When a worker's visitors are better off elsewhere."""

import asyncio
import time

import pytest

from server import parent
from server.parent import DEAF_REPORTS, Deaf


def reports(deaf: Deaf, ready: bool, others: bool, number: int) -> list[bool]:
    return [deaf.should_move(ready, others) for _ in range(number)]


def test_a_deaf_worker_is_told_once() -> None:
    """Not ready for two seconds while another is: told to move, and not again in the same spell."""
    deaf = Deaf()
    deaf.should_move(True, True)
    assert reports(deaf, False, True, DEAF_REPORTS + 5).count(True) == 1
    deaf.should_move(True, True)
    assert reports(deaf, False, True, DEAF_REPORTS).count(True) == 1


def test_a_store_that_is_away_for_everybody_moves_nobody() -> None:
    """With no other worker ready, everyone stays and waits."""
    deaf = Deaf()
    deaf.should_move(True, True)
    assert not any(reports(deaf, False, False, 50))


def test_a_worker_that_only_starts_is_not_told() -> None:
    """It has nobody to send away."""
    assert not any(reports(Deaf(), False, True, 50))


@pytest.mark.asyncio
async def test_silence_is_counted_by_our_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parent that stood still longer than its patience does not take its workers for dead; one that did
    not, does."""
    monkeypatch.setattr(parent, "TICK", 0.05)
    reader, loop = asyncio.StreamReader(), asyncio.get_running_loop()
    loop.call_later(0.4, reader.feed_data, b"{}\n")  # due only once we have stood still for longer
    loop.call_soon(_stand_still, 0.3)
    assert await parent._word(reader, 0.2) == b"{}\n"
    with pytest.raises(TimeoutError):
        await parent._word(reader, 0.1)


def _stand_still(seconds: float) -> None:
    time.sleep(seconds)
