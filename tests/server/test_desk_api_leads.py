"""Invitations, roles and the audit: what leads do, and everybody else may not."""

import asyncio
import csv
from typing import Any

import pytest

from rooms.records import people
from rooms.records.people import Post
from server import desk_api_lines, sign_in_code
from tests.server.desk import PASSWORD, Client, Desk, ask, code_of, token_in

LEAD, MODERATOR = Post("oak", "lead"), Post("oak", "moderator")


async def accepted(client: Client, token: str, name: str, **more: str) -> tuple[int, dict[str, Any]]:
    body = {"name": name, "password": PASSWORD} | more
    return await ask(client, "POST", f"invites/{token}", body)


def shown(offer: dict[str, Any], desk: Desk, steps: int = 0) -> str:
    """The code of an authenticator that was given the secret on the screen."""
    import base64

    secret = base64.b32decode(offer["invitation"]["totp"]["secret"])
    return sign_in_code.code_at(secret, desk.clock() // sign_in_code.STEP_MS + steps)


# --- invited -----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_colleague_comes(desk: Desk) -> None:
    """Ines invites Omar; the link says what it offers, lets him in once, and he is signed in."""
    await desk.hire("Ines", LEAD)
    ines, omar = await desk.signed_in("Ines"), await desk.client()
    asked = {"site": "oak", "role": "greeter", "badge": "Certified  peer specialist"}
    status, made = await ask(ines, "POST", "invites", asked)
    assert status == 201
    token = token_in(made["link"])
    status, offer = await ask(omar, "GET", f"invites/{token}")
    assert (status, offer["invitation"]["kind"]) == (200, "invite")
    post = {"site": "oak", "site_name": "Oak Clinic", "role": "greeter", "badge": "Certified peer specialist"}
    assert offer["invitation"]["roles"] == [post]
    assert "totp" not in offer["invitation"]
    status, done = await accepted(omar, token, "Omar")
    assert (status, done["me"]["name"], done["recovery_codes"]) == (200, "Omar", [])
    assert (await ask(omar, "GET", "me"))[1]["me"]["roles"] == [post]
    late = await accepted(await desk.client(), token, "Lena")
    assert (late[0], code_of(late[1])) == (404, "no_invitation")
    assert (await desk.actions())[-2:] == ["invite_greeter", "appoint_greeter"]


@pytest.mark.asyncio
async def test_a_link_opens_once(desk: Desk) -> None:
    """Two who use one link at the same moment are one."""
    token = await desk.invite(MODERATOR)
    both = await asyncio.gather(
        accepted(await desk.client(), token, "Omar"), accepted(await desk.client(), token, "Lena")
    )
    assert sorted(status for status, _ in both) == [200, 404]
    assert len(await people.of_sites(desk.engine, {"oak"})) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["dismissed", "demoted"])
async def test_no_link_outlives_its_lead(desk: Desk, how: str) -> None:
    """Links that a lead made, to invite or to reset, end with the role: no way back in by one's own link."""
    await desk.hire("Ines", LEAD)
    lena, omar = await desk.hire("Lena", LEAD), await desk.hire("Omar", MODERATOR)
    ines, hers = await desk.signed_in("Ines"), await desk.signed_in("Lena")
    made = (await ask(hers, "POST", "invites", {"site": "oak", "role": "lead"}))[1]
    reset = (await ask(hers, "POST", f"staff/{omar.id}/reset", {"site": "oak"}))[1]
    kept = (await ask(ines, "POST", "invites", {"site": "oak", "role": "greeter"}))[1]
    if how == "dismissed":
        gone = await ask(ines, "DELETE", f"staff/{lena.id}?site=oak")
    else:
        gone = await ask(ines, "PATCH", f"staff/{lena.id}", {"site": "oak", "role": "greeter"})
    assert gone[0] == 200
    anybody = await desk.client()
    for link in (made["link"], reset["link"]):
        assert (await ask(anybody, "GET", f"invites/{token_in(link)}"))[0] == 404
    assert (await ask(anybody, "GET", f"invites/{token_in(kept['link'])}"))[0] == 200


