"""The names of everything in the hot store; no other module spells a key.

Every key carries the hash tag `{community}`, so that one community is one cluster slot: placement,
a mute in every room, or dedupe is one script call, and communities spread over shards.
"""

import re
from dataclasses import dataclass

from rooms.site import Site


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one community."""

    community: str

    def _key(self, name: str) -> str:
        return f"k:{{{self.community}}}:{name}"

    @property
    def ready(self) -> str:
        """Holds the store's incarnation, once the sanctions in force are loaded."""
        return self._key("ready")

    @property
    def preparing(self) -> str:
        """The lease of the process that loads them."""
        return self._key("preparing")

    @property
    def janitor(self) -> str:
        """The lease of the process that sweeps this minute."""
        return self._key("janitor")

    @property
    def workers(self) -> str:
        """Sorted set: worker -> when its lease runs out (ms)."""
        return self._key("workers")

    @property
    def duty(self) -> str:
        """Hash: person of the staff -> their lease as JSON."""
        return self._key("duty")

    @property
    def cover(self) -> str:
        """Hash: topic -> `phase until told` (scripts/cover.lua)."""
        return self._key("cover")

    @property
    def outbox(self) -> str:
        """List: acts whose records SQL has not got yet, as JSON."""
        return self._key("outbox")

    @property
    def control(self) -> str:
        """Pub/sub channel: what processes tell each other about people of this community."""
        return self._key("control")

    @property
    def cases(self) -> str:
        """Sorted set: open case -> when it was opened (ms)."""
        return self._key("cases")

    @property
    def cases_about(self) -> str:
        """Hash: what a case is about -> the open case about it."""
        return self._key("cases:about")

    @property
    def cases_due(self) -> str:
        """Sorted set: `what:case` -> when that is due (ms)."""
        return self._key("cases:due")

    @property
    def cases_acts(self) -> str:
        """Sorted set: act on a case that took effect -> when (ms)."""
        return self._key("cases:acts")

    @property
    def hard(self) -> str:
        """Sorted set: message that was a cry for help -> when it was said (ms)."""
        return self._key("hard")

    @property
    def notes(self) -> str:
        """Hash: act -> what a colleague wrote about a visitor, as JSON."""
        return self._key("notes")

    @property
    def handovers(self) -> str:
        """Hash: handover -> what one shift tells the next, as JSON; `taken:handover` -> who has it now."""
        return self._key("handovers")

    @property
    def practice(self) -> str:
        """Sorted set: token of an unused link to the demo's practice desk -> when it was made (ms)."""
        return self._key("practice")

    def act(self, act: str) -> str:
        """String: an act took effect, and what it needs to be undone (scripts/act.lua)."""
        return self._key(f"act:{act}")

    def reported(self, room: str, message: str) -> str:
        """Set: address tags from which a message was reported, where nobody is on duty by choice."""
        return self._key(f"room:{room}:reported:{message}")

    def sealed(self, room: str, message: str) -> str:
        """String: a message that a moderator took out, until it cannot be restored any more."""
        return self._key(f"room:{room}:sealed:{message}")

    def sealed_of(self, visitor: str) -> str:
        """Set: such keys of one author."""
        return self._key(f"sealed-of:{visitor}")

    def case(self, case: str) -> str:
        """Hash: a case with its words, or what is left of a decided one."""
        return self._key(f"case:{case}")

    def decided(self, act: str) -> str:
        """Hash: a case as it was before an act decided about it, while that can be taken back."""
        return self._key(f"decided:{act}")

    def outcomes(self, visitor: str) -> str:
        """Hash: receipt or held case -> its outcome as JSON, for whoever has just lost the connection."""
        return self._key(f"outcomes:{visitor}")

    def whispers(self, visitor: str) -> str:
        """Hash: whisper -> private words from staff to this visitor, as JSON."""
        return self._key(f"whispers:{visitor}")

    def of_cases(self) -> tuple[str, ...]:
        """What scripts/cases.lua reads, in its order; the last three are templates."""
        lists = self.cases, self.cases_about, self.cases_due
        templates = self.case("%"), self.outcomes("%"), self.decided("%")
        return *lists, self.control, self.duty, self.cases_acts, *templates

    @property
    def names(self) -> str:
        """Sorted set: pseudonym -> when it was last drawn (ms)."""
        return self._key("names")

    def rooms(self, topic: str) -> str:
        """Sorted set: room -> people in it."""
        return self._key(f"rooms:{topic}")

    def speakers(self, topic: str, lang: str) -> str:
        """Sorted set: room -> people in it who speak `lang`."""
        return self._key(f"speakers:{topic}:{lang}")

    def meta(self, room: str) -> str:
        """Hash: epoch, seq, lowest seq kept, bytes kept, incarnation."""
        return self._key(f"room:{room}:meta")

    def log(self, room: str) -> str:
        """Hash: seq -> Event as JSON."""
        return self._key(f"room:{room}:log")

    def ids(self, room: str) -> str:
        """Hash: message id -> first seq, seq of its words now, time, author."""
        return self._key(f"room:{room}:ids")

    def reactions(self, room: str) -> str:
        """Hash: message id -> `kind/visitor` of each reaction."""
        return self._key(f"room:{room}:reactions")

    def log_of(self, room: str) -> tuple[str, ...]:
        """The five keys of a room's log, in the order that scripts/position.lua reads them."""
        one = self._key(f"room:{room}")
        return f"{one}:meta", f"{one}:log", f"{one}:ids", self.channel(room), f"{one}:reactions"

    def here(self, room: str) -> str:
        """Hash: visitor -> person as JSON."""
        return self._key(f"room:{room}:here")

    def seats(self, room: str) -> str:
        """Hash: visitor -> language and connections by worker, `es|w1=2,w7=1`."""
        return self._key(f"room:{room}:seats")

    def members(self, room: str) -> str:
        """Sorted set: visitor -> last seen (ms); who may come back above capacity."""
        return self._key(f"room:{room}:members")

    def channel(self, room: str) -> str:
        """Pub/sub channel of a room; the last part is the room."""
        return self._key(f"say:{room}")

    def beat(self, worker: str) -> str:
        """Pub/sub channel on which a process hears itself."""
        return self._key(f"beat:{worker}")

    def visitor(self, site: Site, visitor: str) -> str:
        """Hash: name, spoke, renames, room of each topic, rooms it wrote in."""
        return self._key(f"visitor:{site.id}:{visitor}")

    def receipts(self, site: Site, visitor: str) -> str:
        """Hash: idempotency key -> time, digest of the words, first answer (scripts/receipts.lua)."""
        return self._key(f"visitor:{site.id}:{visitor}:receipts")

    def sanctions(self, visitor: str) -> str:
        """Hash: sanction -> `kind until room reason`."""
        return self._key(f"sanctions:{visitor}")

    def refusals(self, visitor: str) -> str:
        """Sorted set: message that was refused -> when (ms), of those that count towards a pause."""
        return self._key(f"refusals:{visitor}")

    def appealed(self, sanction: str) -> str:
        """String: that its visitor has appealed; kept as long as it holds."""
        return self._key(f"appealed:{sanction}")

    def minor(self, room: str) -> str:
        """String: when (ms) somebody there was last taken for a child."""
        return self._key(f"room:{room}:minor")

    def bucket(self, of: str, who: str) -> str:
        """String: theoretical arrival time (ms) of a rate limit."""
        return self._key(f"bucket:{of}:{who}")

    def tag_key(self, day: str) -> str:
        """String: the key of the day for address tags."""
        return self._key(f"tag-key:{day}")

    def tag_watch(self, tag: str) -> str:
        """Hash: `sanction topic` -> until when somebody new behind this tag is looked at twice there."""
        return self._key(f"tag-watch:{tag}")

    def sockets(self, tag: str) -> str:
        """Hash: worker -> connections it holds for an address tag."""
        return self._key(f"sockets:{tag}")

    def rehearsed(self, site: str, version: str, base: int) -> str:
        """String: that this change of the site's rules, of that one in force, was rehearsed."""
        return self._key(f"rehearsed:{site}:{version}:{base}")

    def overruns(self, site: str) -> str:
        """Hash: `version/rule` -> how often that rule took too long."""
        return self._key(f"overruns:{site}")

    @property
    def secret(self) -> str:
        """String: the key that visitors' ids are derived with, where no secret is configured."""
        return self._key("secret")


