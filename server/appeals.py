"""Appeals: the person whom a limit concerns asks, once, that somebody else looks at it again.

Who acted does not decide. Where nobody else is on duty a mute of an hour or less simply ends at its time, and
the answer says so; an appeal against a longer limit waits.
"""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from rooms import cases, desk_sanctions, duty, private_words, tags
from rooms.case import Case
from rooms.cases import Decision, Opening
from rooms.duty import OnDuty
from rooms.keys import Keys
from rooms.message import Draft
from rooms.records import acts, sanctions
from rooms.records.sanctions import Sanction
from rooms.refusals import Refusal, Unavailable
from server import protocol
from server.connection import Connection
from server.private_words import judged
from server.protocol import Name
from server.transport import Answer

if TYPE_CHECKING:
    from server.desk_sockets import Desk, Desks
    from server.sockets import Edge

ALONE_MS: Final = 3_600_000
"""A mute this short ends before a colleague of the one who acted would come."""
DECIDES: Final = {"approve": "lifted", "reject": "upheld"}
"""Act on an appeal -> what its author is told."""
OTHERS: Final = "You acted there. Another moderator decides about it."


class Appeal(Struct):
    """`appeal`."""

    sanction: Name
    text: str


async def appeal(edge: "Edge", connection: Connection, payload: object) -> Answer:
    """Ask that another moderator looks at a limit. Once for each; a retry gets the same receipt."""
    asked = protocol.parse(Appeal, payload)
    connection.spend(edge.house.now())
    session, house = connection.session, edge.house
    draft = Draft(key=asked.sanction, text=protocol.words(asked.text))
    found = await desk_sanctions.in_force(house, session.keys, session.id)
    limit = next((one for one in found if one.id == asked.sanction), None)
    if limit is None or not desk_sanctions.appealable(limit):
        raise Refusal("not_found")
    verdict = await judged(edge, connection, "", draft)
    by, began = await _acted(edge, limit)
    there = _others(await duty.on_duty(house, session.keys), by)
    if not there and limit.kind == "mute" and limit.until - began <= ALONE_MS:
        return {"ok": True, "receipt": None, "when": "none", "ends": limit.until}, None
    readable = private_words.readable(verdict, session)
    opening = Opening(
        id=cases.id_of("appeal", limit.id, session.id),
        kind="appeal",
        about=f"appeal:{limit.id}",
        site=session.site.id,
        visitor=session.id,
        text=readable,
        reporter=session.id,
        receipt=cases.id_of("appeal", limit.id, session.id),
        more={
            "name": session.name,
            "sanction": {"id": limit.id, "kind": limit.kind, "until": limit.until, "reason": limit.reason},
            "by": by,
        },
    )
    once = session.keys.appealed(limit.id)
    if await house.store.command("EXISTS", once):
        return {"ok": True, "receipt": opening.id, "when": "now" if there else "none"}, None
    await cases.open_case(house, session.keys, opening)
    await house.store.command("SET", once, "1", "PXAT", limit.until)
    return {"ok": True, "receipt": opening.id, "when": "now" if there else "none"}, None


async def _acted(edge: "Edge", limit: Sanction) -> tuple[str, int]:
    """Who imposed it, and when. Raises Unavailable: while SQL has it not, nobody can say who may decide."""
    if edge.desks is None:
        raise Unavailable
    with contextlib.suppress(SQLAlchemyError, OSError):
        row = await acts.done_before(edge.desks.staff.engine, limit.id)
        if row is not None:
            return row.actor, row.at
    raise Unavailable


def _others(there: Sequence[OnDuty], by: str) -> list[OnDuty]:
    return [one for one in there if one.role in duty.COVERING and one.id != by]


def for_others(desk: "Desk", case: Case) -> None:
    """Raises `forbidden` for whoever imposed the limit that a case is about."""
    if case.kind == "appeal" and case.more.get("by") == desk.person.id:
        raise Refusal("forbidden", OTHERS)


async def decide(desks: "Desks", keys: Keys, case: Case, name: str, decision: Decision, told: str) -> None:
    """Lift the limit, or uphold it; whoever appealed is told.

    Claimed first: of two who decide at once one is refused before anything is lifted. Raises as
    `cases.decide`.
    """
    if told == "lifted":
        await cases.claim(desks.house, keys, case.id, decision.person, name)
        limit = str(case.more["sanction"]["id"])
        await desk_sanctions.lift(desks.house, keys, case.visitor, sanction=limit)
        sites = desks.sites_in(keys.community)
        await tags.unwatch(desks.house, keys, sites, case.visitor, [limit])
        await sanctions.drop(desks.staff.engine, limit)
    await cases.decide(desks.house, keys, decision)
