"""Acts on a visitor, across two workers: they hold, are told, are undone, and are in the audit."""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from socketio.exceptions import ConnectionError as NotLetIn

from tests.journeys.test_desk import desk
from tests.postgresql import DATABASES, configured
from tests.server import command
from tests.serving import FREE, PATIENCE, Serving, serving
from tests.staff import Colleague, hire
from tests.visitor import Visitor

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module", params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo on two workers, with Omar who moderates, Ines who leads and Gus who greets."""
    home = tmp_path_factory.mktemp("clinic")
    with configured(request.param) as line, serving(home, workers=2, config=line + FREE) as service:
        for name, role in (("Ines", "lead"), ("Omar", "moderator"), ("Gus", "greeter")):
            hire(service, name, role)
        yield service


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def visitor(clinic: Serving, stack: AsyncExitStack, **auth: Any) -> Visitor:
    someone = await Visitor(clinic.url, **auth).connect()
    stack.push_async_callback(someone.close)
    return someone


async def elsewhere(clinic: Serving, stack: AsyncExitStack, someone: Visitor) -> Visitor:
    """The same person in another tab, on the other worker."""
    for _ in range(40):
        tab = await Visitor(clinic.url, token=someone.token).connect()
        if tab.engine.partition(".")[0] != someone.engine.partition(".")[0]:
            stack.push_async_callback(tab.close)
            return tab
        await tab.close()
    raise AssertionError("the kernel chose one worker forty times")


def told(someone: Visitor, event: str) -> list[dict[str, Any]]:
    return [payload for name, payload in someone.heard if name == event]


def audit(clinic: Serving) -> list[dict[str, Any]]:
    environ = {"HOME": str(clinic.home), "KINDRED_HOME": str(clinic.home)}
    config = ("--config", str(clinic.home / "kindred.toml"))
    verified = command.kindred("audit", "verify", *config, environ=environ)
    assert verified.returncode == 0, verified.stderr
    exported = command.kindred("audit", "export", *config, environ=environ).stdout
    return [json.loads(line) for line in exported.splitlines()]


async def rows_of(clinic: Serving, act: str, column: str = "act") -> list[tuple[str, str, str]]:
    rows = await asyncio.to_thread(audit, clinic)
    return [(row["action"], row["state"], row["reason"]) for row in rows if row[column] == act]


async def mute(omar: Colleague, someone: Visitor, **more: Any) -> dict[str, Any]:
    done: dict[str, Any] = await omar.act("mute", visitor=someone.me["id"], reason="spam", **more)
    assert done["ok"], done
    return done


@pytest.mark.asyncio
async def test_a_mute_holds_everywhere(clinic: Serving, stack: AsyncExitStack) -> None:
    """Muted: refused in every tab, process and after a reconnect; told why and until when; still reading."""
    ada, ben, omar = (
        await visitor(clinic, stack),
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
    )
    tab = await elsewhere(clinic, stack, ada)
    for someone in (ada, tab, ben):
        await someone.join()
    done = await mute(omar, ada)
    assert (len(done["act"]), done["recorded"]) == (24, True)
    for someone in (ada, tab):
        assert (await someone.say("may I?"))["error"]["code"] == "muted"
        await someone.until(lambda someone=someone: bool(told(someone, "sanction")))
        (limit,) = told(someone, "sanction")
        assert limit == {
            "id": done["act"],
            "kind": "mute",
            "until": done["until"],
            "reason": "spam",
            "appeal": True,
        }
    said = await ben.say("hello")
    await ada.until(lambda: "hello" in ada.texts())
    react = {"id": said["id"], "kind": "hug", "on": True}
    assert (await ada.ask("react", react))["error"]["code"] == "muted"
    assert (await ada.ask("report", {"id": said["id"], "reason": "other"}))["receipt"]
    back = await visitor(clinic, stack, token=ada.token)
    await back.until(lambda: bool(told(back, "sanction")))
    assert (await back.join())["ok"]
    assert (await back.say("may I now?"))["error"]["code"] == "muted"
    assert await rows_of(clinic, done["act"]) == [("mute", "pending", "spam"), ("mute", "done", "spam")]
    (acted,) = omar.told("acted")
    assert (acted["act"], acted["action"], acted["visitor"]) == (done["act"], "mute", ada.me["id"])