@pytest.mark.asyncio
async def test_seven_days(desk: Desk) -> None:
    """A link opens until its week is over, and not after."""
    token = await desk.invite(MODERATOR)
    desk.clock.turn(hours=7 * 24, ms=-1)
    assert (await ask(await desk.client(), "GET", f"invites/{token}"))[0] == 200
    desk.clock.turn(ms=1)
    assert (await ask(await desk.client(), "GET", f"invites/{token}"))[0] == 404
    assert (await accepted(await desk.client(), token, "Omar"))[0] == 404


@pytest.mark.asyncio
async def test_a_second_factor_is_set_up(desk: Desk) -> None:
    """At Willow nobody comes in before their authenticator has shown a code; recovery codes come once."""
    token = await desk.invite(Post("willow", "moderator"))
    client = await desk.client()
    _, offer = await ask(client, "GET", f"invites/{token}")
    without = await accepted(client, token, "Cleo")
    assert (without[0], code_of(without[1])) == (401, "code_needed")
    assert (await accepted(client, token, "Cleo", code=shown(offer, desk, steps=7)))[0] == 401
    code = shown(offer, desk)
    status, done = await accepted(client, token, "Cleo", code=code)
    assert (status, len(done["recovery_codes"]), done["me"]["second_factor"]) == (200, 8, True)
    body = {"name": "Cleo", "password": PASSWORD}
    again = await desk.client()
    assert (await ask(again, "POST", "session", body | {"code": code}))[0] == 401, "a replay"
    assert (await ask(again, "POST", "session", body | {"code": done["recovery_codes"][3]}))[0] == 200
    assert (await ask(again, "POST", "session", body | {"code": done["recovery_codes"][3]}))[0] == 401


@pytest.mark.asyncio
async def test_what_makes_no_account(desk: Desk) -> None:
    """A weak password, a name that is taken, or none leaves the link as it was."""
    await desk.hire("Ines", LEAD)
    token, client = await desk.invite(MODERATOR), await desk.client()
    weak = await accepted(client, token, "Omar", password="password1234")
    assert (weak[0], code_of(weak[1])) == (400, "weak")
    taken = await accepted(client, token, "INES", password="another long one")
    assert (taken[0], code_of(taken[1])) == (409, "name_taken")
    assert (await accepted(client, token, "  "))[0] == 401
    assert (await accepted(client, token, "Omar"))[0] == 200


@pytest.mark.asyncio
async def test_one_person_serves_two_sites(desk: Desk) -> None:
    """Cleo of Willow accepts Oak's link with her own password and code, and is one person with two roles."""
    cleo = await desk.hire("Cleo", Post("willow", "moderator"), factor=True)
    token, client = await desk.invite(LEAD), await desk.client()
    assert code_of((await accepted(client, token, "Cleo"))[1]) == "code_needed"
    status, done = await accepted(client, token, "Cleo", code=desk.code(cleo))
    assert (status, done["me"]["id"], done["me"]["sites"]) == (200, cleo.id, ["oak", "willow"])
    assert done["me"]["role"] == "lead"


@pytest.mark.asyncio
async def test_without_a_factor_no_site_that_asks_for_one(desk: Desk) -> None:
    """Omar of Oak, who has none, cannot slip into Willow by his old password."""
    await desk.hire("Omar", MODERATOR)
    token = await desk.invite(Post("willow", "moderator"))
    status, body = await accepted(await desk.client(), token, "Omar")
    assert (status, code_of(body)) == (403, "no_second_factor")


@pytest.mark.asyncio
async def test_guesses_at_a_taken_name_are_counted(desk: Desk) -> None:
    """An invitation is no way around the five tries."""
    await desk.hire("Ines", LEAD)
    token, client = await desk.invite(MODERATOR), await desk.client()
    guess = {"password": "a wrong password"}
    assert [(await accepted(client, token, "Ines", **guess))[0] for _ in range(6)] == [409] * 5 + [429]


