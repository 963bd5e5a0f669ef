"""`kindred staff`: the operator's hand on who may sign in. It needs the database, not a running service."""

import argparse
import getpass
import sys

from rooms import clock
from rooms.records import invitations, people
from rooms.records.people import OPERATOR, Person, Post
from rooms.records.tables import ROLES
from server import cli_records, sign_in_code, sign_in_password
from server.cli_records import Opened
from server.desk_api_leads import link
from server.faults import CannotServe
from server.sign_in import ISSUER
from server.staff_key import derive

BADGE = 40


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command and its verbs."""
    parser = commands.add_parser("staff", help="who may sign in at the desk")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    new = verbs.add_parser("add", help="give NAME a role, and a password where they are new")
    new.add_argument("name")
    new.add_argument("--password-stdin", action="store_true", help="read the password's line, do not ask")
    invite = verbs.add_parser("invite", help="print a link by which a colleague signs up, once, in 7 days")
    listing = verbs.add_parser("list", help="who has which role where")
    revoke = verbs.add_parser("revoke", help="take NAME's role away; their open desks close")
    reset = verbs.add_parser("reset", help="print a link by which NAME makes a new password")
    for verb in (new, invite):
        verb.add_argument("--role", required=True, choices=ROLES)
        verb.add_argument("--site", required=True)
        verb.add_argument("--badge", default="", help="the label that visitors see beside the name")
    for verb in (revoke, reset):
        verb.add_argument("name")
    for verb in (listing, revoke):
        verb.add_argument("--site", help="this site alone; without it, all")
    for verb, work in ((new, _add), (invite, _invite), (listing, _list), (revoke, _revoke), (reset, _reset)):
        cli_records.arguments(verb)
        verb.set_defaults(run=_run(work))


def _run(work: cli_records.Work) -> cli_records.Run:
    return lambda arguments: cli_records.run(arguments, work)


async def _add(arguments: argparse.Namespace, opened: Opened) -> int:
    post = _post(arguments, opened)
    person = await people.find(opened.engine, arguments.name)
    if person is None or not person.password:
        await _with_password(arguments, opened, person, post)
        return 0
    if arguments.password_stdin and not sign_in_password.fits(person.password, _password(arguments)):
        raise CannotServe(
            f"{person.name} is staff already, with another password. `kindred staff reset` makes a new one."
        )
    async with opened.engine.begin() as connection:
        await people.appoint(connection, _audit(opened), OPERATOR, person.id, post, clock.system())
    sys.stdout.write(f"{person.name} is {post.role} of {post.site}\n")
    return 0


async def _with_password(
    arguments: argparse.Namespace, opened: Opened, person: Person | None, post: Post
) -> None:
    password, at = _password(arguments), clock.system()
    name = " ".join(arguments.name.split())
    if weak := sign_in_password.why_not(password, name):
        raise CannotServe(weak)
    seed, codes = _second_factor(opened, post)
    kept = [sign_in_code.kept(derive(opened.key, "second factor"), code) for code in codes]
    hashed = sign_in_password.hashed(password)
    async with opened.engine.begin() as connection:
        try:
            if person is None:
                who = await people.create(
                    connection, name=name, password=hashed, seed=seed, codes=kept, at=at
                )
            else:
                who = person.id
                await people.renew(connection, who, password=hashed, seed=seed, codes=kept, at=at)
        except ValueError as fault:
            raise CannotServe(f"{fault}, all of them visible") from None
        await people.appoint(connection, _audit(opened), OPERATOR, who, post, at)
    sys.stdout.write(f"{name} is {post.role} of {post.site}\n")
    if seed:
        _show(opened, name, seed, codes)


def _second_factor(opened: Opened, post: Post) -> tuple[str, list[str]]:
    if not opened.settings.sites[post.site].require_second_factor:
        return "", []
    return sign_in_code.new_seed(), sign_in_code.recovery_codes()


def _show(opened: Opened, name: str, seed: str, codes: list[str]) -> None:
    secret = sign_in_code.secret_of(derive(opened.key, "second factor"), seed)
    lines = [
        "This is shown once. For the authenticator:",
        f"  {sign_in_code.uri(secret, name, ISSUER)}",
        f"  or by hand: {sign_in_code.base32(secret)}",
        "Recovery codes, each good once:",
        *(f"  {code}" for code in codes),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


async def _invite(arguments: argparse.Namespace, opened: Opened) -> int:
    post = _post(arguments, opened)
    _, token = await invitations.invite(opened.engine, _audit(opened), OPERATOR, [post], clock.system())
    sys.stdout.write(f"{link(_origin(opened), token)}\n")
    return 0


async def _list(arguments: argparse.Namespace, opened: Opened) -> int:
    sites = {arguments.site} if arguments.site else set(opened.settings.sites)
    for person in await people.of_sites(opened.engine, sites):
        for post in person.posts:
            factor = "second factor" if person.seed else "password only"
            line = [person.name, post.role, post.site, post.badge or "-", factor]
            sys.stdout.write("\t".join(line) + "\n")
    return 0


async def _revoke(arguments: argparse.Namespace, opened: Opened) -> int:
    person = await _known(arguments, opened)
    sites = [arguments.site] if arguments.site else [post.site for post in person.posts]
    gone = await people.dismiss(opened.engine, _audit(opened), OPERATOR, person.id, sites, clock.system())
    if not gone:
        raise CannotServe(f"{person.name} has no role there.")
    sys.stdout.write(f"{person.name} is no longer staff of {', '.join(gone)}\n")
    return 0


async def _reset(arguments: argparse.Namespace, opened: Opened) -> int:
    person = await _known(arguments, opened)
    if not person.posts:
        raise CannotServe(f"{person.name} has no role; `kindred staff add` gives one.")
    _, token = await invitations.reset(opened.engine, _audit(opened), OPERATOR, person, clock.system())
    sys.stdout.write(f"{link(_origin(opened), token)}\n")
    return 0


async def _known(arguments: argparse.Namespace, opened: Opened) -> Person:
    person = await people.find(opened.engine, arguments.name)
    if person is None:
        raise CannotServe("Nobody of that name is staff here.")
    return person


def _post(arguments: argparse.Namespace, opened: Opened) -> Post:
    if arguments.site not in opened.settings.sites:
        known = ", ".join(sorted(opened.settings.sites))
        raise CannotServe(f"There is no site of that id; there is {known}.")
    badge = " ".join(arguments.badge.split())
    if len(badge) > BADGE or not badge.isprintable():
        raise CannotServe(f"A badge has at most {BADGE} characters.")
    return Post(arguments.site, arguments.role, badge)


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password: ")


def _origin(opened: Opened) -> str:
    settings = opened.settings
    if settings.desk_url:
        return settings.desk_url
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _audit(opened: Opened) -> bytes:
    return derive(opened.key, "audit")
