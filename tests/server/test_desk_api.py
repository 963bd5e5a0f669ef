"""Signing in, staying in, signing out: what each person of the staff can do and what nobody can."""

import asyncio
from dataclasses import replace

import pytest

from rooms.keys import STAFF
from rooms.records.database import open_engine
from rooms.records.people import Post
from rooms.store import Store
from tests.server.desk import PASSWORD, PROXIED, Desk, ask, code_of

INES = {"name": "Ines", "password": PASSWORD}


@pytest.mark.asyncio
async def test_signing_in_and_out(desk: Desk) -> None:
    """Ines signs in, is who she is until she signs out, and nobody after that."""
    await desk.hire("Ines", Post("oak", "moderator", "Certified peer"))
    client = await desk.client()
    assert (await ask(client, "GET", "me"))[0] == 401
    status, body = await ask(client, "POST", "session", INES | {"name": "  INES "})
    assert status == 200
    assert body["me"] | {"id": ""} == {
        "id": "",
        "name": "Ines",
        "role": "moderator",
        "sites": ["oak"],
        "roles": [{"site": "oak", "site_name": "Oak Clinic", "role": "moderator", "badge": "Certified peer"}],
        "second_factor": False,
    }
    assert await ask(client, "GET", "me") == (200, body)
    assert (await ask(client, "DELETE", "session"))[0] == 200
    assert (await ask(client, "GET", "me"))[0] == 401
    assert (await desk.actions())[-1] == "sign_in"