# --- who may -----------------------------------------------------------------------------------

ASKED: list[tuple[str, str, object]] = [
    ("POST", "invites", {"site": "oak", "role": "moderator"}),
    ("GET", "invites?site=oak", None),
    ("DELETE", "invites/x?site=oak", None),
    ("GET", "staff?site=oak", None),
    ("PATCH", "staff/x", {"site": "oak", "role": "greeter"}),
    ("DELETE", "staff/x?site=oak", None),
    ("POST", "staff/x/reset", {"site": "oak"}),
    ("GET", "audit?site=oak", None),
    ("GET", "audit/export?site=oak", None),
    ("GET", "site?site=oak", None),
    ("GET", "lines?site=oak", None),
    ("PUT", "lines/us-988/confirmed", {"site": "oak", "numbers": "x"}),
    ("DELETE", "lines/us-988/confirmed?site=oak", None),
    ("GET", "words?site=oak", None),
    ("PUT", "words", {"site": "oak", "kind": "replies", "lang": "en", "base": 0, "words": ["Hello."]}),
    ("POST", "words/undo", {"site": "oak", "kind": "replies", "lang": "en", "base": 1}),
]


@pytest.mark.asyncio
async def test_only_leads_of_that_site(desk: Desk) -> None:
    """Nobody signed in gets 401; Gus the greeter, Omar the moderator and Lena, who leads elsewhere, 403."""
    await desk.hire("Gus", Post("oak", "greeter"))
    await desk.hire("Omar", MODERATOR)
    lena = await desk.hire("Lena", Post("willow", "lead"), factor=True)
    stranger = await desk.client()
    others = [await desk.signed_in("Gus"), await desk.signed_in("Omar"), await desk.client()]
    body = {"name": "Lena", "password": PASSWORD, "code": desk.code(lena)}
    assert (await ask(others[2], "POST", "session", body))[0] == 200
    before = await desk.actions()
    for method, path, body_ in ASKED:
        assert (await ask(stranger, method, path, body_))[0] == 401, path
        for client in others:
            status, answer = await ask(client, method, path, body_)
            assert (status, code_of(answer)) == (403, "forbidden"), path
    assert await desk.actions() == before


@pytest.mark.asyncio
async def test_a_site_that_is_not_there(desk: Desk) -> None:
    """Another clinic's site and none at all are answered in the same words."""
    await desk.hire("Ines", LEAD)
    ines = await desk.signed_in("Ines")
    answers = [await ask(ines, "GET", f"staff?site={site}") for site in ("willow", "nowhere", "")]
    assert {str(answer) for answer in answers} == {str(answers[0])}
    assert answers[0][0] == 403


@pytest.mark.asyncio
async def test_the_list_of_a_site(desk: Desk) -> None:
    """Ines sees who serves Oak and as what, and nothing of what they do elsewhere."""
    await desk.hire("Ines", LEAD)
    await desk.hire("Cleo", Post("willow", "lead"), Post("oak", "greeter", "Peer"), factor=True)
    await desk.hire("Lena", Post("willow", "lead"))
    _, body = await ask(await desk.signed_in("Ines"), "GET", "staff?site=oak")
    assert [(one["name"], one["role"], one["badge"]) for one in body["staff"]] == [
        ("Cleo", "greeter", "Peer"),
        ("Ines", "lead", ""),
    ]
    assert "willow" not in str(body)


