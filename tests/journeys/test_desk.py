"""Staff at their desks, on two workers of a real service."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
import socketio
from socketio.exceptions import ConnectionError as NotLetIn

from server import desk_events
from server.events import HANDLERS
from tests.postgresql import DATABASES, configured
from tests.serving import FREE, Serving, fetch, serving
from tests.staff import Colleague, at_desk, hire, revoke, token_of
from tests.visitor import PATIENT, Visitor

pytestmark = pytest.mark.journey


CLINIC = (
    FREE
    + """
[[sites]]
id = "demo"
cover = "never"
networks = ["127.0.0.0/8"]
require_second_factor = false
[[sites.hosted]]
at = "18:00"
topics = ["grief"]
[[sites.topics]]
id = "addiction"
[[sites.topics]]
id = "mental-health"
[[sites.topics]]
id = "life-changes"
[[sites.topics]]
id = "grief"
cover = "required"
"""
)


@pytest.fixture(scope="module")
def metrics(unused_tcp_port_factory: Callable[[], int]) -> int:
    """The port of the metrics."""
    return unused_tcp_port_factory()


@pytest.fixture(scope="module", params=DATABASES)
def clinic(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, metrics: int
) -> Iterator[Serving]:
    """The demo on two workers, with Ines who leads, Omar who moderates and Gus who greets."""
    home, options = tmp_path_factory.mktemp("clinic"), ("--metrics-port", str(metrics))
    with (
        configured(request.param) as line,
        serving(home, *options, workers=2, config=line + CLINIC) as service,
    ):
        hire(service, "Ines", "lead")
        hire(service, "Omar", "moderator")
        hire(service, "Gus", "greeter", "demo", "--badge", "Certified peer")
        yield service


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def desk(clinic: Serving, stack: AsyncExitStack, name: str) -> Colleague:
    colleague = await at_desk(clinic, name)
    stack.push_async_callback(colleague.leave)
    return colleague


async def visitor(clinic: Serving, stack: AsyncExitStack) -> Visitor:
    someone = await Visitor(clinic.url).connect()
    stack.push_async_callback(someone.client.disconnect)
    return someone


@pytest.mark.asyncio
async def test_welcome(clinic: Serving, stack: AsyncExitStack) -> None:
    """Who signed in is told who they are, which rooms there are and who is on duty."""
    someone = await visitor(clinic, stack)
    await someone.join()
    omar = await desk(clinic, stack, "Omar")
    (welcome,) = omar.told("welcome")
    assert (welcome["me"]["name"], welcome["me"]["role"], welcome["me"]["sites"]) == (
        "Omar",
        "moderator",
        ["demo"],
    )
    (room,) = [room for room in welcome["rooms"] if room["topic"] == "addiction"]
    assert (room["id"], room["site"]) == ("addiction.1", "demo")
    assert someone.me["id"] in {person["id"] for person in room["people"]}


async def let_in(url: str, auth: object, **headers: str) -> dict[str, object]:
    """What the door says; {} where it lets them in."""
    client = socketio.AsyncClient(reconnection=False)
    refused: list[dict[str, object]] = []
    client.on("connect_error", lambda data: refused.append(data), namespace="/desk")
    try:
        await client.connect(
            url, auth=auth, headers=headers, namespaces=["/desk"], transports=["websocket"], **PATIENT
        )
    except NotLetIn:
        return refused[0]["data"] if refused and "data" in refused[0] else {"code": "http"}  # type: ignore[return-value]
    await client.disconnect()
    return {}


@pytest.mark.asyncio
async def test_who_is_let_in(clinic: Serving) -> None:
    """A token without an Origin, or the cookie with ours exactly; everything else is forbidden."""
    token = await token_of(clinic.url, "Omar")
    cookie = {"Cookie": f"kindred={token}"}
    assert await let_in(clinic.url, {"token": token}) == {}
    assert await let_in(clinic.url, None, Origin=clinic.url, **cookie) == {}
    forbidden = {"code": "forbidden"}
    assert await let_in(clinic.url, None) == forbidden
    assert await let_in(clinic.url, {"token": "x" * 43}) == forbidden
    assert await let_in(clinic.url, {"token": 7}) == forbidden
    assert await let_in(clinic.url, None, **cookie) == forbidden, "a cookie without an Origin"
    assert await let_in(clinic.url, {"token": token}, Origin=clinic.url) == forbidden, "a page with a token"
    assert await let_in(clinic.url, None, Origin="null", **cookie) == forbidden
    other = clinic.url.replace("http:", "https:")
    assert await let_in(clinic.url, None, Origin=other, **cookie) == forbidden
    wrong = {"Cookie": f"__Host-kindred={token}"}
    assert await let_in(clinic.url, None, Origin=clinic.url, **wrong) == forbidden


@pytest.mark.asyncio
async def test_a_visitor_is_no_staff(clinic: Serving, stack: AsyncExitStack, metrics: int) -> None:
    """A visitor who emits any staff event is refused, and it is counted; nothing comes of it."""
    someone = await visitor(clinic, stack)
    events = sorted(desk_events.HANDLERS.keys() - HANDLERS.keys())
    assert {"act", "undo", "claim", "watch", "duty", "person", "take_over"} <= set(events)
    before = await refused(metrics)
    for event in events:
        asked = {"on": True, "action": "ban", "key": "k", "visitor": someone.me["id"], "reason": "spam"}
        assert (await someone.ask(event, asked))["error"]["code"] == "unknown_event", event
    assert (await someone.join())["ok"]
    for _ in range(500):  # a worker reports its sums twice a second
        if await refused(metrics) - before == len(events):
            return
        await asyncio.sleep(0.1)
    raise AssertionError((before, await refused(metrics), len(events)))


async def refused(metrics: int) -> float:
    """How many unknown events the service has counted."""
    _, text = await fetch(f"http://127.0.0.1:{metrics}/metrics")
    return sum(map(float, re.findall(r"kindred_refusals_total\{[^}]*unknown_event[^}]*\} (\S+)", text)))


@pytest.mark.asyncio
async def test_watching(clinic: Serving, stack: AsyncExitStack) -> None:
    """Omar hears a room from its snapshot on, in the room's order, and nobody sees him there."""
    ada, ben = await visitor(clinic, stack), await visitor(clinic, stack)
    room = (await ada.join("mental-health"))["room"]["id"]
    await ada.say("the first words")
    omar = await desk(clinic, stack, "Omar")
    watched = await omar.ask("watch", room=room)
    assert watched["ok"]
    assert "the first words" in [message["text"] for message in watched["messages"]]
    assert omar.client.namespaces["/desk"] not in {one["id"] for one in watched["room"]["people"]}
    joined = await ben.join("mental-health")
    assert {one["name"] for one in joined["room"]["people"]} >= {ada.me["name"], ben.me["name"]}
    assert "Omar" not in str(joined["room"]["people"])
    for number in range(5):
        await ben.say(f"words {number}")
    await omar.until(lambda: len(omar.texts()) == 5)
    assert omar.texts() == [f"words {number}" for number in range(5)]
    seqs = [event["seq"] for packet in omar.told("events") for event in packet["events"]]
    assert seqs == list(range(watched["position"]["seq"] + 1, watched["position"]["seq"] + 6))
    await omar.until(lambda: any(packet["joined"] for packet in omar.told("people")))
    assert (await omar.ask("unwatch", room=room))["ok"]
    assert (await omar.ask("unwatch", room=room))["error"]["code"] == "not_in_room"
    assert (await omar.ask("watch", room="nowhere.1"))["error"]["code"] == "no_such_room"
    assert (await omar.ask("watch", room="mental-health.99"))["error"]["code"] == "no_such_room"


