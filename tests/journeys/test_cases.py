"""Cases, across two workers: every desk of the site sees them, one person has them, and who waits is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from tests.journeys.test_desk import desk
from tests.journeys.test_sanctions import elsewhere, rows_of, told, visitor
from tests.postgresql import DATABASES, configured
from tests.serving import Serving, serving
from tests.staff import Colleague, hire
from tests.visitor import Visitor

pytestmark = pytest.mark.journey
CRY = "I want to kill myself tonight"
SITES = """
[limits]
profile = "off"
[[sites]]
id = "demo"
cover = "never"
require_second_factor = false
[[sites]]
id = "far"
require_second_factor = false
hold_unread = true
"""


@pytest.fixture(scope="module", params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two sites on two workers. Of one Ines leads, Omar moderates and Gus greets; Faye leads the
    other, and Uma is at both."""
    home = tmp_path_factory.mktemp("clinic")
    with configured(request.param) as line, serving(home, workers=2, config=line + SITES) as service:
        for name, role in (("Ines", "lead"), ("Omar", "moderator"), ("Gus", "greeter")):
            hire(service, name, role)
        hire(service, "Faye", "lead", "far")
        for site in ("demo", "far"):
            hire(service, "Uma", "moderator", site)
        yield service


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def another(clinic: Serving, stack: AsyncExitStack, name: str, other: Colleague) -> Colleague:
    """A desk on the other worker than `other`'s."""
    for _ in range(40):
        found = await desk(clinic, stack, name)
        if worker_of(found) != worker_of(other):
            return found
        await found.leave()
    raise AssertionError("the kernel chose one worker forty times")


def worker_of(colleague: Colleague) -> str:
    return str(colleague.client.eio.sid).partition(".")[0]


def items(colleague: Colleague, kind: str, visitor_id: str | None) -> list[dict[str, Any]]:
    """What a desk was told of cases about somebody, oldest first."""
    found = [item for packet in colleague.told("queue") for item in packet["items"]]
    return [item for item in found if (item["kind"], item["visitor"]) == (kind, visitor_id)]


def removed(colleague: Colleague) -> set[str]:
    return {name for packet in colleague.told("queue") for name in packet["removed"]}


async def item_of(colleague: Colleague, kind: str, visitor_id: str | None) -> dict[str, Any]:
    await colleague.until(lambda: bool(items(colleague, kind, visitor_id)))
    return items(colleague, kind, visitor_id)[-1]


@pytest.mark.asyncio
async def test_a_report(clinic: Serving, stack: AsyncExitStack) -> None:
    """A report is at each desk of its site but a greeter's; one claims and decides it; its reporter hears."""
    ada, ben = await visitor(clinic, stack), await visitor(clinic, stack)
    room = (await ada.join("addiction"))["room"]["id"]
    await ben.join(room=room)
    said = await ada.say("something unkind")
    omar = await desk(clinic, stack, "Omar")
    ines = await another(clinic, stack, "Ines", omar)
    gus, faye = await desk(clinic, stack, "Gus"), await desk(clinic, stack, "Faye")
    answer = await ben.ask("report", {"id": said["id"], "reason": "harassment", "note": "please look"})
    assert (answer["ok"], answer["when"]) == (True, "none")
    for colleague in (omar, ines):
        item = await item_of(colleague, "report", ada.me["id"])
        assert (item["room"], item["text"], item["labels"]) == (room, "something unkind", ["harassment"])
        assert (item["reports"], item["version"], item["note"]) == (1, 1, "please look")
    case = item["id"]
    claimed = await omar.ask("claim", item=case)
    assert claimed["item"]["claimed_by"] == omar.told("welcome")[0]["me"]["id"]
    assert (claimed["item"]["context"], claimed["item"]["rules"]) == ([], [])
    await ines.until(lambda: "claimed_by" in items(ines, "report", ada.me["id"])[-1])
    assert (await ines.ask("claim", item=case))["error"]["code"] == "conflict"
    assert (await ines.act("dismiss", item=case))["error"]["code"] == "conflict"
    assert (await omar.act("dismiss", item=case, version=0))["error"]["code"] == "conflict"
    assert (await omar.act("approve", item=case))["error"]["code"] == "bad_request"
    for stranger, code in ((gus, "forbidden"), (faye, "not_found")):
        for event in ("claim", "release"):
            assert (await stranger.ask(event, item=case))["error"]["code"] == code
        assert (await stranger.act("dismiss", item=case))["error"]["code"] == code
        assert not [packet for packet in stranger.told("queue") if packet["items"]]
    done = await omar.act("acknowledge", item=case, key="once", version=1)
    assert done["ok"], done
    assert await omar.act("acknowledge", item=case, key="once", version=1) == done
    assert (await ines.act("dismiss", item=case))["error"]["code"] == "conflict"
    await ben.until(lambda: bool(told(ben, "outcome")))
    assert told(ben, "outcome") == [{"receipt": answer["receipt"], "outcome": "acted"}]
    await ines.until(lambda: case in removed(ines))
    assert await rows_of(clinic, done["act"]) == [("acknowledge", "pending", ""), ("acknowledge", "done", "")]
    later = await desk(clinic, stack, "Ines")
    assert case not in str(later.told("welcome")[0]["queue"])


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["retract", "mute"])
async def test_a_report_that_led_to_an_act(clinic: Serving, stack: AsyncExitStack, how: str) -> None:
    """Who looks after a report and takes the message out, or pauses its author, has done something, even
    where the report is dismissed then."""
    ada, ben, omar = (
        await visitor(clinic, stack),
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
    )
    room = (await ada.join("addiction"))["room"]["id"]
    await ben.join(room=room)
    said = (await ada.say(f"something unkind to {how}"))["id"]
    assert (await ben.ask("report", {"id": said, "reason": "harassment"}))["ok"]
    case = (await item_of(omar, "report", ada.me["id"]))["id"]
    assert (await omar.ask("claim", item=case))["ok"]
    about = {"visitor": ada.me["id"]} if how == "mute" else {"room": room, "message": said}
    assert (await omar.act(how, reason="harassment", **about))["ok"]
    assert (await omar.act("dismiss", item=case))["ok"]
    await ben.until(lambda: bool(told(ben, "outcome")))
    assert [one["outcome"] for one in told(ben, "outcome")] == ["acted"]


