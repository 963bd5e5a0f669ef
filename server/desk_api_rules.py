"""The filter's rules, read and changed by a site's leads while it runs: rehearsed, put in force, undone."""

import asyncio
import contextlib
import sys
from dataclasses import replace
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from moderation.rehearsal import Asked, Set
from moderation.rehearse import Line
from moderation.rules import RulesError, shipped
from moderation.rules.site_rules import FAMILY, MOST_BYTES, MOST_OFF, MOST_RULES, may_be_off
from rooms.keys import Keys
from rooms.records import rule_changes
from rooms.records.changes import Overtaken
from rooms.records.people import Actor
from rooms.records.rule_changes import Change
from rooms.refusals import Refusal
from rooms.site import Site
from server.desk_api import Request, Route
from server.desk_api_door import Refused
from server.rules_in_force import RulesInForce, compiled

BODY: Final = 262_144
"""Bytes of a request: the rules, and lines to try."""
REHEARSED_MS: Final = 3_600_000
"""How long a rehearsal stands for the change that was rehearsed."""
PATIENCE: Final = 90.0
"""Seconds; a rehearsal takes a few."""
Rule = Annotated[str, Meta(max_length=64)]
Site_ = Annotated[str, Meta(max_length=32)]


class Given(Struct):
    """A line to try besides the corpus."""

    text: Annotated[str, Meta(max_length=2_000)]
    room: Annotated[str, Meta(max_length=32)] = "mental-health"
    lang: Annotated[str, Meta(max_length=16)] | None = None


class Proposed(Struct):
    """The site's rules as they would be; `base`: the change that they were written upon."""

    site: Site_
    base: Annotated[int, Meta(ge=0)]
    own: Annotated[str, Meta(max_length=MOST_BYTES)] = ""
    off: Annotated[list[Rule], Meta(max_length=MOST_OFF)] = []
    lines: Annotated[list[Given], Meta(max_length=200)] = []


class Undo(Struct):
    """`base`: the change that is to be taken back."""

    site: Site_
    base: Annotated[int, Meta(ge=1)]


def routes(rules: RulesInForce) -> list[Route]:
    """What this adds to the desk's API."""
    turn = asyncio.Lock()  # one rehearsal at a time: each is a process of its own

    async def read(request: Request) -> web.Response:
        site = request.raw.query.get("site", "")
        await request.lead(site)
        return web.json_response(await _told(request, request.staff.sites[site], rules))

    async def rehearse(request: Request) -> web.Response:
        asked = await request.body(Proposed, BODY)
        await request.lead(asked.site)
        return await _rehearse(request, asked, turn)

    async def put(request: Request) -> web.Response:
        asked = await request.body(Proposed, BODY)
        by = Actor((await request.lead(asked.site)).id, "lead")
        return await _put(request, rules, by, asked)

    async def undo(request: Request) -> web.Response:
        asked = await request.body(Undo)
        by = Actor((await request.lead(asked.site)).id, "lead")
        return await _undo(request, rules, by, asked)

    return [
        ("GET", "rules", read),
        ("POST", "rules/rehearse", rehearse),
        ("PUT", "rules", put),
        ("POST", "rules/undo", undo),
    ]


async def _told(request: Request, site: Site, rules: RulesInForce) -> dict[str, object]:
    history = await rule_changes.history(request.staff.engine, site.id)
    now = history[0] if history else Change(site=site.id)
    judging = request.staff.house.rules.get(site.id, shipped())
    known = {rule.id: rule for rule in (*shipped().rules, *judging.rules)}
    return {
        "n": now.n,
        "version": judging.version,
        "shipped": shipped().version,
        "own": now.own,
        "off": now.off,
        "faults": rules.faults.get(site.id, []),
        "rules": [
            {
                "id": rule.id,
                "category": rule.category,
                "action": rule.action,
                "rooms": sorted(rule.rooms),
                "note": rule.note,
                "own": rule.id.startswith(FAMILY),
                "off": rule.id in now.off,
                "may_be_off": may_be_off(rule),
            }
            for rule in known.values()
        ],
        "history": [
            {"n": one.n, "at": one.at, "by": one.by, "version": one.version, "undoes": one.undoes}
            for one in history
        ],
        "bounds": {"bytes": MOST_BYTES, "rules": MOST_RULES, "off": MOST_OFF},
    }