@pytest.mark.asyncio
async def test_a_word_from_staff(clinic: Serving, stack: AsyncExitStack) -> None:
    """Gus speaks with his role and badge; his words pass the same filter, and are refused as everybody's."""
    ada = await visitor(clinic, stack)
    room = (await ada.join("life-changes"))["room"]["id"]
    gus = await desk(clinic, stack, "Gus")
    said = await gus.ask("message", room=room, key="g1", text="Welcome. Good to have you here.")
    assert (said["outcome"], said["ok"]) == ("allow", True)
    await ada.until(lambda: bool(ada.texts()))
    (event,) = [event for event in ada.events(room) if event["type"] == "message"]
    assert (event["from"]["name"], event["from"]["role"], event["from"]["badge"]) == (
        "Gus",
        "greeter",
        "Certified peer",
    )
    assert await gus.ask("message", room=room, key="g1", text="Welcome. Good to have you here.") == said
    phone = await gus.ask("message", room=room, key="g2", text="Call me on 555 0134 2288")
    assert "2288" not in phone["text"]


@pytest.mark.asyncio
async def test_a_topic_that_needs_cover(clinic: Serving, stack: AsyncExitStack) -> None:
    """Closed while nobody is on duty, with the next hosted time at the door; open in every process when
    somebody comes; a notice when they go."""
    people = [await visitor(clinic, stack) for _ in range(4)]
    doors = {topic["id"]: topic for topic in people[0].welcomes[0]["topics"]}
    assert (doors["grief"]["open"], doors["addiction"]["open"]) == (False, True)
    assert doors["grief"]["next"] > 1_700_000_000_000
    assert doors["addiction"]["next"] is None
    for someone in people:
        room = (await someone.join("grief"))["room"]
        assert (room["open"], room["covered"]) == (False, False)
    assert (await people[0].say("hello?"))["error"]["code"] == "room_closed"
    omar = await desk(clinic, stack, "Omar")
    assert (await omar.ask("duty", on=True))["ok"]
    for someone in people:
        await someone.until(lambda someone=someone: any(e.get("open") for e in someone.events()))
        assert (await someone.say("hello!"))["ok"]
    assert (await omar.ask("duty", on=False))["ok"]
    for someone in people:
        await someone.until(lambda someone=someone: someone.events()[-1]["type"] == "notice")
        assert "closes in 10 minutes" in someone.events()[-1]["text"]
    assert (await people[0].say("goodbye"))["ok"]


