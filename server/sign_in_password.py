"""Passwords of staff: which ones will do, and their hashes, made beside the loop and few at a time."""

import asyncio
import gzip
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from rooms.refusals import Unavailable

T = TypeVar("T")
SHORTEST, LONGEST = 12, 256
COMMON = Path(__file__).with_name("data") / "common-passwords.txt.gz"
"""Django's list, see NOTICE."""
WAITING = 64
"""How many may wait for their hash. At 30 ms each the last has waited two seconds; more are sent away."""
# OWASP's least for Argon2id: 19 MiB, two passes, one lane. A desk's sign-in, not a vault's: more
# would let a flood of guesses take the machine from people who talk.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NOBODY = b"$argon2id$v=19$m=19456,t=2,p=1$W/ijSGFynSPYUrIYSu7y7Q$rpKaLebiA27HHW5YOKeoDcMnWt8JD/7zybiKRsOAe88"
"""What a password is compared with where there is nobody: the same work, the same time."""
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
SEVERAL = 5


def why_not(password: str, *names: str) -> str | None:
    """Why this password will not do, as a sentence; None where it will.

    NIST SP 800-63B: length, not kinds of characters; nothing common; nothing of the person's own name or
    the service's. `names` are those.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return f"Please take a password of {SHORTEST} to {LONGEST} characters. Four random words are good."
    folded = unicodedata.normalize("NFKC", password).casefold()
    core = _AROUND.sub("", folded)
    for word in ("kindred", *(name.casefold() for name in names)):
        core = core.replace(word, "") if len(word) > 2 else core
    if folded in _common() or core in _common() or len(core) < SEVERAL or _repeats(core):
        return "That password is on every list of guesses. Please take another; four random words are good."
    if len(set(folded)) < SEVERAL:
        return "That password has too few different characters."
    return None


def _repeats(core: str) -> bool:
    """One word again and again."""
    size = (core + core).find(core, 1)
    return size < len(core) and (core[:size] in _common() or size < SEVERAL)


@cache
def _common() -> frozenset[str]:
    return frozenset(gzip.decompress(COMMON.read_bytes()).decode().split())


class Hashing:
    """One thread that hashes, so that sign-ins never take more than one core from those who talk."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "passwords")
        self._waiting = 0

    def close(self) -> None:
        """Let the thread end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def make(self, password: str) -> bytes:
        """The hash of a new password. Raises Unavailable where too many wait."""
        return await self._run(lambda: hashed(password))

    async def fits(self, kept: bytes | None, password: str) -> bool:
        """Whether it is the password. Takes as long where nobody has that name. Raises Unavailable."""
        fitted = await self._run(lambda: fits(kept or NOBODY, password))
        return fitted and bool(kept)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise Unavailable
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def hashed(password: str) -> bytes:
    """The hash, on the caller's own time: for commands, never in a worker."""
    return _hasher.hash(_bytes(password)).encode()


def fits(kept: bytes, password: str) -> bool:
    """Whether it is the password; as `hashed`."""
    try:
        return _hasher.verify(kept, _bytes(password))
    except (Argon2Error, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    # NFKC: the same password typed on another keyboard. The wire's strict JSON has no lone surrogates.
    return unicodedata.normalize("NFKC", password[:LONGEST]).encode()