@pytest.mark.asyncio
async def test_a_role_changes_at_once(desk: Desk) -> None:
    """Omar, made a greeter, is one at his next request; dismissed, he is nobody, session and password too."""
    await desk.hire("Ines", LEAD)
    omar = await desk.hire("Omar", MODERATOR)
    ines, his = await desk.signed_in("Ines"), await desk.signed_in("Omar")
    changed = await people.changed(desk.engine)
    body = {"site": "oak", "role": "greeter", "badge": ""}
    assert (await ask(ines, "PATCH", f"staff/{omar.id}", body))[0] == 200
    assert (await ask(his, "GET", "me"))[1]["me"]["role"] == "greeter"
    assert (await ask(ines, "DELETE", f"staff/{omar.id}?site=oak"))[0] == 200
    assert (await ask(his, "GET", "me"))[0] == 401
    assert (await ask(his, "POST", "session", {"name": "Omar", "password": PASSWORD}))[0] == 401
    assert await people.changed(desk.engine) > changed
    assert (await desk.actions())[-2:] == ["appoint_greeter", "dismiss"]


@pytest.mark.asyncio
async def test_the_last_lead_stays(desk: Desk) -> None:
    """Ines cannot leave Oak without a lead; with Lena beside her she can go."""
    ines = await desk.hire("Ines", LEAD)
    client = await desk.signed_in("Ines")
    down = {"site": "oak", "role": "moderator"}
    assert (await ask(client, "DELETE", f"staff/{ines.id}?site=oak"))[0] == 409
    assert (await ask(client, "PATCH", f"staff/{ines.id}", down))[0] == 409
    await desk.hire("Lena", LEAD)
    assert (await ask(client, "PATCH", f"staff/{ines.id}", down))[0] == 200
    assert (await ask(client, "GET", "staff?site=oak"))[0] == 403


@pytest.mark.asyncio
async def test_another_sites_people(desk: Desk) -> None:
    """A lead of Oak cannot change, dismiss or reset somebody of Willow, by their id either."""
    await desk.hire("Ines", LEAD)
    lena = await desk.hire("Lena", Post("willow", "moderator"))
    ines = await desk.signed_in("Ines")
    body = {"site": "oak", "role": "greeter"}
    assert (await ask(ines, "PATCH", f"staff/{lena.id}", body))[0] == 404
    assert (await ask(ines, "DELETE", f"staff/{lena.id}?site=oak"))[0] == 404
    assert (await ask(ines, "POST", f"staff/{lena.id}/reset", {"site": "oak"}))[0] == 404


@pytest.mark.asyncio
async def test_beginning_anew(desk: Desk) -> None:
    """A reset's link keeps the name, ends the old password, sessions and links, and works once."""
    await desk.hire("Ines", LEAD)
    omar = await desk.hire("Omar", MODERATOR)
    ines, his = await desk.signed_in("Ines"), await desk.signed_in("Omar")
    links = [(await ask(ines, "POST", f"staff/{omar.id}/reset", {"site": "oak"}))[1]["link"] for _ in "ab"]
    first, second = map(token_in, links)
    fresh = await desk.client()
    assert (await ask(fresh, "GET", f"invites/{first}"))[0] == 404
    _, offer = await ask(fresh, "GET", f"invites/{second}")
    assert (offer["invitation"]["kind"], offer["invitation"]["name"]) == ("reset", "Omar")
    new = {"password": "another long password"}
    assert (await accepted(fresh, second, "Somebody Else", **new))[1]["me"]["name"] == "Omar"
    assert (await ask(his, "GET", "me"))[0] == 401
    assert (await ask(his, "POST", "session", {"name": "Omar", "password": PASSWORD}))[0] == 401
    assert (await ask(his, "POST", "session", {"name": "Omar"} | new))[0] == 200


@pytest.mark.asyncio
async def test_no_way_into_another_clinic(desk: Desk) -> None:
    """A reset would open both of Cleo's clinics, so Oak's lead alone cannot make one."""
    await desk.hire("Ines", LEAD)
    cleo = await desk.hire("Cleo", MODERATOR, Post("willow", "lead"), factor=True)
    ines = await desk.signed_in("Ines")
    status, body = await ask(ines, "POST", f"staff/{cleo.id}/reset", {"site": "oak"})
    assert (status, code_of(body)) == (403, "forbidden")