@pytest.mark.asyncio
async def test_acts_on_a_room(clinic: Serving, stack: AsyncExitStack) -> None:
    """Locked, said, removed and restored in every process at once; colleagues hear of each, greeters of
    all but the notes."""
    people = [await visitor(clinic, stack) for _ in range(4)]
    for someone in people:
        await someone.join("mental-health")
    ada = people[0]
    room = "mental-health.1"
    omar, ines, gus = (
        await desk(clinic, stack, "Omar"),
        await desk(clinic, stack, "Ines"),
        await desk(clinic, stack, "Gus"),
    )

    async def all_hear(kind: str, **fields: object) -> None:
        for someone in people:
            await someone.until(
                lambda someone=someone: any(
                    event["type"] == kind and fields.items() <= event.items() for event in someone.events()
                ),
                2,
            )

    lock = await omar.act("lock", room=room)
    await all_hear("state", locked=True)
    for someone in people:
        assert (await someone.say("may I?"))["error"]["code"] == "room_locked"
    assert (await ines.ask("undo", act=lock["act"]))["undone"]
    await all_hear("state", locked=False)
    said = await ada.say("some words")
    gone = await omar.act("retract", room=room, message=said["id"], reason="other")
    await all_hear("retracted", id=said["id"], by="moderator")
    assert (await ines.ask("undo", act=gone["act"]))["undone"]
    await all_hear("edited", id=said["id"], text="some words")
    assert (await omar.act("announce", room=room, text="We stay until ten tonight."))["ok"]
    await all_hear("notice", text="We stay until ten tonight.")
    note = await omar.act("note", visitor=ada.me["id"], text="new here")
    await ines.until(lambda: any(one["act"] == note["act"] for one in ines.told("acted")))
    assert ines.told("acted")[-1]["text"] == "new here"
    look = await ines.act("ban", visitor=ada.me["id"], reason="spam", preview=True)
    assert look == {"ok": True, "preview": True, "sharing": 0}, "the site's own network is nobody's tag"
    await gus.until(lambda: len(gus.told("acted")) == 5)
    assert {one["action"] for one in gus.told("acted")} == {"lock", "undo", "retract", "announce"}


