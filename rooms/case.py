"""An open case as staff read it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import msgspec

from rooms.house import House
from rooms.keys import Keys

CaseKind = Literal["held", "report", "crisis", "call", "unanswered", "appeal"]
NEED: Final = ("crisis", "call", "report", "held", "unanswered", "appeal")
"""From who needs somebody most: a life, a person who asks, a person who was hurt, one who waits."""
PRIVATE: Final = frozenset(("call",))
"""Words that were said to a volunteer and to nobody else; only those on duty read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`version` changes with what there is to decide about, not with who looks at it."""

    id: str
    kind: CaseKind
    site: str
    visitor: str
    room: str
    message: str
    at: int
    version: int
    labels: tuple[str, ...] = ()
    text: str | None = None
    answers: tuple[tuple[int, str], ...] = ()  # what a visitor said to staff alone, and when (ms)
    context: tuple[msgspec.Raw, ...] = ()
    reports: int = 0
    holder: str = ""
    holder_name: str = ""
    concerns: str = ""  # of the staff: leads other than this person decide
    escalated: bool = False
    withdrawn: bool = False  # held words that their author took back
    author_here: bool | None = None  # of held words, and of first ones that nobody answered
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def need(self) -> tuple[int, int, str]:
        """Sorts by need, then age."""
        return (-1 if self.escalated else NEED.index(self.kind)), self.at, self.id

    def told(self, *, whole: bool = False, private: bool = True) -> dict[str, object]:
        """A queue item of PROTOCOL section 5; `whole` with its context and rules, as a claim answers it."""
        more = {name: value for name, value in self.more.items() if whole or name != "rules"}
        item: dict[str, object] = {
            "id": self.id,
            "kind": self.kind,
            "site": self.site,
            "room": self.room or None,
            "visitor": self.visitor or None,
            "labels": self.labels,
            "version": self.version,
            "at": self.at,
        }
        found: dict[str, object] = {
            "message": self.message,
            "text": self.text if private or self.kind not in PRIVATE else None,
            "reports": self.reports,
            "claimed_by": self.holder,
            "claimed_name": self.holder_name,
            "escalated": self.escalated,
            "withdrawn": self.withdrawn,
        }
        item |= {name: value for name, value in found.items() if value}
        if self.author_here is not None:
            item["author_here"] = self.author_here
        if whole:
            item |= {"context": self.context, "rules": ()}  # of held words and cries `more` has them
        return item | more


class _Said(msgspec.Struct):
    text: str


async def queue(house: House, keys: Keys) -> list[Case]:
    """Every open case, by need, then age. Raises Unavailable."""
    names: list[bytes] = await house.store.command("ZRANGE", keys.cases, 0, -1)
    found = await asyncio.gather(*(read(house, keys, name.decode()) for name in names))
    return sorted((case for case in found if case is not None), key=lambda case: case.need)


async def read(house: House, keys: Keys, case: str) -> Case | None:
    """One open case; None where there is none, or none any more. Raises Unavailable."""
    held = await house.store.fields(keys.case(case))
    if held.get("state") != b"open":
        return None
    found = parse(held, house.now())
    if found.kind not in ("held", "unanswered"):
        return found
    here = await house.store.command("HEXISTS", keys.here(found.room), found.visitor)
    return replace(found, author_here=bool(here))


def parse(held: Mapping[str, bytes], now: int) -> Case:
    """A case as the store keeps it."""

    def text(name: str) -> str:
        return held.get(name, b"").decode()

    claimed = int(held.get("until", 0)) > now
    return Case(
        id=text("id"),
        kind=text("kind"),  # type: ignore[arg-type]
        site=text("site"),
        visitor=text("visitor"),
        room=text("room"),
        message=text("message"),
        at=int(held["at"]),
        version=int(held["version"]),
        labels=tuple(text("labels").split()),
        text=_text(held),
        answers=tuple(_answers(held)),
        context=tuple(msgspec.json.decode(held.get("context", b"[]"), type=list[msgspec.Raw])),
        reports=int(held.get("reports", 0)),
        holder=text("holder") if claimed else "",
        holder_name=text("holder_name") if claimed else "",
        concerns=text("concerns"),
        escalated="escalated" in held,
        withdrawn="withdrawn" in held,
        more=msgspec.json.decode(held.get("body", b"{}")),
    )


def _text(held: Mapping[str, bytes]) -> str | None:
    """What the case is about: words of its own, or the message of the room as it was frozen."""
    if words := _answers(held):
        return "\n".join(said for _, said in words)
    if "text" in held:
        return msgspec.json.decode(held["text"], type=str)
    return msgspec.json.decode(held["said"], type=_Said).text if "said" in held else None


def _answers(held: Mapping[str, bytes]) -> list[tuple[int, str]]:
    words = sorted(
        (int(name[2:]), said.split(b" ", 3)) for name, said in held.items() if name.startswith("w:")
    )
    return [(int(at), msgspec.json.decode(said, type=str)) for _, (_, _, at, said) in words]


async def about(house: House, keys: Keys, what: str) -> Case | None:
    """The open case about something, as an Opening names it; None where there is none. Raises Unavailable."""
    found: bytes | None = await house.store.command("HGET", keys.cases_about, what)
    return await read(house, keys, found.decode()) if found else None


async def hard(house: House, keys: Keys) -> list[str]:
    """The messages of cries for help that rooms may still have. Raises Unavailable."""
    found = await house.store.command("ZRANGE", keys.hard, house.now() - house.log_ms, "+inf", "BYSCORE")
    return [message.decode() for message in found]


async def decided(house: House, keys: Keys, case: str) -> bool:
    """Whether there was such a case a while ago, which is over. Raises Unavailable."""
    return bool(await house.store.command("HGET", keys.case(case), "state") == b"decided")