class StaffKeys:
    """Keys of the staff's door. A person may serve several sites, so they belong to no community; the
    dash keeps the hash tag apart from every community's, which begin with a letter."""

    @property
    def audit_watch(self) -> str:
        """The lease of the process that logs the audit's head."""
        return "k:{-staff}:audit-watch"

    @property
    def settling(self) -> str:
        """The lease of the process that finishes what others left half done."""
        return "k:{-staff}:settling"

    def session(self, session: str) -> str:
        """String: a sign-in as JSON."""
        return f"k:{{-staff}}:session:{session}"

    def sessions_of(self, person: str) -> str:
        """Set: the sessions that a person opened."""
        return f"k:{{-staff}}:sessions-of:{person}"

    def tries(self, of: str, who: str) -> str:
        """Sorted set: tries at signing in, by time (ms)."""
        return f"k:{{-staff}}:tries:{of}:{who}"


STAFF = StaffKeys()
STAFF_DOOR = Keys("-staff")
"""For the address tags of those who sign in."""


_TAG = re.compile(r"k:\{([^}]*)\}:")


def tag_of(name: str) -> str:
    """The hash tag of a key or channel of ours; empty where it is none."""
    found = _TAG.match(name)
    return found[1] if found else ""


def room_of(channel: bytes) -> str:
    """The room whose channel this is."""
    return channel.rsplit(b":", 1)[1].decode()
