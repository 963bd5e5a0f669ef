"""Rules at run time over the desk's API: rehearsed, in force, undone; refused, overtaken, switched off."""

import asyncio
import time
from dataclasses import replace

import pytest

from moderation import pipeline
from moderation.rules import shipped
from moderation.submission import Submission
from rooms import relay
from rooms.records import audit, rule_changes
from rooms.records.people import Actor, Post
from rooms.records.rule_changes import Change
from server.rules_in_force import OVERRUNS, RulesInForce, compiled
from tests.server.desk import Desk, ask, code_of

BINGO = "rule site.bingo: spam\n  note Not here.\n  say bingo club\n"
SAID = "come to the bingo club"


async def in_force(desk: Desk, own: str) -> None:
    """The first change at Oak, without a lead's rehearsal."""
    version = compiled(desk.door.sites["oak"], own, ()).version
    change = Change(site="oak", n=1, at=desk.clock(), version=version, own=own)
    await rule_changes.put(desk.engine, desk.door.audit_key, Actor("ines", "lead"), change, "oak")
    await desk.rules.look()


def judged(desk: Desk, site: str, text: str = SAID) -> str:
    rules = desk.door.house.rules.get(site)
    return pipeline.judge(Submission(text=text, topic="addiction", rules=rules)).action.word


@pytest.mark.asyncio
async def test_a_lead_changes_the_rules(desk: Desk) -> None:
    """Read, rehearse (off the loop), put in force, undo: at this site alone, by the version that verdicts
    name, with audit rows; never unrehearsed, never over somebody else's change."""
    ines, omar = (
        await desk.hire("Ines", Post("oak", "lead")),
        await desk.hire("Omar", Post("oak", "moderator")),
    )
    lead = await desk.signed_in("Ines")
    start = (await ask(lead, "GET", "rules?site=oak"))[1]
    assert (start["n"], start["version"], start["own"]) == (0, shipped().version, "")
    assert {"id", "category", "note", "off", "may_be_off"} <= set(start["rules"][0])
    asked = {"site": "oak", "base": 0, "own": BINGO}
    assert code_of((await ask(lead, "PUT", "rules", asked))[1]) == "not_rehearsed"

    rehearsing = asyncio.create_task(
        ask(lead, "POST", "rules/rehearse", asked | {"lines": [{"text": SAID, "room": "addiction"}]})
    )
    longest = 0.0
    while not rehearsing.done():
        began = time.perf_counter()
        await asyncio.sleep(0.02)
        longest = max(longest, time.perf_counter() - began)
    status, told = await rehearsing
    assert status == 200
    assert told["counts"] == [{"before": "allow", "after": "block", "count": 1}]
    assert [(one["text"], one["rules"]) for one in told["changes"]] == [(SAID, ["site.bingo"])]
    assert longest < 0.5  # the corpus takes seconds; nothing of it is judged here

    status, put = await ask(lead, "PUT", "rules", asked)
    assert (status, put["n"], put["version"]) == (200, 1, told["version"])
    assert (judged(desk, "oak"), judged(desk, "willow")) == ("block", "allow")
    late = await ask(lead, "POST", "rules/rehearse", asked)
    assert (late[0], code_of(late[1])) == (409, "conflict")

    status, undone = await ask(lead, "POST", "rules/undo", {"site": "oak", "base": 1})
    assert (status, undone["version"]) == (200, shipped().version)
    assert judged(desk, "oak") == "allow"
    again = await ask(lead, "POST", "rules/undo", {"site": "oak", "base": 2})
    assert (again[0], judged(desk, "oak")) == (200, "block")  # an undo is undone
    rows = [
        row.entry for row in await audit.rows_after(desk.engine, 0) if row.entry.action.startswith("rule")
    ]
    assert [(one.action, one.actor, one.site) for one in rows] == [
        ("rules_change", ines.id, "oak"),
        ("rules_undo", ines.id, "oak"),
        ("rules_undo", ines.id, "oak"),
    ]
    assert rows[0].rule_version == rows[2].rule_version == told["version"]

    other = await desk.signed_in("Omar")
    assert omar
    for method, path in (("GET", "rules?site=oak"), ("GET", "rules?site=willow")):
        assert (await ask(other, method, path))[0] == 403
    for method, path in (("POST", "rules/rehearse"), ("PUT", "rules"), ("POST", "rules/undo")):
        for client, site in ((other, "oak"), (lead, "willow")):
            assert (await ask(client, method, path, {"site": site, "base": 1}))[0] == 403


