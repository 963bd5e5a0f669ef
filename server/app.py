"""One worker, put together: one resource a line; leaving undoes them in reverse."""

import asyncio
import contextlib
import gc
import logging
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from moderation import pipeline
from moderation.submission import Submission
from rooms import clock, ready
from rooms.house import House
from rooms.keys import Keys
from rooms.lately import Memory
from rooms.records import database, sanctions
from rooms.refusals import Unavailable
from rooms.shards import Stores, is_cluster
from rooms.store import Store
from server import (
    demo_practice,
    desk_api,
    desk_api_audit,
    desk_api_leads,
    desk_api_lines,
    desk_api_roster,
    desk_api_rules,
    desk_api_sign_in,
    desk_api_site,
    desk_api_words,
    desk_pages,
    health,
    housekeeping,
    tokens,
    widget,
)
from server.demo import People
from server.desk_fanout import Watching
from server.desk_sockets import Desks
from server.door import Porch
from server.fanout import Fanout
from server.handover import Handover
from server.on_call import OnCall
from server.reasons_in_force import ReasonsInForce
from server.rules_in_force import RulesInForce
from server.settings import Settings
from server.sign_in import StaffDoor
from server.sockets import Edge
from server.staff_key import derive, staff_key
from server.support import support
from server.transport import FRAME, Wire, bound

logger = logging.getLogger(__name__)
SPREAD_MS = 3_000
"""Over how long the clients of a draining process come back."""
COLLECT = (20_000, 20, 100)
"""Garbage: Python's own thresholds walk every connection's objects many times a minute, 72 ms each at
1,000 connections, during which nobody is served."""
FIRST_LINK = 3.0
"""Seconds that the first visitors wait for the store's first answer."""
GRACE = 1.0
"""Seconds between telling clients to go and closing what is left."""


@dataclass(slots=True)
class App:
    """A running worker."""

    edge: Edge
    fanout: Fanout
    house: House
    runner: web.AppRunner
    moved: bool = False  # our visitors were sent to other workers, and we are not ready again

    def ready(self) -> bool:
        """Whether words can flow here: the store answers and its pub/sub reaches us.

        Of a cluster, any shard's: one that is away takes its own communities away. Were every process not
        ready for it, nobody would reach the others either.
        """
        beats = [self.fanout.beat(group) for group in self.house.store.groups()]
        now = self.house.now()
        heard = any(now - self.fanout.last_heard.get(beat, 0) < health.DEAF_MS for beat in beats)
        ready = heard and not self.edge.draining
        self.moved = self.moved and not ready
        return ready

    async def move(self) -> None:
        """Our link to the store is gone and others have theirs: send our visitors to them."""
        logger.warning("visitors are sent to other workers")
        self.moved = True
        await _send_away(self)


