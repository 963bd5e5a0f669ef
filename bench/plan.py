"""What a load is to do, and what came of it: the two lines of JSON between bench and load."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """For one load at one server.

    `auth`, `topic`: how our own server is joined; any other by rooms that it is told. `numbered`: each Event
    carries its seq, which every member checks as well. `talking`: rooms that do; 0 is all. `stalled`: so many
    read nothing more once all have come; they do not speak, and are asked for nothing.
    """

    ports: list[int]
    servers: list[int]
    stores: list[int]
    kind: Literal["talk", "idle", "churn"]
    people: int
    rooms: int
    size: int
    talking: int = 0
    stalled: int = 0
    speakers: int = 1
    window: int = 1
    rate: float = 0
    warmup: float = 1
    seconds: float = 4
    settle: float = 0.5
    auth: str = ""
    topic: str = ""
    numbered: bool = False


@dataclass(kw_only=True)
class Result:
    """`server`, `store`, `client`, `joined`: CPU seconds. `delays`: ms at p50, p90, p99, p99.9. `empty`,
    `resident`: bytes of all server processes before anybody came, and in the end; where some read nothing,
    before they stopped, and the most while it lasted. `cut`: so many of those were sent away.
    """

    seconds: float
    server: float
    store: float = 0
    client: float = 0
    people: int = 0
    deliveries: int = 0
    messages: int = 0
    handshakes: int = 0
    cut: int = 0
    joined: float = 0
    joined_store: float = 0
    empty: int = 0
    resident: int = 0
    delays: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