@pytest.mark.asyncio
async def test_a_reset_gives_no_role_back(desk: Desk) -> None:
    """Omar was dismissed after his link was made: it opens nothing."""
    await desk.hire("Ines", LEAD)
    omar = await desk.hire("Omar", MODERATOR)
    ines = await desk.signed_in("Ines")
    _, made = await ask(ines, "POST", f"staff/{omar.id}/reset", {"site": "oak"})
    assert (await ask(ines, "DELETE", f"staff/{omar.id}?site=oak"))[0] == 200
    assert (await accepted(await desk.client(), token_in(made["link"]), "Omar"))[0] == 404


@pytest.mark.asyncio
async def test_open_invitations(desk: Desk) -> None:
    """Ines sees what is open at Oak, without the links, and closes it; Willow's are not hers."""
    await desk.hire("Ines", LEAD)
    elsewhere = await desk.invite(Post("willow", "lead"))
    token, ines = await desk.invite(MODERATOR), await desk.signed_in("Ines")
    _, body = await ask(ines, "GET", "invites?site=oak")
    (one,) = body["invitations"]
    assert (one["kind"], one["role"]) == ("invite", "moderator")
    assert token not in str(body)
    assert (await ask(ines, "DELETE", f"invites/{one['id']}?site=oak"))[0] == 200
    assert (await ask(ines, "DELETE", f"invites/{one['id']}?site=oak"))[0] == 404
    assert (await ask(ines, "GET", f"invites/{token}"))[0] == 404
    assert (await ask(ines, "GET", f"invites/{elsewhere}"))[0] == 200


@pytest.mark.asyncio
async def test_the_audit_of_a_site(desk: Desk) -> None:
    """Ines reads what was done at Oak, newest first and a page at a time."""
    await desk.hire("Ines", LEAD)
    await desk.hire("Lena", Post("willow", "lead"))
    ines = await desk.signed_in("Ines")
    _, body = await ask(ines, "GET", "audit?site=oak")
    assert [row["action"] for row in body["rows"]] == ["sign_in", "appoint_lead"]
    _, older = await ask(ines, "GET", f"audit?site=oak&before={body['rows'][0]['n']}")
    assert [row["action"] for row in older["rows"]] == ["appoint_lead"]
    assert (await ask(ines, "GET", "audit?site=oak&before="))[1] == body


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["audit", "audit/export"])
async def test_the_audit_since_no_time(desk: Desk, path: str) -> None:
    """A time that is none is refused by its name: nobody takes all rows for those of a week."""
    await desk.hire("Ines", LEAD)
    ines = await desk.signed_in("Ines")
    for name in ("since", "until", "before"):
        for given in ("x", "2026-11-26", "1.5", "NaN", "%C2%B2", "9" * 16):
            answer = await ines.get(f"/desk/api/{path}?site=oak&{name}={given}")
            assert answer.status == (200 if (path, name) == ("audit/export", "before") else 400), (
                name,
                given,
            )
            if answer.status == 400:
                told = (await answer.json())["error"]
                assert (told["code"], f"`{name}`" in told["message"]) == ("bad_request", True)
    long_ago = f"/desk/api/{path}?site=oak&since=-62098704000000"  # "0002", on the way to "2026"
    assert (await ines.get(long_ago)).status == 200