@pytest.mark.asyncio
async def test_the_cookies(desk: Desk) -> None:
    """HttpOnly, SameSite=Strict, for the whole host; over TLS bound to it by name and Secure."""
    await desk.hire("Ines", Post("oak", "lead"))
    plain = await (await desk.client()).post("/desk/api/session", json=INES)
    (line,) = plain.headers.getall("Set-Cookie")
    assert line.startswith("kindred=")
    assert set(line.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Strict"}
    object.__setattr__(desk.settings, "trusted_proxies", 1)
    secure = await (await desk.client(**PROXIED)).post("/desk/api/session", json=INES)
    (line,) = secure.headers.getall("Set-Cookie")
    assert line.startswith("__Host-kindred=")
    assert set(line.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Strict", "Secure"}


@pytest.mark.asyncio
async def test_a_planted_cookie_opens_nothing(desk: Desk) -> None:
    """Session fixation: a value that was there before the sign-in is neither taken over nor left alive."""
    await desk.hire("Ines", Post("oak", "lead"))
    await desk.hire("Omar", Post("oak", "moderator"))
    omar = await desk.signed_in("Omar")
    planted = omar.session.cookie_jar.filter_cookies(omar.make_url("/"))["kindred"].value
    victim = await desk.client()
    answer = await victim.post("/desk/api/session", json=INES, headers={"Cookie": f"kindred={planted}"})
    assert answer.cookies["kindred"].value != planted
    assert (await ask(omar, "GET", "me"))[0] == 401
    made_up = await desk.client()
    await made_up.post("/desk/api/session", json=INES, headers={"Cookie": "kindred=chosen-by-an-attacker"})
    thief = await desk.client(Cookie="kindred=chosen-by-an-attacker")
    assert (await ask(thief, "GET", "me"))[0] == 401


@pytest.mark.asyncio
async def test_unknown_and_wrong_are_one(desk: Desk) -> None:
    """No answer tells whether a name is staff: unknown, wrong, without a role, no name at all."""
    await desk.hire("Ines", Post("oak", "lead"))
    await desk.hire("Noor")
    client = await desk.client()
    tries = [
        INES | {"password": "a wrong password"},
        {"name": "Nobody", "password": PASSWORD},
        {"name": "Noor", "password": PASSWORD},
        {"name": "", "password": PASSWORD},
        {"name": "x" * 100, "password": PASSWORD},
    ]
    answers = [await ask(client, "POST", "session", body) for body in tries]
    assert [status for status, _ in answers] == [401] * 5
    assert len({str(body) for _, body in answers}) == 1
    assert "kindred" not in client.session.cookie_jar.filter_cookies(client.make_url("/"))


@pytest.mark.asyncio
async def test_five_tries_an_account(desk: Desk) -> None:
    """Of 60 guesses five are judged; then also the right password waits, from every address, 15 minutes."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.client()
    wrong = INES | {"password": "a wrong password"}
    guesses = [await ask(client, "POST", "session", wrong) for _ in range(60)]
    assert [status for status, _ in guesses] == [401] * 5 + [429] * 55
    object.__setattr__(desk.settings, "trusted_proxies", 1)
    elsewhere = await desk.client(**PROXIED)
    answer = await elsewhere.post("/desk/api/session", json=INES)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "900")
    desk.clock.turn(minutes=15)
    assert (await ask(elsewhere, "POST", "session", INES))[0] == 200


@pytest.mark.asyncio
async def test_an_unknown_name_is_limited_too(desk: Desk) -> None:
    """A limit that only known names have would tell which are known."""
    client = await desk.client()
    body = {"name": "Nobody", "password": PASSWORD}
    assert [(await ask(client, "POST", "session", body))[0] for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.asyncio
async def test_twenty_tries_an_address(desk: Desk) -> None:
    """One network has 20 tries over all names; another network goes on."""
    object.__setattr__(desk.settings, "trusted_proxies", 1)
    await desk.hire("Ines", Post("oak", "lead"))
    here = await desk.client(**PROXIED)
    for number in range(20):
        assert (await ask(here, "POST", "session", {"name": f"n{number}", "password": "x" * 12}))[0] == 401
    neighbour = await desk.client(**PROXIED | {"X-Forwarded-For": "203.0.113.99"})
    assert (await ask(neighbour, "POST", "session", INES))[0] == 429
    there = await desk.client(**PROXIED | {"X-Forwarded-For": "198.51.100.1"})
    assert (await ask(there, "POST", "session", INES))[0] == 200


@pytest.mark.asyncio
async def test_tries_at_once_are_counted(desk: Desk) -> None:
    """Thirty guesses sent at the same moment get no more judged than five."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.client()
    wrong = INES | {"password": "a wrong password"}
    answers = await asyncio.gather(*(ask(client, "POST", "session", wrong) for _ in range(30)))
    assert sorted(status for status, _ in answers) == [401] * 5 + [429] * 25


@pytest.mark.asyncio
async def test_success_forgives_the_account(desk: Desk) -> None:
    """Four slips and a sign-in: the next shift begins with five tries again."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.client()
    for _ in range(2):
        for _ in range(4):
            await ask(client, "POST", "session", INES | {"password": "a wrong password"})
        assert (await ask(client, "POST", "session", INES))[0] == 200


# --- the second factor -------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_code_is_asked_for(desk: Desk) -> None:
    """Only who knows the password is told that a code is needed; a wrong code is as a wrong password."""
    cleo = await desk.hire("Cleo", Post("willow", "moderator"), factor=True)
    client = await desk.client()
    right = {"name": "Cleo", "password": PASSWORD}
    missing = await ask(client, "POST", "session", right)
    assert (missing[0], code_of(missing[1])) == (401, "code_needed")
    blind = await ask(client, "POST", "session", right | {"password": "a wrong password"})
    wrong = await ask(client, "POST", "session", right | {"code": desk.code(cleo, steps=5)})
    assert blind == wrong
    assert code_of(wrong[1]) == "wrong"
    assert (await ask(client, "POST", "session", right | {"code": desk.code(cleo)}))[0] == 200


@pytest.mark.asyncio
async def test_a_code_works_once(desk: Desk) -> None:
    """A code that somebody saw over a shoulder opens nothing, not even at the same moment."""
    cleo = await desk.hire("Cleo", Post("willow", "moderator"), factor=True)
    body = {"name": "Cleo", "password": PASSWORD, "code": desk.code(cleo)}
    client, thief = await desk.client(), await desk.client()
    both = await asyncio.gather(ask(client, "POST", "session", body), ask(thief, "POST", "session", body))
    assert sorted(status for status, _ in both) == [200, 401]
    desk.clock.turn(seconds=30)
    assert (await ask(thief, "POST", "session", body))[0] == 401
    assert (await ask(client, "POST", "session", body | {"code": desk.code(cleo)}))[0] == 200


@pytest.mark.asyncio
async def test_a_recovery_code_works_once(desk: Desk) -> None:
    """It stands in for the authenticator, is spent, and the audit says so; another's is worth nothing."""
    await desk.hire("Cleo", Post("willow", "moderator"), factor=True)
    body = {"name": "Cleo", "password": PASSWORD, "code": "AAAA bbbb cccc"}
    client = await desk.client()
    assert (await ask(client, "POST", "session", body | {"code": "dddd-eeee-ffff"}))[0] == 401
    assert (await ask(client, "POST", "session", body))[0] == 200
    assert (await ask(client, "POST", "session", body))[0] == 401
    assert (await desk.actions())[-2:] == ["recovery_code", "sign_in"]


@pytest.mark.asyncio
async def test_a_factor_that_is_missing(desk: Desk) -> None:
    """Where a site began to ask for a second factor, an account without one has to get it first."""
    await desk.hire("Omar", Post("oak", "moderator"), Post("willow", "greeter"))
    client = await desk.client()
    status, body = await ask(client, "POST", "session", {"name": "Omar", "password": PASSWORD})
    assert (status, code_of(body)) == (403, "no_second_factor")


# --- sessions ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_idle_and_absolute(desk: Desk) -> None:
    """Thirty minutes without a request end a session; twelve hours end the busiest."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.signed_in("Ines")
    for _ in range(24):
        desk.clock.turn(minutes=29, seconds=59)
        assert (await ask(client, "GET", "me"))[0] == 200
    desk.clock.turn(seconds=24)
    assert (await ask(client, "GET", "me"))[0] == 401
    idle = await desk.signed_in("Ines")
    desk.clock.turn(minutes=30)
    assert (await ask(idle, "GET", "me"))[0] == 401


@pytest.mark.asyncio
async def test_the_store_lets_go_by_itself(desk: Desk) -> None:
    """A session has an end in the store, whatever becomes of us, and no key of the door has none."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.signed_in("Ines")
    await ask(client, "POST", "session", INES | {"password": "a wrong password"})
    command = desk.door.house.store.command
    keys = [key.decode() for key in await command("KEYS", "k:{-staff}:*") if b"audit-watch" not in key]
    left = {key: await command("PTTL", key) for key in keys}
    assert any(key.startswith(STAFF.session("")) for key in left)
    assert all(0 < ms <= 48 * 3_600_000 for ms in left.values()), left
    sessions = [ms for key, ms in left.items() if key.startswith(STAFF.session(""))]
    assert max(sessions) <= 1_800_000


@pytest.mark.asyncio
async def test_own_sessions(desk: Desk) -> None:
    """Ines sees and ends her own sessions; Omar's are none of hers."""
    await desk.hire("Ines", Post("oak", "lead"))
    await desk.hire("Omar", Post("oak", "moderator"))
    here, there, omar = [await desk.signed_in(name) for name in ("Ines", "Ines", "Omar")]
    _, mine = await ask(here, "GET", "sessions")
    assert [session["current"] for session in mine["sessions"]].count(True) == 1
    other = next(session["id"] for session in mine["sessions"] if not session["current"])
    omars = (await ask(omar, "GET", "sessions"))[1]["sessions"][0]["id"]
    assert (await ask(here, "DELETE", f"sessions/{omars}"))[0] == 404
    assert (await ask(here, "DELETE", f"sessions/{other}"))[0] == 200
    assert [(await ask(client, "GET", "me"))[0] for client in (here, there, omar)] == [200, 401, 200]


@pytest.mark.asyncio
async def test_a_copy_of_the_store_opens_no_desk(desk: Desk) -> None:
    """What the store holds of a session is not what the cookie says."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.signed_in("Ines")
    cookie = client.session.cookie_jar.filter_cookies(client.make_url("/"))["kindred"].value
    keys = await desk.door.house.store.command("KEYS", "k:{-staff}:*")
    held = b" ".join(keys)
    for key in keys:
        if await desk.door.house.store.command("TYPE", key) == b"string":
            held += await desk.door.house.store.command("GET", key)
    assert cookie.encode() not in held


# --- what is no sign-in ------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [[], "x", 7, None, {"name": "Ines"}, {"name": 7, "password": PASSWORD}, {"name": "Ines", "password": ""}],
)
async def test_bad_bodies(desk: Desk, body: object) -> None:
    """What is no sign-in is a plain 400."""
    answer = await (await desk.client()).post("/desk/api/session", json=body)
    assert (answer.status, code_of(await answer.json())) == (400, "bad_request")


@pytest.mark.asyncio
async def test_a_form_of_another_page(desk: Desk) -> None:
    """What a foreign form can send without asking, and a page of another origin, do nothing."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.signed_in("Ines")
    form = await client.post(
        "/desk/api/session", data=b'{"name":"Ines"}', headers={"Content-Type": "text/plain"}
    )
    assert form.status == 400
    for origin in ("https://willow.example", "null", "http://127.0.0.1:1"):
        assert (await ask(client, "DELETE", "session", Origin=origin))[0] == 403
    assert (await ask(client, "GET", "me"))[0] == 200
    assert (await ask(client, "DELETE", "session", Origin=str(client.make_url("")).rstrip("/")))[0] == 200


@pytest.mark.asyncio
async def test_too_much(desk: Desk) -> None:
    """A body that no sign-in needs is refused unread."""
    status, _ = await ask(await desk.client(), "POST", "session", INES | {"code": "x" * 20_000})
    assert status == 413


@pytest.mark.asyncio
async def test_the_store_is_away(desk: Desk) -> None:
    """Without the hot store nobody is signed in, and nobody is told that their password is wrong."""
    await desk.hire("Ines", Post("oak", "lead"))

    async def nothing(_: Store) -> None:
        return None

    house = replace(desk.door.house, store=Store("unix:///nowhere", nothing))
    client = await replace(desk, door=replace(desk.door, house=house)).client(Cookie="kindred=x")
    assert (await ask(client, "GET", "me"))[0] == 503
    assert (await ask(client, "POST", "session", INES))[0] == 503


@pytest.mark.asyncio
async def test_the_records_are_away(desk: Desk) -> None:
    """Without SQL the same."""
    await desk.hire("Ines", Post("oak", "lead"))
    client = await desk.signed_in("Ines")
    async with desk.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE people RENAME TO elsewhere")
    assert (await ask(client, "GET", "me"))[0] == 503
    assert (await ask(client, "POST", "session", INES))[0] == 503


@pytest.mark.asyncio
async def test_while_postgresql_is_down(desk: Desk) -> None:
    """Records that refuse the connection are told as `unavailable`, with when to ask again."""
    down = open_engine("postgresql://k:k@127.0.0.1:1/k")
    desk.door = replace(desk.door, engine=down)
    status, body = await ask(await desk.client(), "POST", "session", INES)
    assert (status, code_of(body)) == (503, "unavailable")
    await down.dispose()