@contextlib.asynccontextmanager
async def running(
    settings: Settings, *, store_url: str, worker: str, listener: socket.socket, private: Path
) -> AsyncIterator[App]:
    """A worker that serves on `listener`, until the block is left.

    `private`: a directory (0700) for the sockets between workers.
    """
    async with contextlib.AsyncExitStack() as stack:
        engine = database.open_engine(settings.database_url)
        key = staff_key(settings)
        stack.push_async_callback(engine.dispose)
        communities = sorted({site.community for site in settings.sites.values()})
        store = _store(store_url, settings, communities, engine)
        house = House(
            store=store,
            worker=worker,
            log_ms=settings.retention_minutes * 60_000,
            limited=settings.limits,
            lately=Memory(counts=settings.limits),
            care=settings.care,
            newcomer=settings.newcomer,
        )
        wire = Wire(worker, fast=settings.transport == "fast", together=("message",))
        fanout = Fanout(house, wire, store_url)
        porch = Porch(settings.sites, trusted_proxies=settings.trusted_proxies, limited=settings.limits)
        wire.on_open, wire.on_close = porch.opened, porch.closed
        edge = Edge(settings, house, wire, fanout)
        handover = Handover(private, worker)
        people = People(edge)
        keys = [Keys(name) for name in communities]
        site = web.Application(middlewares=[handover.route, porch.judge], client_max_size=FRAME)
        site.on_response_prepare.append(porch.allow_origin)
        app = App(edge, fanout, house, web.AppRunner(site, access_log=None, shutdown_timeout=1.0))
        handover.sends_away = lambda: app.moved
        store.on_up = lambda: housekeeping.link_up(app, keys)
        if isinstance(store, Stores):
            store.on_up_of = lambda held: housekeeping.link_up(app, [Keys(name) for name in sorted(held)])
        await stack.enter_async_context(_tasks(store.run, fanout.subscription.run))
        site.add_routes(health.routes(app.ready))
        site.add_routes(_pages(settings, edge))
        site.add_routes(people.routes())
        built_in = next((one for one in settings.sites.values() if one.demo), None)
        site.add_routes(demo_practice.routes(house, built_in))
        staff = StaffDoor(house=house, engine=engine, sites=settings.sites, key=key)
        stack.callback(staff.hashing.close)
        watching = Watching(house, wire, store_url)
        watching.also_hear(communities)
        watching.on_control = edge.sanctioned.heard
        watching.on_silence_over = edge.sanctioned.look_again
        desks = edge.desks = Desks(settings, staff, wire, watching)
        on_call = OnCall(house, settings, key)
        site.add_routes(on_call.routes())
        rules = edge.rules = RulesInForce(house, engine, settings.sites, staff.audit_key)
        stack.push_async_callback(rules.end)
        reasons = edge.reasons = ReasonsInForce(engine)
        routes = [*desk_api_sign_in.ROUTES, *desk_api_leads.ROUTES, *desk_api_audit.ROUTES]
        routes += [*desk_api_lines.ROUTES, *desk_api_roster.ROUTES, *desk_api_site.ROUTES]
        routes += desk_api_words.routes(reasons)
        routes += desk_api_rules.routes(rules)
        site.add_routes(desk_api.routes(staff, settings, routes))
        wire.attach(site)
        await app.runner.setup()
        stack.push_async_callback(app.runner.cleanup)

        jobs = housekeeping.jobs(app, engine, keys, derive(key, "audit"))
        jobs += [watching.subscription.run, *housekeeping.desk_jobs(desks, on_call)]
        jobs += [housekeeping.rules_job(rules), housekeeping.reasons_job(reasons)]
        await stack.enter_async_context(_tasks(lambda: handover.listen(_protocols(app.runner)), *jobs))
        with contextlib.suppress(TimeoutError):
            # A page drawn before the store is reached has no ticket; one that stays away is served all
            # the same, with the help lines and the truth.
            async with asyncio.timeout(FIRST_LINK):
                await asyncio.gather(*(store.reached(name) for name in communities))
        with contextlib.suppress(SQLAlchemyError, OSError):  # it looks again, every second
            await rules.look()
            await reasons.look()
        bound(listener)
        await web.SockSite(app.runner, listener, backlog=1_024).start()
        # Rules and patterns are read and compiled now: the first message would wait for them, be held for the
        # time that takes, or fail where no more files may be opened.
        pipeline.judge(Submission(text="Hello, is anybody here?", topic=""))
        gc.collect()
        gc.freeze()  # what lives as long as the process need not be walked by every collection
        gc.set_threshold(*COLLECT)
        yield app
        await _leave(app, people)


async def _leave(app: App, people: People) -> None:
    """Not ready, then no new connections, then `drain` with spread returns, then what is left is closed.

    What is in flight finishes in between: a message's acknowledgement takes milliseconds.
    """
    app.edge.draining = True
    for site in list(app.runner.sites):
        await site.stop()
    await people.stop()
    await _send_away(app)
    await app.edge.gone()


async def _send_away(app: App) -> None:
    app.edge.drain(SPREAD_MS, lambda spread: random.randrange(spread))
    await asyncio.sleep(GRACE)
    app.edge.wire.close_transports()


def _store(url: str, settings: Settings, communities: list[str], engine: AsyncEngine) -> Store:
    async def load(community: str) -> list[sanctions.Sanction]:
        return await sanctions.in_force(engine, community, clock.system())

    async def prepare(store: Store, held: Collection[str]) -> None:
        try:
            await ready.prepare(store, held, load)
        except SQLAlchemyError:
            # A mute that cannot be looked up is not a mute that has ended: no words until it can.
            raise Unavailable from None

    if is_cluster(url):
        return Stores(url, communities, prepare)
    return Store(url, lambda store: prepare(store, communities))


def _pages(settings: Settings, edge: Edge) -> list[web.RouteDef]:
    visitors = widget.routes(
        settings.sites,
        ticket=_ticket(edge),
        support=support,
        retention_minutes=settings.retention_minutes,
    )
    return visitors + desk_pages.routes()


def _protocols(runner: web.AppRunner) -> Callable[[], asyncio.Protocol]:
    assert runner.server is not None, "set up before"
    return runner.server


def _ticket(edge: Edge) -> Callable[[str], str]:
    def ticket(site: str) -> str:
        secret = edge.secrets.get(edge.settings.sites[site].community)
        # Before the store is reached there is no key to sign with; the page works without a ticket
        # wherever its frame has an origin.
        return tokens.ticket(secret, site, edge.house.now()) if secret else ""

    return ticket


@contextlib.asynccontextmanager
async def _tasks(*runs: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run these until the block is left. A job that ends by an error is logged: it must not."""
    tasks = [asyncio.ensure_future(run()) for run in runs]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.critical("a background job ended", exc_info=error)
