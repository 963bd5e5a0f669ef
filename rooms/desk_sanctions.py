"""Limits on a visitor in the hot store, where every message meets them."""

import msgspec

from rooms.house import House
from rooms.keys import Keys
from rooms.records.sanctions import Sanction


class Outboxed(msgspec.Struct, frozen=True):
    """An act that took effect while SQL was away: all that its records need."""

    site: str
    community: str
    actor: str
    role: str
    sanction: Sanction | None  # None: an act on a room or a message, which the rest names
    at: int
    act: str = ""
    action: str = ""
    subject: str = ""
    room: str = ""
    reason: str = ""
    rule: str = ""  # of an act of the service's own
    rule_version: str = ""


def appealable(sanction: Sanction) -> bool:
    """Whether there is something that another moderator could give back: a warning takes nothing."""
    return sanction.kind != "warn"


def told(sanction: Sanction) -> dict[str, object]:
    """`sanction` as the visitor reads it (PROTOCOL section 4)."""
    answer: dict[str, object] = {
        "id": sanction.id,
        "kind": sanction.kind,
        "until": sanction.until,
        "reason": sanction.reason,
        "appeal": appealable(sanction),
    }
    return answer | {"room": sanction.room} if sanction.room else answer


def announced(sanction: Sanction, acted: dict[str, object] | None) -> bytes:
    """What every process is told when it begins: for the visitor, and for colleagues."""
    return msgspec.json.encode({"visitor": sanction.visitor, "sanction": told(sanction), "acted": acted})


def value(sanction: Sanction) -> str:
    """As the scripts keep it."""
    return f"{sanction.kind} {sanction.until} {sanction.room or '*'} {sanction.reason}"


async def impose(
    house: House,
    keys: Keys,
    sanction: Sanction,
    acted: dict[str, object] | None = None,
    outboxed: Outboxed | None = None,
) -> bool:
    """Let it begin, and tell every process; False where it had begun before. Raises Unavailable.

    Promises: once this returns, nothing that the visitor says gets a seq in a room where it holds.
    """
    begun = await house.store.call(
        "sanction",
        keys.community,
        (keys.sanctions(sanction.visitor), keys.control, keys.outbox),
        house.now(),
        sanction.id,
        value(sanction),
        sanction.until,
        announced(sanction, acted),
        msgspec.json.encode(outboxed) if outboxed else b"",
    )
    return bool(begun)


async def lift(house: House, keys: Keys, visitor: str, *, sanction: str = "", kind: str = "") -> list[str]:
    """End one limit, or all of a kind, and tell every process; answers which. Raises Unavailable."""
    head = b'{"visitor":' + msgspec.json.encode(visitor) + b',"lifted":"'
    ended: list[bytes] = await house.store.call(
        "lift",
        keys.community,
        (keys.sanctions(visitor), keys.control),
        house.now(),
        sanction,
        kind,
        head,
        b'"}',
    )
    return [one.decode() for one in ended]


async def in_force(house: House, keys: Keys, visitor: str) -> list[Sanction]:
    """What holds for a visitor now, soonest to end first. Raises Unavailable."""
    found = []
    for sanction, value in (await house.store.fields(keys.sanctions(visitor))).items():
        kind, until, where, reason = value.decode().split(" ")
        if int(until) > house.now():
            room = None if where == "*" else where
            found.append(
                Sanction(
                    id=sanction,
                    visitor=visitor,
                    kind=kind,
                    room=room,
                    reason=reason,
                    until=int(until),
                )
            )
    return sorted(found, key=lambda one: (one.until, one.id))
