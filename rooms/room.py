"""Being in a room: what one connection has joined."""

from rooms.refusals import Refusal

Membership = set[str]
"""The rooms that a connection is in."""
MOST = 4
"""Rooms a connection may be in at once: every topic of a usual site, and no crawler's tour."""


def admit(memberships: Membership, room: str | None) -> str:
    """The room that is meant; it may be left out by whoever is in exactly one. Raises `not_in_room`."""
    if room is None and len(memberships) == 1:
        return next(iter(memberships))
    if room is None or room not in memberships:
        raise Refusal("not_in_room")
    return room
