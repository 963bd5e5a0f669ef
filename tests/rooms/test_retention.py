"""How long anything is remembered: what was promised to people, in numbers."""

from rooms import retention

HOUR = 3600


def test_what_was_promised() -> None:
    """Each number is the one that the visitors' and the clinics' papers name; a change is a decision."""
    assert retention.LOG_MINUTES == 60
    assert retention.LOG_MINUTES_LIMIT == 1_440
    assert (retention.LOG_EVENTS, retention.LOG_BYTES) == (1_000, 1024 * 1024)
    assert retention.POSITION == 24 * HOUR
    assert (retention.RECEIPT, retention.RECEIPTS_A_VISITOR) == (15 * 60, 256)
    assert retention.NAME_REST == 24 * HOUR
    assert retention.TAG_KEY == retention.SANCTION == 48 * HOUR
    assert (retention.STAFF_IDLE, retention.STAFF_SESSION) == (30 * 60, 12 * HOUR)
    assert retention.INVITATION == 7 * 24 * HOUR
    assert retention.AUDIT_MONTHS == 24
    assert (retention.LATELY, retention.LATELY_MESSAGES, retention.MINOR_HERE) == (600, 6, HOUR)
    assert retention.JANITOR_EVERY == 60
