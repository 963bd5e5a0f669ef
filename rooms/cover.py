"""How a topic is covered: whether somebody who can act is on duty, and what it means where nobody is.

Where cover is `required`, rooms close ten minutes after the last volunteer went, and say so first and last;
any return calls it off. Where it is `never`, they stay open, slowly: only peers, by the site's choice.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from rooms import limits, log, sentences
from rooms.house import House
from rooms.keys import Keys
from rooms.phase import UNKNOWN, Phase
from rooms.site import Site

NOTICE_MS: Final = 600_000
"""Time to say goodbye (PROTOCOL: cover)."""
NOTICES: Final = ("leaving", "closed", "back", "opened")


def topics_of(sites: Iterable[Site]) -> dict[str, dict[str, bool]]:
    """community -> topic -> required; of sites that share a topic the stricter one decides."""
    found: dict[str, dict[str, bool]] = {}
    for site in sites:
        mine = found.setdefault(site.community, {})
        for topic in site.topics:
            mine[topic.id] = mine.get(topic.id, False) or site.cover_required(topic.id)
    return found


async def look(house: House, keys: Keys, topics: Mapping[str, bool], lang: str) -> None:
    """See how each topic is covered, and tell the rooms of one where that has changed.

    Any process may look at any time: the store decides each change once, and each room takes it once. What
    a process that died had not told, the next one tells. Raises Unavailable.
    """
    asked: list[str | int] = []
    for topic, needed in topics.items():
        known = house.cover.get((keys.community, topic), UNKNOWN)
        asked += (topic, "1" if needed else "0", f"{known.word} {known.until}" if known.word else "")
    kept: Sequence[bytes] = await house.store.call(
        "cover", keys.community, (keys.duty, keys.cover), house.now(), NOTICE_MS, *asked
    )
    for topic, value in zip(topics, kept, strict=True):
        word, until, told = value.decode().split(" ")
        house.cover[keys.community, topic] = Phase(word, int(until))
        if told == "0":
            await _tell(house, keys, topic, word, lang)


async def _tell(house: House, keys: Keys, topic: str, word: str, lang: str) -> None:
    notices = [
        msgspec.json.encode({"type": "notice", "text": sentences.cover(which, lang)})[1:] for which in NOTICES
    ]
    for room in await house.store.command("ZRANGE", keys.rooms(topic), 0, -1):
        await house.store.call(
            "coverroom",
            keys.community,
            (*keys.log_of(room.decode()), keys.cover),
            house.now(),
            house.mint(),
            topic,
            limits.slow_of_alone(house),
            *log.bounds(house),
            *notices,
        )
    await house.store.call("covertold", keys.community, (keys.cover,), house.now(), topic, word)


def of(house: House, keys: Keys, topic: str) -> Phase:
    """As of a second ago."""
    return house.cover.get((keys.community, topic), UNKNOWN)


class Standing(msgspec.Struct, frozen=True):
    """What a room says of itself to whoever enters (PROTOCOL section 3)."""

    slow_mode: int
    locked: bool
    covered: bool
    open: bool


def standing(house: House, keys: Keys, topic: str, told: Sequence[object]) -> Standing:
    """The same from what the scripts answer: as of the position beside it, so that `state` follows on.

    A room that was told nothing yet stands as this process knows its topic to.
    """
    slow, locked, phase = told
    assert isinstance(phase, bytes)
    word, _, until = phase.decode().partition(" ")
    now = house.now()
    as_told = Phase(word, int(until)) if word else of(house, keys, topic)
    covered = word == "covered" or (not word and as_told.covered(now))
    alone = limits.slow_of_alone(house) if as_told.alone else 0
    return Standing(int(str(slow)) or alone, bool(locked), covered, as_told.open(now))


async def stands(house: House, keys: Keys, room: str) -> Standing:
    """The same of any room. Raises Unavailable."""
    told = await house.store.call(
        "stands", keys.community, keys.log_of(room), house.now(), limits.slow_of_alone(house)
    )
    return standing(house, keys, room.rpartition(".")[0], told)
