"""What the leads of a site say in their own words: read, changed, taken back, in each language."""

from dataclasses import replace
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from rooms.records import site_words
from rooms.records.people import Actor
from rooms.records.site_words import Change, Kind, Overtaken
from server import prepared
from server.desk_api import Request, Route
from server.desk_api_door import Refused

BODY = 65_536
Site_ = Annotated[str, Meta(max_length=32)]
Lang = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
Text = Annotated[str, Meta(min_length=1, max_length=prepared.LONGEST)]


class Written(Struct):
    """The words as they would be; null: those that come with us. `base`: the change that they follow."""

    site: Site_
    kind: Kind
    lang: Lang
    base: Annotated[int, Meta(ge=0)]
    words: Annotated[list[Text], Meta(max_length=prepared.MOST)] | None


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
    changed = await site_words.in_force(request.staff.engine, name, "replies")
    langs = sorted({*prepared.OURS, site.lang.partition("-")[0].lower(), *changed})
    return web.json_response(
        {
            "replies": {lang: _told(lang, changed.get(lang)) for lang in langs},
            "bounds": {"most": prepared.MOST, "longest": prepared.LONGEST},
        }
    )


def _told(lang: str, change: Change | None) -> dict[str, object]:
    own = msgspec.json.decode(change.words) if change and change.words else None
    return {
        "n": change.n if change else 0,
        "own": own is not None,
        "words": prepared.OURS.get(lang, ()) if own is None else own,
    }


async def _put(request: Request) -> web.Response:
    asked = await request.body(Written, BODY)
    by = Actor((await request.lead(asked.site)).id, "lead")
    words = [" ".join(text.split()) for text in asked.words or ()]
    if not all(text and text.isprintable() for text in words):
        raise Refused(400, "bad_request", "One of these answers cannot be shown.")
    change = Change(
        site=asked.site,
        kind=asked.kind,
        lang=asked.lang,
        n=asked.base + 1,
        at=request.staff.house.now(),
        words=b"" if asked.words is None else msgspec.json.encode(words),
    )
    return await _in_force(request, by, change)


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


ROUTES: list[Route] = [
    ("GET", "words", _read),
    ("PUT", "words", _put),
    ("POST", "words/undo", _undo),
]
