"""Cases: what a person should look at, one holder at a time.

A case is opened by words that wait, by a report, by a cry for help, by somebody who asks for a volunteer. It
lives in the hot store with the words it is about, is decided once, and then leaves its id for a while, and no
words.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from rooms import limits, log, newcomer, retention
from rooms.case import Case, CaseKind, read
from rooms.house import House
from rooms.keys import Keys
from rooms.refusals import Refusal
from rooms.site import Site

Told = Literal["told", "failed", "over"]
CLAIM_MS = 60_000
"""A claim without a sign of life from its holder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a case is opened with. `about`: a second case about the same is the same one."""

    id: str
    kind: CaseKind
    about: str
    site: str
    visitor: str
    room: str = ""
    message: str = ""
    text: str | None = None
    digest: str = ""  # tells a retry of an answer from other words under its id
    labels: tuple[str, ...] = ()
    reporter: str = ""  # who waits for an outcome, under this receipt
    receipt: str = ""
    concerns: str = ""  # of the staff: leads other than this person decide
    care: str = ""  # the kind of help of a cry for it
    more: Mapping[str, object] = field(default_factory=dict)
    """What else the desk is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`new` is False where a case was open already. `told`: of a cry for help, what its author may be told
    about people. `concerns`: whom of the staff it is about, whom it is then not for."""

    id: str
    new: bool
    told: str = ""
    concerns: str = ""


def id_of(*parts: str) -> str:
    """A case's id, or a receipt, from who asked and for what: a retry makes no second one."""
    return hashlib.sha256("\0".join(("case", *parts)).encode()).hexdigest()[:20]


async def open_case(house: House, keys: Keys, case: Opening, buckets: limits.Buckets | None = None) -> Opened:
    """Open it, or add to the one that is open about the same; every desk hears of it.

    Promises: the room as it stands is frozen with it, the message itself and 12 before. Raises Refusal:
    `not_found` where the room has no such message to report, `bad_request` where the id of an answer was used
    for other words, `rate_limited`, `unavailable`.
    """
    buckets = buckets if house.limited and buckets else {}
    outcome = await house.store.call(
        "case_open",
        keys.community,
        (*keys.log_of(case.room or "-"), *keys.of_cases(), *buckets),
        house.now(),
        case.id,
        case.about,
        case.kind,
        case.visitor,
        case.room,
        case.message,
        retention.CASE_MESSAGES,
        " ".join(case.labels),
        case.reporter,
        case.receipt,
        msgspec.json.encode(case.more),
        "" if case.text is None else msgspec.json.encode(case.text),
        case.concerns,
        case.site,
        retention.CASE * 1000,
        house.care.everyone,
        case.care,
        case.digest,
        *limits.rates(buckets),
    )
    if outcome[0] == b"not_found":
        raise Refusal("not_found")
    if outcome[0] == b"limited":
        raise limits.too_fast(int(outcome[1]))
    if outcome[0] == b"other":
        raise Refusal("bad_request", "This key was used for other words.")
    kind, opened, told, concerns = (part.decode() for part in outcome)
    if case.kind == "crisis" and case.message:
        with suppress(Refusal):  # the case itself says so while it is open
            await _hard_to_read(house, keys, case.message)
    return Opened(id=opened, new=kind == "opened", told=told, concerns=concerns)


async def _hard_to_read(house: House, keys: Keys, message: str) -> None:
    """No desk shows it unasked while its room has it, also once its case is ended."""
    now, store = house.now(), house.store
    await asyncio.gather(
        store.command("ZREMRANGEBYSCORE", keys.hard, "-inf", now - house.log_ms),
        store.command("ZADD", keys.hard, now, message),
        store.command("PEXPIRE", keys.hard, house.log_ms + 1),  # of a house that keeps nothing: at once
    )


async def claim(house: House, keys: Keys, case: str, person: str, name: str) -> Case:
    """Look after it for a minute, or a minute more. Raises Refusal `not_found`, `conflict`, `unavailable`."""
    await _hold(house, keys, case, person, name, CLAIM_MS)
    found = await read(house, keys, case)
    if found is None:
        raise Refusal("conflict")
    return found


async def release(house: House, keys: Keys, case: str, person: str) -> None:
    """Let it go. Raises Refusal `not_found`, `conflict` (it is another's, or nobody's), `unavailable`."""
    await _hold(house, keys, case, person, "", 0)


async def _hold(house: House, keys: Keys, case: str, person: str, name: str, lease_ms: int) -> None:
    outcome: bytes = await house.store.call(
        "case_claim",
        keys.community,
        keys.of_cases(),
        house.now(),
        case,
        person,
        name,
        lease_ms,
        "",
        house.care.everyone,
    )
    _checked(outcome)


def _checked(outcome: bytes) -> None:
    if outcome == b"not_found":
        raise Refusal("not_found")
    if outcome == b"limited":
        raise Refusal("conflict", "Its author may not speak there now.")
    if outcome == b"withdrawn":
        raise Refusal("conflict", "Its author has taken it back.")
    if outcome != b"done":
        raise Refusal("conflict")


