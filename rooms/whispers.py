"""Private words from staff to one visitor, and the answers. They live as long as the cases they go with."""

from dataclasses import dataclass

import msgspec

from moderation.submission import Submission
from moderation.verdict import Verdict
from rooms import case as open_cases
from rooms import cases, private_words, relay, retention
from rooms.cases import Opening
from rooms.house import House
from rooms.keys import Keys
from rooms.message import Draft
from rooms.private_words import Reason, Reported
from rooms.refusals import Refusal
from rooms.room_acts import Effect
from rooms.session import Session


class Whisper(msgspec.Struct, frozen=True):
    """As kept; `by`: who of the staff said it."""

    id: str
    by: str
    name: str
    role: str
    text: str
    at: int

    def told(self) -> dict[str, object]:
        """`whisper` as the visitor reads it (PROTOCOL section 4)."""
        return {"id": self.id, "text": self.text, "from": {"name": self.name, "role": self.role}}


def judged(house: House, session: Session, text: str) -> str:
    """What a visitor may read of a word from staff. Raises Blocked."""
    unheld = frozenset(("contact", "grooming"))
    policy, rules = session.site.policy, house.rules.get(session.site.id)
    about = Submission(text=text, topic="", on_duty=False, unheld=unheld, policy=policy, rules=rules)
    return private_words.readable(relay.decide(about), session)


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the private words between staff and a visitor. `whisper` None: the visitor said it."""

    at: int
    text: str
    whisper: Whisper | None = None


async def send(house: House, keys: Keys, visitor: str, whisper: Whisper) -> None:
    """To every tab of the visitor, once; its mark says that it was, as any act's does. Moderators hear that
    something was said, not what. Raises Unavailable."""
    effect = Effect(act=whisper.id, told={})
    acted = {"act": whisper.id, "action": "whisper", "by": whisper.by, "visitor": visitor, "at": whisper.at}
    told = {"visitor": visitor, "whisper": whisper.told(), "acted": acted, "moderators": True}
    await house.store.call(
        "whisper",
        keys.community,
        (keys.whispers(visitor), *effect.keys(keys)),
        house.now(),
        whisper.id,
        msgspec.json.encode(whisper),
        retention.CASE * 1000,
        msgspec.json.encode(told),
    )


async def received(house: House, keys: Keys, visitor: str) -> list[Whisper]:
    """All that a visitor was told, oldest first. Raises Unavailable."""
    kept: list[bytes] = await house.store.command("HVALS", keys.whispers(visitor))
    return sorted((msgspec.json.decode(one, type=Whisper) for one in kept), key=lambda one: one.at)


async def thread(house: House, keys: Keys, visitor: str) -> tuple[open_cases.Case | None, list[Turn]]:
    """What staff and a visitor said to each other alone, oldest first, and the open case with the answers.

    They are there as long as it is. Raises Unavailable.
    """
    said = [Turn(one.at, one.text, one) for one in await received(house, keys, visitor)]
    case = await open_cases.about(house, keys, f"call:{visitor}")
    answers = [Turn(at, text) for at, text in case.answers] if case else []
    return case, sorted((*said, *answers), key=lambda one: one.at)


async def _find(house: House, session: Session, whisper: str) -> Whisper:
    found = await house.store.command("HGET", session.keys.whispers(session.id), whisper)
    if found is None:
        raise Refusal("not_found")
    return msgspec.json.decode(found, type=Whisper)


async def reply(house: House, session: Session, whisper: str, draft: Draft, verdict: Verdict) -> str:
    """An answer, for those on duty; answers its outcome. The same key again is the same answer.

    Raises Refusal `not_found`, `blocked`, `bad_request` (key used for other words), `rate_limited`,
    `unavailable`.
    """
    before = await _find(house, session, whisper)
    said = cases.id_of("reply", session.id, draft.key), draft.digest
    of = {"id": before.id, "by": before.by, "name": before.name}
    await private_words.call(house, session, "", verdict, reply=said, whisper=of)
    return verdict.action.word if verdict.passes else "allow"


async def report(house: House, session: Session, whisper: str, reason: Reason, note: str | None) -> Reported:
    """A private word is reported. Leads other than who said it decide.

    Raises Refusal `not_found`, `rate_limited`, `unavailable`.
    """
    said = await _find(house, session, whisper)
    receipt = cases.id_of("report", whisper, session.id)
    opening = Opening(
        id=receipt,
        kind="report",
        about=f"whisper:{whisper}",
        site=session.site.id,
        visitor=session.id,
        message=whisper,
        text=said.text,
        labels=(reason,),
        reporter=session.id,
        receipt=receipt,
        concerns=said.by,
        more={"note": note} if note else {},
    )
    await cases.open_case(house, session.keys, opening, private_words.buckets(session))
    return Reported(receipt, said.by)
