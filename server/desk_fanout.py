"""Rooms that staff watch: told the same, by the same code, in the desk's namespace and without a seat."""

from collections.abc import Awaitable, Callable, Collection, Iterable

from rooms.house import House
from rooms.keys import Keys
from server.fanout import Fanout, LocalRoom
from server.transport import Wire

DESK = "/desk"
OnControl = Callable[[str, bytes], None]


class DeskWire:
    """`tell` in the desk's namespace."""

    gather = staticmethod(Wire.gather)

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def tell(self, sids: Iterable[str], event: str, data: object) -> None:
        """As Wire.tell."""
        self._wire.tell(sids, event, data, DESK)


class Watching(Fanout):
    """Who watches is not in the room: nobody sees them there, and they take nobody's seat."""

    def __init__(self, house: House, wire: Wire, url: str) -> None:
        super().__init__(house, DeskWire(wire), url)
        self._control: dict[str, str] = {}  # channel -> community
        self.on_control: OnControl = lambda community, payload: None
        self.on_silence_over: Callable[[Collection[str]], Awaitable[None]] | None = None

    def also_hear(self, communities: Iterable[str]) -> None:
        """What processes tell each other about people of these; from the next link on."""
        self._control = {Keys(community).control: community for community in communities}

    def _heard(self, channel: bytes, payload: bytes) -> None:
        community = self._control.get(channel.decode())
        if community is None:
            super()._heard(channel, payload)
        else:
            self.on_control(community, payload)

    async def repair_all(self, communities: Collection[str] = ()) -> None:
        """As Fanout's; and nobody keeps a room by a word that was not heard."""
        for channel, community in self._control.items():
            if not communities or community in communities:
                await self.subscription.follow(channel)
        await super().repair_all(communities)
        if self.on_silence_over is not None:
            await self.on_silence_over(communities)

    def named(self, room: LocalRoom) -> dict[str, object]:
        """A volunteer may serve two communities, each with a room of this name."""
        return {"room": room.name, "community": room.session.site.community}

    async def reseat(self, room: LocalRoom) -> None:
        """Nothing to say of seats."""
