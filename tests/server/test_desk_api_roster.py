"""The roster over the desk's API: planned, offered, taken back; by whom it is theirs to do."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from rooms.hosted import Hours
from rooms.records import rosters
from rooms.records.people import Post
from tests.server.desk import OAK, Client, Desk, ask, code_of

HOURS = {"start": "18:00", "end": "20:00", "zone": "Europe/Berlin"}


async def told(client: Client) -> dict[str, Any]:
    status, answer = await ask(client, "GET", "roster?site=oak")
    assert status == 200, answer
    return answer


@pytest.mark.asyncio
async def test_a_lead_plans_and_each_offers(desk: Desk) -> None:
    """A lead plans and undoes; a greeter reads it, offers hours, which are no plan until a lead takes them,
    and withdraws planned ones; each with its row in the audit, and never over somebody else's change."""
    ines = await desk.hire("Ines", Post("oak", "lead"))
    gus = await desk.hire("Gus", Post("oak", "greeter"))
    lead, greeter = await desk.signed_in("Ines"), await desk.signed_in("Gus")
    assert await told(greeter) == {
        "n": 0, "timezone": "UTC", "shifts": [], "coming": [], "gaps": [],
        "staff": [
            {"id": gus.id, "name": "Gus", "role": "greeter", "langs": []},
            {"id": ines.id, "name": "Ines", "role": "lead", "langs": []},
        ],
    }  # fmt: skip
    shift = HOURS | {"person": gus.id, "day": 2}
    asked = {"site": "oak", "base": 0, "shifts": [shift, shift], "langs": {gus.id: ["es", "en"]}}
    assert await ask(lead, "PUT", "roster", asked) == (200, {"n": 1})
    assert code_of((await ask(lead, "PUT", "roster", asked))[1]) == "conflict"
    known = await told(lead)
    assert known["shifts"] == [shift | {"offered": False}]
    assert [one["n"] for one in known["history"]] == [1]
    (next_one,) = known["coming"]
    assert (next_one["name"], next_one["langs"], next_one["offered"]) == ("Gus", ["es", "en"], False)
    assert next_one["ends"] > desk.clock()

    own = {"site": "oak", "base": 1, "langs": ["es"]}
    offer = {**HOURS, "day": 4}
    assert await ask(greeter, "PUT", "roster/own", own | {"shifts": [HOURS | {"day": 2}, offer]}) == (
        200,
        {"n": 2},
    )
    assert [(one["day"], one["offered"]) for one in (await told(greeter))["shifts"]] == [
        (2, False),
        (4, True),
    ]
    assert await ask(greeter, "PUT", "roster/own", own | {"base": 2, "shifts": []}) == (200, {"n": 3})
    assert (await told(greeter))["shifts"] == []
    assert await ask(lead, "POST", "roster/undo", {"site": "oak", "base": 3}) == (200, {"n": 4})
    assert [one["day"] for one in (await told(lead))["shifts"]] == [2, 4]
    assert (await desk.actions())[-4:] == ["roster_change", "roster_own", "roster_own", "roster_undo"]

    assert (await ask(lead, "DELETE", f"staff/{gus.id}?site=oak"))[0] == 200
    left = await told(lead)
    assert (left["shifts"], left["coming"], [one["name"] for one in left["staff"]]) == ([], [], ["Ines"])


@pytest.mark.asyncio
async def test_what_is_not_theirs(desk: Desk) -> None:
    """No one plans but leads of the site, for those who serve there, with hours that there are; nobody of
    another site reads it, and nobody who is not signed in."""
    await desk.hire("Ines", Post("oak", "lead"))
    omar = await desk.hire("Omar", Post("oak", "moderator"))
    desk.door.sites["elm"] = replace(OAK, id="elm", community="elm")
    elsewhere = await desk.hire("Kemi", Post("elm", "lead"))
    lead, moderator, other = [await desk.signed_in(name) for name in ("Ines", "Omar", "Kemi")]
    assert (await ask(await desk.client(), "GET", "roster?site=oak"))[0] == 401
    mine = {"site": "oak", "base": 0, "shifts": [HOURS | {"day": 2}]}
    plan = {"site": "oak", "base": 0, "shifts": [HOURS | {"person": omar.id, "day": 2}]}
    for who, method, path, body in (
        (moderator, "PUT", "roster", plan),
        (moderator, "POST", "roster/undo", {"site": "oak", "base": 1}),
        (other, "GET", "roster?site=oak", None),
        (other, "PUT", "roster/own", mine),
        (other, "PUT", "roster", plan),
    ):
        assert (await ask(who, method, path, body))[0] == 403, (method, path)
    for wrong, code in (
        ({"person": elsewhere.id}, "bad_request"),
        ({"zone": "Mars/Olympus"}, "bad_zone"),
        ({"end": "18:00"}, "bad_request"),
        ({"start": "24:00"}, "bad_request"),
        ({"day": 7}, "bad_request"),
    ):
        refused = await ask(lead, "PUT", "roster", plan | {"shifts": [plan["shifts"][0] | wrong]})  # type: ignore[index]
        assert (refused[0], code_of(refused[1])) == (400, code), wrong
    assert (
        code_of((await ask(lead, "PUT", "roster", plan | {"langs": {omar.id: ["Español"]}}))[1])
        == "bad_request"
    )
    assert await rosters.history(desk.engine, "oak") == []


@pytest.mark.asyncio
async def test_promised_hours_that_nobody_covers(desk: Desk) -> None:
    """They are told of as a gap until somebody is planned at that moment."""
    now = datetime.fromtimestamp(desk.clock() / 1000, UTC)
    tomorrow = (now.weekday() + 1) % 7
    desk.door.sites["oak"] = replace(OAK, hosted=(Hours(days=(tomorrow,), at=time(12, 0)),))
    ines = await desk.hire("Ines", Post("oak", "lead"))
    lead = await desk.signed_in("Ines")
    (gap,) = (await told(lead))["gaps"]
    assert gap["at"] > desk.clock()
    shift = {"person": ines.id, "day": tomorrow, "start": "11:00", "end": "13:00", "zone": "UTC"}
    assert (await ask(lead, "PUT", "roster", {"site": "oak", "base": 0, "shifts": [shift]}))[0] == 200
    assert (await told(lead))["gaps"] == []
