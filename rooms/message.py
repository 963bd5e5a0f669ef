"""What a visitor hands in, and what the room is told of it."""

import base64
import hashlib
from dataclasses import dataclass

import msgspec

from moderation.lazily import lazily
from moderation.verdict import Action, Verdict
from rooms import sentences
from rooms.session import Session


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Words on their way; nobody but their author has seen them.

    `edits`: the id of the author's message whose words these are to replace.
    """

    key: str
    text: str
    room: str | None = None
    reply_to: str | None = None
    edits: str | None = None

    @lazily
    def digest(self) -> str:
        """Tells a retry from other words under the same key. The room is no part of it: a retry may name
        the one that the first try left out."""
        return hashlib.blake2b(f"{self.edits or ''}\0{self.text}".encode(), digest_size=9).hexdigest()


def id_of(session: Session, draft: Draft) -> str | None:
    """The id of a visitor's new message, the same for every try to send it; None where there is no seed.

    A store that dies takes the receipts with it, and perhaps the answer to a message that others have read
    already. Its author sends it again, into another log, and whoever has it shows it once: by its id. Without
    the seed, which nobody is told, the id of words that were hidden or taken back does not betray them.
    """
    if not session.seed:
        return None
    told = f"{draft.key}\0{draft.digest}".encode()
    return base64.urlsafe_b64encode(hashlib.blake2b(told, key=session.seed, digest_size=9).digest()).decode()


def event(verdict: Verdict, session: Session, message_id: str, kind: str = "message") -> bytes:
    """A `message` or `edited` Event but for its seq and time, which only the log can give.

    There is no other way to make one, and it takes a verdict that passes: raises ValueError else.
    """
    if not verdict.passes:
        raise ValueError("only words that passed the filter become an event")
    body: dict[str, object] = {"type": kind, "id": message_id, "from": session.person(), "text": verdict.text}
    if verdict.veil:
        body["veil"] = verdict.veil
    return msgspec.json.encode(body)[1:]


def held(verdict: Verdict, session: Session, message_id: str, kind: str = "message") -> bytes:
    """The same of words that wait. Only case_approve.lua gives it a seq, when a person lets it through.

    Raises ValueError for words that nobody may let through.
    """
    if verdict.action is not Action.HOLD or verdict.for_staff is None:
        raise ValueError("only held words wait")
    person = session.person()
    return msgspec.json.encode({"type": kind, "id": message_id, "from": person, "text": verdict.for_staff})[
        1:
    ]


def answer(verdict: Verdict, message_id: str, lang: str = "en") -> tuple[bytes, bytes]:
    """The author's acknowledgement, in two halves around the seq that the log will give.

    A refused message has no seq: its second half is empty. Held words have none yet, and no text that a
    room sees.
    """
    if verdict.action is Action.HOLD:
        flags = [
            label for label in verdict.labels if label == "crisis"
        ]  # what holds it teaches the way round
        waits = {"ok": True, "outcome": "hold", "id": message_id, "flags": flags}
        waits["note"] = sentences.note(verdict, lang)
        return msgspec.json.encode(waits)[:-1] + b',"seq":', b',"text":null}'
    if not verdict.passes:
        return msgspec.json.encode(refused(verdict, lang)), b""
    head = {"ok": True, "outcome": verdict.action.word, "id": message_id, "flags": verdict.labels}
    if (note := sentences.note(verdict, lang)) is not None:
        head["note"] = note
    # The text comes last: taking words back cuts a receipt there (scripts/receipts.lua, `blank`).
    return (
        msgspec.json.encode(head)[:-1] + b',"seq":',
        b',"text":' + msgspec.json.encode(verdict.text) + b"}",
    )


SPOKEN_OF: frozenset[str] = frozenset(("grooming", "contact"))
"""Labels whose spans an author is not shown: they would teach how to get round the filter (PROTOCOL)."""


def refused(verdict: Verdict, lang: str = "en") -> dict[str, object]:
    """`blocked` names the category and never the rule; the spans only where a person should have read."""
    category = verdict.category or "needs_person"
    error: dict[str, object] = {
        "code": "blocked",
        "message": sentences.refused(category, lang),
        "category": category,
    }
    if category == "needs_person" and verdict.spans and SPOKEN_OF.isdisjoint(verdict.labels):
        error["spans"] = verdict.spans
    return {"ok": False, "error": error}
