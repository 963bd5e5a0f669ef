"""A PostgreSQL for tests: started for them alone, without a port, ended with them."""

import asyncio
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest


def postgresql_binaries() -> Path | None:
    """Debian keeps them out of the PATH, one directory a version."""
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return Path(found).parent if found else places[-1] if places else None


@contextlib.contextmanager
def postgresql() -> Iterator[Path]:
    """The socket directory of a private PostgreSQL without a port. It refuses to run as root."""
    binaries = postgresql_binaries()
    if binaries is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    assert binaries, "CI tests against PostgreSQL too: apt-get install postgresql"
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    as_owner: dict[str, Any] = {
        "cwd": "/",
        "env": {"LC_ALL": "C"},
        "check": True,
        "stdout": subprocess.DEVNULL,
    }
    if os.getuid() == 0:
        as_owner |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    # not below tmp_path: that is root's alone, and another user could not reach it
    place = Path(tempfile.mkdtemp(prefix="kindred-pg-"))
    os.chown(place, owner.pw_uid, owner.pw_gid)
    data = str(place / "data")
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={place}"
    try:
        subprocess.run([binaries / "initdb", "-A", "trust", "-U", "kindred", "-N", "-D", data], **as_owner)
        start = ["-D", data, "-w", "-l", str(place / "log"), "-o", options, "start"]
        subprocess.run([binaries / "pg_ctl", *start], **as_owner)
        try:
            yield place
        finally:
            subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], **as_owner)
    finally:
        shutil.rmtree(place)


async def empty_database(place: Path) -> str:
    """The address of a new one."""
    name = f"t{uuid.uuid4().hex}"
    connection = await asyncpg.connect(host=str(place), user="kindred", database="postgres")
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return f"postgres://kindred@/{name}?host={place}"


DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.long))
"""For journeys whose acts are written down: both, the second in the long run."""


@contextlib.contextmanager
def configured(database: str) -> Iterator[str]:
    """The line of kindred.toml for an empty database of a kind; none for the SQLite file of the home."""
    if database == "sqlite":
        yield ""
    else:
        with postgresql() as place:
            yield f'database_url = "{asyncio.run(empty_database(place))}"\n'