@pytest.mark.asyncio
async def test_bad_rules_change_nothing(desk: Desk) -> None:
    """Rules that cannot be used are refused with line and reason, in the rehearsal and after it."""
    await desk.hire("Ines", Post("oak", "lead"))
    lead = await desk.signed_in("Ines")
    bad = {"site": "oak", "base": 0, "own": BINGO + "  say bingo (club\n", "off": []}
    for method, path in (("POST", "rules/rehearse"), ("PUT", "rules")):
        status, answer = await ask(lead, method, path, bad)
        assert (status, code_of(answer)) == (400, "bad_rules")
        assert 'line 4: "(" is not closed' in answer["error"]["faults"][0]
    for more in ({"own": "x" * 40_000}, {"off": ["a"] * 201}, {"lines": [{"text": "x" * 2_001}]}):
        assert (await ask(lead, "POST", "rules/rehearse", bad | more))[0] == 400
    assert "rules_change" not in await desk.actions()
    assert "oak" not in desk.door.house.rules


@pytest.mark.asyncio
async def test_another_process_has_it_without_being_told(desk: Desk) -> None:
    """A process that missed the announcement, or starts later, takes the change from SQL at its next look;
    where a newer version of ours cannot read it, it judges by ours and says what is wrong."""
    await in_force(desk, BINGO)
    house = replace(desk.door.house, rules={}, late={})
    other = RulesInForce(house, desk.engine, desk.door.sites, desk.door.audit_key)
    await other.look()
    assert house.rules["oak"].version == desk.door.house.rules["oak"].version
    broken = await rule_changes.in_force(desk.engine, "oak")
    by = Actor("system", "system")
    bad = replace(broken, n=2, own="rule site.x: spam\n  note A.\n  say <gone>\n")
    await rule_changes.put(desk.engine, desk.door.audit_key, by, bad, "oak")
    await other.look()
    assert house.rules["oak"] is shipped()
    assert "gone" in other.faults["oak"][0]


@pytest.mark.asyncio
async def test_a_rule_that_takes_too_long_is_switched_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three messages for which one rule takes too long: it is off, by the service, audited, undone like any
    change. A rule about people at risk stays on and is told of."""
    many = "|".join(f"alpha ..12 beta ..12 w{n}" for n in range(80))
    slow = f"rule site.slow: spam\n  note Slow.\n  say gamma ({many}|alpha ..12 beta ..12 gamma ..12 gamma)\n"
    await desk.hire("Ines", Post("oak", "lead"))
    lead = await desk.signed_in("Ines")
    await in_force(desk, slow)
    monkeypatch.setattr(relay, "OVERTIME_NS", 1_000_000)  # so that it need not take 20 ms here
    house = desk.door.house
    rules = house.rules["oak"]
    words = Submission(text="alpha beta gamma " * 100, topic="addiction", rules=rules)
    for times in range(OVERRUNS):
        assert (await rule_changes.in_force(desk.engine, "oak")).n == 1, times
        verdict = relay.decide(words, house.late["oak"])
        assert not verdict.passes
        await desk.rules.idle()
    change = await rule_changes.in_force(desk.engine, "oak")
    assert (change.by, change.off, change.own) == ("system", ("site.slow",), slow)
    await desk.rules.look()
    assert "site.slow" not in {rule.id for rule in house.rules["oak"].rules}
    care = next(rule.id for rule in rules.rules if rule.category == "crisis")
    await desk.rules.overran(desk.door.sites["oak"], rules, care)
    assert (await rule_changes.in_force(desk.engine, "oak")).n == 2
    rows = [row.entry for row in await audit.rows_after(desk.engine, 0)][-2:]
    assert [(one.action, one.rule, one.role) for one in rows] == [
        ("rule_off", "site.slow", "system"),
        ("rule_slow", care, "system"),
    ]
    assert (await ask(lead, "POST", "rules/undo", {"site": "oak", "base": 2}))[0] == 200
    assert (await rule_changes.in_force(desk.engine, "oak")).off == ()
