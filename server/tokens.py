"""Tickets: what the widget's page carries so that a frame without an origin of its own may connect."""

import base64
import hashlib
import hmac

TICKET_MS = 5 * 60_000
"""A page is drawn and connects within seconds; a copied ticket is worth little."""


def ticket(secret: bytes, site: str, now: int) -> str:
    """A ticket for one site, good for five minutes from `now` (ms)."""
    until = str(now + TICKET_MS)
    return f"{until}.{_sign(secret, site, until)}"


def holds(secret: bytes, site: str, presented: str, now: int) -> bool:
    """Whether a presented ticket is ours, for this site, and still good."""
    until, _, signature = presented.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 16) or int(until) < now:
        return False
    return hmac.compare_digest(signature.encode(), _sign(secret, site, until).encode())


def _sign(secret: bytes, site: str, until: str) -> str:
    mac = hmac.new(secret, f"ticket\0{site}\0{until}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:18]).decode()