async def _rehearse(request: Request, asked: Proposed, turn: asyncio.Lock) -> web.Response:
    staff, site = request.staff, request.staff.sites[asked.site]
    before = await rule_changes.in_force(staff.engine, site.id)
    if before.n != asked.base:
        raise _overtaken()
    if turn.locked():
        raise Refused(429, "rate_limited", "Another rehearsal is on its way. Try again in a moment.", 5.0)
    async with turn:
        answer = await _apart(
            Asked(
                before=Set(before.own, before.off),
                after=Set(asked.own, tuple(asked.off)),
                topics=tuple(topic.id for topic in site.topics),
                lines=tuple(Line(line.text, line.room, line.lang) for line in asked.lines),
            )
        )
    if "faults" in answer:
        return _bad(answer["faults"])
    name = Keys(site.community).rehearsed(site.id, str(answer["version"]), asked.base)
    await staff.house.store.command("SET", name, "1", "PX", REHEARSED_MS)
    return web.json_response(answer)


async def _apart(asked: Asked) -> dict[str, object]:
    """In a process of its own, which ends with the request."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "moderation.rehearsal",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate(msgspec.json.encode(asked))
        return msgspec.json.decode(said, type=dict[str, object])
    except (TimeoutError, msgspec.DecodeError):
        raise Refused(503, "unavailable", "The rehearsal did not come to an end. Try again.", 5.0) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _put(request: Request, rules: RulesInForce, by: Actor, asked: Proposed) -> web.Response:
    staff, site = request.staff, request.staff.sites[asked.site]
    off = tuple(sorted(set(asked.off)))
    try:
        made = await asyncio.to_thread(compiled, site, asked.own, off)
    except RulesError as error:
        return _bad(error.faults)
    if (await rule_changes.in_force(staff.engine, site.id)).n != asked.base:
        raise _overtaken()
    name = Keys(site.community).rehearsed(site.id, made.version, asked.base)
    if not await staff.house.store.command("EXISTS", name):
        raise Refused(409, "not_rehearsed", "Rehearse this change first.")
    change = Change(
        site=site.id, n=asked.base + 1, at=staff.house.now(), version=made.version, own=asked.own, off=off
    )
    return await _in_force(request, rules, by, change)


async def _undo(request: Request, rules: RulesInForce, by: Actor, asked: Undo) -> web.Response:
    staff, site = request.staff, request.staff.sites[asked.site]
    newest, *earlier = await rule_changes.history(staff.engine, site.id, limit=2) or [Change(site=site.id)]
    if newest.n != asked.base:
        raise _overtaken()
    before = earlier[0] if earlier else Change(site=site.id)
    try:
        made = await asyncio.to_thread(compiled, site, before.own, before.off)
    except RulesError as error:
        return _bad(error.faults)
    change = replace(
        before, n=newest.n + 1, at=staff.house.now(), version=made.version, undoes=newest.n
    )  # fmt: skip
    return await _in_force(request, rules, by, change)


async def _in_force(request: Request, rules: RulesInForce, by: Actor, change: Change) -> web.Response:
    """In SQL with its audit row, then here, then told: a store that is away cannot stop what SQL has."""
    staff, site = request.staff, request.staff.sites[change.site]
    try:
        await rule_changes.put(staff.engine, staff.audit_key, by, change, site.community)
    except Overtaken:
        raise _overtaken() from None
    await rules.look()
    action = "rules_undo" if change.undoes else "rules_change"
    acted = {"action": action, "by": by.id, "site": site.id, "version": change.version, "at": change.at}
    with contextlib.suppress(Refusal):  # every process looks by itself within the second
        await rules.announce(site, acted)
    return web.json_response({"n": change.n, "version": change.version})


def _overtaken() -> Refused:
    return Refused(409, "conflict", "Somebody has changed the rules meanwhile. Read them again.")


def _bad(faults: object) -> web.Response:
    error = {"code": "bad_rules", "message": "These rules cannot be used.", "faults": faults}
    return web.json_response({"error": error}, status=400)
