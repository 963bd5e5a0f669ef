"""What the leads of a site say in their own words: read, changed, taken back, in each language."""

import contextlib
from dataclasses import replace
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta, Struct
from sqlalchemy.exc import SQLAlchemyError

from rooms.records import site_words
from rooms.records.changes import Overtaken
from rooms.records.people import Actor
from rooms.records.site_words import Change, Kind
from rooms.records.tables import REASONS
from server import prepared, reasons_in_force
from server.desk_api import Request, Route, Work
from server.desk_api_door import Refused
from server.reasons_in_force import ReasonsInForce

BODY = 65_536
Site_ = Annotated[str, Meta(max_length=32)]
Lang = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
Text = Annotated[str, Meta(min_length=1, max_length=prepared.LONGEST)]


Sentence = Annotated[str, Meta(max_length=reasons_in_force.LONGEST)]


class Written(Struct):
    """The words as they would be; null: those that come with us. `base`: the change that they follow."""

    site: Site_
    kind: Kind
    lang: Lang
    base: Annotated[int, Meta(ge=0)]
    words: Annotated[list[Text], Meta(max_length=prepared.MOST)] | dict[str, Sentence] | None


class Undo(Struct):
    """`base`: the change that is to be taken back."""

    site: Site_
    kind: Kind
    lang: Lang
    base: Annotated[int, Meta(ge=1)]


async def _read(request: Request) -> web.Response:
    name = request.raw.query.get("site", "")
    await request.lead(name)
    site = request.staff.sites[name]
    replies = await site_words.in_force(request.staff.engine, name, "replies")
    reasons = await site_words.in_force(request.staff.engine, name, "reasons")
    langs = sorted({*prepared.OURS, site.lang.partition("-")[0].lower(), *replies, *reasons})
    return web.json_response(
        {
            "replies": {lang: _told(replies.get(lang), prepared.OURS.get(lang, ())) for lang in langs},
            "reasons": {lang: _told(reasons.get(lang), {}) for lang in langs},
            "bounds": {
                "most": prepared.MOST,
                "longest": prepared.LONGEST,
                "sentence": reasons_in_force.LONGEST,
            },
        }
    )


def _told(change: Change | None, ours: object) -> dict[str, object]:
    own = msgspec.json.decode(change.words) if change and change.words else None
    return {
        "n": change.n if change else 0,
        "own": own is not None,
        "words": ours if own is None else own,
    }


async def _put(request: Request) -> web.Response:
    asked = await request.body(Written, BODY)
    by = Actor((await request.lead(asked.site)).id, "lead")
    change = Change(
        site=asked.site,
        kind=asked.kind,
        lang=asked.lang,
        n=asked.base + 1,
        at=request.staff.house.now(),
        words=b"" if asked.words is None else msgspec.json.encode(_clean(asked)),
    )
    return await _in_force(request, by, change)


def _clean(asked: Written) -> list[str] | dict[str, str]:
    """What can be shown. Raises Refused for anything else, and for words of the other kind."""
    if isinstance(asked.words, dict) != (asked.kind == "reasons"):
        raise Refused(400, "bad_request", "These are words of another kind.")
    if isinstance(asked.words, dict):
        said = {code: one for code, text in asked.words.items() if (one := " ".join(text.split()))}
        if not said.keys() <= set(REASONS) or not all(text.isprintable() for text in said.values()):
            raise Refused(400, "bad_request", "One of these reasons cannot be told.")
        return said  # one that is empty is ours
    texts = [" ".join(text.split()) for text in asked.words or ()]
    if not all(text and text.isprintable() for text in texts):
        raise Refused(400, "bad_request", "One of these answers cannot be shown.")
    return texts


async def _undo(request: Request) -> web.Response:
    asked = await request.body(Undo)
    by = Actor((await request.lead(asked.site)).id, "lead")
    found = await site_words.history(request.staff.engine, asked.site, asked.kind, asked.lang, limit=2)
    if not found or found[0].n != asked.base:
        raise _overtaken()
    before = found[1] if len(found) > 1 else Change(site=asked.site, kind=asked.kind, lang=asked.lang)
    change = replace(before, n=asked.base + 1, at=request.staff.house.now(), undoes=asked.base)
    return await _in_force(request, by, change)


async def _in_force(request: Request, by: Actor, change: Change) -> web.Response:
    try:
        await site_words.put(request.staff.engine, request.staff.audit_key, by, change)
    except Overtaken:
        raise _overtaken() from None
    return web.json_response({"n": change.n})


def _overtaken() -> Refused:
    return Refused(409, "conflict", "Somebody has changed these words meanwhile. Look again.")


def routes(reasons: ReasonsInForce) -> list[Route]:
    """What this adds to the desk's API. A new wording is told here at once, elsewhere a little later."""

    def then_look(work: Work) -> Work:
        async def handled(request: Request) -> web.Response:
            answer = await work(request)
            with contextlib.suppress(SQLAlchemyError):  # it is in force; this process looks again soon
                await reasons.look()
            return answer

        return handled

    return [
        ("GET", "words", _read),
        ("PUT", "words", then_look(_put)),
        ("POST", "words/undo", then_look(_undo)),
    ]
