"""Rooms that staff watch: told the same, by the same code, in the desk's namespace and without a seat."""

from collections.abc import Iterable

from rooms.house import House
from server.fanout import Fanout, LocalRoom
from server.transport import Wire

DESK = "/desk"


class DeskWire:
    """`tell` in the desk's namespace."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def tell(self, sids: Iterable[str], event: str, data: object) -> None:
        """As Wire.tell."""
        self._wire.tell(sids, event, data, DESK)


class Watching(Fanout):
    """Who watches is not in the room: nobody sees them there, and they take nobody's seat."""

    def __init__(self, house: House, wire: Wire, url: str) -> None:
        super().__init__(house, DeskWire(wire), url)  # type: ignore[arg-type]

    async def reseat(self, room: LocalRoom) -> None:
        """Nothing to say of seats."""