@pytest.mark.asyncio
async def test_an_appeal(clinic: Serving, stack: AsyncExitStack) -> None:
    """Another moderator than the one who acted decides, once; the person is told. With no other on duty a
    short mute ends at its time, and the answer says so."""
    ada, omar, ines = (
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
        await desk(clinic, stack, "Ines"),
    )
    await ada.join()
    assert (await omar.ask("duty", on=True))["ok"]
    done = await mute(omar, ada)
    asked = {"sanction": done["act"], "text": "I only quoted him. Please look again."}
    alone = await ada.ask("appeal", asked)
    assert (alone["receipt"], alone["when"], alone["ends"]) == (None, "none", done["until"])
    assert (await ines.ask("duty", on=True))["ok"]
    made = await ada.ask("appeal", asked)
    assert made["when"] == "now"
    assert await ada.ask("appeal", asked | {"text": "and again"}) == made
    await ines.until(lambda: bool(appeals_at(ines)))
    (item,) = appeals_at(ines)
    assert (item["text"], item["sanction"]["id"], item["id"]) == (asked["text"], done["act"], made["receipt"])
    for refused in (await omar.ask("claim", item=item["id"]), await omar.act("approve", item=item["id"])):
        assert refused["error"]["code"] == "forbidden"
    assert (await ada.say("may I?"))["error"]["code"] == "muted"
    assert (await ines.act("approve", item=item["id"]))["ok"]
    await ada.until(lambda: told(ada, "lifted") == [{"id": done["act"]}])
    await ada.until(lambda: {"receipt": made["receipt"], "outcome": "lifted"} in told(ada, "outcome"))
    # Others were muted behind the same address a moment ago: with somebody on duty her words may wait.
    assert (await ada.say("thank you")).get("error", {}).get("code") != "muted"

    again = await mute(omar, ada, minutes=120)
    second = await ada.ask("appeal", {"sanction": again["act"], "text": "Please."})
    assert (await ines.act("reject", item=second["receipt"]))["ok"]
    await ada.until(lambda: {"receipt": second["receipt"], "outcome": "upheld"} in told(ada, "outcome"))
    assert (await ada.say("may I?"))["error"]["code"] == "muted"
    assert (await ada.ask("appeal", {"sanction": again["act"], "text": "More."}))["receipt"] == second[
        "receipt"
    ]
    assert (await ada.ask("appeal", {"sanction": "nobody", "text": "x"}))["error"]["code"] == "not_found"
    for one in (omar, ines):
        assert (await one.ask("duty", on=False))["ok"]


def appeals_at(colleague: Colleague) -> list[dict[str, Any]]:
    items = [item for packet in colleague.told("queue") for item in packet["items"]]
    return [item for item in items if item["kind"] == "appeal"][:1]


@pytest.mark.asyncio
async def test_undone(clinic: Serving, stack: AsyncExitStack) -> None:
    """What is undone is lifted in every tab at once; again there is nothing to undo; the audit has both."""
    ada, omar, ines = (
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
        await desk(clinic, stack, "Ines"),
    )
    await ada.join()
    done = await mute(omar, ada)
    assert (await ines.ask("undo", act=done["act"])) == {"ok": True, "undone": True}
    await ada.until(lambda: told(ada, "lifted") == [{"id": done["act"]}])
    assert (await ada.say("thank you"))["ok"]
    again = await ines.ask("undo", act=done["act"])
    assert (again["undone"], again["why"]) == (False, "ended")
    assert (await ines.ask("undo", act="x" * 24))["error"]["code"] == "not_found"
    rows = await asyncio.to_thread(audit, clinic)
    assert [row["state"] for row in rows if row["action"] == "undo" and row["subject"] == done["act"]] == [
        "pending",
        "done",
    ]


@pytest.mark.asyncio
async def test_unmute(clinic: Serving, stack: AsyncExitStack) -> None:
    """Unmute ends every mute of a visitor, whoever set it."""
    ada, omar, ines = (
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
        await desk(clinic, stack, "Ines"),
    )
    await ada.join()
    first, second = await mute(omar, ada), await mute(ines, ada, minutes=60)
    done = await ines.act("unmute", visitor=ada.me["id"])
    assert done["ok"]
    await ada.until(lambda: len(told(ada, "lifted")) == 2)
    assert {one["id"] for one in told(ada, "lifted")} == {first["act"], second["act"]}
    assert (await ada.say("hello again"))["ok"]


