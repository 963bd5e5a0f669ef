"""The log's own promises: one number each, one answer a key, nothing unsaid about a loss."""

import asyncio
from dataclasses import replace

import pytest

from moderation import pipeline
from moderation.submission import Submission
from moderation.verdict import Action, Finding, Verdict
from rooms import log, own_words, retention
from rooms.keys import Keys
from rooms.log import Position
from rooms.message import Draft
from rooms.refusals import Refusal, Unavailable
from rooms.session import Session
from rooms.store import SCRIPTS
from tests.rooms.town import ROOM, Town, beginning, commit, decoded, events, judged, replay, texts

BLOCK = Finding(action=Action.BLOCK, label="test", rule="test", category="hate")


def refused(text: str) -> Verdict:
    return pipeline.judge(Submission(text=text, topic="addiction"), stages=[lambda _: BLOCK])


def allowed(text: str) -> Verdict:
    """For bulk that the real stages would rightly call a flood."""
    return pipeline.judge(Submission(text=text, topic="addiction"), stages=[])


@pytest.mark.asyncio
async def test_numbers(town: Town) -> None:
    """Whoever commits, in whichever process, gets the next number; the first one is 1."""
    here, there = await town.house(), await town.house()
    anna = town.session("anna")
    answers = [await commit(house, anna, "hello", f"k{n}") for n, house in enumerate((here, there) * 3)]
    assert [answer["seq"] for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert len({answer["id"] for answer in answers}) == 6


@pytest.mark.asyncio
async def test_an_entry(town: Town) -> None:
    """An entry says who, what and when, and is announced as it is kept."""
    house, ear, anna = await town.house(), await town.ear(), town.session("anna")
    answer = await commit(house, anna, "hello 👋", "k")
    found = await replay(house, anna, await beginning(house, anna))
    assert events(found) == [
        {
            "seq": 1,
            "at": town.clock(),
            "type": "message",
            "id": answer["id"],
            "from": {"id": "anna", "name": "Anna", "role": "visitor"},
            "text": "hello 👋",
        }
    ]
    announced = f"e {found.position.epoch} 1 ".encode() + bytes(found.entries[0])
    assert await ear.said() == [announced]
    assert answer == {
        "ok": True,
        "outcome": "allow",
        "id": answer["id"],
        "text": "hello 👋",
        "flags": [],
        "seq": 1,
    }


@pytest.mark.asyncio
async def test_rooms_are_apart(town: Town) -> None:
    """Each room counts for itself and has an epoch of its own."""
    house, anna = await town.house(), town.session("anna")
    for room in (ROOM, "addiction.2"):
        assert (await commit(house, anna, "hello", f"in {room}", room=room))["seq"] == 1
    one, two = await replay(house, anna), await replay(house, anna, None, "addiction.2")
    assert one.position.epoch != two.position.epoch


# --- receipts ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_same_key_again(town: Town) -> None:
    """A retry on another process gets the first answer, byte for byte, and the room one message."""
    here, there, ear = await town.house(), await town.house(), await town.ear()
    anna, draft = town.session("anna"), Draft(key="k", text="hello", room=ROOM)
    first = await log.commit(here, anna, ROOM, draft, judged("hello"))
    again = await log.commit(there, anna, ROOM, draft, judged("hello"))
    assert bytes(first) == bytes(again)
    assert len(await ear.said()) == 1


@pytest.mark.asyncio
async def test_a_race_of_retries(town: Town) -> None:
    """The same key sent by many processes at once is one message."""
    here, there, anna = await town.house(), await town.house(), town.session("anna")
    answers = await asyncio.gather(*(commit(house, anna, "hello", "k") for house in (here, there) * 20))
    assert answers == [answers[0]] * 40
    assert (await replay(here, anna)).position.seq == 1


@pytest.mark.asyncio
async def test_a_refused_one_again(town: Town) -> None:
    """Refused words have a receipt too: later kindness of the filter does not publish them."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "words", "k", verdict=refused("words"))
    assert first["error"]["code"] == "blocked"
    assert first["error"]["category"] == "hate"
    assert await commit(house, anna, "words", "k", verdict=allowed("words")) == first
    assert (await replay(house, anna)).position.seq == 0


@pytest.mark.asyncio
async def test_keys_are_the_visitors_own(town: Town) -> None:
    """Two visitors may use the same key for different words."""
    house = await town.house()
    assert (await commit(house, town.session("anna"), "one", "k"))["seq"] == 1
    assert (await commit(house, town.session("ben"), "two", "k"))["seq"] == 2


@pytest.mark.asyncio
async def test_after_a_mute(town: Town) -> None:
    """Whoever was muted meanwhile still gets the first answer; new words are refused."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "hello", "k")
    await town.impose(house, town.mute("anna"))
    assert await commit(house, anna, "hello", "k") == first
    with pytest.raises(Refusal) as refusal:
        await commit(house, anna, "more", "k2")
    assert refusal.value.code == "muted"


@pytest.mark.asyncio
async def test_a_mute_leaves_no_receipt(town: Town) -> None:
    """Words refused by a mute may be sent again under their key when it has ended."""
    house, anna, ear = await town.house(), town.session("anna"), await town.ear()
    await town.impose(house, town.mute("anna", minutes=10))
    with pytest.raises(Refusal):
        await commit(house, anna, "hello", "k")
    assert await ear.said() == []
    town.clock.turn(minutes=10)
    assert (await commit(house, anna, "hello", "k"))["ok"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kinds", [("ban", "mute"), ("mute", "ban")])
async def test_a_ban_outranks_a_mute(town: Town, kinds: tuple[str, str]) -> None:
    """The banned are told that they are banned, whichever sanction lasts longer."""
    house, anna = await town.house(), town.session("anna")
    for minutes, kind in enumerate(kinds, 10):
        await town.impose(house, town.mute("anna", minutes=minutes, kind=kind))
    with pytest.raises(Refusal) as refusal:
        await commit(house, anna, "hello", "k")
    assert refusal.value.code == "banned"


@pytest.mark.asyncio
async def test_other_words_under_a_key(town: Town) -> None:
    """A key stands for one text: another one under it is refused, and changes nothing."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "hello", "k")
    with pytest.raises(Refusal) as refusal:
        await commit(house, anna, "other", "k")
    assert refusal.value.code == "bad_request"
    assert await commit(house, anna, "hello", "k") == first


@pytest.mark.asyncio
async def test_a_retry_that_names_its_room(town: Town) -> None:
    """A retry may name the room that the first try left out, or another one: it is the same message."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "hello", "k")
    found = await log.first_answer(house, anna, Draft(key="k", text="hello"))
    assert found is not None
    assert decoded(found) == first
    assert await commit(house, anna, "hello", "k", room="addiction.2") == first


@pytest.mark.asyncio
async def test_fifteen_minutes(town: Town) -> None:
    """A receipt holds for fifteen minutes; then the key is as good as new."""
    house, anna = await town.house(), town.session("anna")
    await commit(house, anna, "hello", "k")
    town.clock.turn(seconds=retention.RECEIPT, ms=-1)
    assert (await commit(house, anna, "hello", "k"))["seq"] == 1
    town.clock.turn(ms=1)
    assert await log.first_answer(house, anna, Draft(key="k", text="hello", room=ROOM)) is None
    assert (await commit(house, anna, "something else", "k"))["seq"] == 2


def _seeded(town: Town, name: str) -> Session:
    return replace(town.session(name), seed=name.encode())


@pytest.mark.asyncio
async def test_the_same_try_has_the_same_id_in_another_log(town: Town) -> None:
    """A store that forgot may get a message again that others have read: its id tells them."""
    house, anna, ben = await town.house(), _seeded(town, "anna"), _seeded(town, "ben")
    first = await commit(house, anna, "hello", "k")
    await house.store.command("DEL", anna.keys.receipts(town.site, "anna"), *anna.keys.log_of(ROOM))
    assert (await commit(house, anna, "hello", "k"))["id"] == first["id"]
    ids = {first["id"]}
    for who, text, key in ((anna, "hello", "l"), (anna, "other", "m"), (ben, "hello", "k")):
        ids.add((await commit(house, who, text, key))["id"])
    assert len(ids) == 4


@pytest.mark.asyncio
async def test_a_key_used_again_after_its_time_names_a_new_message(town: Town) -> None:
    """Where the room still has the first message, the second one with key and words alike has another id."""
    house, anna = await town.house(), _seeded(town, "anna")
    first = await commit(house, anna, "yes", "1")
    town.clock.turn(seconds=retention.RECEIPT)
    second = await commit(house, anna, "yes", "1")
    assert second["seq"] == 2
    assert second["id"] != first["id"]
    assert await commit(house, anna, "yes", "1") == second


@pytest.mark.asyncio
async def test_receipts_are_few(town: Town) -> None:
    """A visitor has 256 receipts at most, and never fewer than the newest 128; the oldest go first."""
    house, anna, keys = await town.house(), town.session("anna"), town.keys
    for n in range(300):
        town.clock.turn(ms=1)
        await commit(house, anna, "hello", f"k{n}")
        kept = await house.store.command("HLEN", keys.receipts(town.site, "anna")) - 1
        assert min(n + 1, 129) <= kept <= 256
    assert (await commit(house, anna, "hello", "k172"))["seq"] == 173
    assert (await commit(house, anna, "hello", "k0"))["seq"] == 301


@pytest.mark.asyncio
async def test_old_receipts_of_somebody_who_goes_on_writing(town: Town) -> None:
    """A receipt past its time is gone within a minute of it, however busy its author is."""
    house, anna, keys = await town.house(), town.session("anna"), town.keys
    for n in range(17):
        await commit(house, anna, f"number {n}", f"k{n}")
        town.clock.turn(minutes=1)
    kept = await house.store.command("HKEYS", keys.receipts(town.site, "anna"))
    assert b"k0" not in kept
    assert {f"k{n}".encode() for n in range(2, 17)} <= set(kept)


@pytest.mark.asyncio
async def test_looking_up_a_receipt(town: Town) -> None:
    """The look-up knows what commit answered, and nothing of keys that were never used."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "hello", "k")
    found = await log.first_answer(house, anna, Draft(key="k", text="hello", room=ROOM))
    assert found is not None
    assert decoded(found) == first
    assert await log.first_answer(house, anna, Draft(key="other", text="hello", room=ROOM)) is None
    with pytest.raises(Refusal, match="bad_request"):
        await log.first_answer(house, anna, Draft(key="k", text="bye", room=ROOM))


# --- bounds ------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_thousand_entries(town: Town) -> None:
    """A log keeps its newest 1,000 entries; the numbers go on."""
    house, anna = await town.house(), town.session("anna")
    for n in range(0, 1_005, 67):  # a call that waits behind a thousand others may be given up
        await asyncio.gather(*(commit(house, anna, "hi", f"k{n + k}") for k in range(67)))
    epoch = (await replay(house, anna)).position.epoch
    whole = await replay(house, anna, Position(epoch, 5))
    assert whole.whole
    assert [event["seq"] for event in events(whole)] == list(range(6, 1_006))
    assert not (await replay(house, anna, Position(epoch, 4))).whole
    assert await house.store.command("HLEN", town.keys.ids(ROOM)) == 1_000


@pytest.mark.asyncio
async def test_a_mebibyte(town: Town) -> None:
    """A log keeps at most 1 MiB, oldest out first, and knows exactly what it keeps."""
    house, anna, text = await town.house(), town.session("anna"), "🕊" * 2_000
    verdict = allowed(text)
    for n in range(0, 140, 20):
        await asyncio.gather(*(commit(house, anna, text, f"k{n + k}", verdict=verdict) for k in range(20)))
    kept = await house.store.command("HVALS", town.keys.log(ROOM))
    size = sum(map(len, kept))
    assert retention.LOG_BYTES - 9_000 < size <= retention.LOG_BYTES
    assert int(await house.store.command("HGET", town.keys.meta(ROOM), "bytes")) == size


@pytest.mark.asyncio
async def test_an_hour_each(town: Town) -> None:
    """Each entry is forgotten an hour after it was written, whether anything follows it or not."""
    house, anna = await town.house(), town.session("anna")
    for n in (1, 2):
        await commit(house, anna, f"number {n}", f"k{n}")
        town.clock.turn(minutes=40)
    since = await beginning(house, anna)
    late = await replay(house, anna, since)
    assert (late.whole, texts(late)) == (False, ["number 2"])
    assert (await replay(house, anna, Position(since.epoch, 1))).whole
    town.clock.turn(minutes=40)
    assert texts(await replay(house, anna)) == []
    assert (await replay(house, anna, Position(since.epoch, 2))).whole
    assert await house.store.command("EXISTS", town.keys.log(ROOM), town.keys.ids(ROOM)) == 0


@pytest.mark.asyncio
async def test_a_write_forgets_too(town: Town) -> None:
    """The next message in a room takes entries past their hour with it."""
    house, anna = await town.house(), town.session("anna")
    await commit(house, anna, "old", "k1")
    town.clock.turn(minutes=60)
    await commit(house, anna, "new", "k2")
    assert len(await house.store.command("HVALS", town.keys.log(ROOM))) == 1


@pytest.mark.asyncio
async def test_bytes_after_the_store_expired_a_log(town: Town) -> None:
    """A log that the store let go by itself weighs nothing afterwards."""
    house, anna = await town.house(), town.session("anna")
    await commit(house, anna, "before", "k1")
    town.clock.turn(minutes=61)
    await house.store.command("DEL", town.keys.log(ROOM), town.keys.ids(ROOM))  # its PEXPIRE ran out
    await commit(house, anna, "after", "k2")
    kept = await house.store.command("HVALS", town.keys.log(ROOM))
    assert int(await house.store.command("HGET", town.keys.meta(ROOM), "bytes")) == sum(map(len, kept))


@pytest.mark.asyncio
async def test_retention_of_nothing(town: Town) -> None:
    """With `minutes = 0` words are told to those present, kept nowhere, and a replay says so."""
    house, anna, ear = await town.house(log_minutes=0), town.session("anna"), await town.ear()
    since = await beginning(house, anna)
    assert (await commit(house, anna, "gone at once", "k"))["seq"] == 1
    assert len(await ear.said("e")) == 1
    found = await replay(house, anna, since)
    assert (found.whole, found.entries, found.position.seq) == (False, [], 1)
    assert await house.store.command("EXISTS", town.keys.log(ROOM), town.keys.ids(ROOM)) == 0


@pytest.mark.asyncio
async def test_everything_in_a_room_expires(town: Town) -> None:
    """No key that a message or a look at a room leaves behind is kept for ever."""
    house, anna = await town.house(), town.session("anna")
    await replay(house, anna, None, "addiction.2")
    await commit(house, anna, "hello", "k")
    keys, site = town.keys, town.site
    for key in (
        *(keys.meta(ROOM), keys.log(ROOM), keys.ids(ROOM), keys.meta("addiction.2")),
        keys.receipts(site, "anna"),
    ):
        assert 0 < await house.store.command("TTL", key) <= retention.POSITION + retention.JANITOR_EVERY, key


# --- replay ------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_replay_whole(town: Town) -> None:
    """From any position that the log still covers comes exactly what followed it."""
    house, anna = await town.house(), town.session("anna")
    for n in range(1, 6):
        await commit(house, anna, f"number {n}", f"k{n}")
    epoch = (await replay(house, anna)).position.epoch
    for seq in range(6):
        found = await replay(house, anna, Position(epoch, seq))
        assert found.whole
        assert found.position == Position(epoch, 5)
        assert texts(found) == [f"number {n}" for n in range(seq + 1, 6)]


@pytest.mark.asyncio
@pytest.mark.parametrize("since", [Position("elsewhere", 1), Position("", 0), None])
async def test_a_foreign_position(town: Town, since: Position | None) -> None:
    """A position of another log, or none, gets the room as it stands, declared not whole."""
    house, anna = await town.house(), town.session("anna")
    await commit(house, anna, "hello", "k")
    found = await replay(house, anna, since)
    assert (found.whole, texts(found)) == (False, ["hello"])


@pytest.mark.asyncio
async def test_a_position_of_tomorrow(town: Town) -> None:
    """A position that the log has not reached is of a history that this store does not know."""
    house, anna = await town.house(), town.session("anna")
    await commit(house, anna, "hello", "k")
    epoch = (await replay(house, anna)).position.epoch
    assert not (await replay(house, anna, Position(epoch, 2))).whole
    assert not (await replay(house, anna, Position(epoch, -1))).whole


@pytest.mark.asyncio
async def test_a_snapshot(town: Town) -> None:
    """A snapshot is the newest messages, at most so many, oldest first."""
    house, anna = await town.house(), town.session("anna")
    await asyncio.gather(*(commit(house, anna, f"number {n}", f"k{n}") for n in range(1, 251)))
    found = await replay(house, anna)
    assert texts(found) == [f"number {n}" for n in range(51, 251)]
    assert texts(await log.replay(house, anna, ROOM, None, most=3)) == [
        "number 248",
        "number 249",
        "number 250",
    ]
    assert (await log.replay(house, anna, ROOM, None, most=0)).entries == []


# --- answers -----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_an_answer_to_a_message(town: Town) -> None:
    """An answer names its message while the room keeps it, and no other room's."""
    house, anna = await town.house(), town.session("anna")
    asked = (await commit(house, anna, "a question", "k1"))["id"]
    elsewhere = (await commit(house, anna, "a question", "k2", room="addiction.2"))["id"]
    await commit(house, anna, "an answer", "k3", reply_to=asked)
    await commit(house, anna, "an answer", "k4", reply_to=elsewhere)
    first, second = events(await replay(house, anna))[-2:]
    assert first["reply_to"] == asked
    assert "reply_to" not in second


@pytest.mark.asyncio
@pytest.mark.parametrize("words", ["call me on 555 0100", '","veil":[],"x":"', "x" * 64])
async def test_words_in_place_of_an_id(town: Town, words: str) -> None:
    """What `reply_to` says reaches nobody unless it is a message's id: no filter has read it."""
    house, anna, ear = await town.house(), town.session("anna"), await town.ear()
    await commit(house, anna, "hello", "k", reply_to=words)
    assert "reply_to" not in events(await replay(house, anna))[0]
    assert words.encode() not in b"".join(await ear.said())


# --- a store that forgot -----------------------------------------------------------------------


@pytest.mark.asyncio
async def test_after_a_kick(town: Town) -> None:
    """From the kick on nothing of theirs gets a seq in that room, nor support, though their process has not
    heard of it; a retry gets its first answer, another room takes their words, and its end lifts it."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "hello", "k")
    await town.impose(house, replace(town.mute("anna", kind="kick"), room=ROOM))
    assert await commit(house, anna, "hello", "k") == first
    with pytest.raises(Refusal, match="forbidden"):
        await commit(house, anna, "more", "k2")
    with pytest.raises(Refusal, match="forbidden"):
        await own_words.react(house, anna, ROOM, first["id"], "hug", True)
    assert (await commit(house, anna, "elsewhere", "k3", room="addiction.2"))["ok"]
    town.clock.turn(minutes=11)
    assert (await commit(house, anna, "more", "k2"))["ok"]


@pytest.mark.asyncio
async def test_a_lost_log(town: Town) -> None:
    """After a loss words wait until sanctions are loaded again; then the epoch is another one."""
    house, anna, ben = await town.house(), town.session("anna"), town.session("ben")
    await town.impose(house, town.mute("ben"))
    await commit(house, anna, "before", "k1")
    before = (await replay(house, anna)).position
    await town.lose(house)
    with pytest.raises(Unavailable):
        await commit(house, anna, "after", "k2")
    with pytest.raises(Unavailable):
        await replay(house, anna, before)
    await town.back(house)
    with pytest.raises(Refusal, match="muted"):
        await commit(house, ben, "hello", "k")
    assert (await commit(house, anna, "after", "k2"))["seq"] == 1
    found = await replay(house, anna, before)
    assert found.position.epoch != before.epoch
    assert (found.whole, texts(found)) == (False, ["after"])


@pytest.mark.asyncio
async def test_a_replica_that_took_over(town: Town) -> None:
    """Entries of another incarnation are a lost log even where they are still there."""
    house, anna = await town.house(), town.session("anna")
    await commit(house, anna, "before", "k1")
    before = (await replay(house, anna)).position
    await house.store.command("SET", town.keys.ready, "another-server:1")
    with pytest.raises(Unavailable):
        await commit(house, anna, "after", "k2")
    await town.back(house)
    found = await replay(house, anna, before)
    assert found.position.epoch != before.epoch
    assert (found.whole, found.entries, found.position.seq) == (False, [], 0)


@pytest.mark.asyncio
async def test_two_houses_prepare_once(town: Town) -> None:
    """Processes that notice the same loss agree on one incarnation, and so on one epoch."""
    here, there, anna = await town.house(), await town.house(), town.session("anna")
    await town.lose(here)
    for house in (here, there):
        with pytest.raises(Unavailable):
            await replay(house, anna)
    await asyncio.gather(town.back(here), town.back(there))
    assert (await replay(here, anna)).position == (await replay(there, anna)).position


@pytest.mark.asyncio
@pytest.mark.parametrize("script", sorted(SCRIPTS))
async def test_every_script_refuses_before_ready(town: Town, script: str) -> None:
    """No script decides anything, or leaves anything behind, in a store that was not prepared."""
    house = await town.house()
    await town.lose(house)
    keys = Keys(town.site.community)
    with pytest.raises(Unavailable):
        await house.store.call(
            script, keys.community, [keys.bucket("x", str(n)) for n in range(9)], 1, *range(20)
        )
    await town.back(house)
    assert await town.names(house) == [keys.ready]


@pytest.mark.asyncio
async def test_scripts_that_were_forgotten(town: Town) -> None:
    """A store that lost our scripts alone is prepared again, and keeps its log."""
    house, anna = await town.house(), town.session("anna")
    first = await commit(house, anna, "hello", "k")
    await house.store.command("SCRIPT", "FLUSH")
    with pytest.raises(Unavailable):
        await commit(house, anna, "hello", "k")
    await town.back(house)
    assert await commit(house, anna, "hello", "k") == first
