"""What a room has to know of the clinic it stands in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Literal

from moderation.policy import DEFAULT, Policy
from rooms.hosted import Hours

Cover = Literal["required", "never"]
Storage = Literal["session", "none"]
SHELVES = ("emotional", "physical", "social", "family", "spiritual")
"""Kinds of card on the panel's shelf (static/widget/later/shelf.js)."""
SHELF = SHELVES[:-1]
"""Those of a site that says nothing: what one believes in is there only where a site asks for it."""
CARDS = (
    *(
        "wave",
        "slip",
        "worry",
        "loss",
        "feeling",
        "small",
        "before",
        "four",
        "low",
        "steady",
        "body",
        "sleep",
    ),
    *("tasks", "reach", "groups", "family", "child", "home", "unsafe", "holds", "faith"),
)
"""The cards of ours that a site can leave out, as static/widget/later/shelf.js has them."""
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A clinic's own card on the shelf, shown where the panel speaks its language."""

    kind: str
    title: str
    lines: tuple[str, ...]
    lang: str
    topics: tuple[str, ...] = ()  # none named: in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A door a visitor can choose; its rooms are `<id>.1`, `<id>.2`, …"""

    id: str
    title: str
    about: str
    cover: Cover | None = None  # None: as the site says
    shelf: tuple[str, ...] | None = None  # None: as the site says
    pinned: str = ""  # the clinic's own words on the doorstep, while nobody is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One clinic's website.

    Sites that name the same `community` share rooms, sanctions and placement; by default
    a site is a community of its own.
    """

    id: str
    name: str
    origins: tuple[str, ...]  # scheme://host[:port], exactly as a browser sends it
    topics: tuple[Topic, ...]
    lang: str = "en"
    region: str = "US"
    community: str = ""
    capacity: int = 20
    storage: Storage = "session"
    cover: Cover = "required"
    require_second_factor: bool = True
    policy: Policy = DEFAULT
    shelf: tuple[str, ...] = SHELF
    cards: tuple[Card, ...] = ()  # the clinic's own, before ours
    without_cards: tuple[str, ...] = ()  # of ours
    accept_unreviewed: tuple[str, ...] = ()  # languages shown though nobody read their words around help
    hold_unread: bool = False  # what is said in a language that nobody here reads waits for a person
    networks: tuple[Network, ...] = ()  # the clinic's own: no limits by address there
    on_call: tuple[str, ...] = field(default=(), repr=False)  # webhooks and mailto:, called in turn
    timezone: str = "UTC"  # of `hosted`, by its name in the IANA database
    hosted: tuple[Hours, ...] = ()  # when somebody means to be there
    demo: bool = False  # the built-in site; the only one where simulated visitors may be started

    def __post_init__(self) -> None:
        if not self.community:
            object.__setattr__(self, "community", self.id)

    def is_own(self, address: str) -> bool:
        """Whether an address is of the clinic's own networks."""
        if not self.networks:
            return False
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self.networks)

    def cover_required(self, topic_id: str) -> bool:
        """Whether this topic's rooms are open only while somebody is on duty."""
        found = self.topic(topic_id)
        return ((found.cover if found else None) or self.cover) == "required"

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)


def of_community(sites: Iterable[Site], community: str) -> list[Site]:
    """Those that share its rooms."""
    return [site for site in sites if site.community == community]
