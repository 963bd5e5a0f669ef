"""A careful client, and nothing but: sends again under the same key, joins again with `since`, and
writes down what it was told. It speaks Socket.IO by hand, so that no library's patience hides ours.
"""

import asyncio
import contextlib
import json
import math
import random
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.faults.ledger import Declared, Heard, Ledger, Position, Said
from tests.faults.words import counted
from tests.serving import PATIENCE

BACK = (0.05, 0.3)
"""Seconds until a lost link is made again."""
GIVE_UP = 5.0
"""Seconds without an answer after which the link is taken for dead."""
RETRY = ("unavailable", "not_in_room", "rate_limited", "slow_mode")


class LinkLost(Exception):
    """No answer can come any more; what became of the question is unknown."""


class Member:
    """One visitor (or one tab of it: give it the other's `token`)."""

    def __init__(self, name: str, url: str, topic: str, ledger: Ledger, rng: random.Random) -> None:
        self.name = name
        self.url = url
        self.topic = topic
        self.ledger = ledger
        self.heard = Heard("")
        self._ids: dict[str, str] = {}  # id -> epoch in which it was shown
        self.token = ""
        self.me: dict[str, str] = {}
        self.room = ""
        self.position: Position | None = None
        self._told: Position | None = None  # on this link, by events or by the answer of a join
        self.joined = asyncio.Event()
        self.links = 0
        self.last_link = 0.0
        self.people_left: set[str] = set()
        self.told_to_move = 0
        self.worker = ""
        self.oks: list[tuple[float, float]] = []  # (asked, answered), since `forget`
        self.ears: list[float] = []  # when something was heard, since `forget`
        self.wrong: list[str] = []
        self.last_packet = ""
        self._rng = rng
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._joining: asyncio.Task[None] | None = None
        self._back_at = 0.0
        self._number = 0
        self._stopping = asyncio.Event()
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self.in_flight = False
        self._declared_before = 0
        self.patience = 0.0
        """Seconds without a ping after which the link is dead to us; 0: as the server says."""

    # --- life ----------------------------------------------------------------------------

    async def enter(self) -> "Member":
        """Connect and join."""
        self._tasks.append(asyncio.create_task(self._stay()))
        try:
            async with asyncio.timeout(PATIENCE):
                await self.joined.wait()
        except TimeoutError:
            self.wrong.append(f"never joined; the last it heard was {self.last_packet[:120]}")
            raise
        self.heard.room = self.room
        self.ledger.heard.append(self.heard)
        return self

    def talk(self, pause: float) -> None:
        """Speak about every `pause` seconds until `hush`."""
        self._tasks.append(asyncio.create_task(self._talk(pause)))

    async def hush(self) -> None:
        """Say no new thing, and return when the last one has its answer."""
        self._stopping.set()
        await asyncio.gather(*self._tasks[1:])

    async def leave(self) -> None:
        """Close everything."""
        self._stopping.set()
        tasks = [*self._tasks, *([self._joining] if self._joining else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def until(self, fact: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Return as soon as the fact holds."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(fact)

    def stay_away(self) -> None:
        """Do not come back once the link is lost."""
        self._back_at = math.inf

    def forget(self) -> None:
        """A fault is about to strike: what follows counts."""
        self.oks.clear()
        self.ears.clear()
        self._declared_before = len(self.heard.declared)

    def healed(self, back: float, *, keeps: bool = True) -> float | None:
        """Seconds from `back` until something asked after it was answered ok, and something was heard.

        Where the store did not keep its memory, also until this member was told so.
        """
        told = [declared.when for declared in self.heard.declared[self._declared_before :]]
        if not keeps and not told:
            return None
        ok = [answered for asked, answered in self.oks if asked >= back]
        ear = [heard for heard in self.ears if heard >= back]
        return max(ok[0], ear[0], *told[:1]) - back if ok and ear else None

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _stay(self) -> None:
        loop = asyncio.get_running_loop()
        async with aiohttp.ClientSession() as http:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, ValueError):
                    await self._link(http)
                await self._lost()
                wait = max(self._back_at - loop.time(), self._rng.uniform(*BACK))
                await asyncio.sleep(min(wait, 3_600))

    async def _link(self, http: aiohttp.ClientSession) -> None:
        url = f"{self.url}/socket.io/?EIO=4&transport=websocket"
        async with asyncio.timeout(GIVE_UP):
            self._socket = socket = await http.ws_connect(url, max_msg_size=0)
            opened = json.loads((await socket.receive_str())[1:])
        self.worker = opened["sid"].partition(".")[0]
        patience = self.patience or (opened["pingInterval"] + opened["pingTimeout"]) / 1000
        auth = {"site": "demo"} | ({"token": self.token} if self.token else {})
        try:
            await socket.send_str("40" + json.dumps(auth))
            while True:
                text = await socket.receive_str(timeout=patience)
                if text == "2":
                    await socket.send_str("3")
                elif not await self._packet(text):
                    return
        except TypeError:
            return  # closed: the library says so by a message that is no text
        finally:
            self._cut(socket)

    def _cut(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        # at the transport: a closing handshake would wait for an answer that a hole swallows
        connection = socket._response.connection
        if connection is not None:
            if connection.transport is not None:
                connection.transport.abort()
            connection.close()
        if self._socket is socket:
            self._socket = None
            self.joined.clear()

    async def _lost(self) -> None:
        self._socket = None
        self.joined.clear()
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(LinkLost())
                answer.exception()  # whoever asked may have given up
        await self._tell()

    async def _packet(self, text: str) -> bool:
        """Whether the link goes on."""
        self.last_packet = text
        if text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            waiting, answer = self._waiting.pop(int(number), None), json.loads("[" + rest)[0]
            if "position" in answer:
                self._tell_up_to(answer["position"]["epoch"], answer["position"]["seq"])
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        elif text.startswith("42"):
            event, payload = json.loads(text[2:])
            await self._event(event, payload)
        return not text.startswith(("41", "44", "1"))

    async def _event(self, event: str, payload: Any) -> None:
        if event == "welcome":
            self.links += 1
            self.last_link = asyncio.get_running_loop().time()
            self.token, self.me = payload["token"], payload["me"]
            self._told = None
            self._join()
        elif event == "events":
            for told in payload["events"]:
                self.heard.repeated += not self._tell_up_to(payload["epoch"], told["seq"])
            self._take(payload["epoch"], payload["events"])
        elif event == "people":
            self.people_left |= set(payload["left"])
        elif event == "drain":
            self.told_to_move += 1
            self._back_at = asyncio.get_running_loop().time() + payload["reconnect_in"] / 1000
        await self._tell()

    async def call(self, event: str, payload: object) -> Any:
        """The acknowledgement. Raises LinkLost."""
        socket, loop = self._socket, asyncio.get_running_loop()
        if socket is None:
            raise LinkLost
        self._asked += 1
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting[self._asked] = answer
        try:
            async with asyncio.timeout(GIVE_UP):
                await socket.send_str(f"42{self._asked}" + json.dumps([event, payload]))
                return await answer
        except (TimeoutError, OSError, aiohttp.ClientError):
            self._cut(socket)
            raise LinkLost from None

    # --- hearing -------------------------------------------------------------------------

    def _join(self) -> None:
        if self._joining is None or self._joining.done():
            self._joining = asyncio.create_task(self._rejoin())

    async def _rejoin(self) -> None:
        while True:
            since = self.position
            asked: dict[str, Any] = {"room": self.room} if self.room else {"topic": self.topic}
            if since is not None:
                asked["since"] = since._asdict()
            try:
                answer = await self.call("join", asked)
            except LinkLost:
                return  # the next welcome asks anew
            if answer["ok"]:
                break
            if answer["error"]["code"] != "unavailable":
                self.wrong.append(f"join: {answer['error']['code']}")
                return
            await asyncio.sleep(answer["error"]["retry_after"])
        self.room = answer["room"]["id"]
        told = Position(answer["position"]["epoch"], answer["position"]["seq"])
        self._answered(since, told, answer)
        self.joined.set()
        await self._tell()

    def _answered(self, since: Position | None, told: Position, answer: dict[str, Any]) -> None:
        if since is None:
            self.position = told
        elif answer["complete"]:
            self._take(told.epoch, answer["events"])
            if self.position != told and self.position is not None and self.position < told:
                self.wrong.append(f"called complete, but {since} and the answer end before {told}")
        else:
            self._declare(told)
            self.heard.snapshots |= {message["text"] for message in answer["messages"]}

    def _declare(self, at: Position) -> None:
        assert self.position is not None
        self.heard.declared.append(Declared(self.position, at, asyncio.get_running_loop().time()))
        self.position = at

    def _tell_up_to(self, epoch: str, seq: int) -> bool:
        """Whether that is news on this link: the answer of a join counts, whoever asked for it and why."""
        told = self._told
        if told is not None and told.epoch == epoch and seq <= told.seq:
            return False
        self._told = Position(epoch, seq)
        return True

    def _take(self, epoch: str, events: list[dict[str, Any]]) -> None:
        if self.position is None:
            return
        if epoch != self.position.epoch:
            self._declare(Position(epoch, 0))
            self._join()
        for event in events:
            assert self.position is not None
            if event["seq"] <= self.position.seq:
                continue
            if event["seq"] > self.position.seq + 1:
                self._join()  # a step: ask for what lies between, which is whole or declared
                return
            self.position = Position(epoch, event["seq"])
            # A new log may bring again what an old one brought; the id tells. In one log it is a double.
            if self._ids.setdefault(event.get("id", ""), epoch) == epoch:
                self.heard.shown.append((self.position, event.get("id", ""), event.get("text", "")))
            self.ears.append(asyncio.get_running_loop().time())

    # --- saying --------------------------------------------------------------------------

    async def _talk(self, pause: float) -> None:
        while not self._stopping.is_set():
            await self.say()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause * self._rng.uniform(0.5, 1.5)):
                    await self._stopping.wait()

    async def say(self) -> Said:
        """One new message, sent until it is acknowledged."""
        loop = asyncio.get_running_loop()
        self._number += 1
        text = counted(self.name, self._number)
        said = Said(text, self.room, self._number, self.name, loop.time())
        self.ledger.said[text] = said
        while True:
            await self.joined.wait()
            asked = loop.time()
            self.in_flight = True
            try:
                answer = await self.call(
                    "message", {"key": f"{self.name}-{self._number}", "text": text, "room": self.room}
                )
            except LinkLost:
                self.ledger.gave_up(loop.time() - asked)
                await self.until(lambda: self._socket is not None)
                continue
            finally:
                self.in_flight = False
            self.ledger.answered(loop.time() - asked)
            if answer["ok"]:
                if answer["outcome"] != "allow":  # shown otherwise than said, it would pass for lost
                    self.wrong.append(f"{text!r} was not shown as it was said: {answer['outcome']}")
                said.acknowledged = loop.time()
                said.id, said.seq = answer["id"], answer["seq"]
                self.oks.append((asked, said.acknowledged))
                await self._tell()
                return said
            await self._again(answer["error"])

    async def _again(self, error: dict[str, Any]) -> None:
        self.ledger.refused[error["code"]] += 1
        if error["code"] == "not_in_room":
            self.joined.clear()
            self._join()
        elif error["code"] in RETRY:
            await asyncio.sleep(error["retry_after"])
        else:
            raise AssertionError(error["code"])
