"""Who is signed in. Sessions live in the hot store and end by themselves; docs/decisions says why there."""

import hashlib
import secrets
from dataclasses import dataclass

import msgspec

from rooms.house import House
from rooms.keys import STAFF
from rooms.retention import STAFF_IDLE, STAFF_SESSION


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. Neither the cookie's value nor an address is in it."""

    id: str
    person: str
    at: int
    seen: int

    def over(self, now: int) -> bool:
        """30 minutes without a sign of life, or 12 hours."""
        return now - self.seen >= STAFF_IDLE * 1000 or now - self.at >= STAFF_SESSION * 1000


class Sessions:
    """All methods raise Unavailable where the store is away."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def open(self, person: str) -> str:
        """A new session; answers the cookie's value, which is kept nowhere."""
        token, now = secrets.token_urlsafe(32), self._house.now()
        session = Session(_id(token), person, now, now)
        await self._write(session)
        mine = STAFF.sessions_of(person)
        await self._house.store.command("SADD", mine, session.id)
        await self._house.store.command("PEXPIRE", mine, STAFF_SESSION * 1000)
        return token

    async def read(self, token: str) -> Session | None:
        """The session of a cookie, which this keeps alive; None where it is over."""
        return await self.alive(_id(token))

    async def alive(self, session_id: str) -> Session | None:
        """The same by the session's id: an open desk is a sign of life."""
        session = await self._find(session_id)
        if session is None:
            return None
        seen = Session(session.id, session.person, session.at, self._house.now())
        # XX: a session that was ended since is not brought back
        return seen if await self._write(seen, "XX") else None

    async def peek(self, session_id: str) -> Session | None:
        """The same without keeping it alive."""
        return await self._find(session_id)

    async def of(self, person: str) -> list[Session]:
        """A person's sessions, newest first."""
        ids: list[bytes] = await self._house.store.command("SMEMBERS", STAFF.sessions_of(person))
        found = [await self._find(session_id.decode()) for session_id in ids]
        return sorted((session for session in found if session), key=lambda session: -session.at)

    async def end(self, session: Session) -> None:
        """Sign out."""
        await self._house.store.command("DEL", STAFF.session(session.id))
        await self._house.store.command("SREM", STAFF.sessions_of(session.person), session.id)

    async def end_all(self, person: str) -> None:
        """Sign out everywhere: a new password ends what the old one opened."""
        for session in await self.of(person):
            await self.end(session)

    async def _find(self, session_id: str) -> Session | None:
        found: bytes | None = await self._house.store.command("GET", STAFF.session(session_id))
        session = msgspec.json.decode(found, type=Session) if found else None
        return session if session and not session.over(self._house.now()) else None

    async def _write(self, session: Session, *condition: str) -> bool:
        left = min(STAFF_IDLE * 1000, session.at + STAFF_SESSION * 1000 - self._house.now())
        key, body = STAFF.session(session.id), msgspec.json.encode(session)
        return bool(await self._house.store.command("SET", key, body, *condition, "PX", max(1, left)))


def _id(token: str) -> str:
    # 256 random bits; the store holds what the cookie hashes to, so that a copy of it opens no desk
    return hashlib.sha256(token.encode()).hexdigest()[:40]