@pytest.mark.asyncio
async def test_a_key_is_one_act(clinic: Serving, stack: AsyncExitStack) -> None:
    """The same key again, at the same moment too, is the same act and one more row of nothing."""
    ada, omar = await visitor(clinic, stack), await desk(clinic, stack, "Omar")
    asked = {"visitor": ada.me["id"], "reason": "hate", "key": "one"}
    first = await omar.act("mute", **asked)
    assert [await omar.act("mute", **asked) for _ in range(3)] == [first] * 3
    assert len(await rows_of(clinic, first["act"])) == 2
    assert len(told(ada, "sanction")) <= 1
    assert (await omar.act("warn", **asked))["act"] != first["act"], "another act, whatever its key"


@pytest.mark.asyncio
async def test_a_kick(clinic: Serving, stack: AsyncExitStack) -> None:
    """Out of one room for ten minutes: named it is forbidden, placement passes it over, others stay open."""
    ada, ben, omar = (
        await visitor(clinic, stack),
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
    )
    room = (await ada.join("life-changes"))["room"]["id"]
    assert (await ben.join(room=room))["ok"]
    done = await omar.act("kick", visitor=ada.me["id"], room=room, reason="harassment")
    assert done["ok"], done
    await ben.until(lambda: any(ada.me["id"] in packet["left"] for packet in told(ben, "people")))
    assert (await ada.say("let me in", room=room))["error"]["code"] == "not_in_room"
    named = await ada.ask("join", {"room": room})
    assert named["error"]["code"] == "forbidden"
    assert 590 <= named["error"]["retry_after"] <= 600
    assert (await ada.join("life-changes"))["room"]["id"] != room
    assert (await ada.say("over here"))["ok"]
    assert (await omar.ask("undo", act=done["act"]))["undone"]
    assert (await ada.ask("join", {"room": room}))["ok"]


@pytest.mark.asyncio
async def test_a_ban(clinic: Serving, stack: AsyncExitStack) -> None:
    """Out of all rooms; the open connection keeps its help; a new one is refused; undone, all is open."""
    ada, ben, omar = (
        await visitor(clinic, stack),
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
    )
    tab = await elsewhere(clinic, stack, ada)
    await ben.join("addiction")
    for someone in (ada, tab):
        await someone.join("addiction")
    done = await omar.act("ban", visitor=ada.me["id"], reason="danger")
    assert done["until"] - await asyncio.to_thread(now) == pytest.approx(1_440 * 60_000, abs=60_000)
    for someone in (ada, tab):
        await someone.until(lambda someone=someone: bool(told(someone, "sanction")))
        for event, payload in (
            ("join", {"topic": "addiction"}),
            ("message", {"key": "k", "text": "x"}),
            ("retract", {"id": "x"}),
            ("erase", {}),
            ("report", {"id": "x", "reason": "other"}),
            ("call", {}),
        ):
            assert (await someone.ask(event, payload))["error"]["code"] == "banned"
        assert (await someone.ask("support", {"region": "GB"}))["emergency"]
    await ben.until(lambda: any(ada.me["id"] in packet["left"] for packet in told(ben, "people")))
    brief = await omar.act("ban", visitor=ada.me["id"], reason="danger", minutes=1)
    assert (await omar.ask("undo", act=brief["act"]))["undone"]
    await ada.until(lambda: told(ada, "lifted") == [{"id": brief["act"]}])
    assert (await ada.ask("rename"))["error"]["code"] == "banned", "the longer one holds"
    again = Visitor(clinic.url, token=ada.token)
    with pytest.raises(NotLetIn):
        await again.connect()
    assert again.refusals[0]["data"] == {"code": "banned", "until": done["until"], "reason": "danger"}
    assert (await omar.act("unban", visitor=ada.me["id"]))["ok"]
    await ada.until(lambda: len(told(ada, "lifted")) == 2)
    assert (await ada.join("addiction"))["ok"]


