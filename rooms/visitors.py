"""A visitor's identity: derived from a token that only they hold, forgotten an hour after they left."""

import hashlib
import hmac
import ipaddress
import random
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rooms import chance, limits, names, retention
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.session import Role, Session
from rooms.site import Site

RENAMES = 3
CANDIDATES = 24
"""Names offered to the store per draw; it takes the first that has rested."""
GRACE_MS = 60_000
"""An identity outlives the log by this much, so that with a log of nothing a lost link is no new person."""
_random = random.Random()  # a name is no secret


@dataclass(frozen=True, slots=True)
class Arrival:
    """A session at the door; `token` is shown to the visitor once and kept nowhere. `clear`: when they came
    no limit held for them, and no outcome or private word waited to be told."""

    session: Session
    token: str
    resumed: bool
    clear: bool = False


class TurnedAway(Exception):
    """`banned` (with `until`, ms) or `full`."""

    def __init__(self, code: str, until: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.until = until


def visitor_id(secret: bytes, site: Site, token: str) -> str:
    """The keyed hash that stands for a token, so that a copy of the store opens no session."""
    return hmac.new(secret, f"visitor\0{site.id}\0{token}".encode(), hashlib.sha256).hexdigest()[:24]


async def secret_of(house: House, keys: Keys, configured: str | None, known: bytes | None = None) -> bytes:
    """The key for visitors' ids: the configured one, or one that all processes share in the store.

    `known`: the one that this process has used. A store that lost it is given it back, or a process that
    starts later would draw another and honour none of this one's tokens and tickets.
    """
    if configured:
        return configured.encode()
    await house.store.command("SET", keys.secret, known or secrets.token_hex(32), "NX")
    found: bytes = await house.store.command("GET", keys.secret)
    return found


async def address_tag(house: House, keys: Keys, address: str) -> str:
    """HMAC of the address cut to /24 (IPv4) or /56 (IPv6) under the key of the day.

    The key lives in the store for 48 h; then nobody can link a tag to an address.
    """
    key = keys.tag_key(str(house.now() // 86_400_000))
    # Of this incarnation: a store that lost its memory is given another key, by whoever comes first.
    cached = house.store.incarnation(keys.community) or "", key
    found = house.tag_keys.get(cached)
    if found is None:
        await house.store.command("SET", key, secrets.token_hex(32), "NX", "EX", retention.TAG_KEY)
        found = await house.store.command("GET", key)
        house.tag_keys[cached] = found
    return hmac.digest(found, _network(address).encode(), "sha256").hex()[:16]


_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"((?:{_BYTE}\.){{3}}){_BYTE}", re.ASCII)


def _network(address: str) -> str:
    if (plain := _IPV4.fullmatch(address)) is not None:
        return f"{plain[1]}0/24"  # what the rest answers for nearly everybody, in a twentieth of its time
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = 24 if ip.version == 4 else 56
    return str(ipaddress.ip_network((ip, prefix), strict=False))


async def arrive(
    house: House, site: Site, secret: bytes, token: str | None, tag: str, lang: str, role: Role = "visitor"
) -> Arrival:
    """The person this token stands for, or a new one with a kind name.

    Raises TurnedAway, or Unavailable. A token that nobody knows any more is worth nothing: the
    visitor gets a new one, so that no identity can be chosen from outside.
    """
    resumed = token is not None and await known(house, site, visitor_id(secret, site, token))
    worn = token if token is not None and resumed else chance.token(24)
    visitor = visitor_id(secret, site, worn)
    # A site's own network has no tag, and no limits by it: a clinic's waiting room is one address.
    limit = limits.ARRIVALS if house.limited and role == "visitor" and tag else limits.Rate(0, 0)
    outcome = await _come_in(house, site, visitor, tag, lang, limit, resumed=resumed)
    if outcome[0] != b"welcome":
        raise TurnedAway(outcome[0].decode(), int(outcome[1]) if len(outcome) > 1 else None)
    name = outcome[1].decode()
    session = Session(
        id=visitor,
        name=name,
        site=site,
        lang=lang,
        tag=tag,
        worker=house.worker,
        seed=hmac.new(secret, f"seed\0{worn}".encode(), hashlib.sha256).digest(),
        watched=bool(outcome[3]),
        resumed=bool(outcome[2]),
        role=role,
    )
    return Arrival(session, worn, bool(outcome[2]), clear=not outcome[4])


async def _come_in(
    house: House, site: Site, visitor: str, tag: str, lang: str, limit: limits.Rate, *, resumed: bool
) -> list[bytes]:
    keys = Keys(site.community)
    answer: list[bytes] = await house.store.call(
        "arrive",
        keys.community,
        (
            keys.visitor(site, visitor),
            keys.names,
            keys.bucket("arrivals", tag),
            keys.sockets(tag),
            keys.workers,
            keys.sanctions(visitor),
            keys.tag_watch(tag),
            keys.outcomes(visitor),
            keys.whispers(visitor),
        ),
        house.now(),
        "1" if resumed else "0",
        house.worker,
        lang,
        _connected_ms(house),
        retention.NAME_REST * 1000,
        limit.interval_ms,
        limit.burst,
        limits.SOCKETS,
        "\n".join(names.candidates(_random, CANDIDATES)),
        tag,
    )
    return answer


async def known(house: House, site: Site, visitor: str) -> bool:
    """Whether this visitor is remembered."""
    return bool(await house.store.command("EXISTS", Keys(site.community).visitor(site, visitor)))


async def depart(house: House, session: Session) -> None:
    """A connection ended: the address tag has one less, and the identity's hour begins."""
    keys = session.keys
    record, until_back = keys.visitor(session.site, session.id), house.log_ms + GRACE_MS
    if house.limited and session.role == "visitor" and session.tag:
        counted = record, keys.sockets(session.tag)
        await house.store.call("depart", keys.community, counted, house.now(), house.worker, until_back)
    else:
        await house.store.command("PEXPIRE", record, until_back)


async def remember(house: House, sessions: Iterable[Session]) -> None:
    """Keep the identities of people of one community who are connected, and the counts of their connections.

    A name is said again where a store has lost it: the visitor still wears it. Once a minute for everybody
    here, so many in one call: by one call each, ten thousand people cost a second of two processes.
    """
    people = {session.keys.visitor(session.site, session.id): session for session in sessions}
    if not people:
        return
    keys = next(iter(people.values())).keys
    tags = {keys.sockets(session.tag) for session in people.values()}
    names = [session.name for session in people.values()]
    await house.store.call(
        "remember", keys.community, (*people, *tags), house.now(), _connected_ms(house), *names
    )


def _connected_ms(house: House) -> int:
    # `remember` comes once a minute; one that is late must not find the record gone.
    return house.log_ms + 2 * retention.JANITOR_EVERY * 1000


async def rename(house: House, session: Session) -> Session:
    """The same person under another drawn name; at most 3 times and only before the first words.

    Every process hears of it. Raises Refusal `forbidden`.
    """
    keys = session.keys
    outcome = await house.store.call(
        "rename",
        keys.community,
        (keys.visitor(session.site, session.id), keys.names, keys.control),
        house.now(),
        RENAMES,
        retention.NAME_REST * 1000,
        "\n".join(names.candidates(_random, CANDIDATES)),
        session.id,
    )
    if outcome[0] == b"spoke":
        raise Refusal("forbidden", "Your name stays once you have written.")
    if outcome[0] != b"named":
        raise Refusal("forbidden", "This is your last name for now.")
    return replace(session, name=outcome[1].decode())
