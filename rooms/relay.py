"""The path of a message. If you read one page of Kindred, read `say`."""

import logging
import time
from collections.abc import Callable

import msgspec

from moderation import pipeline
from moderation.submission import Submission
from moderation.verdict import Verdict
from rooms import limits, log, names
from rooms.care import Kind, needed
from rooms.house import House
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.room import Membership, admit
from rooms.session import Session
from rooms.telemetry import count, timed

logger = logging.getLogger(__name__)
OVERTIME_NS = 20_000_000
"""A pipeline that took longer of its thread's own CPU time has met words it cannot judge."""


async def say(
    house: House,
    session: Session,
    memberships: Membership,
    draft: Draft,
    care: Callable[[Kind], None] = lambda kind: None,
) -> msgspec.Raw:
    """Take a draft to its room; answers the acknowledgement as JSON (PROTOCOL section 3).

    `care` is told at once what kind of help the author's words call for, whatever becomes of the words:
    who is muted, or writes what cannot be shared, needs it no less.
    Promises: nobody else sees a word before the verdict; `ok` means decided, numbered, in the log and
    handed to pub/sub; a retry under the same key gets its first answer. Raises Refusal.
    """
    try:
        with timed("spend"):
            await limits.spend(house, session)
        room = admit(memberships, draft.room)
    except Refusal:
        first = await log.first_answer(house, session, draft)
        if first is None:
            raise
        return first
    with timed("decide"):
        verdict = decide(gather(session, room, draft))
    if (kind := needed(verdict)) is not None:
        care(kind)
    with timed("commit"):
        return await log.commit(house, session, room, draft, verdict)


def gather(session: Session, room: str, draft: Draft) -> Submission:
    """The few facts that the stages need. Until volunteers can sign in, nobody is on duty."""
    return Submission(
        text=draft.text,
        topic=room.rpartition(".")[0],
        lang=session.lang or None,
        on_duty=False,
        pseudonyms=names.ALL,
    )


def decide(submission: Submission) -> Verdict:
    """The filter's word; failing closed when it took too long.

    Measured in this thread's CPU time, because a busy machine is no fault of the words; and asked
    twice, because neither is a collection of garbage that fell into the first try (72 ms of this
    thread at 1,000 connections, measured). The pipeline is pure: the second answer is the same.
    """
    verdict, late = _measured(submission)
    if late:
        verdict, late = _measured(submission)
    if late:
        logger.warning("filter over time")
        verdict = pipeline.overtime(submission, verdict)
    count("verdicts", verdict.category or verdict.action.word)
    return verdict


def _measured(submission: Submission) -> tuple[Verdict, bool]:
    started = time.thread_time_ns()
    verdict = pipeline.judge(submission)
    return verdict, time.thread_time_ns() - started > OVERTIME_NS
