"""Staff in SQL, on both databases; each change with its row in the audit."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from rooms.records import audit, invitations, people
from rooms.records.audit_check import verify
from rooms.records.people import OPERATOR, NameTaken, Person, Post, login_of

KEY = b"the audit's"
NOW = 1_790_000_000_000
WEEK = 7 * 24 * 3_600_000


async def hire(engine: AsyncEngine, name: str, *posts: Post) -> Person:
    async with engine.begin() as connection:
        who = await people.create(
            connection, name=name, password=b"hash", seed="s", codes=["one", "two"], at=NOW
        )
        for post in posts:
            await people.appoint(connection, KEY, OPERATOR, who, post, NOW)
    found = await people.by_id(engine, who)
    assert found is not None
    return found


async def actions(engine: AsyncEngine) -> list[str]:
    assert (await verify(engine, [KEY]))[1] == []
    return [f"{row.entry.site} {row.entry.action}" for row in await audit.rows_after(engine, 0)]


@pytest.mark.asyncio
async def test_who_is_who(engine: AsyncEngine) -> None:
    """A person is found by id and by name however it is typed, with every role they have."""
    assert not await people.anybody(engine)
    ines = await hire(engine, "Inés Álvarez", Post("oak", "lead"), Post("willow", "greeter", "Peer"))
    assert await people.anybody(engine)
    assert await people.find(engine, "  INÉS ÁLVAREZ") == ines
    assert await people.find(engine, "ines alvarez") is None
    assert await people.find(engine, "x" * 99) is None
    assert (ines.role_at("oak"), ines.role_at("willow"), ines.role_at("birch")) == ("lead", "greeter", None)
    assert await actions(engine) == ["oak appoint_lead", "willow appoint_greeter"]


@pytest.mark.parametrize(
    ("role", "may"),
    [("greeter", [True, False, False]), ("moderator", [True, True, False]), ("lead", [True, True, True])],
)
def test_who_may_what(role: str, may: list[bool]) -> None:
    """A role may what those below it may, at its own site alone."""
    person = Person(id="x", name="X", password=b"", seed="", step=0, posts=(Post("oak", role),))
    assert [person.may("oak", least) for least in ("greeter", "moderator", "lead")] == may
    assert not any(person.may("willow", least) for least in ("greeter", "moderator", "lead"))


@pytest.mark.parametrize(("name", "login"), [("Ines", "ines"), (" Ａda ", "ada"), ("STRASSE", "strasse")])
def test_names(name: str, login: str) -> None:
    """What looks the same is the same name."""
    assert login_of(name) == login


@pytest.mark.parametrize("name", ["", "   ", "x" * 33, "a\nb", "a\u202eb"])
def test_what_is_no_name(name: str) -> None:
    """Nothing, too much, and what cannot be seen are refused."""
    with pytest.raises(ValueError, match="1 to 32"):
        login_of(name)


@pytest.mark.asyncio
async def test_a_name_is_one_persons(engine: AsyncEngine) -> None:
    """A second person of a name is refused, two at the same moment too, and nothing of them is left."""
    outcomes = await asyncio.gather(
        *(hire(engine, name, Post("oak", "moderator")) for name in ("Ines", "ines")), return_exceptions=True
    )
    assert sorted(isinstance(outcome, NameTaken) for outcome in outcomes) == [False, True]
    assert await actions(engine) == ["oak appoint_moderator"]


@pytest.mark.asyncio
async def test_another_role(engine: AsyncEngine) -> None:
    """A role at a site replaces the one before, and whoever watches sees that something changed."""
    ines = await hire(engine, "Ines", Post("oak", "lead"))
    before = await people.changed(engine)
    async with engine.begin() as connection:
        await people.appoint(connection, KEY, OPERATOR, ines.id, Post("oak", "greeter", "Peer"), 0)
    found = await people.by_id(engine, ines.id)
    assert found is not None
    assert found.posts == (Post("oak", "greeter", "Peer"),)
    assert await people.changed(engine) > before, "a clock that went back hides no change"


@pytest.mark.asyncio
async def test_dismissed(engine: AsyncEngine) -> None:
    """A role taken away is gone; with the last one go password, second factor and recovery codes."""
    ines = await hire(engine, "Ines", Post("oak", "lead"), Post("willow", "lead"))
    assert await people.dismiss(engine, KEY, OPERATOR, ines.id, ["oak", "birch"], NOW) == ["oak"]
    half = await people.by_id(engine, ines.id)
    assert half is not None
    assert (half.posts, half.password) == ((Post("willow", "lead"),), b"hash")
    assert await people.dismiss(engine, KEY, OPERATOR, ines.id, ["willow"], NOW) == ["willow"]
    gone = await people.by_id(engine, ines.id)
    assert gone is not None
    assert (gone.name, gone.posts, gone.password, gone.seed) == ("Ines", (), b"", "")
    assert not await people.use_recovery(engine, KEY, people.Actor(ines.id, "lead"), "one", NOW)
    assert (await actions(engine))[-2:] == ["oak dismiss", "willow dismiss"]


@pytest.mark.asyncio
async def test_codes_are_spent_once(engine: AsyncEngine) -> None:
    """Ten who use one recovery code, or one half minute, at once: one of them does."""
    ines = await hire(engine, "Ines", Post("oak", "lead"))
    by = people.Actor(ines.id, "lead")
    spent = await asyncio.gather(*(people.use_recovery(engine, KEY, by, "one", NOW) for _ in range(10)))
    assert sum(spent) == 1
    used = await asyncio.gather(*(people.use_step(engine, ines.id, 7) for _ in range(10)))
    assert sum(used) == 1
    assert [await people.use_step(engine, ines.id, step) for step in (6, 7, 8)] == [False, False, True]


@pytest.mark.asyncio
async def test_a_site_sees_its_own(engine: AsyncEngine) -> None:
    """The list of a site has its people with their posts there, and no password."""
    await hire(engine, "Ines", Post("oak", "lead"), Post("willow", "lead"))
    await hire(engine, "Lena", Post("willow", "moderator"))
    (ines,) = await people.of_sites(engine, {"oak"})
    assert (ines.name, ines.posts, ines.password) == ("Ines", (Post("oak", "lead"),), b"")


@pytest.mark.asyncio
async def test_two_leads_dismiss_each_other(engine: AsyncEngine) -> None:
    """At the same moment, by dismissal or demotion: one of them stays a lead, and the other is told."""
    for at, demoted in enumerate((False, True) * 4):
        pair = [await hire(engine, f"{name} {at}", Post(f"s{at}", "lead")) for name in ("Ines", "Lena")]

        async def end(by: Person, other: Person, site: str = f"s{at}", demoted: bool = demoted) -> None:
            actor = people.Actor(by.id, "lead")
            if demoted:
                async with engine.begin() as connection:
                    await people.appoint(connection, KEY, actor, other.id, Post(site, "greeter"), NOW)
            else:
                await people.dismiss(engine, KEY, actor, other.id, [site], NOW)

        done = await asyncio.gather(end(*pair), end(*reversed(pair)), return_exceptions=True)
        assert sorted(map(repr, done)) == ["LastLead()", "None"], done
        held = [person.posts[0].role for person in await people.of_sites(engine, {f"s{at}"})]
        assert held.count("lead") == 1


@pytest.mark.asyncio
async def test_links(engine: AsyncEngine) -> None:
    """A link is found by its token until it is taken, withdrawn or a week old; the token is not kept."""
    posts = [Post("oak", "lead"), Post("willow", "greeter", "Peer")]
    made, token = await invitations.invite(engine, KEY, OPERATOR, posts, NOW)
    found = await invitations.find(engine, token, NOW)
    assert found is not None
    assert (found.id, found.posts, found.person) == (made, tuple(posts), "")
    assert await invitations.find(engine, token + "x", NOW) is None
    assert await invitations.find(engine, token, NOW + WEEK) is None
    (at_willow,) = await invitations.of_site(engine, "willow", NOW)
    assert at_willow.posts == (posts[1],)
    assert not await invitations.withdraw(engine, KEY, OPERATOR, made, "birch", NOW)
    async with engine.begin() as connection:
        assert not await invitations.take(connection, found, NOW + WEEK)
        assert await invitations.take(connection, found, NOW)
        assert not await invitations.take(connection, found, NOW)
    assert await actions(engine) == ["oak invite_lead", "willow invite_greeter"]


@pytest.mark.asyncio
async def test_old_links_are_forgotten(engine: AsyncEngine) -> None:
    """What is over goes; what is open stays."""
    await invitations.invite(engine, KEY, OPERATOR, [Post("oak", "lead")], NOW)
    await invitations.invite(engine, KEY, OPERATOR, [Post("oak", "lead")], NOW + 1)
    assert await invitations.drop_ended(engine, NOW + WEEK) == 1
    assert len(await invitations.of_site(engine, "oak", NOW)) == 1
