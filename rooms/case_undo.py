"""A decision about a case is taken back, within seconds and while nothing came of it."""

from typing import Literal

from rooms import case as open_cases
from rooms import retention
from rooms.case import Case
from rooms.cases import CLAIM_MS
from rooms.house import House
from rooms.keys import Keys

Outcome = Literal["done", "ended", "changed"]
UNVEILED = "unveiled"
OTHERS = "others"


async def decided(house: House, keys: Keys, act: str) -> Case | None:
    """The case as it was before an act that closed it; None where that cannot be taken back (any more), and
    for an act that only handed it on. Raises Unavailable."""
    held = await house.store.fields(keys.decided(act))
    return open_cases.parse(held, house.now()) if "about" in held else None


async def noted(house: House, keys: Keys, act: str, fact: str) -> bool:
    """Whether a fact was written down with an act. Raises Unavailable."""
    return bool(await house.store.command("HEXISTS", keys.decided(act), fact))


async def edits(house: House, keys: Keys, act: str) -> bool:
    """Whether the words that an act let through stand in place of older ones. Raises Unavailable."""
    return bool(await house.store.command("HGET", keys.decided(act), "effect") == b"edited")


async def note(house: House, keys: Keys, act: str, fact: str) -> None:
    """What the undo of an act has to know besides: UNVEILED or OTHERS. Raises Unavailable."""
    await house.store.command("HSET", keys.decided(act), fact, "1")
    await house.store.command("PEXPIRE", keys.decided(act), retention.CASE_UNDO * 1000)


async def undo(house: House, keys: Keys, act: str, by: str, person: str, name: str) -> Outcome:
    """Open the case again, as it was, in this person's hands; `by` is the undo's own act.

    `ended`: its time is over; `changed`: somebody asked or acted about the same since. Raises Unavailable.
    """
    outcome: bytes = await house.store.call(
        "case_undo",
        keys.community,
        keys.of_cases(),
        house.now(),
        act,
        by,
        person,
        name,
        CLAIM_MS,
        retention.CASE_DECIDED * 1000,
    )
    return outcome.decode()  # type: ignore[return-value]


async def lately(house: House, keys: Keys) -> list[tuple[str, Case]]:
    """Cases that can be opened again, each by the act that closed it. Raises Unavailable."""
    since = house.now() - retention.CASE_UNDO * 1000
    acts: list[bytes] = await house.store.command("ZRANGEBYSCORE", keys.cases_acts, since, "+inf")
    found = [(act.decode(), await decided(house, keys, act.decode())) for act in acts]
    return [(act, case) for act, case in found if case is not None]


async def forget(house: House, keys: Keys, act: str) -> None:
    """Whoever is in such a case wants nothing kept: it cannot be opened again. Raises Unavailable."""
    await house.store.command("DEL", keys.decided(act))