@pytest.mark.asyncio
async def test_two_reports_veil(clinic: Serving, stack: AsyncExitStack) -> None:
    """Where nobody is on duty by choice two people's reports veil a message for all; who dismisses them lifts
    it."""
    ada, ben, eva, leo = [await visitor(clinic, stack) for _ in range(4)]
    for someone in (ada, ben, eva, leo):
        assert not (await someone.join("life-changes"))["room"]["covered"]
    said = await ada.say("some words")

    def veils() -> list[object]:
        return [event["veil"] for event in leo.events() if event["type"] == "veiled"]

    for _ in range(300):  # a worker knows within a second that whoever was on duty before has gone
        for someone in (ben, eva):
            assert (await someone.ask("report", {"id": said["id"], "reason": "other"}))["ok"]
        if veils():
            break
        await asyncio.sleep(0.1)
    await leo.until(lambda: veils() == [["reported"]])
    omar = await desk(clinic, stack, "Omar")
    (case,) = [item for item in omar.told("welcome")[0]["queue"] if item.get("message") == said["id"]]
    assert (await omar.act("dismiss", item=case["id"]))["ok"]
    await leo.until(lambda: veils() == [["reported"], []])


@pytest.mark.asyncio
async def test_duty_covers(clinic: Serving, stack: AsyncExitStack) -> None:
    """Gus alone covers nothing; with Omar on duty every process tells its visitors within five seconds."""
    waiting = [await visitor(clinic, stack) for _ in range(4)]

    def covered(someone: Visitor, state: bool) -> bool:
        told = [payload for event, payload in someone.heard if event == "topics"]
        return bool(told) and all(topic["covered"] is state for topic in told[-1]["topics"])

    assert not any(topic["covered"] for topic in waiting[0].welcomes[0]["topics"])
    gus, omar = await desk(clinic, stack, "Gus"), await desk(clinic, stack, "Omar")
    assert (await gus.ask("duty", on=True))["ok"]
    assert (await omar.ask("duty", on=True, langs=["ES"]))["ok"]
    for someone in waiting:
        await someone.until(lambda someone=someone: covered(someone, True), 6)
    ines = await desk(clinic, stack, "Ines")
    assert {(one["name"], one["role"]) for one in ines.told("welcome")[0]["on_duty"]} == {
        ("Gus", "greeter"),
        ("Omar", "moderator"),
    }
    assert (await omar.ask("duty", on=False))["ok"]
    for someone in waiting:
        await someone.until(lambda someone=someone: covered(someone, False), 6)
    assert (await gus.ask("duty", on=False))["ok"]
    assert (await gus.ask("duty", on="yes"))["error"]["code"] == "bad_request"


@pytest.mark.asyncio
async def test_a_revoked_desk_closes(clinic: Serving, stack: AsyncExitStack) -> None:
    """A role taken away at the command line closes the open desk within a second, and it stays closed."""
    await asyncio.to_thread(hire, clinic, "Lena", "moderator")
    lena = await desk(clinic, stack, "Lena")
    assert (await lena.ask("duty", on=True))["ok"]
    await asyncio.to_thread(revoke, clinic, "lena")
    await lena.until(lambda: lena.closed, 2)
    assert await let_in(clinic.url, {"token": lena.token}) == {"code": "forbidden"}
    ines = await desk(clinic, stack, "Ines")
    assert "Lena" not in str(ines.told("welcome")[0]["on_duty"])


@pytest.mark.asyncio
async def test_which_words_are_hard_to_read(clinic: Serving, stack: AsyncExitStack) -> None:
    """Gus, who may see no cases, is told which message was a cry for help, and no more of it. So is whoever
    comes later, also when its case is ended."""
    gus = await desk(clinic, stack, "Gus")
    someone = await visitor(clinic, stack)
    await someone.join("mental-health")
    said = await someone.say("i want to die tonight")
    await gus.until(lambda: gus.told("hard") == [{"messages": [said["id"]]}])
    assert not gus.told("queue")
    omar = await desk(clinic, stack, "Omar")
    case = next(item["id"] for item in omar.told("welcome")[0]["queue"] if item.get("message") == said["id"])
    assert (await omar.act("acknowledge", item=case))["ok"]
    for name in ("Gus", "Omar"):
        later = await desk(clinic, stack, name)
        assert not [item for item in later.told("welcome")[0]["queue"] if item.get("message") == said["id"]]
        assert said["id"] in later.told("welcome")[0]["hard"]