def now() -> int:
    from rooms import clock

    return clock.system()


@pytest.mark.asyncio
async def test_a_warning(clinic: Serving, stack: AsyncExitStack) -> None:
    """A warning is told and limits nothing."""
    ada, omar = await visitor(clinic, stack), await desk(clinic, stack, "Omar")
    await ada.join()
    assert (await omar.act("warn", visitor=ada.me["id"], reason="other"))["ok"]
    await ada.until(lambda: bool(told(ada, "sanction")))
    assert told(ada, "sanction")[0]["kind"] == "warn"
    assert (await ada.say("understood"))["ok"]


@pytest.mark.asyncio
async def test_who_may_not(clinic: Serving, stack: AsyncExitStack) -> None:
    """Gus the greeter is refused each act and undo; nothing comes of it."""
    ada, gus, omar = (
        await visitor(clinic, stack),
        await desk(clinic, stack, "Gus"),
        await desk(clinic, stack, "Omar"),
    )
    await ada.join()
    room = "addiction.1"
    for action in ("warn", "mute", "kick", "ban", "unmute", "unban"):
        more = {"room": room} if action == "kick" else {}
        refused = await gus.act(action, visitor=ada.me["id"], reason="spam", **more)
        assert refused["error"]["code"] == "forbidden", action
    assert (await ada.say("I am still here"))["ok"]
    done = await mute(omar, ada)
    assert (await gus.ask("undo", act=done["act"]))["error"]["code"] == "forbidden"
    assert (await ada.say("no"))["error"]["code"] == "muted"
    assert told(ada, "lifted") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"minutes": 2_881}, "bad_request"),
        ({"minutes": 0}, "bad_request"),
        ({"reason": "rude"}, "bad_request"),
        ({"reason": None}, "bad_request"),
        ({"room": "addiction.1"}, "bad_request"),
        ({"visitor": None}, "bad_request"),
        ({"visitor": "nobody"}, "not_found"),
        ({"action": "shame"}, "bad_request"),
        ({"action": "kick"}, "bad_request"),
        ({"action": "kick", "room": "addiction.1 and"}, "bad_request"),
    ],
)
async def test_acts_that_are_none(
    clinic: Serving, stack: AsyncExitStack, change: dict[str, Any], code: str
) -> None:
    """What is no act is refused in a sentence."""
    ada, omar = await visitor(clinic, stack), await desk(clinic, stack, "Omar")
    asked = {"action": "mute", "visitor": ada.me["id"], "reason": "spam", "key": "k"} | change
    refused = await omar.ask("act", **{key: value for key, value in asked.items() if value is not None})
    assert refused["error"]["code"] == code


@pytest.mark.asyncio
async def test_nothing_after_the_acknowledgement(clinic: Serving, stack: AsyncExitStack) -> None:
    """Raced: of a visitor who writes without pause nothing gets a seq after a mute was acknowledged."""
    ben, omar = await visitor(clinic, stack), await desk(clinic, stack, "Omar")
    room = (await ben.join("mental-health"))["room"]["id"]
    for _ in range(10):
        ada = await visitor(clinic, stack)
        assert (await ada.join(room=room))["ok"]
        stop = asyncio.Event()
        answers: list[dict[str, Any]] = []

        async def talk(ada: Visitor = ada, stop: asyncio.Event = stop, answers: list[Any] = answers) -> None:
            while not stop.is_set():
                answers.append(await ada.say("again and again", room=room))

        talking = asyncio.create_task(talk())
        await mute(omar, ada)
        after = (await ben.say("a mark"))["seq"]
        await asyncio.sleep(0)
        stop.set()
        await talking  # its last words may have been on their way all the while
        answers.append(await ada.say("again and again", room=room))
        said = [answer["seq"] for answer in answers if answer["ok"]]
        assert all(seq < after for seq in said), (said, after)
        assert answers[-1]["error"]["code"] == "muted"
        await ada.client.disconnect()