@pytest.mark.asyncio
async def test_a_cry_for_help(clinic: Serving, stack: AsyncExitStack) -> None:
    """Shown, answered with help and the truth, on top of each desk; claimed, its author's every tab hears."""
    ada = await visitor(clinic, stack)
    await ada.join("mental-health")
    first = await ada.say("I want to kill myself tonight")
    assert (first["ok"], "crisis" in first["flags"]) == (True, True)
    assert [card["state"] for card in told(ada, "support")] == ["none"]
    omar = await desk(clinic, stack, "Omar")
    assert omar.told("welcome")[0]["queue"][0]["kind"] == "crisis"
    assert (await omar.ask("duty", on=True))["ok"]
    eve = await visitor(clinic, stack)
    tab = await elsewhere(clinic, stack, eve)
    await eve.join("mental-health")
    await eve.say("I am going to end my life")
    assert [card["state"] for card in told(eve, "support")] == ["told"]
    item = await item_of(omar, "crisis", eve.me["id"])
    assert item["text"] == "I am going to end my life"
    held = (await omar.ask("claim", item=item["id"]))["item"]
    assert first["id"] in [event["id"] for event in held["context"]]
    for someone in (eve, tab):
        await someone.until(lambda someone=someone: told(someone, "support")[-1:] != [])
        await someone.until(lambda someone=someone: told(someone, "support")[-1]["state"] == "seen")
    assert (await omar.ask("release", item=item["id"]))["ok"]
    assert (await omar.act("acknowledge", item=item["id"]))["ok"]
    assert (await omar.ask("duty", on=False))["ok"]


@pytest.mark.asyncio
async def test_a_call(clinic: Serving, stack: AsyncExitStack) -> None:
    """Words for a volunteer alone are read by those on duty; a greeter calls a moderator; feedback counts."""
    ada, omar, gus = (
        await visitor(clinic, stack),
        await desk(clinic, stack, "Omar"),
        await desk(clinic, stack, "Gus"),
    )
    room = (await ada.join("life-changes"))["room"]["id"]
    asked = await ada.ask("call", {"text": "can I talk to somebody?"})
    assert (asked["ok"], asked["when"]) == (True, "none")
    assert "text" not in await item_of(omar, "call", ada.me["id"])
    assert (await omar.ask("duty", on=True))["ok"]
    await omar.until(lambda: "text" in items(omar, "call", ada.me["id"])[-1])
    assert items(omar, "call", ada.me["id"])[-1]["text"] == "can I talk to somebody?"
    assert (await ada.ask("call", {}))["when"] == "now"
    assert (await gus.ask("call", room=room))["ok"]
    item = await item_of(omar, "call", None)
    assert (item["room"], item["from"]["name"], item["from"]["role"]) == (room, "Gus", "greeter")
    assert (await omar.act("acknowledge", item=item["id"]))["ok"]
    assert (await ada.ask("feedback", {"felt_heard": "a_bit"}))["ok"]
    assert (await ada.ask("feedback", {"felt_heard": "very"}))["error"]["code"] == "bad_request"
    assert (await omar.ask("duty", on=False))["ok"]


