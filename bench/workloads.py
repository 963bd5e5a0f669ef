"""What is asked of every server."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bench.plan import Plan
from bench.servers import Running

ALONE = ("node", "kindred", "alone", "node-uws", "stock")
"""One process each, in memory."""
TOGETHER = ("node-2", "kindred-2", "node-2-job", "stock-2")
"""Two processes and a store between them."""


@dataclass(frozen=True, slots=True)
class Workload:
    """`servers`: the first is the one that others are compared with. `sizes`: what Plan takes besides."""

    about: str
    people: int
    rooms: int
    kind: Literal["talk", "idle", "churn"] = "talk"
    size: int = 20
    servers: tuple[str, ...] = ALONE
    sizes: dict[str, Any] = field(default_factory=dict)

    def plan(self, running: Running, *, ours: bool) -> Plan:
        """For this server."""
        joining: dict[str, Any] = {}
        if ours:
            joining = {"auth": '{"site":"demo"}', "topic": "addiction", "numbered": True}
        return Plan(
            ports=running.ports,
            servers=running.servers,
            stores=running.stores,
            kind=self.kind,
            people=self.people,
            rooms=self.rooms,
            size=self.size,
            **joining,
            **self.sizes,
        )


_B = {"window": 16}
_C = {"speakers": 16}
_TEN = {"speakers": 10}
WORKLOADS = {
    "W1": Workload("50 rooms of 20, one message in flight in each", 1_000, 50),
    "W1b": Workload("50 rooms of 20, one speaker with 16 in flight in each", 1_000, 50, sizes=_B),
    "W1c": Workload("50 rooms of 20, 16 speakers with one in flight in each", 1_000, 50, sizes=_C),
    "W2": Workload(
        "one room of 1,000, 30 messages a second by 10 of them",
        *(1_000, 1),
        size=1_000,
        sizes={"speakers": 10, "rate": 30, "seconds": 8},
    ),
    "W2s": Workload("one room of 1,000, 10 speakers with one in flight", 1_000, 1, size=1_000, sizes=_TEN),
    "stalled": Workload(
        "one room of 1,000, 100 messages a second by 10 of them, 500 of the others stop reading",
        *(1_000, 1),
        size=1_000,
        servers=("kindred", "node"),
        sizes={"speakers": 10, "rate": 100, "seconds": 25, "stalled": 500},
    ),
    "W3": Workload(
        "5,000 people in 250 rooms, 200 messages a second",
        *(5_000, 250),
        servers=("node", "kindred", "node-uws"),
        sizes={"speakers": 2, "rate": 200, "seconds": 10},
    ),
    "W4": Workload(
        "10,000 people in 500 rooms say nothing for 30 seconds",
        *(10_000, 500, "idle"),
        servers=("node", "kindred", "node-uws"),
        sizes={"seconds": 30},
    ),
    "W5": Workload("come, join, leave, 24 at a time", 0, 50, "churn", sizes={"seconds": 6}),
    "W5+": Workload(
        "the same while 5,000 others are there",
        *(5_000, 300, "churn"),
        servers=("node", "kindred"),
        sizes={"seconds": 6},
    ),
    "W1-2": Workload("W1 at two processes", 1_000, 50, servers=TOGETHER),
    "W1b-2": Workload("W1b at two processes", 1_000, 50, servers=TOGETHER, sizes=_B),
    "W1c-2": Workload("W1c at two processes", 1_000, 50, servers=TOGETHER, sizes=_C),
    "small": Workload(
        "50 rooms of 5, one message in flight: against W1, a message without its deliveries", 250, 50, size=5
    ),
    "wide": Workload(
        "W1 in 50 of 500 rooms, while 9,000 others are there",
        *(10_000, 500),
        servers=("node", "kindred"),
        sizes={"talking": 50},
    ),
}
SHORT = ("W1", "W1b", "W2s", "W5")
"""What `make bench` runs."""
