"""Signing in, accepting an invitation, and what either asks of a person. No HTTP here."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from rooms import desk_tries
from rooms.house import House
from rooms.records import invitations, people
from rooms.records.audit import append
from rooms.records.invitations import Invitation
from rooms.records.people import Actor, Person, Post
from rooms.site import Site
from server import sign_in_code, sign_in_password
from server.sign_in_password import Hashing
from server.sign_in_sessions import Session, Sessions
from server.staff_key import derive

logger = logging.getLogger(__name__)
ISSUER = "Kindred"


class Denied(Exception):
    """`wrong` (name, password or code: which of them is not said), `code_needed`, `no_second_factor`,
    `weak` (with a sentence), `name_taken`, `no_invitation`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


WRONG = "That name, password or code is not right."


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDoor:
    """What signing in needs of the service."""

    house: House
    engine: AsyncEngine
    sites: Mapping[str, Site]
    key: bytes
    hashing: Hashing = field(default_factory=Hashing)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.house)

    @property
    def audit_key(self) -> bytes:
        return derive(self.key, "audit")

    @property
    def code_key(self) -> bytes:
        return derive(self.key, "second factor")

    def posts(self, person: Person) -> tuple[Post, ...]:
        """Those at sites that this service has."""
        return tuple(post for post in person.posts if post.site in self.sites)

    def asks_for_code(self, posts: Sequence[Post]) -> bool:
        """Whether one of these sites wants a second factor. A site that this service does not know does."""
        known = [self.sites.get(post.site) for post in posts]
        return any(site is None or site.require_second_factor for site in known)


async def sign_in(
    door: StaffDoor, name: str, password: str, code: str | None, tag: str
) -> tuple[Person, str]:
    """The person and a new session's cookie. Raises Denied, Refusal (`rate_limited`, `unavailable`) or
    SQLAlchemyError.

    Nothing, time included, tells an unknown name from a wrong password; that a code is needed is told only
    to whoever knows the password.
    """
    login = _login(name)
    await desk_tries.spend(door.house, login, tag)
    person = await _known(door, login, password)
    await _second_factor(door, person, code)
    await desk_tries.forgive(door.house, login)
    token = await door.sessions.open(person.id)
    await _note(door, person, "sign_in")
    return person, token


async def _known(door: StaffDoor, login: str, password: str) -> Person:
    person = await people.find(door.engine, login)
    fits = await door.hashing.fits(person.password if person else None, password)
    if person is None or not fits or not door.posts(person):
        raise Denied("wrong", WRONG)
    return person


async def _second_factor(door: StaffDoor, person: Person, code: str | None) -> None:
    if not person.seed:
        if door.asks_for_code(door.posts(person)):
            sentence = "Your account needs a second factor. Please ask a lead for a new link."
            raise Denied("no_second_factor", sentence)
        return
    if not code:
        raise Denied("code_needed", "Please add the code of your authenticator, or a recovery code.")
    if not await _code_fits(door, person, code.strip()):
        raise Denied("wrong", WRONG)


async def _code_fits(door: StaffDoor, person: Person, code: str) -> bool:
    now = door.house.now()
    if sign_in_code.is_code(code):
        secret = sign_in_code.secret_of(door.code_key, person.seed)
        step = sign_in_code.step_of(secret, code, now, person.step)
        # in the records, in one statement: two tabs that show the same code at once are one
        return step is not None and await people.use_step(door.engine, person.id, step)
    kept = sign_in_code.kept(door.code_key, code)
    by = _actor(door, person)
    return await people.use_recovery(door.engine, door.audit_key, by, kept, now)


async def _note(door: StaffDoor, person: Person, action: str) -> None:
    """A row for each site, so that each site's lead can read it."""
    async with door.engine.begin() as connection:
        for post in door.posts(person):
            by = Actor(person.id, post.role)
            row = people.entry(by, door.house.now(), post.site, action, person.id)
            await append(connection, door.audit_key, row)


async def sign_out(door: StaffDoor, token: str) -> None:
    """End a cookie's session, if there is one."""
    session = await door.sessions.read(token)
    if session is not None:
        await door.sessions.end(session)


async def person(door: StaffDoor, session: Session) -> Person | None:
    """Who a session stands for now, with the roles of now: a role that was taken away is gone at once."""
    found = await people.by_id(door.engine, session.person)
    return found if found and door.posts(found) else None