@pytest.mark.asyncio
async def test_held(clinic: Serving, stack: AsyncExitStack) -> None:
    """With Omar on duty words wait; let through they are in the room, refused not; he goes, they go back."""
    ada, ben = await visitor(clinic, stack), await visitor(clinic, stack)
    room = (await ada.join("addiction"))["room"]["id"]
    await ben.join(room=room)
    omar = await desk(clinic, stack, "Omar")
    assert (await omar.ask("duty", on=True))["ok"]
    asking = "what are you wearing right now"
    await until_held(ada, asking)
    item = await item_of(omar, "held", ada.me["id"])
    assert (item["text"], item["author_here"], item["room"]) == (asking, True, room)
    assert (await omar.ask("claim", item=item["id"]))["item"]["rules"][0]["rule"]
    done = await omar.act("approve", item=item["id"])
    assert done["ok"], done
    await ben.until(lambda: asking in ben.texts())
    (event,) = [event for event in ben.events(room) if event.get("text") == asking]
    await ada.until(lambda: bool(told(ada, "outcome")))
    assert (told(ada, "outcome")[0]["outcome"], told(ada, "outcome")[0]["seq"]) == ("allow", event["seq"])
    assert [row[:2] for row in await rows_of(clinic, done["act"])] == [
        ("approve", "pending"),
        ("approve", "done"),
    ]
    again = await until_held(ben, asking)
    item = await item_of(omar, "held", ben.me["id"])
    assert (await omar.act("reject", item=item["id"], reason="harassment"))["ok"]
    await ben.until(lambda: bool(told(ben, "outcome")))
    assert (told(ben, "outcome")[0]["id"], told(ben, "outcome")[0]["reason"]) == (again, "harassment")
    held = await ada.say("so what are you wearing today", key="late")
    assert held["outcome"] == "hold", held
    assert (await omar.ask("duty", on=False))["ok"]
    await ada.until(lambda: told(ada, "outcome")[-1].get("key") == "late")
    assert (told(ada, "outcome")[-1]["outcome"], told(ada, "outcome")[-1]["reason"]) == (
        "expired",
        "needs_person",
    )


@pytest.mark.asyncio
async def test_taken_back(clinic: Serving, stack: AsyncExitStack) -> None:
    """Omar takes a decision back while nothing came of it, once and by himself, with its rows in the audit;
    words that somebody else could read stay shared; an act on who cries for help says that they do."""
    ada = await visitor(clinic, stack)
    room = (await ada.join("addiction"))["room"]["id"]
    omar, ines = await desk(clinic, stack, "Omar"), await desk(clinic, stack, "Ines")
    assert (await omar.ask("duty", on=True))["ok"]
    await until_held(ada, "what are you wearing right now")
    case = (await item_of(omar, "held", ada.me["id"]))["id"]
    no = await omar.act("reject", item=case, reason="other")
    assert (await ines.ask("undo", act=no["act"]))["error"]["code"] == "forbidden"
    for _ in range(2):
        assert await omar.ask("undo", act=no["act"]) == {"ok": True, "undone": True}
    undone = await rows_of(clinic, no["act"], "subject")
    assert [row[:2] for row in undone] == [("undo", "pending"), ("undo", "done")]
    await ines.until(lambda: [one for one in ines.told("acted") if one.get("undoes") == no["act"]] != [])
    assert (await omar.ask("claim", item=case))["item"]["text"] == "what are you wearing right now"
    yes = await omar.act("approve", item=case)
    assert yes["ok"], yes
    assert (await omar.ask("undo", act=yes["act"]))["undone"], "nobody else is there"
    await ada.until(lambda: bool([one for one in ada.events(room) if one["type"] == "retracted"]))
    ben = await visitor(clinic, stack)
    await ben.join(room=room)
    assert "wearing" not in str(ben.events(room))
    await until_held(ada, "so what are you wearing today")
    await omar.until(lambda: items(omar, "held", ada.me["id"])[-1]["id"] != case)
    held = await item_of(omar, "held", ada.me["id"])
    shared = await omar.act("approve", item=held["id"])
    assert await omar.ask("undo", act=shared["act"]) == {"ok": True, "undone": False, "why": "read"}
    await ada.say(CRY)
    cry = await item_of(omar, "crisis", ada.me["id"])
    for preview in (True, False):
        done = await omar.act("mute", visitor=ada.me["id"], reason="other", preview=preview)
        assert (done["ok"], done["crisis"]["id"]) == (True, cry["id"])
    assert "crisis" not in await omar.act("warn", visitor=ben.me["id"], reason="other", preview=True)
    assert (await omar.act("unmute", visitor=ada.me["id"]))["ok"]
    assert (await omar.act("dismiss", item=cry["id"]))["ok"]
    assert (await omar.ask("duty", on=False))["ok"]


