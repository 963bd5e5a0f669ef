"""The addresses of the two stores: checked, never shown with what is secret in them."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from server.settings_table import Table

HOT_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster", "rediss+cluster")
DURABLE_SCHEMES = ("sqlite", "postgres", "postgresql")
FLEETING = {"DYNO": "Heroku", "KUBERNETES_SERVICE_HOST": "Kubernetes"}
"""Environment variables of platforms that replace a machine, and its files, at any time."""


def redacted(url: str) -> str:
    """The address without user, password and query, for logs and `kindred check`."""
    try:
        parts = urlsplit(url)
        place = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(an address that cannot be read)"
    return f"{parts.scheme}://{place}{port}{parts.path}"


def redis_url(table: Table) -> str | None:
    """`redis://`, `rediss://`, `unix://`, `redis+sentinel://HOST:PORT,HOST:PORT/SERVICE` or
    `redis+cluster://HOST:PORT,HOST:PORT`; None for the embedded store."""
    url = table.text("redis_url", "", longest=2_000)
    if not url:
        return None
    parts = _parts(table, "redis_url", url, HOT_SCHEMES)
    if parts and not (parts.path if parts.scheme == "unix" else parts.hostname):
        table.complain("redis_url", "names no host (redis://HOST:PORT) and no socket (unix:///FILE)")
    return url


def database_url(table: Table, home: Path) -> str:
    """`sqlite:///FILE`, `postgres://…` or `postgresql://…`; a file in `home` where none is named."""
    url = table.text("database_url", "", longest=2_000)
    if not url:
        return f"sqlite:///{home / 'kindred.db'}"
    parts = _parts(table, "database_url", url, DURABLE_SCHEMES)
    if parts and parts.scheme == "sqlite" and not (url.startswith("sqlite:///") and len(parts.path) > 1):
        table.complain("database_url", "must be written sqlite:///FILE, with three slashes before the file")
    if parts and parts.scheme != "sqlite" and not parts.path.strip("/"):
        table.complain("database_url", "names no database (postgres://USER@HOST/DATABASE)")
    return url


def refuse_to_forget(redis: str | None, database: str, environ: Mapping[str, str]) -> str | None:
    """Why the stores must not be on this machine, with the two lines that mend it; None where they may."""
    platform = next((name for mark, name in FLEETING.items() if environ.get(mark)), None)
    missing = []
    if redis is None:
        missing.append("REDIS_URL=redis://…")
    if database.startswith("sqlite"):
        missing.append("DATABASE_URL=postgres://…")
    if platform is None or not missing:
        return None
    return (
        f"{platform} replaces this machine at any time, and what is kept on it would be lost. Either set\n"
        f"    {' and '.join(missing)}\n"
        "in the environment, or accept the loss with this line at the top of kindred.toml:\n"
        "    ephemeral = true"
    )


def _parts(table: Table, key: str, url: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of the address. Never an error that quotes it: urlsplit's own do, password included."""
    try:
        parts = urlsplit(url)
        _ = None if "," in parts.netloc else parts.port  # several hosts are Sentinel's
    except ValueError:
        table.complain(
            key, "cannot be read as an address; is a special character in the password not %-encoded?"
        )
        return None
    if parts.scheme not in schemes:
        table.complain(key, "must begin with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return None
    return parts
