"""The path of a message. If you read one page of Kindred, read `say`."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from moderation import gates, pipeline
from moderation.submission import Submission
from moderation.verdict import Verdict
from rooms import cover, log, names, pause, presence
from rooms.care import Kind, needed
from rooms.held import Nobody, rules
from rooms.house import House
from rooms.limits import Pace, hold_back
from rooms.message import Draft, id_of
from rooms.records.tables import ROLES
from rooms.refusals import Refusal, Unavailable
from rooms.room import Membership, admit
from rooms.session import Session
from rooms.telemetry import count, timed

logger = logging.getLogger(__name__)
OVERTIME_NS = 20_000_000
"""A pipeline that took longer of its thread's own CPU time has met words it cannot judge."""
RECALL_TIME = 0.3
"""Seconds that words may wait for what the log has of their author: help must not wait for it."""
_NONE: Final[frozenset[str]] = frozenset()
_ALONE: Final = frozenset(("contact",))
_STAFFS: Final = frozenset(("contact", "grooming"))


@dataclass(frozen=True, slots=True)
class Cry:
    """Words that call for help. `text`: as the room sees it, or staff where they do not pass."""

    kind: Kind
    room: str
    message: str
    key: str
    text: str
    labels: tuple[str, ...]
    rules: list[dict[str, object]]


async def nobody(cry: Cry) -> None:
    """Nobody is told: of words of staff themselves."""


async def say(
    house: House,
    session: Session,
    memberships: Membership,
    draft: Draft,
    care: Callable[[Cry], Awaitable[None]] = nobody,
    pace: Pace | None = None,
    heed: Pace | None = None,
) -> msgspec.Raw:
    """Take a draft to its room; answers the acknowledgement as JSON (PROTOCOL section 3).

    `care` is told first what kind of help the author's words call for, whatever becomes of the words:
    who is muted, or writes what cannot be shared, needs it no less. It must take less than a second.
    `pace`: the connection's own bucket. `heed`: how often words that it refuses are heard for a cry for help.
    Promises: nobody else sees a word before the verdict; `ok` means decided, numbered, in the log and
    handed to pub/sub; a retry under the same key gets its first answer. Raises Refusal.
    """
    try:
        hold_back(house, pace)
        room = admit(memberships, draft.room)
    except Refusal as refusal:
        first = await log.first_answer(house, session, draft)
        if first is not None:
            return first
        if refusal.code == "rate_limited" and heed is not None and not heed.spend(house.now()):
            await _heed(house, session, memberships, draft, care)
        raise
    await _recall(house, session, room)
    submission = gather(house, session, room, draft)
    try:
        return await _take(house, session, room, draft, submission, care)
    except Nobody:  # the last one on duty has just gone: nothing can wait for them
        return await _take(house, session, room, draft, replace(submission, on_duty=False), nobody)


async def _heed(
    house: House,
    session: Session,
    memberships: Membership,
    draft: Draft,
    care: Callable[[Cry], Awaitable[None]],
) -> None:
    """Words that came too fast are not said. Whoever gives up after them has been heard all the same."""
    with suppress(Refusal):  # in no such room: it would be refused in any case
        room = admit(memberships, draft.room)
        with timed("decide"):
            verdict = decide(gather(house, session, room, draft), house.late.get(session.site.id))
        if (cry := heard(session, room, draft, verdict)) is not None:
            await care(cry)


async def _recall(house: House, session: Session, room: str) -> None:
    """Whoever talked at another worker a moment ago is judged beside that: a number begun there is not to be
    ended here."""
    if not session.resumed or house.lately.knows(session.keys.community, session.id):
        return
    with suppress(Refusal, TimeoutError):
        async with asyncio.timeout(RECALL_TIME):
            read = await log.replay(house, session, room, None)
            house.lately.recall(session.keys.community, session.id, room, map(bytes, read.entries))


async def _take(
    house: House,
    session: Session,
    room: str,
    draft: Draft,
    submission: Submission,
    care: Callable[[Cry], Awaitable[None]],
) -> msgspec.Raw:
    with timed("decide"):
        verdict = decide(submission, house.late.get(session.site.id))
    if (cry := heard(session, room, draft, verdict)) is not None:
        await care(cry)
    begun = begin(house, session, room, draft, verdict)
    try:
        with timed("commit"):
            try:
                answer = await log.commit(house, session, room, draft, verdict)
            except log.Gated as gated:
                verdict = decide(replace(submission, gates=submission.gates | gated.gates))
                answer = await _behind(house, session, room, draft, verdict, gated)
    except BaseException:
        if begun:
            house.lately.drop(session.keys.community, session.id, draft.key)
        raise
    remember(house, session, room, draft, verdict)
    if verdict.passes and "safeguarding" in verdict.labels:
        with suppress(Refusal):  # this worker knows
            await presence.minor(house, session, room)
    if not verdict.passes:
        with suppress(Refusal):  # the words were answered; a store that is away counts nothing
            await pause.refused(house, session, draft, verdict)
    return answer


