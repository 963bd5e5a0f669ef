"""The link to the hot store: scripts in, answers out, many calls in one write.

Why not the library's pool and pipelines: a pool hands every caller a socket of its own, and a
pipeline makes callers wait for each other's round trip. Here all calls of a loop tick are written
at once on one connection and answered in order, and that connection's life is the store's
incarnation: whatever answers on a new connection may have forgotten everything.
"""

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from typing import Any, Final

import hiredis

from rooms.link import ANSWER_TIME, Argument, Link, alongside, keep_up, linked, packed, word_of
from rooms.primary import still_primary
from rooms.refusals import Unavailable
from rooms.subscription import OnMessage, Subscription

log = logging.getLogger(__name__)

_PARTS: Final[dict[str, Sequence[str]]] = {
    "commit": (
        *("receipts", "buckets", "position", "sanctions", "standing", "tagwatch"),
        *("cases", "newcomer", "post", "hold"),
    ),
    "receipt": ("receipts",),
    "spend": ("buckets",),
    "read": ("position", "counts", "replay", "standing"),
    "react": ("position", "sanctions", "counts", "cases", "newcomer"),
    "takeback": ("receipts", "position"),
    "blank": ("receipts",),
    "place": ("position", "counts", "replay", "presence", "sanctions", "standing"),
    "coverroom": ("position", "standing"),
    "stands": ("position", "standing"),
    "roomset": ("position", "standing", "act"),
    "roomsay": ("position", "act"),
    "remove": ("receipts", "position", "act"),
    "restore": ("position", "act"),
    "note": ("act",),
    "whisper": ("act",),
    "veil": ("position",),
    "typing": ("sanctions",),
    "unseat": ("presence",),
    "reseat": ("presence",),
    "sweep": ("presence",),
    "arrive": ("sanctions",),
    "sanction": ("begin_limit",),
    "pause": ("begin_limit",),
    "tidy": ("position",),
    "case_approve": ("receipts", "position", "sanctions", "cases", "newcomer", "post"),
    "case_due": ("position", "counts", "replay", "freeze", "cases", "newcomer", "unanswered"),
    "case_open": ("position", "counts", "replay", "freeze", "buckets", "cases"),
    **dict.fromkeys(
        ("case_acted", "case_claim", "case_decide", "case_called", "case_undo", "case_withdraw"), ("cases",)
    ),
}


def _source(name: str) -> str:
    folder = resources.files("rooms") / "scripts"
    return "\n".join(
        (folder / f"{part}.lua").read_text() for part in ("prelude", *_PARTS.get(name, ()), name)
    )


