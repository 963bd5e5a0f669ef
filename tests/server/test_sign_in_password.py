"""Which passwords will do, and that making their hashes holds nobody up."""

import asyncio
import time

import pytest

from rooms.refusals import Unavailable
from server import sign_in_password
from server.sign_in_password import NOBODY, Hashing, fits, hashed, why_not


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "eleven char",
        "x" * 257,
        "password1234",
        "Password!2026",
        "passwordpassword",
        "sunshine20261125",
        "qwertyuiop12",
        "123456789012",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abababab1111",
        "kindredkindred",
        "Kindred2026!!",
        "ines-ines-ines",
    ],
)
def test_refused(password: str) -> None:
    """Short ones, common ones however dressed, repeated ones and a person's own name will not do."""
    assert why_not(password, "Ines")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "twelve chars",
        "Sommerregen im Mai",
        "моя длинная фраза",
        "k3!pqv8zr2mw",
        "x1" * 3 + "qrstuv",
    ],
)
def test_accepted(password: str) -> None:
    """Length is enough: no rule about kinds of characters."""
    assert why_not(password, "Ines") is None


def test_the_hash_is_argon2id() -> None:
    """19 MiB, two passes, one lane, a salt of its own; another password does not fit."""
    one, other = hashed("correct horse battery"), hashed("correct horse battery")
    assert one.startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != other
    assert fits(one, "correct horse battery")
    assert not fits(one, "correct horse batterz")
    assert NOBODY.rpartition(b"$")[0].rpartition(b"$")[0] == one.rpartition(b"$")[0].rpartition(b"$")[0]


def test_the_same_password_on_another_keyboard() -> None:
    """Composed and decomposed letters are one password (NFKC)."""
    assert fits(hashed("un été à la mer"), "un été à la mer")


@pytest.mark.parametrize("kept", [b"", b"$argon2id$", b"x"])
def test_nothing_fits_what_is_no_hash(kept: bytes) -> None:
    """Who has no password is signed in by none."""
    assert not fits(kept, "correct horse battery")


@pytest.mark.asyncio
async def test_nobody_takes_as_long() -> None:
    """An unknown name costs a hash too, and is never right, even with the password behind it."""
    hashing = Hashing()
    kept = hashed("correct horse battery")
    assert await hashing.fits(kept, "correct horse battery")
    begin = time.thread_time_ns()
    known = [not await hashing.fits(kept, "wrong horse battery") for _ in range(3)]
    unknown = [not await hashing.fits(None, "wrong horse battery") for _ in range(3)]
    assert all(known + unknown)
    assert time.thread_time_ns() - begin < 50_000_000, "hashing runs on the loop's thread"
    hashing.close()


@pytest.mark.asyncio
async def test_not_too_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many wait for the one thread and the rest are told to come back; afterwards it is open again."""
    monkeypatch.setattr(sign_in_password, "WAITING", 3)
    hashing = Hashing()
    outcomes = await asyncio.gather(
        *(hashing.fits(None, "a long guess") for _ in range(5)), return_exceptions=True
    )
    assert [isinstance(outcome, Unavailable) for outcome in outcomes] == [False, False, False, True, True]
    assert not await hashing.fits(None, "a long guess")
    hashing.close()
