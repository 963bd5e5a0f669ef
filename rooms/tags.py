"""Address tags under watch: whoever comes behind the address of a sanctioned person while that runs is
looked at twice, and only in the topic where that was. A tag is no person: whole clinics share one, so
nobody is kept out by it.
"""

import asyncio
from collections.abc import Collection, Iterable

from rooms import presence, retention
from rooms.house import House
from rooms.keys import Keys
from rooms.records.sanctions import Sanction
from rooms.site import Site

KINDS = ("mute", "ban", "kick")


async def watch(house: House, keys: Keys, sites: Iterable[Site], sanction: Sanction) -> None:
    """From now on, while the sanction runs. Raises Unavailable.

    A visitor of a site's own network, or one who has been forgotten, has no tag. No sanction by tag outlives
    the key of the day: a store that lost its memory draws another.
    """
    tag, fields = await _of(house, keys, sites, sanction.visitor)
    if sanction.kind not in KINDS or not tag:
        return
    rooms = [sanction.room] if sanction.room else [room for room in map(_room, fields) if room]
    watched = {f"{sanction.id} {presence.topic_of(room)}" for room in rooms}
    if watched:
        value = f"{sanction.until} {house.now()}"
        pairs = [part for field in sorted(watched) for part in (field, value)]
        await house.store.command("HSET", keys.tag_watch(tag), *pairs)
        await house.store.command("PEXPIRE", keys.tag_watch(tag), retention.SANCTION * 1000)


async def unwatch(
    house: House, keys: Keys, sites: Iterable[Site], visitor: str, sanctions: Collection[str]
) -> None:
    """These ended early. Raises Unavailable."""
    tag, _ = await _of(house, keys, sites, visitor)
    if not tag:
        return
    fields = await house.store.command("HKEYS", keys.tag_watch(tag))
    ended = [field for field in fields if field.decode().partition(" ")[0] in sanctions]
    if ended:
        await house.store.command("HDEL", keys.tag_watch(tag), *ended)


async def sharing(house: House, keys: Keys, sites: Collection[Site], visitor: str) -> int:
    """How many others who are in rooms now share a visitor's tag. Raises Unavailable."""
    tag, _ = await _of(house, keys, sites, visitor)
    if not tag:
        return 0
    topics = {topic.id for site in sites for topic in site.topics}
    rooms = [room for topic in sorted(topics) for room in await presence.rooms(house, keys, topic)]
    here = await asyncio.gather(*(house.store.command("HKEYS", keys.here(room)) for room in rooms))
    others = {person.decode() for people in here for person in people} - {visitor}
    records = [keys.visitor(site, person) for person in others for site in sites]
    tags = await asyncio.gather(*(house.store.command("HGET", record, "tag") for record in records))
    return sum(found is not None and found.decode() == tag for found in tags)


async def _of(house: House, keys: Keys, sites: Iterable[Site], visitor: str) -> tuple[str, list[str]]:
    """Their tag, and the other fields of their record with its values."""
    for site in sites:
        if record := await house.store.fields(keys.visitor(site, visitor)):
            said = [f"{name} {value.decode()}" for name, value in record.items()]
            return record.get("tag", b"").decode(), said
    return "", []


def _room(field: str) -> str:
    """The room that a field of a visitor's record names: where they wrote, or were last in a topic."""
    name, _, value = field.partition(" ")
    if name.startswith("wrote:"):
        return name.removeprefix("wrote:")
    return value if name.startswith("room:") else ""
