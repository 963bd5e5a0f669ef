"""The site's policy where rooms differ, as one table.

A row is a room's topic, a column what a stage found, a cell what is done about it. Swearing is how
many people in recovery talk, and a masked word there reads as a reprimand; in the other rooms it is
veiled. Slurs are veiled everywhere until a later stage can tell who is meant by them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from moderation.verdict import Action

Matter = Literal["swearing", "slur"]

STRICT: Mapping[Matter, Action] = MappingProxyType({"swearing": Action.MASK, "slur": Action.MASK})
ROOMS: Mapping[str, Mapping[Matter, Action]] = MappingProxyType(
    {
        "addiction": MappingProxyType({"swearing": Action.ALLOW, "slur": Action.MASK}),
        "mental-health": STRICT,
        "life-changes": STRICT,
    }
)


def answer(topic: str, matter: Matter) -> Action:
    """What the room of `topic` does about `matter`; a topic nobody named is judged strictly."""
    return ROOMS.get(topic, STRICT)[matter]