@pytest.mark.asyncio
async def test_a_store_that_forgot(clinic: Serving, stack: AsyncExitStack) -> None:
    """The embedded store is killed and begins empty: the mute is there before the first word is."""
    ada, omar = await visitor(clinic, stack), await desk(clinic, stack, "Omar")
    room = (await ada.join("addiction"))["room"]["id"]
    await mute(omar, ada, minutes=60)
    os.kill(int((clinic.home / "store" / "valkey.pid").read_text()), signal.SIGKILL)
    answers = [await ada.say("now?", room=room)]
    async with asyncio.timeout(PATIENCE):
        while answers[-1]["error"]["code"] == "unavailable":
            await asyncio.sleep(0.05)
            answers.append(await ada.say("now?", room=room))
    assert answers[-1]["error"]["code"] == "muted"


@pytest.mark.asyncio
async def test_sql_is_away(tmp_path: Path, stack: AsyncExitStack) -> None:
    """Then a short mute and a kick take effect unrecorded and are recorded later; all else is refused."""
    with serving(tmp_path, config=FREE) as service:
        await asyncio.to_thread(hire, service, "Omar", "moderator")
        ada, omar = await visitor(service, stack), await desk(service, stack, "Omar")
        await ada.join()
        records = sqlite3.connect(tmp_path / "kindred.db")
        records.execute("ALTER TABLE audit RENAME TO audit_gone")
        records.commit()
        short = await mute(omar, ada, minutes=60)
        assert short["recorded"] is False
        assert (await ada.say("hello?"))["error"]["code"] == "muted"
        for action, minutes in (("mute", 61), ("ban", 60), ("warn", 5)):
            refused = await omar.act(action, visitor=ada.me["id"], reason="spam", minutes=minutes)
            assert refused["error"]["code"] == "unavailable", action
        assert (await omar.act("unmute", visitor=ada.me["id"]))["error"]["code"] == "unavailable"
        records.execute("ALTER TABLE audit_gone RENAME TO audit")
        records.commit()
        records.close()
        async with asyncio.timeout(PATIENCE):
            rows = await rows_of(service, short["act"])
            while len(rows) < 2:
                rows = await rows_of(service, short["act"])  # each look is a command, and takes a while
        assert rows == [("mute", "pending", "spam"), ("mute", "done", "spam")]
        assert (await omar.act("unmute", visitor=ada.me["id"]))["ok"]
        assert (await ada.say("thank you"))["ok"]
        await ada.close()
        await omar.leave()


@pytest.mark.asyncio
async def test_the_hot_store_is_away(tmp_path: Path, stack: AsyncExitStack) -> None:
    """Then each act answers `unavailable`; the same key again, when it is back, is that act, once."""
    with serving(tmp_path, config=FREE) as service:
        await asyncio.to_thread(hire, service, "Omar", "moderator")
        ada, omar = await visitor(service, stack), await desk(service, stack, "Omar")
        room = (await ada.join())["room"]["id"]
        said = (await ada.say("hello"))["id"]
        on_her = {"visitor": ada.me["id"], "reason": "spam"}
        in_room = {"room": room, "site": "demo"}
        acts: dict[str, dict[str, Any]] = {
            "mute": on_her,
            "ban": on_her,
            "warn": on_her,
            "kick": {**on_her, "room": room},
            "retract": {**in_room, "message": said, "reason": "spam"},
            **{name: {**in_room, "reason": "spam", "on": True} for name in ("lock", "shield")},
            "slow": {**in_room, "reason": "spam", "seconds": 20},
            "announce": {**in_room, "text": "We are here."},
        }
        store = int((service.home / "store" / "valkey.pid").read_text())
        os.kill(store, signal.SIGSTOP)
        try:
            answers = await asyncio.gather(*(omar.act(name, key=name, **more) for name, more in acts.items()))
        finally:
            os.kill(store, signal.SIGCONT)
        codes = {name: answer["error"]["code"] for name, answer in zip(acts, answers, strict=True)}
        assert codes == dict.fromkeys(acts, "unavailable")
        async with asyncio.timeout(PATIENCE):
            while not (done := await omar.act("mute", key="mute", **acts["mute"]))["ok"]:
                assert done["error"]["code"] == "unavailable", done
        assert (await ada.say("now?"))["error"]["code"] == "muted"
        rows = await rows_of(service, done["act"])
        assert rows == [("mute", "pending", "spam"), ("mute", "done", "spam")]
        await ada.close()
        await omar.leave()
