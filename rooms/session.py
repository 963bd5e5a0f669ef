"""Who is at the other end of a connection."""

from dataclasses import dataclass, field
from typing import Literal

from rooms.keys import Keys
from rooms.site import Site

Role = Literal["visitor", "greeter", "moderator", "lead", "simulated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Made once at the door, passed by value. Every lookup starts from it: a room of another
    community cannot even be named through it.

    `id` is a keyed hash of the visitor's token; the token itself is kept nowhere.
    `tag` stands for the address; it cannot be turned back into one after a day.
    """

    id: str
    name: str
    site: Site
    lang: str
    tag: str
    worker: str
    seed: bytes = b""
    """Of a visitor: their messages' ids are drawn from it (`message.id_of`). Shown to nobody, or a text could
    be guessed from its id."""
    watched: bool = False
    """Whether somebody behind the same tag was under a sanction when this visitor came (rooms/tags.py)."""
    resumed: bool = False
    """Whether they were here before, perhaps at another worker: what they said there is in the log."""
    role: Role = "visitor"
    badge: str = ""  # of staff: the label that their lead set
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", Keys(self.site.community))

    def person(self) -> dict[str, str]:
        """How others see them."""
        person = {"id": self.id, "name": self.name, "role": self.role}
        return person | {"badge": self.badge} if self.badge else person
