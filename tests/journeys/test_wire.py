"""The contract as an outsider's client meets it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import socketio

from tests.serving import FREE, PATIENCE, Serving, fetch, serving
from tests.visitor import PATIENT, Visitor, visitor

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def kindred(transport: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two workers with everybody's limits, on each transport in turn."""
    with serving(tmp_path_factory.mktemp("kindred"), workers=2) as service:
        yield service


@pytest.fixture(scope="module")
def unlimited(transport: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The same without limits."""
    with serving(tmp_path_factory.mktemp("unlimited"), workers=2, config=FREE) as service:
        yield service


@pytest.mark.asyncio
@pytest.mark.parametrize("transports", [None, ["websocket"], ["polling"]])
async def test_every_transport_carries_a_conversation(kindred: Serving, transports: list[str] | None) -> None:
    """Default, WebSocket-only and polling-only clients talk to each other on two workers; 100,000 characters
    are answered `too_long`, and the connection goes on."""
    async with visitor(kindred.url, transports=transports) as one, visitor(kindred.url) as two:
        room = (await one.join("mental-health"))["room"]["id"]
        assert (await two.join(room=room))["room"]["id"] == room
        diary = await one.ask("message", {"room": room, "key": "diary", "text": "x" * 100_000})
        assert (diary["error"]["code"], one.drops) == ("too_long", 0)
        assert (await one.say("I slept for once"))["outcome"] == "allow"
        assert (await two.say("that is so good to hear"))["outcome"] == "allow"
        for person in (one, two):
            await person.until(
                lambda person=person: person.texts()[-2:] == ["I slept for once", "that is so good to hear"]
            )
        await one.ask("leave", {"room": room})
        await two.ask("leave", {"room": room})


@pytest.mark.asyncio
async def test_polling_clients_work_on_two_workers(kindred: Serving) -> None:
    """Eight polling-only visitors in a row all hear the room, whichever worker their requests reach."""
    people = [Visitor(kindred.url, transports=["polling"]) for _ in range(8)]
    try:
        for person in people:
            await person.connect()
            await person.join("life-changes")
        answer = await people[0].say("new town, no friends yet")
        for person in people:
            await person.until(lambda person=person: "new town, no friends yet" in person.texts())
        assert answer["ok"]
    finally:
        await asyncio.gather(*(person.close() for person in people))


@pytest.mark.asyncio
async def test_welcome_comes_first_and_says_everything(kindred: Serving) -> None:
    """`welcome` is the first event and carries what PROTOCOL section 2 lists."""
    async with visitor(kindred.url, lang="es", region="GB") as person:
        assert person.heard[0][0] == "welcome"
        welcome = person.welcomes[0]
        assert welcome["protocol"] == 1
        assert welcome["resumed"] is False
        assert set(welcome["me"]) == {"id", "name"}
        assert [topic["id"] for topic in welcome["topics"]] == ["addiction", "mental-health", "life-changes"]
        assert welcome["support"]["emergency"] == ["999"]
        assert any(line.get("phone") == "116123" for line in welcome["support"]["lines"])
        assert welcome["limits"] == {"text": 2000}
        assert len(welcome["guidelines"]) == 5


@pytest.mark.asyncio
async def test_bad_payloads_are_answered_and_cost_nothing(kindred: Serving) -> None:
    """Rubbish is refused with a code; the connection lives and the neighbour hears nothing of it."""
    async with visitor(kindred.url) as one, visitor(kindred.url) as two:
        room = (await one.join("addiction"))["room"]["id"]
        await two.join(room=room)
        heard = len(two.events())
        for payload, code in [
            (None, "bad_request"),
            ([], "bad_request"),
            ("words", "bad_request"),
            ({"key": "k", "text": 5}, "bad_request"),
            ({"key": "", "text": "x"}, "bad_request"),
            ({"key": "k" * 65, "text": "x"}, "bad_request"),
            ({"key": "k", "text": ""}, "bad_request"),
            ({"key": "k", "text": " \n "}, "bad_request"),
            ({"key": "k", "text": "bell\u0007"}, "bad_request"),
            ({"key": "k", "text": "x" * 2001}, "too_long"),
            ({"key": "k", "text": "x", "a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}, "bad_request"),
            ({"key": "k", "text": "x", "room": "addiction.99"}, "not_in_room"),
        ]:
            answer = await one.client.call("message", payload, timeout=5)
            assert answer["error"]["code"] == code, payload
        assert (await one.ask("shout", {"text": "y"}))["error"]["code"] == "unknown_event"
        assert (await one.say("still here"))["ok"]
        await two.until(lambda: len(two.events()) > heard)
        assert two.texts()[-1] == "still here"
        assert one.drops == two.drops == 0
        await one.ask("leave", {})
        await two.ask("leave", {})


@pytest.mark.asyncio
async def test_raw_frames_of_rubbish_do_not_close_the_connection(kindred: Serving) -> None:
    """Broken JSON, NaN, lone surrogates, binary and unknown packets leave the socket open and working."""
    url = kindred.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_str()).startswith("0{")
        await socket.send_str('40{"site":"demo"}')
        assert (await socket.receive_str()).startswith("40{")
        assert (await socket.receive_str()).startswith('42["welcome"')
        for number, body in enumerate(
            [
                '["message",NaN]',
                '["message",{"key":"k","text":"\\ud800"}]',
                '["message",{]',
                "[" * 5_000,
                "{}",
            ]
        ):
            await socket.send_str(f"42{number}{body}")
            answer = await socket.receive_str()
            assert answer.startswith(f"43{number}["), answer
            assert json.loads(answer[len(f"43{number}") :])[0]["error"]["code"] == "bad_request"
        for frame in ("4", "49", "4x", '451-8["message",{"_placeholder":true,"num":0}]', "42", "451-"):
            await socket.send_str(frame)
        await socket.send_bytes(b"\x00\x01")
        await socket.send_str('427["join",{"topic":"addiction"}]')
        while not (answer := await socket.receive_str()).startswith("437"):
            pass
        assert json.loads(answer[3:])[0]["ok"] is True


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("null", 200),
        ("https://evil.example", 403),
        ("http://127.0.0.1.evil.example", 403),
        ("ours", 200),
    ],
)
async def test_foreign_pages_are_turned_away(kindred: Serving, origin: str | None, status: int) -> None:
    """The HTTP handshake judges the Origin."""
    headers = {"Origin": kindred.url if origin == "ours" else origin} if origin else None
    got, _ = await fetch(f"{kindred.url}/socket.io/?EIO=4&transport=polling", headers)
    assert got == status


@pytest.mark.asyncio
async def test_connect_refusals_say_why(kindred: Serving) -> None:
    """Unknown site, the staff's namespace, and `null` without a ticket are refused with codes."""
    for url, auth, namespace, headers, code in [
        (kindred.url, {"site": "nowhere"}, "/", {}, "no_such_site"),
        (kindred.url, None, "/", {}, "no_such_site"),
        (kindred.url, {"site": "demo"}, "/desk", {}, "forbidden"),
        (kindred.url, {"site": "demo"}, "/", {"Origin": "null"}, "origin_not_allowed"),
        (kindred.url, {"site": "demo", "ticket": "9.x"}, "/", {"Origin": "null"}, "origin_not_allowed"),
    ]:
        client = socketio.AsyncClient(reconnection=False)
        refused: list[dict] = []
        client.on("connect_error", refused.append, namespace=namespace)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(url, auth=auth, namespaces=[namespace], headers=headers, **PATIENT)
        await client.shutdown()
        assert refused[0]["data"]["code"] == code


@pytest.mark.asyncio
async def test_a_page_without_origin_comes_in_with_its_ticket(kindred: Serving) -> None:
    """The ticket in the widget's page opens the door to a sandboxed frame, and its token opens it again."""
    _, page = await fetch(f"{kindred.url}/widget?site=demo")
    ticket = page.split('name="kindred-ticket" content="')[1].split('"')[0]
    client = socketio.AsyncClient(reconnection=False)
    told: asyncio.Queue[dict] = asyncio.Queue()
    client.on("welcome", told.put)
    null = {"Origin": "null"}
    await client.connect(kindred.url, auth={"site": "demo", "ticket": ticket}, headers=null, **PATIENT)
    token = (await told.get())["token"]
    await client.disconnect()
    await client.connect(kindred.url, auth={"site": "demo", "token": token}, headers=null, **PATIENT)
    assert (await told.get())["resumed"] is True
    await client.shutdown()


@pytest.mark.asyncio
async def test_a_flood_is_slowed_and_says_for_how_long(tmp_path: Path) -> None:
    """Eight messages at once pass, the ninth is refused for a while, a retry of the first is not."""
    with serving(tmp_path / "home") as service:
        async with visitor(service.url) as person:
            await person.join("addiction")
            answers = [await person.say(f"line {n}", key=f"k{n}") for n in range(9)]
            assert [answer["ok"] for answer in answers] == [True] * 8 + [False]
            assert answers[8]["error"]["code"] == "rate_limited"
            assert 0 < answers[8]["error"]["retry_after"] <= 1.5
            assert await person.say("line 0", key="k0") == answers[0]


@pytest.mark.asyncio
async def test_rooms_fill_before_another_opens(unlimited: Serving) -> None:
    """Of 25 people, 20 are in the first room, 5 in the second; a stranger is refused the full one."""
    people = [Visitor(unlimited.url, transports=["websocket"]) for _ in range(26)]
    try:
        for person in people:
            await person.connect()
        rooms = [(await person.join("life-changes"))["room"]["id"] for person in people[:25]]
        assert rooms.count("life-changes.1") == 20
        assert rooms.count("life-changes.2") == 5
        refused = await people[25].join(room="life-changes.1")
        assert refused["error"]["code"] == "room_full"
        assert (await people[25].join("nothing"))["error"]["code"] == "no_such_topic"
        assert (await people[25].join(room="life-changes.77"))["error"]["code"] == "no_such_room"
    finally:
        await asyncio.gather(*(person.close() for person in people))


@pytest.mark.asyncio
async def test_own_words_leave_every_screen(unlimited: Serving) -> None:
    """Edit, support, take back, erase: the other person is told each within 2 s, a newcomer sees none."""
    async with visitor(unlimited.url) as one, visitor(unlimited.url) as two:
        room = (await one.join("mental-health"))["room"]["id"]
        await two.join(room=room)
        said = await one.say("I cannot sleep")
        edited = await one.ask("edit", {"room": room, "id": said["id"], "text": "I slept a bit", "key": "e"})
        assert (edited["outcome"], edited["text"]) == ("allow", "I slept a bit")
        assert (await two.ask("react", {"room": room, "id": said["id"], "kind": "hug", "on": True}))["ok"]
        assert (await two.ask("retract", {"room": room, "id": said["id"]}))["error"]["code"] == "forbidden"
        assert (await one.ask("retract", {"room": room, "id": said["id"]}))["ok"]
        await one.say("another line")
        assert await one.ask("erase") == {"ok": True, "erased": 1, "kept": 0}
        kinds = ["message", "edited", "reacted", "retracted", "message", "retracted"]
        await two.until(lambda: [event["type"] for event in two.events()] == kinds, 2)
        async with visitor(unlimited.url) as late:
            shown = (await late.join(room=room))["messages"]
            assert [message for message in shown if message["from"]["id"] == one.me["id"]] == []


@pytest.mark.asyncio
async def test_frames_are_not_compressed(kindred: Serving) -> None:
    """An offer of permessage-deflate is not taken: a token and others' words would share a window."""
    url = kindred.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, compress=15) as socket:
        assert not socket.compress
        assert "Sec-WebSocket-Extensions" not in socket._response.headers


