"""Who comes in: the same person by a token that is kept nowhere, a new one under a limit."""

import asyncio
from dataclasses import replace

import pytest

from rooms import limits, presence, retention, visitors
from rooms.house import House
from rooms.site import Site
from rooms.visitors import Arrival, TurnedAway, address_tag, arrive, depart, rename, secret_of, visitor_id
from tests.rooms.town import Town, commit

SECRET = b"a secret of the test"


async def come(
    town: Town, house: House, token: str | None = None, tag: str = "tag", lang: str = "en"
) -> Arrival:
    return await arrive(house, town.site, SECRET, token, tag, lang)


# --- identity ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_new_face(town: Town) -> None:
    """Without a token one is somebody new, with an id, a drawn name and a token."""
    house = await town.house()
    anna, ben = await come(town, house), await come(town, house, lang="es")
    assert not anna.resumed
    assert anna.session.id == visitor_id(SECRET, town.site, anna.token)
    assert len({anna.token, ben.token, anna.session.id, ben.session.id}) == 4
    assert anna.session.name != ben.session.name
    assert (ben.session.lang, ben.session.worker, ben.session.role) == ("es", house.worker, "visitor")


@pytest.mark.asyncio
async def test_the_same_person_elsewhere(town: Town) -> None:
    """A token brings the same person back on another process."""
    here, there = await town.house(), await town.house()
    first = await come(town, here)
    again = await come(town, there, first.token)
    assert again.resumed
    assert again.token == first.token
    assert again.session.person() == first.session.person()


@pytest.mark.asyncio
async def test_who_has_something_to_be_told(town: Town) -> None:
    """The door says of most people that no limit holds for them and no outcome waits; of others not."""
    house = await town.house()
    anna, ben = await come(town, house), await come(town, house)
    assert anna.clear
    await town.impose(house, town.mute(anna.session.id))
    await house.store.command("HSET", town.keys.outcomes(ben.session.id), "c1", "{}")
    assert not (await come(town, house, anna.token)).clear
    assert not (await come(town, house, ben.token)).clear


@pytest.mark.asyncio
async def test_an_unknown_token(town: Town) -> None:
    """A token nobody remembers opens nothing: a new person comes in under a new token."""
    house = await town.house()
    arrival = await come(town, house, "chosen-by-somebody")
    assert not arrival.resumed
    assert arrival.token != "chosen-by-somebody"
    assert arrival.session.id != visitor_id(SECRET, town.site, "chosen-by-somebody")


@pytest.mark.asyncio
async def test_another_site(town: Town) -> None:
    """A token of one site is nobody's on another, be it in the same community."""
    house = await town.house()
    first = await come(town, house)
    other = Site(id="other", name="O", origins=(), topics=(), community=town.site.community)
    again = await arrive(house, other, SECRET, first.token, "tag", "en")
    assert not again.resumed
    assert again.session.id != first.session.id


def test_ids_depend_on_everything() -> None:
    """Another secret, site or token is another id, and no id tells its token."""
    site = Site(id="a", name="A", origins=(), topics=())
    ids = {
        visitor_id(SECRET, site, "token"),
        visitor_id(b"other", site, "token"),
        visitor_id(SECRET, replace(site, id="b"), "token"),
        visitor_id(SECRET, site, "token2"),
    }
    assert len(ids) == 4
    assert all(len(found) == 24 and "token" not in found for found in ids)


@pytest.mark.asyncio
async def test_a_token_is_kept_nowhere(town: Town) -> None:
    """After arriving, resuming and talking, neither a key nor a value of the store holds the token."""
    house = await town.house(limited=True)
    arrival = await come(town, house)
    await presence.place(house, arrival.session, "addiction")
    await commit(house, arrival.session, "hello", "k")
    again = await come(town, house, arrival.token)
    await depart(house, again.session)
    held = await town.everything(house)
    assert any(arrival.session.id in name for name in held)
    assert not [name for name, value in held.items() if arrival.token in name or arrival.token in value]


@pytest.mark.asyncio
async def test_an_hour_after_the_last_connection(town: Town) -> None:
    """The store itself forgets an identity an hour and a minute after its last connection."""
    house = await town.house()
    session = (await come(town, house)).session
    key = town.keys.visitor(town.site, session.id)
    connected = await house.store.command("PTTL", key)
    assert connected > 61 * 60_000, "the minute's `remember` may be late"
    await depart(house, session)
    assert 60 * 60_000 < await house.store.command("PTTL", key) <= 61 * 60_000
    await visitors.remember(house, [session])
    assert await house.store.command("PTTL", key) > 61 * 60_000


@pytest.mark.asyncio
async def test_a_forgotten_identity(town: Town) -> None:
    """Once the record has expired its token is as unknown as any other."""
    house = await town.house()
    first = await come(town, house)
    await house.store.command("DEL", town.keys.visitor(town.site, first.session.id))
    assert not (await come(town, house, first.token)).resumed


