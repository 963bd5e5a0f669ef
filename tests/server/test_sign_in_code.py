"""Codes of an authenticator, by the RFC's own table, and recovery codes."""

import pytest

from server.sign_in_code import (
    STEP_MS,
    base32,
    code_at,
    is_code,
    kept,
    recovery_codes,
    secret_of,
    step_of,
    uri,
)

RFC = b"12345678901234567890"
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_the_rfcs_table(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, the rows for SHA-1; six digits are the last six of eight."""
    assert code_at(RFC, seconds // 30, 8) == code
    assert code_at(RFC, seconds // 30) == code[-6:]


def test_neighbours() -> None:
    """A code holds in its half minute and the ones beside it, for clocks that differ, and no longer."""
    code = code_at(RFC, 100)
    assert [step_of(RFC, code, step * STEP_MS, 0) for step in range(98, 103)] == [None, 100, 100, 100, None]


def test_replay() -> None:
    """A code that was used, or one before it, is worth nothing; the next one is."""
    now = 100 * STEP_MS
    assert step_of(RFC, code_at(RFC, 100), now, 100) is None
    assert step_of(RFC, code_at(RFC, 99), now, 100) is None
    assert step_of(RFC, code_at(RFC, 101), now, 100) == 101


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "000000 "])
def test_what_is_no_code(code: str) -> None:
    """Anything but six ASCII digits is none."""
    assert not is_code(code)
    assert step_of(RFC, code, 100 * STEP_MS, 0) is None


def test_secrets_are_derived() -> None:
    """The same seed and key give one secret of 160 bits; another of either gives another."""
    secrets = {secret_of(KEY, "a"), secret_of(KEY, "a"), secret_of(KEY, "b"), secret_of(b"other", "a")}
    assert {len(secret) for secret in secrets} == {20}
    assert len(secrets) == 3


def test_what_a_qr_code_says() -> None:
    """Name and issuer are quoted, so that a name cannot add a parameter."""
    assert uri(RFC, "Ines & Omar?x=1", "Kindred") == (
        "otpauth://totp/Kindred%3AInes%20%26%20Omar%3Fx%3D1"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kindred"
    )
    assert base32(RFC) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_recovery_codes() -> None:
    """Eight, none like another, none mistaken for an authenticator's; typed with or without dashes."""
    codes = recovery_codes()
    assert len(set(codes)) == 8
    assert not any(is_code(code) for code in codes)
    assert kept(KEY, codes[0]) == kept(KEY, codes[0].upper().replace("-", " "))
    assert kept(KEY, codes[0]) not in {kept(KEY, codes[1]), kept(b"other", codes[0])}