@pytest.mark.asyncio
async def test_joining_again_takes_no_second_seat(unlimited: Serving) -> None:
    """Who joins the rooms they are in once more, and leaves, leaves nobody behind."""
    async with visitor(unlimited.url) as one, visitor(unlimited.url) as two:
        room = (await one.join("addiction"))["room"]["id"]
        await two.join(room=room)
        for _ in range(3):
            assert (await two.join("addiction"))["room"]["id"] == room
            assert (await two.join(room=room))["ok"]
        await two.ask("leave", {"room": room})
        people = (await one.join(room=room))["room"]["people"]
        assert two.me["id"] not in [person["id"] for person in people]


@pytest.mark.asyncio
async def test_health_and_metrics(tmp_path: Path, unused_tcp_port: int) -> None:
    """/healthz and /readyz answer; /metrics is on its own port only, with every worker's sums."""
    with serving(tmp_path / "home", "--metrics-port", str(unused_tcp_port), workers=2) as service:
        async with visitor(service.url) as person:
            await person.join("addiction")
            await person.say("hello")
        assert (await fetch(f"{service.url}/healthz"))[0] == 200
        assert (await fetch(f"{service.url}/readyz"))[0] == 200
        assert (await fetch(f"{service.url}/metrics"))[0] == 404
        async with asyncio.timeout(PATIENCE):
            text = ""
            while 'kindred_events_total{kind="message"' not in text.replace("worker=", "").replace(",", ""):
                status, text = await fetch(f"http://127.0.0.1:{unused_tcp_port}/metrics")
                assert status == 200
                if 'kind="message"' in text:
                    break
        assert text.count("kindred_ready{") == 2


@pytest.mark.asyncio
async def test_help_comes_to_the_author_alone(kindred: Serving) -> None:
    """Words of despair are shown to the room; their author alone gets lines, and that nobody is here."""
    async with visitor(kindred.url) as one, visitor(kindred.url) as two:
        room = (await one.join("mental-health"))["room"]["id"]
        await two.join(room=room)
        answer = await one.say("I want to die")
        assert (answer["outcome"], answer["flags"]) == ("allow", ["crisis"])
        await one.until(lambda: any(event == "support" for event, _ in one.heard))
        card = next(payload for event, payload in one.heard if event == "support")
        assert (card["kind"], card["state"], card["emergency"]) == ("suicide", "none", ["911"])
        assert card["lines"][0]["kind"] == "suicide"
        await two.until(lambda: "I want to die" in two.texts())
        assert not any(event == "support" for event, _ in two.heard)
