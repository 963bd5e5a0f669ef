"""Prepared answers over the desk's API: ours until a lead writes others, taken back, refused, overtaken."""

from dataclasses import replace

import pytest

from moderation import pipeline
from moderation.submission import Submission
from rooms.records.people import Post
from server import prepared
from server.reasons_in_force import ReasonsInForce
from tests.server.desk import Desk, ask, code_of

ASKED = {"site": "oak", "kind": "replies", "lang": "es", "base": 0, "words": ["  Hola,   soy Inés. "]}


@pytest.mark.asyncio
async def test_a_lead_writes_answers(desk: Desk) -> None:
    """Ours until then; of one language alone; a change upon an old one is refused; what is taken back is as
    before; the audit says so."""
    await desk.hire("Ines", Post("oak", "lead"))
    ines = await desk.signed_in("Ines")

    async def told() -> dict[str, list[str]]:
        answer = (await ask(ines, "GET", "words?site=oak"))[1]["replies"]
        return {lang: one["words"] for lang, one in answer.items()}

    ours = {lang: list(texts) for lang, texts in prepared.OURS.items()}
    assert await told() == ours
    assert await ask(ines, "PUT", "words", ASKED) == (200, {"n": 1})
    assert await told() == ours | {"es": ["Hola, soy Inés."]}
    late = await ask(ines, "PUT", "words", ASKED)
    assert (late[0], code_of(late[1])) == (409, "conflict")
    undo = {name: ASKED[name] for name in ("site", "kind", "lang")}
    assert await ask(ines, "POST", "words/undo", undo | {"base": 1}) == (200, {"n": 2})
    assert await told() == ours
    assert (await ask(ines, "POST", "words/undo", undo | {"base": 1}))[0] == 409
    assert await ask(ines, "PUT", "words", ASKED | {"lang": "ca", "base": 0}) == (200, {"n": 1})
    assert (await told())["ca"] == ["Hola, soy Inés."]
    said = [one for one in await desk.actions() if one.startswith("replies")]
    assert said == ["replies_change", "replies_undo", "replies_change"]


@pytest.mark.asyncio
async def test_a_lead_words_a_reason(desk: Desk) -> None:
    """Told in the visitor's language at that site alone once a process has looked; what is not worded, and
    what is taken back, is ours (None)."""
    await desk.hire("Ines", Post("oak", "lead"))
    ines = await desk.signed_in("Ines")
    asked = ASKED | {"kind": "reasons", "words": {"spam": " Por  repetir. ", "hate": " "}}
    assert await ask(ines, "PUT", "words", asked) == (200, {"n": 1})
    reasons, (willow, oak) = ReasonsInForce(desk.engine), desk.door.sites.values()
    assert reasons.why(oak, "es-MX", "spam") is None
    await reasons.look()
    told = [reasons.why(*one) for one in ((oak, "es-MX", "spam"), (oak, "es", "hate"), (oak, "en", "spam"))]
    assert [*told, reasons.why(willow, "es", "spam")] == ["Por repetir.", None, None, None]
    spanish = replace(oak, lang="es")
    assert reasons.why(spanish, "de", "spam") == "Por repetir."  # where the panel speaks the site's language
    undo = {"site": "oak", "kind": "reasons", "lang": "es", "base": 1}
    assert (await ask(ines, "POST", "words/undo", undo))[0] == 200
    await reasons.look()
    assert reasons.why(oak, "es", "spam") is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "change",
    [{"words": ["x" * 501]}, {"words": ["x"] * 25}, {"words": [" "]}, {"words": ["a\u202eb"]}, {"words": "x"},
     {"kind": "reasons"}, {"words": {"spam": "x"}}, {"kind": "reasons", "words": {"spam": "x" * 141}},
     {"kind": "reasons", "words": {"bad": "x"}}, {"kind": "reasons", "words": {"spam": "a\u202eb"}},
     {"lang": "EN"}, {"lang": "../x"}, {"kind": "rules"}],
)  # fmt: skip
async def test_words_that_cannot_be_kept(desk: Desk, change: dict[str, object]) -> None:
    """What is too long, too many, empty or cannot be shown, and a language that is none, is refused."""
    await desk.hire("Ines", Post("oak", "lead"))
    assert (await ask(await desk.signed_in("Ines"), "PUT", "words", ASKED | change))[0] == 400


def test_ours_can_be_sent() -> None:
    """As many in each language, short, without a shout, and the filter lets every one through."""
    assert {len(texts) for texts in prepared.OURS.values()} == {12}
    for text in (text for texts in prepared.OURS.values() for text in texts):
        verdict = pipeline.judge(Submission(text=text, topic="mental-health"))
        assert (verdict.action.word, "!" in text, len(text) <= prepared.LONGEST) == ("allow", False, True), (
            text
        )
