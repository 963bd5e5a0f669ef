"""Links that let somebody in once: a new colleague, the first lead, or one who has to begin anew."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rooms.records.audit import append
from rooms.records.people import Actor, Person, Post, entry, mint
from rooms.records.tables import invitations
from rooms.retention import INVITATION


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open one. `person` is empty where it invites somebody new."""

    id: str
    posts: tuple[Post, ...]
    person: str
    seed: str
    by: str
    ends_at: int


async def invite(
    engine: AsyncEngine, key: bytes, by: Actor, posts: Sequence[Post], at: int
) -> tuple[str, str]:
    """Open a link for `posts`; answers the invitation's id and the token, which is kept nowhere."""
    return await _open(engine, key, by, posts, "", at, "invite")


async def reset(engine: AsyncEngine, key: bytes, by: Actor, person: Person, at: int) -> tuple[str, str]:
    """Open a link by which somebody gives themselves a new password and second factor. Earlier ones end."""
    async with engine.begin() as connection:
        await connection.execute(delete(invitations).where(invitations.c.person == person.id))
    return await _open(engine, key, by, person.posts, person.id, at, "reset")


async def _open(
    engine: AsyncEngine, key: bytes, by: Actor, posts: Sequence[Post], person: str, at: int, action: str
) -> tuple[str, str]:
    token, invitation = secrets.token_urlsafe(24), mint()
    row = {
        "id": invitation,
        "token": _hash(token),
        "person": person,
        "seed": secrets.token_hex(16),
        "by": by.id,
        "ends_at": at + INVITATION * 1000,
    }
    rows = [row | {"site": post.site, "role": post.role, "badge": post.badge} for post in posts]
    async with engine.begin() as connection:
        await connection.execute(insert(invitations).values(rows))
        for post in posts:
            what = f"{action}_{post.role}" if not person else action
            await append(connection, key, entry(by, at, post.site, what, person or invitation))
    return invitation, token


async def find(engine: AsyncEngine, token: str, at: int) -> Invitation | None:
    """The open invitation of a token."""
    async with engine.connect() as connection:
        found = await _read(connection, invitations.c.token == _hash(token), at)
    return found[0] if found else None


async def of_site(engine: AsyncEngine, site: str, at: int) -> list[Invitation]:
    """What is open at a site, soonest to end first. Posts at other sites are not told."""
    async with engine.connect() as connection:
        return await _read(connection, invitations.c.site == site, at)


async def take(connection: AsyncConnection, invitation: Invitation, at: int) -> bool:
    """Use it up in the caller's transaction; False where somebody was quicker or its time is over."""
    mine = (invitations.c.id == invitation.id) & (invitations.c.ends_at > at)
    return (await connection.execute(delete(invitations).where(mine))).rowcount > 0


async def withdraw(engine: AsyncEngine, key: bytes, by: Actor, invitation: str, site: str, at: int) -> bool:
    """Close a link of this site before it was used; False where there is none."""
    mine = (invitations.c.id == invitation) & (invitations.c.site == site)
    async with engine.begin() as connection:
        if (await connection.execute(delete(invitations).where(mine))).rowcount == 0:
            return False
        await append(connection, key, entry(by, at, site, "withdraw", invitation))
    return True


async def withdraw_of(engine: AsyncEngine, by: str) -> None:
    """Close every open link that `by` made."""
    async with engine.begin() as connection:
        await connection.execute(delete(invitations).where(invitations.c.by == by))


async def drop_ended(engine: AsyncEngine, at: int) -> int:
    """Forget those whose time is over. Returns how many rows."""
    async with engine.begin() as connection:
        return (await connection.execute(delete(invitations).where(invitations.c.ends_at <= at))).rowcount


async def _read(connection: AsyncConnection, condition: object, at: int) -> list[Invitation]:
    query = select(invitations).where(condition, invitations.c.ends_at > at)  # type: ignore[arg-type]
    rows = (await connection.execute(query.order_by(invitations.c.ends_at, invitations.c.site))).all()
    together: dict[str, list[Post]] = {}
    for row in rows:
        together.setdefault(row.id, []).append(Post(row.site, row.role, row.badge))
    first = {row.id: row for row in reversed(rows)}
    return [
        Invitation(id_, tuple(posts), first[id_].person, first[id_].seed, first[id_].by, first[id_].ends_at)
        for id_, posts in together.items()
    ]


def _hash(token: str) -> str:
    # 192 random bits: nobody tries those out, so a plain hash is enough
    return hashlib.sha256(token.encode()).hexdigest()
