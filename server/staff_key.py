"""The key of the staff's records, outside their database: the audit's MACs and second factors hang on it."""

import contextlib
import errno
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from server.settings import Settings


def staff_key(settings: Settings) -> bytes:
    """KINDRED_SECRET where one is set; else a file beside a SQLite database, or in `home`, made once.

    A file lies beside the database that it belongs to, so that every command that opens the one finds the
    other. Raises OSError where it can neither be read nor made.
    """
    if settings.secret:
        return settings.secret.encode()
    return _of_file(key_file(settings))


def key_file(settings: Settings) -> Path:
    """Where the key is kept when no secret is configured."""
    if settings.database_url.startswith("sqlite"):
        return Path(f"{make_url(settings.database_url).database}.key")
    return settings.home / "staff.key"


def derive(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that none of them tells another."""
    return hmac.new(key, f"kindred {purpose}".encode(), hashlib.sha256).digest()


def _of_file(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _draw(path)
    key = path.read_text(encoding="ascii").strip().encode()
    if len(key) < 32:
        raise OSError(errno.EINVAL, "it holds no key")
    return key


def _draw(path: Path) -> None:
    handle, made = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: of two processes that start at once the first wins, and nobody ever
        # reads half a key.
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
    finally:
        os.unlink(made)
