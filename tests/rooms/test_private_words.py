"""What is said to staff alone, and by staff to one person: each word once, and none lost."""

import pytest

from rooms import private_words, room_acts, visitors, whispers
from rooms.house import House
from rooms.message import Draft
from rooms.refusals import Refusal
from rooms.session import Session
from rooms.whispers import Whisper
from tests.rooms.test_cases import control, only
from tests.rooms.town import ROOM, Town, commit

WORD = Whisper(id="w", by="o", name="Omar", role="moderator", text="I am here", at=1)


async def reply(house: House, session: Session, key: str, text: str) -> str:
    verdict = private_words.judged(house, session, "", text)
    return await whispers.reply(house, session, "w", Draft(key=key, text=text), verdict)


@pytest.mark.asyncio
async def test_every_word_is_read(town: Town) -> None:
    """Who answers twice before anybody looked is heard twice; a retry, also of the first, is heard once."""
    house, anna = await town.house(), town.session("anna")
    await whispers.send(house, town.keys, "anna", WORD)
    for key, text in (
        ("k1", "my stepfather is in the room"),
        ("k2", "ok"),
        ("k1", "my stepfather is in the room"),
    ):
        assert await reply(house, anna, key, text) == "allow"
    assert (await only(town, house)).text == "my stepfather is in the room\nok"


@pytest.mark.asyncio
async def test_a_key_is_for_one_answer(town: Town) -> None:
    """The same key with other words is refused, and takes nothing from what was said."""
    house, anna = await town.house(), town.session("anna")
    await whispers.send(house, town.keys, "anna", WORD)
    for key in ("k1", "k2"):
        await reply(house, anna, key, f"words of {key}")
    for key in ("k1", "k2"):
        with pytest.raises(Refusal, match="bad_request"):
            await reply(house, anna, key, "something else")
    assert (await only(town, house)).text == "words of k1\nwords of k2"


@pytest.mark.asyncio
async def test_a_note_with_a_report_stays(town: Town) -> None:
    """A second report without a note takes nobody else's away."""
    house, ben, eve = await town.house(), town.session("ben"), town.session("eve")
    said = await commit(house, town.session("anna"), "hello", "k")
    await private_words.report(house, ben, ROOM, said["id"], "danger", "he waits outside my door")
    await private_words.report(house, eve, ROOM, said["id"], "other", None)
    assert (await only(town, house)).more.get("note") == "he waits outside my door"


@pytest.mark.asyncio
async def test_said_once_and_marked(town: Town) -> None:
    """A private word is kept, told and marked in one step: whoever settles acts knows whether it was said."""
    house, heard = await town.house(), await control(town)
    assert not await room_acts.took_effect(house, town.keys, "w")
    for _ in range(2):
        await whispers.send(house, town.keys, "anna", WORD)
    assert await room_acts.took_effect(house, town.keys, "w")
    assert await whispers.received(house, town.keys, "anna") == [WORD]
    (told,) = await heard()
    assert (told["visitor"], told["whisper"]) == ("anna", WORD.told())
    assert (told["acted"]["action"], told["moderators"]) == ("whisper", True)
    assert "here" not in str(told["acted"]), "colleagues hear that something was said, not what"
    assert await house.store.command("PTTL", town.keys.whispers("anna")) > 0


@pytest.mark.asyncio
async def test_waits_for_who_was_away(town: Town) -> None:
    """Who was away while staff wrote to them is told when they are back, with no limit in force."""
    house = await town.house()
    first = await visitors.arrive(house, town.site, b"s", None, "tag", "en")
    assert first.clear
    await whispers.send(house, town.keys, first.session.id, WORD)
    back = await visitors.arrive(house, town.site, b"s", first.token, "tag", "en")
    assert (back.resumed, back.clear) == (True, False)