@pytest.mark.asyncio
async def test_the_audit_by_who_what_and_when(desk: Desk) -> None:
    """Rows by person, act and time, with the names behind the ids; the same as a table, in which no name of a
    colleague is a formula."""
    lead = await desk.hire("Ines", LEAD)
    sly = await desk.hire("=1+1", MODERATOR)
    ines = await desk.signed_in("Ines")
    desk.clock.turn(minutes=10)
    late = desk.clock()
    assert (await ask(ines, "DELETE", f"staff/{sly.id}?site=oak"))[0] == 200

    async def asked(**by: object) -> list[str]:
        query = "".join(f"&{name}={value}" for name, value in by.items())
        status, body = await ask(ines, "GET", f"audit?site=oak{query}")
        assert status == 200, body
        return [row["action"] for row in body["rows"]]

    assert await asked(actor=lead.id) == ["dismiss", "sign_in"]
    assert await asked(action="appoint_moderator") == ["appoint_moderator"]
    assert await asked(since=late) == ["dismiss"]
    assert await asked(until=late, actor=lead.id) == ["sign_in"]
    assert (await ask(ines, "GET", "audit?site=oak&actor=%27"))[0] == 400
    body = (await ask(ines, "GET", "audit?site=oak"))[1]
    assert (body["names"][lead.id], body["names"][sly.id], body["more"]) == ("Ines", "=1+1", False)
    assert {lead.id, "operator"} == set(body["actors"])
    answer = await ines.get("/desk/api/audit/export?site=oak&action=dismiss")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kindred-audit-oak.csv"'
    head, row = csv.reader((await answer.text()).splitlines())
    told = dict(zip(head, row, strict=True))
    assert (told["actor_name"], told["subject_name"], told["action"]) == ("Ines", "'=1+1", "dismiss")


@pytest.mark.asyncio
async def test_a_site_and_its_lines(desk: Desk) -> None:
    """A lead reads how the rooms are set, and of each line where it is from."""
    await desk.hire("Ines", LEAD)
    ines = await desk.signed_in("Ines")
    _, site = await ask(ines, "GET", "site?site=oak")
    assert (site["name"], site["topics"], site["second_factor"]) == ("Oak Clinic", [], False)
    _, told = await ask(ines, "GET", "lines?site=oak&region=us")
    line = next(one for one in told["lines"] if one["id"] == "us-988")
    assert (told["emergency"], line["listed"]) == (["911"], "2026-06-02")
    assert [one["display"] for one in line["contacts"]] == ["988", "988"]


@pytest.mark.asyncio
async def test_a_line_is_called(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who called it and when is shown; after 180 days it is due again; another number was not called."""
    await desk.hire("Ines", LEAD)
    ines = await desk.signed_in("Ines")

    async def line() -> dict[str, Any]:
        _, told = await ask(ines, "GET", "lines?site=oak&region=us")
        return next(one for one in told["lines"] if one["id"] == "us-988")

    first = await line()
    assert (first["confirmed"], first["due"]) == (None, True)
    asked = {"site": "oak", "numbers": first["numbers"]}
    assert (await ask(ines, "PUT", "lines/us-988/confirmed", asked))[0] == 200
    called = await line()
    assert (called["confirmed"], called["due"]) == ({"by": "Ines", "at": desk.clock()}, False)
    assert (await ask(ines, "PUT", "lines/xx-1/confirmed", asked))[0] == 404
    desk.clock.turn(hours=181 * 24)
    ines = await desk.signed_in("Ines")
    assert (await line())["due"]
    monkeypatch.setitem(desk_api_lines.SERVICES["us-988"]["contacts"][0], "dial", "989")
    assert (await line())["confirmed"] is None
    old = await ask(ines, "PUT", "lines/us-988/confirmed", asked)
    assert (old[0], code_of(old[1])) == (409, "conflict")
    gone = [(await ask(ines, "DELETE", "lines/us-988/confirmed?site=oak"))[0] for _ in range(2)]
    assert gone == [200, 404]
    assert [one for one in await desk.actions() if one.startswith("line")] == [
        "line_confirm",
        "line_withdraw",
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "change", [{"role": "boss"}, {"badge": "x" * 41}, {"badge": "a\u202eb"}, {"site": 7}]
)
async def test_bad_invitations(desk: Desk, change: dict[str, object]) -> None:
    """A role that is none and a label that cannot be shown are refused."""
    await desk.hire("Ines", LEAD)
    asked = {"site": "oak", "role": "moderator"} | change
    assert (await ask(await desk.signed_in("Ines"), "POST", "invites", asked))[0] == 400
