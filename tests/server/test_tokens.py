"""Tickets of a page: ours, for one site, for five minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.tokens import TICKET_MS, holds, ticket

SECRET, NOW = b"a secret", 1_790_000_000_000
TICKET = ticket(SECRET, "demo", NOW)


def test_five_minutes() -> None:
    """A ticket is good from the moment it is drawn, for five minutes."""
    assert TICKET_MS == 300_000
    assert holds(SECRET, "demo", TICKET, NOW)
    assert holds(SECRET, "demo", TICKET, NOW + TICKET_MS)
    assert not holds(SECRET, "demo", TICKET, NOW + TICKET_MS + 1)


def test_one_site_one_secret() -> None:
    """It opens no other site, and another service's secret makes no ticket for us."""
    assert not holds(SECRET, "other", TICKET, NOW)
    assert not holds(b"another secret", "demo", TICKET, NOW)
    assert not holds(SECRET, "demo", ticket(b"another secret", "demo", NOW), NOW)


def test_no_more_time() -> None:
    """Nobody can give a ticket more time."""
    until, _, signature = TICKET.partition(".")
    for longer in (str(int(until) + 1), "0" + until, "9" * 15, until[:-1]):
        assert not holds(SECRET, "demo", f"{longer}.{signature}", NOW)


@pytest.mark.parametrize("at", range(len(TICKET)))
def test_tampering(at: int) -> None:
    """A ticket with any one character changed is none."""
    other = "0" if TICKET[at] != "0" else "1"
    assert not holds(SECRET, "demo", TICKET[:at] + other + TICKET[at + 1 :], NOW)


@pytest.mark.parametrize(
    "rubbish",
    [
        *("", ".", "..", "1", f"{NOW + 1}", f"{NOW + 1}.", f".{TICKET.partition('.')[2]}", TICKET[:-1]),
        *(TICKET + "A", TICKET + "\n", f" {TICKET}", f"-{TICKET}", "9" * 5_000, f"٣{TICKET}", f"²{TICKET}"),
        *(f"{NOW + 1}.é🕊", "null", "NaN.x", "1e99.x"),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_rubbish(rubbish: str) -> None:
    """What is no ticket is refused without an error."""
    assert not holds(SECRET, "demo", rubbish, NOW)


@given(st.text(max_size=60))
def test_anything(presented: str) -> None:
    """No text that we did not sign is a ticket."""
    assert not holds(SECRET, "demo", presented, NOW)
