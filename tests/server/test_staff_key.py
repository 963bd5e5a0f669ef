"""The key of the staff's records."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.settings import Settings
from server.staff_key import derive, key_file, staff_key


def test_a_secret_is_the_key(tmp_path: Path) -> None:
    """Where KINDRED_SECRET is set nothing is written."""
    assert staff_key(Settings(home=tmp_path, secret="s" * 40)) == b"s" * 40
    assert list(tmp_path.iterdir()) == []


def test_a_file_beside_the_database(tmp_path: Path) -> None:
    """Without one a key is drawn once, for our eyes only, and whoever opens that database finds it."""
    url = f"sqlite:///{tmp_path / 'records' / 'k.db'}"
    settings = Settings(home=tmp_path / "one", database_url=url)
    key = staff_key(settings)
    assert key_file(settings) == tmp_path / "records" / "k.db.key"
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600
    assert staff_key(Settings(home=tmp_path / "two", database_url=url)) == key
    assert len(key) == 64


def test_in_the_home_for_a_database_elsewhere(tmp_path: Path) -> None:
    """A PostgreSQL's key lies in the home."""
    settings = Settings(home=tmp_path, database_url="postgres://h/d")
    assert staff_key(settings) == staff_key(settings)
    assert [path.name for path in tmp_path.iterdir()] == ["staff.key"]


def test_many_at_once_agree(tmp_path: Path) -> None:
    """Who starts at the same moment gets the same key, and nobody half of one."""
    settings = Settings(home=tmp_path, database_url="postgres://h/d")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: staff_key(settings), range(8)))) == 1


@pytest.mark.parametrize("content", ["", "short"])
def test_half_a_key_is_refused(tmp_path: Path, content: str) -> None:
    """A key file that was cut off is an error, not a weak key."""
    (tmp_path / "staff.key").write_text(content)
    with pytest.raises(OSError, match="holds no key"):
        staff_key(Settings(home=tmp_path, database_url="postgres://h/d"))


def test_purposes() -> None:
    """Keys of two purposes, or of two secrets, are different."""
    assert len({derive(b"a", "audit"), derive(b"a", "codes"), derive(b"b", "audit")}) == 3
