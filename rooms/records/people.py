"""Staff: who they are and what they may do where. Every change is a row of the audit, in one transaction."""

import secrets
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rooms.records.audit import Entry, append
from rooms.records.tables import ROLES, invitations, people, recovery_codes, roles

NAME = 32
NO_PASSWORD = b""
"""Nothing hashes to it."""


class NameTaken(Exception):
    """Somebody else of the staff has that name."""


class LastLead(Exception):
    """A lead would leave a site without any."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a person is at one site."""

    site: str
    role: str
    badge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the staff."""

    id: str
    name: str
    password: bytes
    seed: str
    step: int
    posts: tuple[Post, ...]

    def role_at(self, site: str) -> str | None:
        """The role at a site; None where they have none and nothing of it is theirs to see."""
        return next((post.role for post in self.posts if post.site == site), None)

    def may(self, site: str, least: str) -> bool:
        """Whether they are `least` or more at this site."""
        role = self.role_at(site)
        return role is not None and ROLES.index(role) >= ROLES.index(least)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something: one of the staff with their role, or `operator` at the command line."""

    id: str
    role: str


OPERATOR = Actor("operator", "operator")


def entry(by: Actor, at: int, site: str, action: str, subject: str) -> Entry:
    """A row about accounts. They belong to sites, not to communities."""
    return Entry(at=at, site=site, community="", actor=by.id, role=by.role, action=action, subject=subject)


def login_of(name: str) -> str:
    """The name as it is compared: what looks the same is the same. Raises ValueError for what is no name."""
    folded = unicodedata.normalize("NFKC", name).casefold().strip()
    if not 1 <= len(folded) <= NAME or not folded.isprintable():
        raise ValueError("a name has 1 to 32 characters")
    return folded


def mint() -> str:
    """A new person's id."""
    return secrets.token_hex(9)


async def find(engine: AsyncEngine, name: str) -> Person | None:
    """By the name they sign in with."""
    try:
        login = login_of(name)
    except ValueError:
        return None
    return await _one(engine, people.c.login == login)


async def by_id(engine: AsyncEngine, person: str) -> Person | None:
    """By id."""
    return await _one(engine, people.c.id == person)


async def _one(engine: AsyncEngine, condition: object) -> Person | None:
    async with engine.connect() as connection:
        found = await _read(connection, [condition])
    return found[0] if found else None


async def of_sites(engine: AsyncEngine, sites: Collection[str]) -> list[Person]:
    """Everyone with a role at one of these sites, with their posts there and nowhere else."""
    there = select(roles.c.person).where(roles.c.site.in_(sites))
    async with engine.connect() as connection:
        found = await _read(connection, [people.c.id.in_(there)])
    return [
        Person(
            id=person.id,
            name=person.name,
            password=NO_PASSWORD,
            seed=person.seed,
            step=0,
            posts=tuple(post for post in person.posts if post.site in sites),
        )
        for person in found
    ]


async def names(engine: AsyncEngine, ids: Collection[str]) -> dict[str, str]:
    """Who these are, also those who serve nowhere any more; what is no person's id is left out."""
    async with engine.connect() as connection:
        query = select(people.c.id, people.c.name).where(people.c.id.in_(ids))
        return {row.id: row.name for row in (await connection.execute(query)).all()}


async def anybody(engine: AsyncEngine) -> bool:
    """Whether there is any staff yet."""
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(people))).scalar_one() > 0


async def changed(engine: AsyncEngine) -> int:
    """When anybody's rights last changed (ms); whoever holds an open desk looks at this."""
    async with engine.connect() as connection:
        return (await connection.execute(select(func.max(people.c.changed_at)))).scalar() or 0


async def _read(connection: AsyncConnection, conditions: Iterable[object]) -> list[Person]:
    query = select(people).where(*conditions).order_by(people.c.login)  # type: ignore[arg-type]
    rows = (await connection.execute(query)).all()
    ids = [row.id for row in rows]
    posts: dict[str, list[Post]] = {}
    there = select(roles).where(roles.c.person.in_(ids)).order_by(roles.c.site)
    for role in (await connection.execute(there)).all():
        posts.setdefault(role.person, []).append(Post(role.site, role.role, role.badge))
    return [
        Person(
            id=row.id,
            name=row.name,
            password=row.password,
            seed=row.seed,
            step=row.step,
            posts=tuple(posts.get(row.id, ())),
        )
        for row in rows
    ]


async def create(
    connection: AsyncConnection, *, name: str, password: bytes, seed: str, codes: Sequence[str], at: int
) -> str:
    """A new person without any role; answers the id. Raises NameTaken, ValueError."""
    person = mint()
    row = {
        "id": person,
        "login": login_of(name),
        "name": " ".join(name.split()),
        "password": password,
        "seed": seed,
        "step": 0,
        "at": at,
        "changed_at": at,
    }
    try:
        async with connection.begin_nested():
            await connection.execute(insert(people).values(row))
    except IntegrityError:
        raise NameTaken from None
    await _keep_codes(connection, person, codes)
    return person


