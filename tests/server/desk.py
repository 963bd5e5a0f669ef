"""The desk's HTTP side for tests: the real store, a real SQLite file, real HTTP, a clock turned by hand."""

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import invitations, people
from rooms.records.database import migrate, open_engine
from rooms.records.people import OPERATOR, Person, Post
from rooms.site import Site
from server import (
    desk_api,
    desk_api_audit,
    desk_api_leads,
    desk_api_lines,
    desk_api_roster,
    desk_api_rules,
    desk_api_sign_in,
    desk_api_site,
    desk_api_words,
    sign_in_code,
    sign_in_password,
)
from server.reasons_in_force import ReasonsInForce
from server.rules_in_force import RulesInForce
from server.settings import Settings
from server.sign_in import StaffDoor
from tests.rooms.town import HandClock, Town

WILLOW = Site(id="willow", name="Willow House", origins=("https://willow.example",), topics=())
OAK = Site(id="oak", name="Oak Clinic", origins=(), topics=(), require_second_factor=False)
PASSWORD = "correct horse battery"
PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
Client = TestClient[web.Request, web.Application]


@dataclass
class Desk:
    """A service with two sites: Willow asks for a second factor, Oak does not."""

    door: StaffDoor
    settings: Settings
    clock: HandClock
    stack: AsyncExitStack
    rules: RulesInForce

    @property
    def engine(self) -> AsyncEngine:
        return self.door.engine

    async def client(self, **headers: str) -> Client:
        """Another browser, or program, with a cookie jar of its own."""
        app = web.Application()
        routes = [*desk_api_sign_in.ROUTES, *desk_api_leads.ROUTES, *desk_api_audit.ROUTES]
        routes += [*desk_api_lines.ROUTES, *desk_api_roster.ROUTES, *desk_api_site.ROUTES]
        routes += desk_api_words.routes(ReasonsInForce(self.engine))
        routes += desk_api_rules.routes(self.rules)
        app.add_routes(desk_api.routes(self.door, self.settings, routes))
        client = TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True), headers=headers)
        return await self.stack.enter_async_context(client)

    async def hire(self, name: str, *posts: Post, factor: bool = False) -> Person:
        """Somebody with a password and these roles."""
        seed = sign_in_code.new_seed() if factor else ""
        async with self.engine.begin() as connection:
            who = await people.create(
                connection,
                name=name,
                password=sign_in_password.hashed(PASSWORD),
                seed=seed,
                codes=[sign_in_code.kept(self.door.code_key, "aaaa-bbbb-cccc")] if factor else [],
                at=self.clock(),
            )
            for post in posts:
                await people.appoint(connection, self.door.audit_key, OPERATOR, who, post, self.clock())
        found = await people.by_id(self.engine, who)
        assert found is not None
        return found

    async def invite(self, *posts: Post) -> str:
        """The token of a new link."""
        at = self.clock()
        return (await invitations.invite(self.engine, self.door.audit_key, OPERATOR, posts, at))[1]

    def code(self, person: Person, *, steps: int = 0) -> str:
        """What their authenticator shows now, or so many half minutes later."""
        secret = sign_in_code.secret_of(self.door.code_key, person.seed)
        return sign_in_code.code_at(secret, self.clock() // sign_in_code.STEP_MS + steps)

    async def signed_in(self, name: str) -> Client:
        """A browser of somebody without a second factor."""
        client = await self.client()
        status, body = await ask(client, "POST", "session", {"name": name, "password": PASSWORD})
        assert status == 200, body
        return client

    async def actions(self) -> list[str]:
        """What the audit says, oldest first."""
        from rooms.records import audit

        return [row.entry.action for row in await audit.rows_after(self.engine, 0)]


async def ask(
    client: Client, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Status and JSON."""
    sent = {} if body is None else {"json": body}
    async with client.request(method, f"/desk/api/{path}", headers=headers, **sent) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, await answer.json()


def code_of(answer: dict[str, Any]) -> str:
    """The code of a refusal."""
    return str(answer["error"]["code"])


def token_in(link: str) -> str:
    """The token of a link."""
    found = re.search(r"#invite=([\w-]{32})$", link)
    assert found, link
    return found[1]


async def open_desk(town: Town, tmp_path: Path, stack: AsyncExitStack, **settings: Any) -> Desk:
    """A desk on the town's store and clock."""
    url = f"sqlite:///{tmp_path / 'k.db'}"
    migrate_in_thread(url)
    engine = open_engine(url)
    stack.push_async_callback(engine.dispose)
    house = await town.house(limited=True)
    # the staff's door is the service's, not a community's: what the test before left there goes
    for key in await house.store.command("KEYS", "k:{-staff}:*"):
        await house.store.command("DEL", key)
    sites = {"willow": WILLOW, "oak": OAK}
    door = StaffDoor(house=house, engine=engine, sites=sites, key=b"k" * 40)
    stack.callback(door.hashing.close)
    known = Settings(home=tmp_path, database_url=url, sites=sites, **settings)
    rules = RulesInForce(house, engine, sites, door.audit_key)
    stack.push_async_callback(rules.end)
    return Desk(door, known, town.clock, stack, rules)


def migrate_in_thread(url: str) -> None:
    """`migrate` runs a loop of its own."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(migrate, url).result()