# --- invitations -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link offers: an invitation, the name where it is a reset, the authenticator's secret where a
    second factor is asked for."""

    invitation: Invitation
    name: str
    secret: bytes | None


async def offer(door: StaffDoor, token: str) -> Offer:
    """Raises Denied `no_invitation`."""
    found = await invitations.find(door.engine, token, door.house.now())
    if found is None:
        raise Denied(
            "no_invitation", "This link was used already, or its time is over. Please ask for a new one."
        )
    person = await people.by_id(door.engine, found.person) if found.person else None
    secret = None
    if door.asks_for_code(found.posts):
        secret = sign_in_code.secret_of(door.code_key, found.seed)
    return Offer(found, person.name if person else "", secret)


async def accept(
    door: StaffDoor, token: str, name: str, password: str, code: str | None, tag: str
) -> tuple[Person, str, list[str]]:
    """Become staff, or begin anew: the person, a session's cookie, and recovery codes to show once.

    Somebody who is staff elsewhere gives their own name, password and code, and gets the role beside the
    others. Raises Denied, Refusal, SQLAlchemyError, ValueError (no name).
    """
    offered = await offer(door, token)
    login = _login(offered.name or name)
    await desk_tries.spend(door.house, login, tag)
    if not offered.name and await people.find(door.engine, login):
        person, codes = await _join(door, offered, login, password, code)
    else:
        person, codes = await _begin(door, offered, offered.name or name, password, code)
    await desk_tries.forgive(door.house, login)
    return person, await door.sessions.open(person.id), codes


async def _join(
    door: StaffDoor, offered: Offer, login: str, password: str, code: str | None
) -> tuple[Person, list[str]]:
    person = await _known_for_joining(door, login, password)
    if person.seed:
        await _second_factor(door, person, code)
    elif offered.secret is not None:
        raise Denied("no_second_factor", "Your account needs a second factor first. Please ask for a reset.")
    async with door.engine.begin() as connection:
        await _appoint(door, connection, offered, person.id)
    return await _fresh(door, person.id), []


async def _known_for_joining(door: StaffDoor, login: str, password: str) -> Person:
    person = await people.find(door.engine, login)
    if person is None or not await door.hashing.fits(person.password, password):
        raise Denied("name_taken", "That name is taken. If it is yours, sign in with its password here.")
    return person


async def _begin(
    door: StaffDoor, offered: Offer, name: str, password: str, code: str | None
) -> tuple[Person, list[str]]:
    step = await _new_credentials(door, offered, name, password, code)
    codes = sign_in_code.recovery_codes() if offered.secret else []
    kept = [sign_in_code.kept(door.code_key, written) for written in codes]
    given = {"password": await door.hashing.make(password), "seed": "", "codes": kept, "at": door.house.now()}
    if offered.secret:
        given["seed"] = offered.invitation.seed
    async with door.engine.begin() as connection:
        person = offered.invitation.person
        if person:
            await people.renew(connection, person, **given)  # type: ignore[arg-type]
        else:
            try:
                person = await people.create(connection, name=name, **given)  # type: ignore[arg-type]
            except people.NameTaken:
                raise Denied("name_taken", "That name is taken. Please choose another.") from None
        await _appoint(door, connection, offered, person)
    if step:
        await people.use_step(door.engine, person, step)
    if offered.invitation.person:
        await door.sessions.end_all(person)
    return await _fresh(door, person), codes


async def _new_credentials(
    door: StaffDoor, offered: Offer, name: str, password: str, code: str | None
) -> int | None:
    """The half minute of the first code, which shows that the authenticator was set up."""
    weak = await asyncio.to_thread(sign_in_password.why_not, password, name)
    if weak:
        raise Denied("weak", weak)
    if offered.secret is None:
        return None
    if not code:
        raise Denied("code_needed", "Please add the code that your authenticator shows.")
    step = sign_in_code.step_of(offered.secret, code.strip(), door.house.now(), 0)
    if step is None:
        raise Denied("wrong", "That code is not right. Is the clock of your device right?")
    return step


async def _appoint(door: StaffDoor, connection: AsyncConnection, offered: Offer, person: str) -> None:
    """Use the link up and give what it offers; a reset gives no role that was taken away since."""
    now, link = door.house.now(), offered.invitation
    if not await invitations.take(connection, link, now):
        raise Denied("no_invitation", "This link was used already.")
    if link.person:
        held = await people.posts_of(connection, person)
        if not held:
            raise Denied("no_invitation", "This account has no role any more.")
        row = people.entry(Actor(person, held[0].role), now, held[0].site, "accept_reset", person)
        await append(connection, door.audit_key, row)
        return
    for post in link.posts:
        await people.appoint(connection, door.audit_key, Actor(person, post.role), person, post, now)


async def _fresh(door: StaffDoor, person: str) -> Person:
    found = await people.by_id(door.engine, person)
    if found is None:
        raise Denied("no_invitation", "This account is gone.")
    return found


def _actor(door: StaffDoor, person: Person) -> Actor:
    return Actor(person.id, door.posts(person)[0].role)


def _login(name: str) -> str:
    try:
        return people.login_of(name)
    except ValueError:
        raise Denied("wrong", WRONG) from None
