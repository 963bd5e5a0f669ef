"""What a worker does by the clock: leases, heartbeats, counts at the door, the minute's sweep."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms import duty, janitor, presence, visitors
from rooms.keys import STAFF, Keys
from rooms.records import invitations, sanctions
from rooms.refusals import Refusal
from rooms.retention import JANITOR_EVERY
from rooms.site import of_community
from server import audit_watch, desk_outbox, desk_sockets, health, livelier, reasons_in_force, rules_in_force
from server.desk_sockets import Desks
from server.on_call import OnCall
from server.reasons_in_force import ReasonsInForce
from server.rules_in_force import RulesInForce

if TYPE_CHECKING:
    from server.app import App

logger = logging.getLogger(__name__)
HEARTBEAT = 1.0
CASES_EVERY = 1.0
"""Seconds between two looks at what is due about cases: a cry for help is not left longer."""
TOPICS_EVERY = 3.0
"""Seconds; PROTOCOL promises `topics` within 5 s of a change."""
Job = Callable[[], Awaitable[None]]


def jobs(app: "App", engine: AsyncEngine, communities: list[Keys], audit_key: bytes) -> list[Job]:
    """Endless jobs; each waits its turn and shrugs off a store that is away."""
    shown: dict[str, bytes] = {}

    async def topics() -> None:
        await app.edge.tell_topics(shown)
        await livelier.tell(app.edge)

    async def minute() -> None:
        app.fanout.age()
        app.house.lately.sweep(app.house.now())
        app.house.tag_keys.clear()
        with contextlib.suppress(Refusal):
            await app.edge.remember()
        for keys in communities:
            with contextlib.suppress(Refusal):
                await janitor.tidy(app.house, keys, _topics(app, keys))
        await sanctions.drop_ended(engine, app.house.now())
        await invitations.drop_ended(engine, app.house.now())

    async def audit() -> None:
        await audit_watch.look(app.house, engine, audit_key, app.edge.settings.audit_months)

    return [
        # One for each: a shard that is away keeps no other community's people waiting.
        *(_every(presence.BEAT_MS / 1000, partial(_renew, app, keys)) for keys in communities),
        _every(HEARTBEAT, partial(_beat, app)),
        _every(HEARTBEAT, partial(_listen, app)),
        _every(TOPICS_EVERY, topics),
        _every(JANITOR_EVERY, minute),
        _every(audit_watch.EVERY / 10, audit),
    ]


def desk_jobs(desks: Desks, on_call: OnCall) -> list[Job]:
    """Who is on duty, that nobody keeps a desk that they may not have, that no act stays half done."""
    communities = sorted({site.community for site in desks.settings.sites.values()})

    async def settle() -> None:
        every = round(desk_outbox.EVERY * 1000) - 500
        if await desks.house.store.command("SET", STAFF.settling, "1", "NX", "PX", every) is not None:
            await desk_outbox.settle(desks.staff, communities)

    return [
        # One for each: while one community's store is away nobody elsewhere goes off duty or waits for help.
        *(_every(CASES_EVERY, partial(on_call.look, community)) for community in communities),
        *(_every(duty.RENEW, partial(desks.renew, Keys(community))) for community in communities),
        _every(duty.RENEW, desks.stay_signed_in),
        _every(desk_sockets.COVER, desks.look_at_cover),
        _every(desk_sockets.WATCH, desks.look_at_rights),
        _every(desk_outbox.EVERY, settle),
    ]


def rules_job(rules: RulesInForce) -> Job:
    """Changes of rules that nobody told us of."""
    return _every(rules_in_force.EVERY, rules.look)


def reasons_job(reasons: ReasonsInForce) -> Job:
    """What leads wrote at another process."""
    return _every(reasons_in_force.EVERY, reasons.look)


async def link_up(app: "App", communities: list[Keys]) -> None:
    """The store answers (again): this worker's lease comes before any seat that it vouches for, or a
    kill in the first seconds would leave ghosts that no lapsed lease betrays."""
    for keys in communities:
        await app.edge.agree(keys)
        await presence.renew(app.house, keys)
    names = [keys.community for keys in communities]
    await app.fanout.recover(names)
    if app.edge.desks is not None:
        await app.edge.desks.watching.recover(names)
        for keys in communities:
            await app.edge.desks.renew(keys)  # a store that lost its memory lost who is on duty too
        await app.edge.desks.look_at_cover()


async def _beat(app: "App") -> None:
    for group in app.house.store.groups():
        beat, deaf = app.fanout.beat(group), app.fanout.deaf_for(group)
        with contextlib.suppress(Refusal):
            await app.house.store.command("SPUBLISH", beat, "1")
            if deaf is not None and deaf > health.DEAF_MS:
                await app.fanout.subscription.cut(beat)  # although the store answers: a link gone half open


async def _listen(app: "App") -> None:
    """Ask again for what we hear anyhow: a link that carries words in and nothing out keeps its old rooms and
    can open no new one. Beside the heartbeat, not after it: behind a hole both links are given up and tried
    anew at the same time, and not one after the other."""
    beats = [app.fanout.subscription.follow(beat) for beat in list(app.fanout.linked_at)]
    await asyncio.gather(*beats, return_exceptions=True)


async def _renew(app: "App", keys: Keys) -> None:
    lapsed, dead = await presence.renew(app.house, keys)
    if lapsed:
        await app.fanout.reseat_all()
    for worker in dead:
        left = await presence.sweep(app.house, keys, _topics(app, keys), worker)
        logger.info("a worker's lease ran out", extra={"left": left})


def _topics(app: "App", keys: Keys) -> list[str]:
    sites = of_community(app.edge.settings.sites.values(), keys.community)
    return sorted({topic.id for site in sites for topic in site.topics})


def _every(seconds: float, work: Job) -> Job:
    async def forever() -> None:
        while True:
            try:
                await work()
            except (Refusal, visitors.TurnedAway, SQLAlchemyError) as away:
                logger.debug("housekeeping waits", extra={"reason": type(away).__name__})
            except Exception as fault:
                # A job that ended would be missed by nobody until words outlived their hour.
                logger.error("housekeeping failed", extra={"reason": type(fault).__name__})  # noqa: TRY400
            await asyncio.sleep(seconds)

    return forever
