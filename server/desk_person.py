"""One visitor as a desk meets them: at which site, what was said in private, whether they cry for help."""

from msgspec import Struct

from rooms import case as open_cases
from rooms import whispers
from rooms.case import Case
from rooms.keys import Keys
from rooms.records.tables import ROLES
from rooms.refusals import Refusal
from rooms.site import Site, of_community
from rooms.whispers import Turn
from server import protocol
from server.desk_cases import FOR_MODERATORS
from server.desk_sockets import Desk, Desks
from server.protocol import Name
from server.transport import Answer


class Asked(Struct):
    """`person`."""

    visitor: Name


async def person(desks: Desks, desk: Desk, payload: object) -> Answer:
    """Private words between staff and a visitor, oldest first; `words` null where they are not this desk's to
    read, as with every call. `crisis`: their open cry for help.

    Raises Refusal `forbidden` for a greeter, `not_found` for whoever is no visitor of theirs.
    """
    asked = protocol.parse(Asked, payload)
    site = await site_of_visitor(desks, desk, asked.visitor)
    if not desk.person.may(site.id, "moderator"):
        raise Refusal("forbidden", FOR_MODERATORS)
    keys = Keys(site.community)
    case, said = await whispers.thread(desks.house, keys, asked.visitor)
    may_read = desk.on_duty or (case is not None and case.holder == desk.person.id)
    words = [_told(turn) for turn in said] if may_read or not said else None
    return {"ok": True, "words": words, "crisis": await crisis(desks, desk, keys, asked.visitor)}, None


def _told(turn: Turn) -> dict[str, object]:
    said: dict[str, object] = {"at": turn.at, "text": turn.text}
    if turn.whisper is None:
        return said
    return said | {"from": {"id": turn.whisper.by, "name": turn.whisper.name, "role": turn.whisper.role}}


async def crisis(desks: Desks, desk: Desk, keys: Keys, visitor: str) -> dict[str, object] | None:
    """A visitor's open cry for help as this desk may see it: who acts on them should see it first."""
    case: Case | None = await open_cases.about(desks.house, keys, f"crisis:{visitor}")
    return desks.queue.item(desk, case) if case and desks.queue.sees(desk, keys.community, case) else None


async def site_of_visitor(desks: Desks, desk: Desk, visitor: str) -> Site:
    """The site of theirs through which they meet this visitor; another community's cannot be named.

    Raises `not_found`, also for somebody who is no visitor.
    """
    for keys in desks.communities(desk.person):
        for site in desks.sites_in(keys.community):
            names = keys.visitor(site, visitor), keys.sanctions(visitor)
            if await desks.house.store.command("EXISTS", *names):
                mine = known_site(desks, desk, keys.community)
                assert mine is not None, "their communities are those of their sites"
                return mine
    raise Refusal("not_found", "There is no such visitor here.")


def known_site(desks: Desks, desk: Desk, community: str) -> Site | None:
    """Of their sites in a community the one where they are most."""
    mine = of_community(desks.sites(desk.person), community)
    return max(mine, key=lambda site: ROLES.index(desk.person.role_at(site.id) or "greeter"), default=None)