@pytest.mark.asyncio
async def test_the_secret(town: Town) -> None:
    """A configured secret is used as it is; else all processes share one that was drawn once."""
    here, there = await town.house(), await town.house()
    assert await secret_of(here, town.keys, "configured") == b"configured"
    assert await town.names(here) == sorted([town.keys.ready, town.keys.workers])
    drawn = await asyncio.gather(*(secret_of(house, town.keys, None) for house in (here, there) * 5))
    assert len(set(drawn)) == 1
    assert len(drawn[0]) == 64


@pytest.mark.asyncio
async def test_banned(town: Town) -> None:
    """Whoever is banned is told until when, and is let in again afterwards."""
    house = await town.house()
    first = await come(town, house)
    ban = town.mute(first.session.id, minutes=30, kind="ban")
    await town.impose(house, ban)
    with pytest.raises(TurnedAway) as away:
        await come(town, house, first.token)
    assert (away.value.code, away.value.until) == ("banned", ban.until)
    town.clock.turn(minutes=30)
    assert (await come(town, house, first.token)).resumed


@pytest.mark.asyncio
async def test_a_mute_lets_in(town: Town) -> None:
    """The muted may come in and read."""
    house = await town.house()
    first = await come(town, house)
    await town.impose(house, town.mute(first.session.id))
    assert (await come(town, house, first.token)).resumed


@pytest.mark.asyncio
async def test_whoever_stays_through_a_loss(town: Town) -> None:
    """A store that lost its memory is told again who is connected, so that their tokens keep working."""
    house = await town.house()
    first = await come(town, house)
    await town.lose(house)
    with pytest.raises(visitors.Refusal):
        await commit(house, first.session, "hello", "k")
    await town.back(house)
    await commit(house, first.session, "hello", "k")
    await visitors.remember(house, [first.session])
    again = await come(town, house, first.token)
    assert again.resumed
    assert again.session.person() == first.session.person()


# --- names -------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_names_rest(town: Town) -> None:
    """A thousand people of one day have a thousand names."""
    house = await town.house()
    arrivals = await asyncio.gather(*(come(town, house) for _ in range(1_000)))
    assert len({arrival.session.name for arrival in arrivals}) == 1_000


@pytest.mark.asyncio
async def test_a_name_rests_for_a_day(town: Town) -> None:
    """What was drawn less than 24 hours ago is passed over where another name is on offer."""
    house = await town.house()

    async def draw(*offered: str) -> str:
        keys = town.keys
        record = keys.visitor(town.site, f"v{town.clock()}-{offered}")
        names = (
            record,
            keys.names,
            keys.bucket("a", "b"),
            keys.sockets("t"),
            keys.workers,
            keys.sanctions("v"),
            keys.tag_watch("t"),
            keys.outcomes("v"),
            keys.whispers("v"),
        )
        rest = retention.NAME_REST * 1000
        call = ("0", house.worker, "en", 60_000, rest, 0, 0, 200, "\n".join(offered), "tag")
        outcome = await house.store.call("arrive", keys.community, names, town.clock(), *call)
        return str(outcome[1].decode())

    assert await draw("Kind Fox", "Calm Otter") == "Kind Fox"
    town.clock.turn(hours=24, ms=-1)
    assert await draw("Kind Fox", "Calm Otter") == "Calm Otter"
    town.clock.turn(ms=1)
    assert await draw("Calm Otter", "Kind Fox") == "Kind Fox"
    town.clock.turn(ms=1)
    assert await draw("Kind Fox", "Calm Otter") == "Calm Otter", "all in use: the one that rested longest"


@pytest.mark.asyncio
async def test_three_other_names(town: Town) -> None:
    """One may draw another name three times, and comes back under the last one."""
    house = await town.house()
    arrival = await come(town, house)
    session = arrival.session
    drawn = [session.name]
    for _ in range(3):
        session = await rename(house, session)
        drawn.append(session.name)
    assert len(set(drawn)) == 4
    assert session.id == arrival.session.id
    with pytest.raises(visitors.Refusal) as refusal:
        await rename(house, session)
    assert refusal.value.code == "forbidden"
    assert (await come(town, house, arrival.token)).session.name == drawn[-1]


@pytest.mark.asyncio
async def test_a_name_stays_with_its_words(town: Town) -> None:
    """After the first message the name stays, so that nobody is taken for somebody else."""
    house = await town.house()
    session = (await come(town, house)).session
    await commit(house, session, "hello", "k")
    with pytest.raises(visitors.Refusal) as refusal:
        await rename(house, session)
    assert refusal.value.code == "forbidden"


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_sixty_a_minute(town: Town) -> None:
    """Sixty people a minute may come from one address; the next is turned away, one with a token is not."""
    house = await town.house(limited=True)
    arrivals = [await come(town, house) for _ in range(limits.ARRIVALS.burst)]
    with pytest.raises(TurnedAway) as away:
        await come(town, house)
    assert away.value.code == "full"
    with pytest.raises(TurnedAway, match="full"):
        await come(town, house, "an unknown token")
    assert (await come(town, house, arrivals[0].token)).resumed
    assert not (await come(town, house, tag="another address")).resumed
    town.clock.turn(seconds=1)
    await come(town, house)
    with pytest.raises(TurnedAway, match="full"):
        await come(town, house)


