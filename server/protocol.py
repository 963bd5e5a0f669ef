"""The wire contract in types: payloads in, strict JSON both ways (PROTOCOL.md)."""

import re
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from rooms.log import Position
from rooms.own_words import Kind
from rooms.refusals import Refusal

VERSION = 1
TEXT = 2_000
"""Code points in a message."""
DEPTH = 6
"""Levels of nesting that a payload may have."""
UNREADABLE: Final = "\0unreadable"
"""Stands in for the event's name where the JSON was not strict; no client can send it."""

TOO_LONG: Final = "\0too_long"
"""The same for a packet that nobody read to its end."""

Key = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
# Everything in C0 and C1 but tab, line feed and carriage return, and what no text may hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


Reason = Literal["harassment", "hate", "sourcing", "contact", "spam", "danger", "other"]
"""Why staff act; the visitor reads the site's words for it."""


class Auth(Struct):
    """CONNECT `/`."""

    site: Name
    token: Annotated[str, Meta(max_length=128)] | None = None
    ticket: Annotated[str, Meta(max_length=512)] | None = None
    lang: object = None  # a wish; what cannot be read is no reason to turn anybody away
    region: object = None


class Join(Struct):
    """`join`: a topic, or a room with an optional position to go on from."""

    topic: Name | None = None
    room: Name | None = None
    since: Position | None = None


class InRoom(Struct):
    """`leave` and `typing`."""

    room: Name | None = None


class Message(Struct):
    """`message`."""

    key: Key
    text: str
    room: Name | None = None
    reply_to: Name | None = None


class Edit(Struct):
    """`edit`."""

    id: Name
    key: Key
    text: str
    room: Name | None = None


class OfMessage(Struct):
    """`retract`."""

    id: Name
    room: Name | None = None


class React(Struct):
    """`react`."""

    id: Name
    kind: Kind
    on: bool
    room: Name | None = None


class Support(Struct):
    """`support`."""

    region: Annotated[str, Meta(pattern="^[A-Za-z]{2}$")]


class Nothing(Struct):
    """`rename` and `erase`."""


T = TypeVar("T")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_REGION = re.compile(r"[A-Za-z]{2}")


def language(wish: object) -> str | None:
    """A language tag (BCP 47, as far as we use it), or None."""
    return wish if isinstance(wish, str) and _LANGUAGE.fullmatch(wish) else None


def region(wish: object) -> str | None:
    """A country code (ISO 3166-1 alpha-2), or None."""
    return wish if isinstance(wish, str) and _REGION.fullmatch(wish) else None


def parse(kind: type[T], payload: object) -> T:
    """The payload as `kind`; unknown fields are ignored. Raises Refusal `bad_request`."""
    try:
        return msgspec.convert(payload, kind, strict=True)
    except msgspec.ValidationError as error:
        raise Refusal("bad_request", f"We could not read that: {_plain(error)}.") from None


def _plain(error: msgspec.ValidationError) -> str:
    # msgspec names the field and what was expected, and quotes nothing of what was sent.
    return str(error).replace("`", "").rstrip(".")


def readable(event: str) -> None:
    """Raises `bad_request` for a packet whose JSON was not strict, `too_long` for one that was not read."""
    if event == UNREADABLE:
        raise Refusal("bad_request")
    if event == TOO_LONG:
        raise Refusal("too_long")


def words(text: str) -> str:
    """A message's text as it may go on. Raises `bad_request` (empty, control characters, lone
    surrogates) or `too_long` (over 2,000 code points)."""
    if len(text) > TEXT:
        raise Refusal("too_long", f"Please keep it under {TEXT:,} characters.")
    if not text.strip():
        raise Refusal("bad_request", "There are no words in that.")
    if _CONTROL.search(text):
        raise Refusal("bad_request", "That has characters that cannot be shown.")
    return text


def depth(value: object, allowed: int = DEPTH) -> bool:
    """Whether a decoded payload nests no deeper than allowed."""
    if isinstance(value, dict):
        return allowed > 0 and all(depth(item, allowed - 1) for item in value.values())
    if isinstance(value, list):
        return allowed > 0 and all(depth(item, allowed - 1) for item in value)
    return True


class WireJSON:
    """The `json` module that the Socket.IO packets use: ours is strict, and carries ready-made JSON
    (`msgspec.Raw`) through without decoding it again."""

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        """JSON text, compact."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: object) -> Any:
        """The value, or a list that names UNREADABLE: a bad payload is answered, never a reason to
        close, so the packet around it (its acknowledgement id) must stay readable."""
        try:
            value = msgspec.json.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return [UNREADABLE]
        # The event's own list is one level; DEPTH counts those of the payload.
        return value if depth(value, DEPTH + 1) else [UNREADABLE]
