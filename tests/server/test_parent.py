"""When a worker's visitors are better off elsewhere."""

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