async def until_held(someone: Visitor, text: str) -> str:
    """The id of words said until this worker knows that somebody is on duty, which takes a second."""
    for _ in range(500):
        answer = await someone.say(text)
        if answer["ok"]:
            assert (answer["outcome"], answer["seq"]) == ("hold", None), answer
            return str(answer["id"])
        assert answer["error"]["category"] == "needs_person", answer
        await asyncio.sleep(0.1)
    raise AssertionError("this worker never heard of it")


@pytest.mark.asyncio
async def test_a_private_word(clinic: Serving, stack: AsyncExitStack) -> None:
    """Omar's private word reaches one visitor, without numbers; the answer those on duty; a report of it is
    for Ines alone."""
    ada, ben = await visitor(clinic, stack), await visitor(clinic, stack)
    omar, ines, gus = [await desk(clinic, stack, name) for name in ("Omar", "Ines", "Gus")]
    assert (await omar.ask("duty", on=True))["ok"]
    asked = {"visitor": ada.me["id"], "text": "I am here. +1 212 555 0142", "key": "w"}
    done = await omar.act("whisper", **asked)
    assert done["ok"], done
    assert await omar.act("whisper", **asked) == done
    assert (await gus.act("whisper", **asked))["error"]["code"] == "forbidden"
    await ada.until(lambda: bool(told(ada, "whisper")))
    (word,) = told(ada, "whisper")
    assert (word["from"], "0142" in word["text"]) == ({"name": "Omar", "role": "moderator"}, False)
    assert told(ben, "whisper") == []
    answer = {"whisper": word["id"], "key": "r", "text": "thank you, I needed that"}
    for _ in range(2):
        assert (await ada.ask("reply", answer))["outcome"] == "allow"
    item = await item_of(omar, "call", ada.me["id"])
    assert (item["text"], item["version"], item["whisper"]["name"]) == (answer["text"], 1, "Omar")
    assert "text" not in await item_of(ines, "call", ada.me["id"]), "Ines is off duty"
    thread = (await omar.ask("person", visitor=ada.me["id"]))["words"]
    assert [(one["text"], one.get("from", {}).get("name")) for one in thread] == [
        (word["text"], "Omar"),
        (answer["text"], None),
    ]
    assert (await ines.ask("person", visitor=ada.me["id"]))["words"] is None, "Ines is off duty"
    assert (await ines.ask("person", visitor=ben.me["id"]))["words"] == []
    assert (await gus.ask("person", visitor=ada.me["id"]))["error"]["code"] == "forbidden"
    assert [one["visitor"] for one in ines.told("acted") if one["action"] == "whisper"] == [ada.me["id"]]
    assert not gus.told("acted")
    assert (await ben.ask("reply", answer))["error"]["code"] == "not_found"
    alone = await ada.ask("report", {"whisper": word["id"], "reason": "other"})
    assert (alone["ok"], alone["when"]) == (True, "none"), "Omar is on duty, and it is about Omar"
    assert (await ines.ask("duty", on=True))["ok"]
    reported = await ada.ask("report", {"whisper": word["id"], "reason": "other"})
    assert (reported["ok"], reported["when"]) == (True, "now")
    assert reported["receipt"] == alone["receipt"]
    case = (await item_of(ines, "report", ada.me["id"]))["id"]
    assert (await omar.ask("claim", item=case))["error"]["code"] == "not_found"
    assert not items(omar, "report", ada.me["id"])
    assert (await ines.act("dismiss", item=case))["ok"]
    for one in (omar, ines):
        assert (await one.ask("duty", on=False))["ok"]


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["call", "reply", "appeal", "report", "complaint", "complaint-in-private"])
async def test_a_cry_said_to_staff_alone(clinic: Serving, stack: AsyncExitStack, how: str) -> None:
    """Help comes at once for a cry in private words too, and in a report's note, and a case on top of every
    desk."""
    ada, omar = await visitor(clinic, stack), await desk(clinic, stack, "Omar")
    room = (await ada.join("mental-health"))["room"]["id"]
    if how == "call":
        answer = await ada.ask("call", {"text": CRY})
    elif how == "reply":
        assert (await omar.act("whisper", visitor=ada.me["id"], text="I am here", key="w"))["ok"]
        await ada.until(lambda: bool(told(ada, "whisper")))
        answer = await ada.ask("reply", {"whisper": told(ada, "whisper")[0]["id"], "key": "r", "text": CRY})
    elif how == "report":
        ben = await visitor(clinic, stack)
        await ben.join(room=room)
        said = (await ben.say("whatever"))["id"]
        answer = await ada.ask("report", {"id": said, "reason": "harassment", "note": CRY})
    elif how == "complaint":
        assert (await omar.ask("watch", room=room))["ok"]
        said = (await omar.ask("message", room=room, key="c", text="good evening"))["id"]
        answer = await ada.ask("report", {"id": said, "reason": "harassment", "note": CRY})
    elif how == "complaint-in-private":
        assert (await omar.act("whisper", visitor=ada.me["id"], text="I am here", key="w"))["ok"]
        await ada.until(lambda: bool(told(ada, "whisper")))
        word = told(ada, "whisper")[0]["id"]
        answer = await ada.ask("report", {"whisper": word, "reason": "harassment", "note": CRY})
    else:
        done = await omar.act("mute", visitor=ada.me["id"], reason="spam", minutes=120)
        answer = await ada.ask("appeal", {"sanction": done["act"], "text": CRY})
    assert answer["ok"], answer
    later = await desk(clinic, stack, "Omar")
    mine = [i for i in later.told("welcome")[0]["queue"] if i.get("visitor") == ada.me["id"]]
    (cry,) = [i for i in mine if i["kind"] == "crisis"]
    assert bool(told(ada, "support"))
    # What is said of Omar is not for Omar to read.
    assert cry.get("text") == (None if how.startswith("complaint") else CRY)


