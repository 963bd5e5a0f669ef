"""Prepared answers at the desk, in the language of whoever is spoken to."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from rooms.keys import Keys
from rooms.records import site_words
from rooms.refusals import Refusal
from rooms.site import Site
from server import prepared, protocol
from server.desk_sockets import Desk, Desks
from server.protocol import Name
from server.transport import Answer


class Asked(Struct):
    """`replies`."""

    site: Name
    lang: Annotated[str, Meta(max_length=16)] = "en"
    visitor: Name | None = None


async def replies(desks: Desks, desk: Desk, payload: object) -> Answer:
    """The site's prepared answers in the visitor's language, else the desk's, else the site's, else English.

    Raises Refusal `not_found` for a site that is not theirs.
    """
    asked = protocol.parse(Asked, payload)
    site = next((one for one in desks.sites(desk.person) if one.id == asked.site), None)
    if site is None:
        raise Refusal("not_found", "That is no site of yours.")
    known = await of_site(desks, site.id)
    theirs = await _language(desks, site, asked.visitor) if asked.visitor else ""
    wanted = (main(lang) for lang in (theirs, asked.lang, site.lang, "en"))
    lang = next((one for one in wanted if known.get(one)), "en")
    return {"ok": True, "lang": lang, "replies": known.get(lang, [])}, None


async def of_site(desks: Desks, site: str) -> dict[str, list[str]]:
    """Language -> what a volunteer can choose from. Raises SQLAlchemyError."""
    changed = await site_words.in_force(desks.staff.engine, site, "replies")
    written = {
        lang: msgspec.json.decode(one.words, type=list[str]) for lang, one in changed.items() if one.words
    }
    return {lang: list(texts) for lang, texts in prepared.OURS.items()} | written


async def _language(desks: Desks, site: Site, visitor: str) -> str:
    """What a visitor of this community reads; "" where they are not known any more."""
    keys = Keys(site.community)
    for one in desks.sites_in(site.community):
        found: bytes | None = await desks.house.store.command("HGET", keys.visitor(one, visitor), "lang")
        if found:
            return found.decode()
    return ""


def main(lang: str) -> str:
    """ "es-MX" is "es"."""
    return lang.partition("-")[0].lower()
