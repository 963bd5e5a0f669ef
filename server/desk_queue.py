"""What desks are told of cases: who may see them, and each change to every desk of the site."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from rooms import case as cases
from rooms.case import Case
from rooms.keys import Keys
from rooms.refusals import Refusal
from server.desk_fanout import DESK

if TYPE_CHECKING:
    from server.desk_sockets import Desk, Desks

logger = logging.getLogger(__name__)
MAY_DECIDE: Final = ("moderator", "lead")


class Queue:
    """The queue of every community, as this process's desks see it."""

    def __init__(self, desks: "Desks") -> None:
        self._desks = desks
        self._shown: dict[str, set[str]] = {}  # community -> cases that a desk here was told of
        self._tasks: set[asyncio.Task[None]] = set()

    def heard(self, community: str, case: str, alert: bool) -> None:
        """A case changed. Read again rather than brought along: what is told last is how it stands."""
        if not self.desks_of(community):
            return
        task = asyncio.ensure_future(self._tell(community, case, alert))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, community: str, name: str, alert: bool) -> None:
        try:
            case = await cases.read(self._desks.house, Keys(community), name)
        except Refusal:
            return  # all of it is told again when the store is back
        shown = self._shown.setdefault(community, set())
        if case is None:
            shown.discard(name)
        else:
            shown.add(name)
        for desk in self.desks_of(community):
            if not desk.welcomed:
                desk.stale = True
                continue
            if self._desks.role_in(desk.person, community) not in MAY_DECIDE:
                self._tell_hard(desk, _hard([case] if case is not None else []))
                continue
            seen = case is not None and self.sees(desk, community, case)
            items = [self.item(desk, case)] if case is not None and seen else []
            self._send(desk, items, [] if case is not None else [name])
            if alert and case is not None and seen and desk.on_duty:
                self._desks.wire.tell([desk.sid], "alert", {"item": self.item(desk, case)}, DESK)
        if alert and case is not None and not case.concerns:
            self._tell_greeters(community, case)

    def _tell_greeters(self, community: str, case: Case) -> None:
        """Who is on duty and may read no case still hears that somebody in a room needs a person."""
        item = {"id": case.id, "kind": case.kind, "site": case.site, "room": case.room or None, "at": case.at}
        item["community"] = community
        greeters = [
            desk.sid
            for desk in self.desks_of(community)
            if desk.on_duty and self._desks.role_in(desk.person, community) not in MAY_DECIDE
        ]
        self._desks.wire.tell(greeters, "alert", {"item": item}, DESK)

    def _tell_hard(self, desk: "Desk", messages: list[str]) -> None:
        if messages:
            self._desks.wire.tell([desk.sid], "hard", {"messages": messages}, DESK)

    def ask(self, community: str, person: str, item: dict[str, object]) -> None:
        """One greeter is asked to answer somebody's first words; nobody else hears of it."""
        theirs = [desk.sid for desk in self.desks_of(community) if desk.person.id == person and desk.on_duty]
        self._desks.wire.tell(theirs, "alert", {"item": item | {"community": community}}, DESK)

    async def open_for(self, desk: "Desk") -> list[dict[str, object]]:
        """Every case that this desk may see, by need, then age. Raises Unavailable."""
        found = []
        for keys in self._desks.communities(desk.person):
            if self._desks.role_in(desk.person, keys.community) in MAY_DECIDE:
                for case in await cases.queue(self._desks.house, keys):
                    self._shown.setdefault(keys.community, set()).add(case.id)
                    if self.sees(desk, keys.community, case):
                        found.append(case)
        return [self.item(desk, case) for case in sorted(found, key=lambda case: case.need)]

    async def hard_for(self, desk: "Desk") -> list[str]:
        """Messages that were cries for help: no desk shows those unasked, whoever comes and whenever.

        Raises Unavailable.
        """
        theirs = self._desks.communities(desk.person)
        return [message for keys in theirs for message in await cases.hard(self._desks.house, keys)]

    async def again(self, desks: Iterable["Desk"]) -> None:
        """All of it, to desks that may have missed a change. Raises Unavailable."""
        for desk in list(desks):
            before = {
                name
                for keys in self._desks.communities(desk.person)
                for name in self._shown.get(keys.community, ())
            }
            items = await self.open_for(desk)
            self._send(desk, items, sorted(before - {str(item["id"]) for item in items}))
            self._tell_hard(desk, await self.hard_for(desk))

    async def look_again(self, communities: Collection[str] = ()) -> None:
        """After a time in which nothing of these communities (all, where none is named) could be heard.

        Raises Unavailable.
        """
        open_now = list(self._desks.open.values())
        await self.again(
            desk
            for desk in open_now
            if not communities
            or any(keys.community in communities for keys in self._desks.communities(desk.person))
        )

    def sees(self, desk: "Desk", community: str, case: Case) -> bool:
        """Whether a case is theirs to see and decide; one about staff is for leads other than that person."""
        role = self._desks.role_in(desk.person, community)
        if case.concerns:
            return role == "lead" and case.concerns != desk.person.id
        return role in MAY_DECIDE

    def item(self, desk: "Desk", case: Case, *, whole: bool = False) -> dict[str, object]:
        """A case for one desk. Private words are for those on duty, and for whoever looks after it."""
        private = desk.on_duty or case.holder == desk.person.id
        site = self._desks.settings.sites.get(case.site)
        return case.told(whole=whole, private=private) | {"community": site.community if site else case.site}

    def _send(self, desk: "Desk", items: list[dict[str, object]], removed: list[str]) -> None:
        if items or removed:
            self._desks.wire.tell([desk.sid], "queue", {"items": items, "removed": removed}, DESK)

    def desks_of(self, community: str) -> list["Desk"]:
        """Whose rooms are this community's."""
        theirs = Keys(community)
        return [desk for desk in self._desks.open.values() if theirs in self._desks.communities(desk.person)]


def _hard(queue: Iterable[Case]) -> list[str]:
    """The messages in a room that these cases, if cries for help, are about."""
    return [case.message for case in queue if case.kind == "crisis" and case.message]
