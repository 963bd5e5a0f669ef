"""The first lead's link, for a service that only this machine reaches and that has no staff yet."""

import asyncio
import ipaddress

from rooms import clock
from rooms.records import database, invitations, people
from rooms.records.people import Actor, Post
from server.desk_api_leads import link
from server.settings import Settings
from server.staff_key import derive, staff_key

BY = Actor("first-lead", "system")


def first_link(settings: Settings, origin: str) -> str | None:
    """A link by which the first lead of all sites signs up, once; None where there is staff, or others than
    this machine reach us. A link that an earlier start printed ends.

    Runs its own event loop: call it in a thread. Raises OSError or SQLAlchemyError.
    """
    return asyncio.run(_link(settings, origin)) if _loopback(settings.host) else None


async def _link(settings: Settings, origin: str) -> str | None:
    engine = database.open_engine(settings.database_url)
    try:
        if await people.anybody(engine):
            return None
        await invitations.withdraw_of(engine, BY.id)
        posts = [Post(site, "lead") for site in sorted(settings.sites)]
        key = derive(staff_key(settings), "audit")
        _, token = await invitations.invite(engine, key, BY, posts, clock.system())
    finally:
        await engine.dispose()
    return link(origin, token)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
