"""The second factor: codes of an authenticator (RFC 6238), and recovery codes for when it is lost."""

import base64
import hashlib
import hmac
import re
import secrets
from urllib.parse import quote, urlencode

STEP_MS = 30_000
DIGITS = 6
RECOVERY = 8
"""Recovery codes a person is shown, once."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another


def new_seed() -> str:
    """What the records keep of a new second factor; worth nothing without our key."""
    return secrets.token_hex(16)


def secret_of(key: bytes, seed: str) -> bytes:
    """The authenticator's secret, 160 bits. Derived, so that a copy of the database holds none."""
    return hmac.new(key, f"second factor\0{seed}".encode(), hashlib.sha256).digest()[:20]


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a half minute (RFC 4226 section 5.3, with SHA-1, which every authenticator knows)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, code: str, now_ms: int, used: int) -> int | None:
    """The half minute that a code belongs to: this one or a neighbour, for clocks that differ (RFC 6238
    section 5.2), and later than the one `used` last, so that a code that was seen is worth nothing."""
    now = now_ms // STEP_MS
    found = None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > used:
            found = step
    return found


def is_code(written: str) -> bool:
    """Whether it is an authenticator's, not a recovery code."""
    return bool(re.fullmatch(rf"[0-9]{{{DIGITS}}}", written))


def uri(secret: bytes, name: str, issuer: str) -> str:
    """What an authenticator's QR code says."""
    label = quote(f"{issuer}:{name}", safe="")
    return f"otpauth://totp/{label}?" + urlencode({"secret": base32(secret), "issuer": issuer})


def base32(secret: bytes) -> str:
    """The secret as a person types it."""
    return base64.b32encode(secret).decode().rstrip("=")


def recovery_codes() -> list[str]:
    """New ones, each with 59 random bits."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY)
    ]


def kept(key: bytes, code: str) -> str:
    """A recovery code as the records keep it, however it was typed."""
    plain = re.sub(r"[^a-z0-9]", "", code.casefold())
    return hmac.new(key, f"recovery\0{plain}".encode(), hashlib.sha256).hexdigest()