@pytest.mark.asyncio
async def test_off_duty_is_off_everywhere(clinic: Serving, stack: AsyncExitStack) -> None:
    """Off duty at one desk, the same person's other one, on another worker, is off as well: it is shown no
    private words, and brings nobody back."""
    ada, here = await visitor(clinic, stack), await desk(clinic, stack, "Ines")
    there = await another(clinic, stack, "Ines", here)
    for one in (here, there):
        assert (await one.ask("duty", on=True))["ok"]
    assert (await here.ask("duty", on=False))["ok"]
    await ada.join("life-changes")
    assert (await ada.ask("call", {"text": "is anybody there?"}))["when"] == "none"
    assert "text" not in await item_of(there, "call", ada.me["id"])


@pytest.mark.asyncio
async def test_a_language_that_somebody_reads(clinic: Serving, stack: AsyncExitStack) -> None:
    """At a site that holds what nobody reads, Polish waits for Faye until she is on duty with Polish."""
    faye = await desk(clinic, stack, "Faye")
    assert (await faye.ask("duty", on=True, langs=["en"]))["ok"]
    ola = await visitor(clinic, stack, site="far", lang="pl")
    for _ in range(500):  # a worker knows within a second who is on duty
        if (await ola.join("addiction"))["ok"]:
            break
        await asyncio.sleep(0.1)
    await until_outcome(ola, "dzie\u0144 dobry", "hold")
    assert (await faye.ask("duty", on=True, langs=["pl"]))["ok"]
    await until_outcome(ola, "witajcie", "allow")
    assert (await faye.ask("duty", on=False))["ok"]


@pytest.mark.asyncio
async def test_a_volunteer_of_two_clinics(clinic: Serving, stack: AsyncExitStack) -> None:
    """Each clinic has a room of the same name: what a desk is told of one says whose it is."""
    uma = await desk(clinic, stack, "Uma")
    assert (await uma.ask("duty", on=True))["ok"]
    for site in ("demo", "far"):
        someone = await visitor(clinic, stack, site=site)
        assert (await someone.join(room="addiction.1"))["ok"]
        assert (await uma.ask("watch", room="addiction.1", site=site))["room"]["community"] == site
        said = f"{CRY}, says somebody at {site}"
        await until_outcome(someone, said, "allow")
        await uma.until(lambda said=said: said in uma.texts())
        (packet,) = [one for one in uma.told("events") if said in repr(one)]
        item = await item_of(uma, "crisis", someone.me["id"])
        assert (packet["community"], item["community"]) == (site, site)
    rooms = (await uma.ask("wall"))["rooms"]
    assert {room["community"] for room in rooms if room["id"] == "addiction.1"} == {"demo", "far"}
    assert (await uma.ask("duty", on=False))["ok"]


async def until_outcome(someone: Visitor, text: str, outcome: str) -> None:
    for _ in range(500):
        answer = await someone.say(text)
        if answer.get("outcome") == outcome:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(answer)
