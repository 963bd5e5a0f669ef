"""Where an embedded Valkey keeps its socket, and how the next start finds it after a crash."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_LIMIT = 103
"""Bytes: sun_path has 104 on macOS and BSD, 108 on Linux (unix(7)), one of them for the final NUL."""
NAME = "valkey.sock"


@dataclass(frozen=True, slots=True)
class Place:
    """One embedded store's files. The directory of the socket is its owner's alone (mode 0700)."""

    directory: Path
    socket: Path

    @property
    def pidfile(self) -> Path:
        return self.directory / "valkey.pid"

    @property
    def elsewhere(self) -> Path:
        """Names the directory of the socket where that had to be another one."""
        return self.directory / "socket-directory"

    def clear(self) -> None:
        """Remove what a Valkey that ended left here."""
        for path in (self.socket, self.pidfile, self.elsewhere):
            path.unlink(missing_ok=True)
        if self.socket.parent != self.directory:
            shutil.rmtree(self.socket.parent, ignore_errors=True)


def left(directory: Path) -> Place:
    """Where the one before us was, if there was one; `directory` is made, and made private.

    Raises OSError where that cannot be: it is somebody else's, or a file.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    place = Place(directory.absolute(), directory.absolute() / NAME)
    if not place.elsewhere.is_file():
        return place
    other = Path(place.elsewhere.read_text(encoding="utf-8"))
    if _could_be_ours(other):
        return Place(place.directory, other / NAME)
    place.elsewhere.unlink()
    return place


def new(directory: Path) -> Place:
    """Where the next one goes: `directory`, or a short one where the socket's path would be too long."""
    place = Place(directory.absolute(), directory.absolute() / NAME)
    if _fits(place.socket):
        return place
    other = Path(tempfile.mkdtemp(prefix="kindred-"))  # mode 0700
    if not _fits(other / NAME):  # a long TMPDIR
        other.rmdir()
        other = Path(tempfile.mkdtemp(prefix="kindred-", dir="/tmp"))
    place.elsewhere.write_text(str(other), encoding="utf-8")
    return Place(place.directory, other / NAME)


def _fits(socket: Path) -> bool:
    return len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT


def _could_be_ours(directory: Path) -> bool:
    """Clearing removes it whole, so a stray name in a file is not enough."""
    return (
        directory.name.startswith("kindred-")
        and not directory.is_symlink()
        and directory.is_dir()
        and directory.stat().st_uid == os.getuid()
    )