async def renew(
    connection: AsyncConnection, person: str, *, password: bytes, seed: str, codes: Sequence[str], at: int
) -> None:
    """A new password and second factor for somebody who is known; old recovery codes end."""
    values = {"password": password, "seed": seed, "step": 0}
    await connection.execute(update(people).where(people.c.id == person).values(values))
    await _touch(connection, person, at)
    await _keep_codes(connection, person, codes)


async def appoint(
    connection: AsyncConnection, key: bytes, by: Actor, person: str, post: Post, at: int
) -> None:
    """Give, or change, the role at one site. The last step of a transaction, as `audit.append` is.

    Raises LastLead where a lead takes it from the only one.
    """
    if post.role != "lead":
        await _leave_a_lead(connection, by, person, post.site)
    mine = (roles.c.person == person) & (roles.c.site == post.site)
    await connection.execute(delete(roles).where(mine))
    row = {"person": person, "site": post.site, "role": post.role, "badge": post.badge}
    await connection.execute(insert(roles).values(row))
    if post.role != "lead":
        await _withdraw_of(connection, person, [post.site])
    await _touch(connection, person, at)
    await append(connection, key, entry(by, at, post.site, f"appoint_{post.role}", person))


async def dismiss(
    engine: AsyncEngine, key: bytes, by: Actor, person: str, sites: Iterable[str], at: int
) -> list[str]:
    """Take the roles at these sites away; answers those where there was one.

    Who has none left keeps neither password nor second factor: a link has to make them new. Raises LastLead
    where a lead would dismiss the only one of a site.
    """
    sites = sorted(sites)
    async with engine.begin() as connection:
        for site in sites:
            await _leave_a_lead(connection, by, person, site)
        held = (await connection.execute(select(roles.c.site).where(roles.c.person == person))).scalars()
        gone = sorted(set(sites) & (before := set(held)))
        await connection.execute(delete(roles).where(roles.c.person == person, roles.c.site.in_(gone)))
        await _withdraw_of(connection, person, gone)
        await _touch(connection, person, at)
        if not before - set(gone):
            empty = {"password": NO_PASSWORD, "seed": "", "step": 0}
            await connection.execute(update(people).where(people.c.id == person).values(empty))
            await _keep_codes(connection, person, ())
        for site in gone:
            await append(connection, key, entry(by, at, site, "dismiss", person))
    return gone


async def posts_of(connection: AsyncConnection, person: str) -> list[Post]:
    """What somebody is where, within a transaction."""
    query = select(roles).where(roles.c.person == person).order_by(roles.c.site)
    rows = (await connection.execute(query)).all()
    return [Post(row.site, row.role, row.badge) for row in rows]


async def _leave_a_lead(connection: AsyncConnection, by: Actor, person: str, site: str) -> None:
    """Two leads who dismiss each other at once would leave a site without any: the rows are locked, so that
    the second looks at what the first left. (SQLite has one writer at a time.) The operator may do it."""
    if by.role != "lead":
        return
    leading = (roles.c.site == site) & (roles.c.role == "lead")
    query = select(roles.c.person).where(leading).order_by(roles.c.person).with_for_update()
    if list((await connection.execute(query)).scalars()) == [person]:
        raise LastLead


async def use_step(engine: AsyncEngine, person: str, step: int) -> bool:
    """Mark a code's half minute as used; False where it, or a later one, was used before."""
    async with engine.begin() as connection:
        query = update(people).where(people.c.id == person, people.c.step < step).values(step=step)
        return (await connection.execute(query)).rowcount == 1


async def use_recovery(engine: AsyncEngine, key: bytes, by: Actor, code: str, at: int) -> bool:
    """Spend a recovery code (its keyed hash); False where there is none such any more."""
    mine = (recovery_codes.c.person == by.id) & (recovery_codes.c.code == code)
    async with engine.begin() as connection:
        if (await connection.execute(delete(recovery_codes).where(mine))).rowcount != 1:
            return False
        await append(connection, key, entry(by, at, "", "recovery_code", by.id))
    return True


async def _withdraw_of(connection: AsyncConnection, person: str, sites: Sequence[str]) -> None:
    """Close the links that somebody made as a lead of these sites: they would lead back in."""
    made = select(invitations.c.id).where(invitations.c.by == person, invitations.c.site.in_(sites))
    await connection.execute(delete(invitations).where(invitations.c.id.in_(made)))


async def _touch(connection: AsyncConnection, person: str, at: int) -> None:
    # always later than any before, whatever the clocks say: who watches must see that it moved
    newest = (await connection.execute(select(func.max(people.c.changed_at)))).scalar() or 0
    later = max(at, newest + 1)
    await connection.execute(update(people).where(people.c.id == person).values(changed_at=later))


async def _keep_codes(connection: AsyncConnection, person: str, codes: Sequence[str]) -> None:
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.person == person))
    if codes:
        rows = [{"person": person, "code": code} for code in codes]
        await connection.execute(insert(recovery_codes).values(rows))