async def took_effect(house: House, keys: Keys, act: str) -> bool:
    """Whether an act on a case did, of the last minutes' acts. Raises Unavailable."""
    return await house.store.command("ZSCORE", keys.cases_acts, act) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a case. `act` makes it once; `version` None: whatever it is now.

    `held`: what the author of held words is told (`reject`, with a reason); `reported`: what those are told
    who reported, `acted` or `no_action`.
    """

    case: str
    act: str
    person: str
    version: int | None = None
    held: Mapping[str, str] | None = None
    reported: str = ""
    escalate: bool = False


async def decide(house: House, keys: Keys, decision: Decision) -> None:
    """Close a case and tell who waits, or hand it on to the leads.

    Raises Refusal `not_found`, `conflict` (decided, held by another, older version), `unavailable`.
    """
    held = b"," + msgspec.json.encode(decision.held)[1:] if decision.held else b""
    outcome: bytes = await house.store.call(
        "case_decide",
        keys.community,
        keys.of_cases(),
        house.now(),
        decision.case,
        decision.person,
        "" if decision.version is None else decision.version,
        decision.act,
        "escalate" if decision.escalate else "close",
        held,
        decision.reported,
        retention.OUTCOME * 1000,
        retention.CASE_DECIDED * 1000,
        retention.CASE_UNDO * 1000,
    )
    _checked(outcome)


async def acted(house: House, keys: Keys, person: str, *, visitor: str = "", message: str = "") -> None:
    """Who looks after a report has acted on whom, or what, it is about: its reporters hear `acted` then, even
    where the report itself is dismissed. Raises Unavailable."""
    await house.store.call(
        "case_acted", keys.community, keys.of_cases(), house.now(), person, visitor, message
    )


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody at home is to be called about a case: the next of that site's addresses."""

    site: str
    case: str
    called: int


async def approve(house: House, site: Site, case: Case, decision: Decision) -> None:
    """Let held words through: committed with a new seq at this moment, once.

    `site`: the author's. Raises as `decide`; `conflict` also where the author may not speak now, or has taken
    them back.
    """
    keys = Keys(site.community)
    outcome: bytes = await house.store.call(
        "case_approve",
        keys.community,
        (
            *keys.log_of(case.room),
            keys.receipts(site, case.visitor),
            keys.sanctions(case.visitor),
            keys.visitor(site, case.visitor),
            *keys.of_cases(),
        ),
        house.now(),
        house.epoch(),
        case.id,
        decision.person,
        "" if decision.version is None else decision.version,
        decision.act,
        case.room,
        case.visitor,
        *log.bounds(house),
        retention.OUTCOME * 1000,
        retention.CASE_DECIDED * 1000,
        retention.CASE_UNDO * 1000,
        house.newcomer.greeter if newcomer.runs(house) else 0,
        house.newcomer.second,
    )
    _checked(outcome)


async def look(house: House, keys: Keys) -> list[Call]:
    """Do what is due about cases, in every process and once; answers whom this one is to call."""
    calls = await house.store.call(
        "case_due",
        keys.community,
        (*keys.log_of("%"), *keys.of_cases(), keys.whispers("%")),
        house.now(),
        house.care.everyone,
        house.care.on_call,
        house.care.sending,
        retention.OUTCOME * 1000,
        retention.CASE_DECIDED * 1000,
        100,
        house.newcomer.case,
        house.newcomer.card,
        retention.UNANSWERED * 1000,
        retention.CASE_MESSAGES,
    )
    return [Call(site.decode(), case.decode(), int(called)) for site, case, called in calls]


async def called(house: House, keys: Keys, call: Call, what: Told) -> None:
    """How a call went: `told`, `failed`, or `over` where there is nobody (more) to call."""
    wait = house.care.everyone if what == "over" else house.care.answer
    await _called(house, keys, call.case, what, call.called, wait)


async def answered(house: House, keys: Keys, case: str) -> bool:
    """Somebody who was called at home has seen it; False where it is decided by now."""
    return await _called(house, keys, case, "seen", 0, 0) == b"done"


async def _called(house: House, keys: Keys, case: str, what: str, called: int, wait_ms: int) -> bytes:
    outcome: bytes = await house.store.call(
        "case_called", keys.community, keys.of_cases(), house.now(), case, what, called, wait_ms
    )
    return outcome


async def withdraw(house: House, keys: Keys, about: str, author: str) -> bool:
    """Words that wait are taken back by their author; False where none wait."""
    return bool(
        await house.store.call("case_withdraw", keys.community, keys.of_cases(), house.now(), about, author)
    )


async def outcomes(house: House, keys: Keys, visitor: str) -> list[msgspec.Raw]:
    """What became of a visitor's held words and reports lately, as JSON: told again to whoever comes back.

    Raises Unavailable.
    """
    told: list[bytes] = await house.store.command("HVALS", keys.outcomes(visitor))
    return [msgspec.Raw(outcome) for outcome in told]