@pytest.mark.asyncio
async def test_two_hundred_sockets(town: Town) -> None:
    """An address has at most 200 connections, on all processes together, tokens or not."""
    houses = [await town.house(limited=True), await town.house(limited=True)]
    arrivals = []
    for n in range(limits.SOCKETS):
        town.clock.turn(seconds=1)
        for house in houses:
            await presence.renew(house, town.keys)
        arrivals.append(await come(town, houses[n % 2]))
    town.clock.turn(seconds=1)
    for token in (None, arrivals[0].token):
        with pytest.raises(TurnedAway, match="full"):
            await come(town, houses[0], token)
    await depart(houses[1], arrivals[-1].session)
    assert (await come(town, houses[0], arrivals[-1].token)).resumed


@pytest.mark.asyncio
async def test_sockets_of_a_dead_worker(town: Town) -> None:
    """Connections of a process that died are not held against an address."""
    dead, alive = await town.house(limited=True), await town.house(limited=True)
    for _ in range(3):
        await come(town, dead)
    town.clock.turn(ms=presence.LEASE_MS)
    await presence.renew(alive, town.keys)
    await come(town, alive)
    held = await alive.store.command("HGETALL", town.keys.sockets("tag"))
    assert held == [alive.worker.encode(), b"1"]


@pytest.mark.asyncio
async def test_no_credit(town: Town) -> None:
    """Connections whose count was dropped meanwhile give nothing back when they end."""
    house = await town.house(limited=True)
    arrivals = [await come(town, house) for _ in range(3)]
    await house.store.command("DEL", town.keys.sockets("tag"))
    for arrival in arrivals:
        await depart(house, arrival.session)
    assert await house.store.command("EXISTS", town.keys.sockets("tag")) == 0


@pytest.mark.asyncio
async def test_a_long_connection_counts(town: Town) -> None:
    """The count of an address does not expire while its people are connected."""
    house = await town.house(limited=True)
    session = (await come(town, house)).session
    key = town.keys.sockets("tag")
    await house.store.command("PEXPIRE", key, 1_000_000)
    await visitors.remember(house, [session])
    assert await house.store.command("PTTL", key) > 60 * 60_000


@pytest.mark.asyncio
async def test_without_limits(town: Town) -> None:
    """With limits off nobody is counted, and the simulated never are."""
    house = await town.house()
    for _ in range(limits.ARRIVALS.burst + 5):
        await come(town, house)
    limited = await town.house(limited=True)
    for _ in range(limits.ARRIVALS.burst + 5):
        simulated = await arrive(limited, town.site, SECRET, None, "tag", "en", role="simulated")
        assert simulated.session.person()["role"] == "simulated"
        await depart(limited, simulated.session)
    assert (
        await house.store.command("EXISTS", town.keys.sockets("tag"), town.keys.bucket("arrivals", "tag"))
        == 0
    )


# --- address tags ------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.250", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("2001:db8:1:1200::1", "2001:db8:1:12ff:ffff::9", True),
        ("2001:db8:1:1200::1", "2001:db8:1:1300::1", False),
        ("::ffff:203.0.113.7", "203.0.113.8", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("256.0.113.7", "", True),
        ("203.0.113.07", "", True),
        ("nonsense", "", True),
        ("nonsense", "203.0.113.7", False),
    ],
)
async def test_tags(town: Town, one: str, other: str, same: bool) -> None:
    """A tag stands for a /24 or a /56, and shows nothing of it."""
    house = await town.house()
    first, second = await address_tag(house, town.keys, one), await address_tag(house, town.keys, other)
    assert (first == second) is same
    assert len(first) == 16
    assert set(first) <= set("0123456789abcdef")


@pytest.mark.asyncio
async def test_the_key_of_the_day(town: Town) -> None:
    """Every day has a key of its own, shared by all processes, which the store forgets after 48 hours."""
    here, there = await town.house(), await town.house()
    today = [await address_tag(house, town.keys, "203.0.113.7") for house in (here, there)]
    assert today[0] == today[1]
    (key,) = [name for name in await town.names(here) if "tag-key" in name]
    assert 0 < await here.store.command("TTL", key) <= 48 * 3600
    town.clock.turn(hours=24)
    assert await address_tag(here, town.keys, "203.0.113.7") not in today


@pytest.mark.asyncio
async def test_no_address_is_kept(town: Town) -> None:
    """Neither an address nor its network is in the store."""
    house = await town.house(limited=True)
    tag = await address_tag(house, town.keys, "203.0.113.7")
    await come(town, house, tag=tag)
    assert "203.0.113" not in repr(await town.everything(house))
