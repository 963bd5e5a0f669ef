"""Each site's rules in this process: taken from SQL, which has them, as soon as somebody has changed them.

The hot store announces a change; whoever missed that, or starts later, sees it within a second.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from moderation.blame import blame
from moderation.rules import RulesError, RuleSet, shipped, shipped_sources
from moderation.rules.site_rules import may_be_off, site_rules
from moderation.submission import Submission
from rooms.house import House
from rooms.keys import Keys
from rooms.records import rule_changes
from rooms.records.audit import SYSTEM, Entry
from rooms.records.changes import Overtaken
from rooms.records.people import Actor
from rooms.records.rule_changes import Change
from rooms.refusals import Refusal
from rooms.site import Site

logger = logging.getLogger(__name__)
EVERY: Final = 1.0
"""Seconds between two looks for a change that was not heard of; every process has it within two."""
OVERRUNS: Final = 3
"""How often a rule may take too long before it is switched off."""
OVERRUNS_KEPT: Final = 86_400_000
WAITING: Final = 8
"""Slow messages of which the reason is looked for at once; more of them tell nothing new."""


def compiled(site: Site, own: str, off: tuple[str, ...]) -> RuleSet:
    """A site's rules, ready to judge by. Takes up to a second: not on the loop. Raises RulesError."""
    rules = site_rules(shipped(), shipped_sources(), own, off, [topic.id for topic in site.topics])
    _ = rules.disguises
    return rules


class RulesInForce:
    """Keeps `house.rules`."""

    def __init__(
        self, house: House, engine: AsyncEngine, sites: Mapping[str, Site], audit_key: bytes
    ) -> None:
        self._house = house
        self._engine = engine
        self._sites = sites
        self._key = audit_key
        self._have: dict[str, int] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.faults: dict[str, list[str]] = {}  # site -> why what it added is not in force
        for site in sites.values():
            house.late[site.id] = partial(self._late, site)

    async def look(self) -> None:
        """Take every change that is not in force here yet. Raises SQLAlchemyError."""
        async with self._turn:
            for name, n in (await rule_changes.newest(self._engine)).items():
                if name in self._sites and self._have.get(name) != n:
                    await self._take(self._sites[name])

    def heard(self) -> None:
        """Somebody has changed a site's rules."""
        self._begin(self._quietly())

    async def _quietly(self) -> None:
        try:
            await self.look()
        except SQLAlchemyError:
            logger.debug("rules wait for their records")

    async def _take(self, site: Site) -> None:
        change = await rule_changes.in_force(self._engine, site.id)
        self.faults.pop(site.id, None)
        try:
            rules = await asyncio.to_thread(compiled, site, change.own, change.off)
        except RulesError as error:
            # Read when they were put in force, and not by this version of ours. A filter with our own rules
            # is better than none; what is off stays off only where it still can be.
            logger.error("a site's rules cannot be used", extra={"site": site.id})  # noqa: TRY400
            self.faults[site.id] = error.faults
            rules = shipped()
        self._house.rules[site.id] = rules
        self._have[site.id] = change.n
        logger.info("rules are in force", extra={"site": site.id, "version": rules.version})

    async def idle(self) -> None:
        """Until what has begun here is done."""
        await asyncio.gather(*self._tasks)

    async def end(self) -> None:
        """Nothing of ours outlives the worker."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- slow ones -----------------------------------------------------------------------

    def _late(self, site: Site, submission: Submission) -> None:
        if len(self._tasks) < WAITING:
            self._begin(self._find(site, submission))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _find(self, site: Site, submission: Submission) -> None:
        rules = submission.rules or shipped()
        slow = await asyncio.to_thread(blame, submission, rules, time.thread_time_ns)
        keys = Keys(site.community)
        try:
            field = f"{rules.version}/{slow}"
            times: int = await self._house.store.command("HINCRBY", keys.overruns(site.id), field, 1)
            await self._house.store.command("PEXPIRE", keys.overruns(site.id), OVERRUNS_KEPT)
            if times % OVERRUNS == 0:
                await self.overran(site, rules, slow)
        except (Refusal, SQLAlchemyError) as away:
            logger.warning("a slow rule was not told of", extra={"reason": type(away).__name__})

    async def overran(self, site: Site, rules: RuleSet, slow: str) -> None:
        """A rule is switched off, as a change of the service's own that a lead can undo; leads are told.

        One about people at risk stays on, and so does a stage, which is code: a message that it is slow for
        reaches nobody, and switching it off would let out what it hides. Raises SQLAlchemyError, Refusal.
        """
        known = {rule.id: rule for rule in rules.rules}
        off = slow in known and may_be_off(known[slow])
        if off:
            await self._switch_off(site, slow)
        else:
            entry = Entry(
                at=self._house.now(),
                site=site.id,
                community=site.community,
                actor=SYSTEM,
                role="system",
                action="rule_slow",
                rule=slow,
                rule_version=rules.version,
            )
            await rule_changes.note(self._engine, self._key, entry)
        logger.warning("a rule took too long", extra={"rule": slow, "off": off})
        acted = {"action": "rule_off" if off else "rule_slow", "rule": slow, "by": SYSTEM, "site": site.id}
        await self.announce(site, {**acted, "at": self._house.now()})

    async def _switch_off(self, site: Site, slow: str) -> None:
        last = await rule_changes.in_force(self._engine, site.id)
        if slow in last.off:
            return
        off = tuple(sorted((*last.off, slow)))
        version = (await asyncio.to_thread(compiled, site, last.own, off)).version
        change = Change(
            site=site.id, n=last.n + 1, at=self._house.now(), version=version, own=last.own, off=off
        )
        by = Actor(SYSTEM, "system")
        with contextlib.suppress(Overtaken):  # it is slow by other rules now, or three times more
            await rule_changes.put(self._engine, self._key, by, change, site.community, slow)

    async def announce(self, site: Site, acted: dict[str, object]) -> None:
        """Every process looks, and the moderators hear. Raises Unavailable: they look by themselves then."""
        body = msgspec.json.encode({"rules": site.id, "acted": acted, "moderators": True})
        await self._house.store.command("SPUBLISH", Keys(site.community).control, body)