class Script:
    """One Lua file with what it builds on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = _source(name)
        self.sha = hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()


NAMES: Final = (
    *("arrive", "commit", "depart", "lease", "place", "react", "read", "receipt"),
    *(
        "remember",
        "rename",
        "reseat",
        "retire",
        "spend",
        "sweep",
        "takeback",
        "blank",
        "tidy",
        "typing",
        "unseat",
    ),
    *("lift", "sanction", "pause"),
    *("cover", "coverroom", "covertold", "stands"),
    *("roomset", "roomsay", "remove", "restore", "note", "veil", "whisper"),
    *("case_open", "case_claim", "case_decide", "case_approve", "case_withdraw", "case_due", "case_called"),
    *("case_acted", "case_undo"),
)
SCRIPTS: Final = {name: Script(name) for name in NAMES}

_LOST: Final = frozenset({"NOTREADY", "NOSCRIPT", "READONLY", "UNBLOCKED"})
"""What a store answers that is no more the one we prepared: emptied, restarted, or made a replica."""
_NOT_NOW: Final = frozenset(
    {"OOM", "BUSY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "MISCONF"}
) | {
    *("MOVED", "ASK", "TRYAGAIN")  # the community lives elsewhere by now: rooms/shards.py looks
}
"""What it answers when it could not take words just now."""
LOOK: Final = ANSWER_TIME / 6
"""Seconds between two looks at how long the store has owed its oldest answer."""
OnLinkOf = Callable[[frozenset[str]], Awaitable[None]]
_Call = tuple[bytes, "asyncio.Future[Any]"]
_Sent = tuple["asyncio.Future[Any]", float]


class Store:
    """One connection's worth of calls.

    `prepare` runs on every new connection before any caller may use it: it must leave the store's
    `ready` keys in place and fill `incarnations`. Everything else raises `Unavailable` meanwhile.
    `on_up` runs after that, before `up` is set: the place to say again who is here.
    """

    def __init__(self, url: str, prepare: Callable[["Store"], Awaitable[None]]) -> None:
        self._url = url
        self._prepare = prepare
        self.on_up: Callable[[], Awaitable[None]] | None = None
        self._link: Link | None = None
        self._outbox: list[_Call] = []  # to be written at the end of this tick
        self._waiting: deque[_Sent] = deque()  # in the order in which they will be answered
        self.incarnations: dict[str, str] = {}  # community -> value of its `ready` key
        # Which server process answers, and which tenure as a primary it is: a primary that was failed
        # over and back has the same process, and may have missed all that was said in between.
        self.run_id = ""
        self.up = asyncio.Event()

    async def run(self) -> None:
        """Keep the link until cancelled."""
        await keep_up(self._live, lambda why: log.warning("hot store is away", extra={"reason": why}))

    async def _live(self) -> str:
        async with linked(self._url, self._answered) as link:
            self._link, link.on_end = link, self._drop
            jobs = self._greet(), self._watch(link), still_primary(self._url, link.address)
            return await alongside(link, *jobs)

    async def _greet(self) -> None:
        self.run_id = (
            f"{await self._fact('server', 'run_id')}.{await self._fact('replication', 'master_replid')}"
        )
        for script in SCRIPTS.values():
            await self.command("SCRIPT", "LOAD", script.source)
        await self._prepare(self)
        if self.on_up is not None:
            await self.on_up()
        if self._link is not None:  # it may have ended in this very tick
            self.up.set()

    async def _fact(self, section: str, name: str) -> str:
        info: bytes = await self.command("INFO", section)
        return next(line for line in info.decode().splitlines() if line.startswith(name)).partition(":")[2]

    async def _watch(self, link: Link) -> None:
        """A half-open link answers nothing and reports nothing; the oldest call's age tells.

        A look that comes late tells nothing: we stood still ourselves, and the answer may lie unread (libuv
        looks at its clock before its sockets).
        """
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            await asyncio.sleep(LOOK)
            now = loop.time()
            late, looked = now - looked > 2 * LOOK, now
            if not late and self._waiting and now - self._waiting[0][1] > ANSWER_TIME:
                link.end("no answer")

    def incarnation(self, community: str) -> str | None:
        """The value of its `ready` key; None until the community is prepared."""
        return self.incarnations.get(community)

    def groups(self) -> list[frozenset[str]]:
        """The communities that can be reached now, by the server that holds them; empty: all of them."""
        return [frozenset()] if self.up.is_set() else []

    def ears(self, url: str, on_message: OnMessage, on_link: OnLinkOf) -> Subscription:
        """What hears the channels of all communities; `on_link` is told of which, empty: all of them."""
        return Subscription(url, on_message, lambda: on_link(frozenset()))

    async def reached(self, community: str) -> None:
        """Return once a community can be reached."""
        await self.up.wait()

    def _drop(self) -> None:
        """The link has ended: nobody knows what became of the calls under way."""
        self._link = None
        self.up.clear()
        self.incarnations = {}
        calls = [answer for answer, _ in self._waiting] + [answer for _, answer in self._outbox]
        self._waiting.clear()
        self._outbox = []
        for answer in calls:
            if not answer.done():
                answer.set_exception(Unavailable())

    def _answered(self, answer: Any) -> None:
        waiting, _ = self._waiting.popleft()
        if waiting.done():
            return  # its caller went away
        if isinstance(answer, hiredis.ReplyError):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)

    def _flush(self) -> None:
        calls, self._outbox = self._outbox, []
        if not calls or self._link is None:
            return  # the link ended since, and these were told so
        now = asyncio.get_running_loop().time()
        self._waiting.extend([(answer, now) for _, answer in calls])
        self._link.write(b"".join([data for data, _ in calls]))

    async def command(self, *arguments: Argument) -> Any:
        """A plain command. Raises `Unavailable` where the store cannot do it just now, or has lost its memory
        or its rank, which also ends the link; hiredis' ReplyError where the command is wrong."""
        if self._link is None:
            raise Unavailable
        loop = asyncio.get_running_loop()
        if not self._outbox:
            loop.call_soon(self._flush)
        answer: asyncio.Future[Any] = loop.create_future()
        self._outbox.append((packed(arguments), answer))
        try:
            return await answer
        except hiredis.ReplyError as refused:
            word = word_of(refused)
            if word in _LOST and self._link is not None:
                self._link.end(word)
            if word in _LOST or word in _NOT_NOW:
                raise Unavailable from None
            raise

    async def fields(self, key: str) -> dict[str, bytes]:
        """A whole hash, its fields by name; empty where there is none. Raises as `command`."""
        flat: list[bytes] = await self.command("HGETALL", key)
        return {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}

    async def call(
        self, script: str, community: str, keys: Sequence[str], now: int, *arguments: Argument
    ) -> Any:
        """Run a script in one community.

        `keys` come after the `ready` key and `arguments` after incarnation and `now`, which every
        script begins with. Raises `Unavailable` where the store is away, silent for 1.5 s, or has
        lost its memory since it was prepared; then nothing is known of the outcome, and only a
        receipt makes a retry safe.
        """
        incarnation = self.incarnation(community)
        if incarnation is None:
            raise Unavailable
        ready = "k:{" + community + "}:ready"
        sha = SCRIPTS[script].sha
        return await self.command("EVALSHA", sha, len(keys) + 1, ready, *keys, incarnation, now, *arguments)