async def _behind(
    house: House, session: Session, room: str, draft: Draft, verdict: Verdict, gated: log.Gated
) -> msgspec.Raw:
    """The same words, judged behind a gate that only the store knew of."""
    house.lately.drop(session.keys.community, session.id, draft.key)  # as it was judged first
    begin(house, session, room, draft, verdict)
    try:
        return await log.commit(house, session, room, draft, verdict, gated)
    except log.Gated:
        raise Unavailable from None  # another one was shut in this very moment


def heard(session: Session, room: str, draft: Draft, verdict: Verdict) -> Cry | None:
    """The cry for help in a draft, where there is one."""
    kind = needed(verdict)
    if kind is None:
        return None
    message = draft.edits or id_of(session, draft) or ""
    text = verdict.text if verdict.passes else verdict.for_staff
    return Cry(kind, room, message, draft.key, text or "", verdict.labels, rules(verdict, draft.text))


def gather(house: House, session: Session, room: str, draft: Draft) -> Submission:
    """The few facts that the stages need, none of them worth a call to the store.

    Whether somebody is on duty is as of a second ago; `commit` asks their lease. Words of staff never wait.
    """
    community, now = session.keys.community, house.now()
    lately = house.lately.look(community, session.id, room, draft.text, now, draft.edits)
    counted = house.limited and not draft.edits
    return Submission(
        text=draft.text,
        topic=room.rpartition(".")[0],
        lang=session.lang or None,
        on_duty=session.role == "visitor"
        and cover.of(house, session.keys, presence.topic_of(room)).covered(now),
        unheld=_unheld(house, session, room),
        pseudonyms=names.ALL,
        policy=session.site.policy,
        rules=house.rules.get(session.site.id),
        recent=lately.recent,
        before=lately.before,
        minor_here=lately.minor_here,
        newcomer=lately.newcomer,
        wave=counted and lately.wave,
        own_repeats=lately.own_repeats if counted else 0,
        echoes=lately.echoes if counted else 0,
        gates=gates.shut(gates.Facts(hold_unread=True, language_read=_read(house, session)))
        if session.site.hold_unread and session.role == "visitor"
        else _NONE,
    )


def _read(house: House, session: Session) -> bool:
    """Whether the rules, or somebody on duty, know the language that an author's panel speaks."""
    lang = presence.spoken(session.lang)
    return lang in gates.READ or lang in house.spoken.get(session.keys.community, _NONE)


def _unheld(house: House, session: Session, room: str) -> frozenset[str]:
    """What is refused as what it is, since nobody would read it: what takes people out of a room that has no
    volunteer by choice, and what staff are never to say."""
    if session.role in ROLES:
        return _STAFFS
    return _ALONE if cover.of(house, session.keys, presence.topic_of(room)).alone else _NONE


def begin(house: House, session: Session, room: str, draft: Draft, verdict: Verdict) -> bool:
    """Keep, in this worker's memory and for minutes, what the next message is judged beside; answers whether
    it was not there before.

    Before the store has it: what follows at once, from this connection or another tab, is judged while it is
    on its way, and a number sent in three pieces at a stretch would pass. An edit waits: what it forgets is
    not to be forgotten for one that is refused.
    """
    return not draft.edits and _keep(house, session, room, draft, verdict)


def _keep(house: House, session: Session, room: str, draft: Draft, verdict: Verdict) -> bool:
    community, message_id = session.keys.community, draft.edits or id_of(session, draft)
    shown, now = verdict.text, house.now()
    return house.lately.keep(community, session.id, room, draft.key, draft.text, shown, now, message_id)


def remember(house: House, session: Session, room: str, draft: Draft, verdict: Verdict) -> None:
    """The rest, once the store has it."""
    community, now = session.keys.community, house.now()
    if draft.edits:
        house.lately.forget(community, session.id, room, draft.edits)
        _keep(house, session, room, draft, verdict)
    if "safeguarding" in verdict.labels and verdict.passes:
        house.lately.minor(community, room, now)


def decide(submission: Submission, late: Callable[[Submission], None] | None = None) -> Verdict:
    """The filter's word; failing closed when it took too long.

    By the clock on the wall first, which costs nothing to ask. Whoever is late by that is measured again in
    this thread's CPU time, because a busy machine is no fault of the words; and once more, because neither is
    a collection of garbage that fell into a try (72 ms of this thread at 1,000 connections, measured). The
    pipeline is pure: every answer is the same. `late` hears of words that are slow by that too.
    """
    for clock in (time.perf_counter_ns, time.thread_time_ns, time.thread_time_ns):
        started = clock()
        verdict = pipeline.judge(submission)
        if clock() - started <= OVERTIME_NS:
            break
    else:
        logger.warning("filter over time")
        verdict = pipeline.overtime(submission, verdict)
        if late is not None:
            late(submission)
    count("verdicts", verdict.category or verdict.action.word)
    return verdict
