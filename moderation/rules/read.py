"""Reading rule files: strict, every fault at once, and nothing a file says can cost much time.

    # A comment is a line of its own.
    list drug = heroin, meth*, crystal meth, oxy*,
        percs, xanax

    rule sourcing.seek: sourcing
      note Asks where drugs can be had.
      say where can i (get|buy) [some] <drug>
      say who (has|sells) <drug>
      unless before 4 (never|not)
      unless <doctor>

`rule ID: CATEGORY`, or `rule ID: CATEGORY, ACTION` to part from the policy's table. `rooms a, b` keeps
a rule to those topics. Of `say` one is enough; every `unless` and `needs` must let it. Those take an
optional window: `before N`, `after N`, `near N` (words of the same sentence); `unless quoted` stands for
quotation marks around the match. A rule of the category `fact` finds nothing by itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from moderation.policy import CATEGORIES
from moderation.rules.guard import WIDEST, Guard, Where
from moderation.rules.pattern import Either, Node, Part, PatternError, either, pattern, read_once
from moderation.rules.ruleset import Pattern, Rule, RuleSet, version
from moderation.verdict import Action

MOST_BYTES = 1_000_000
MOST_PATTERNS = 12_000
LONGEST_LINE = 3_000
BIGGEST = 1_000
"""Parts of one pattern or list, the lists in it counted through: lists of lists must not multiply."""
DEEPEST = 40
MOST_FAULTS = 50

_LOOSE = 'no word that must be there; at least one may not be in "[…]"'
_LIST = re.compile(r"list\s+([a-z_]+)\s*=\s*(.*)")
_RULE = re.compile(r"rule\s+([a-z0-9_]+(?:\.[a-z0-9_]+)+)\s*:\s*([a-z_]+)(?:\s*,\s*([a-z]+))?")
_WINDOW = re.compile(r"(before|after|near)\s+(\d+)\s+(.+)")
_ACTIONS = {action.word for action in Action}


class RulesError(ValueError):
    """Rules that cannot be used. `faults`: a sentence each, with file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Fault(ValueError):
    """What is wrong with one line, and what to do about it."""


@dataclass(slots=True)
class _Draft:
    """A rule while its lines are read."""

    id: str
    category: str
    action: str | None
    place: str
    rooms: frozenset[str] = frozenset()
    note: str = ""
    patterns: list[Pattern] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)

    @property
    def line(self) -> int:
        return int(self.place.rpartition(":")[2])

    def loose(self) -> Iterator[Pattern]:
        """Patterns that could match anywhere."""
        return (one for one in self.patterns if one.node.anchor() is None)


def read(sources: Mapping[str, str], lists: Mapping[str, str] | None = None) -> RuleSet:
    """A rule set from the text of its files, by file name. Raises RulesError with every fault found.

    Lists are known to the lines after them, in the order in which the files are given. `lists`: files that
    were read before, and whose lists these may use too.
    """
    if sum(len(text) for text in sources.values()) > MOST_BYTES:
        raise RulesError([f"the rules are larger than {MOST_BYTES:,} characters; take some out"])
    reader = _Reader()
    for name, text in (lists or {}).items():
        for number, line in _lines(text):
            if line.startswith("list"):
                reader.line(line, f"{name}:{number}")
    for name, text in sources.items():
        for number, line in _lines(text):
            if len(reader.faults) >= MOST_FAULTS:
                break
            try:
                reader.line(line, f"{name}:{number}")
            except (_Fault, PatternError) as fault:
                reader.faults.append(f"{name} line {number}: {fault}")
    rules = reader.rules()
    if reader.faults:
        raise RulesError(reader.faults)
    read_once()
    return RuleSet(rules, version(sources))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, a list's further lines joined to its first."""
    number, whole = 0, ""
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("# ") or line.strip() == "#":
            continue
        if whole.startswith("list") and line[0].isspace():
            whole += " " + line.strip()
            continue
        if whole:
            yield number, whole
        number, whole = at, line.rstrip()
    if whole:
        yield number, whole


class _Reader:
    def __init__(self) -> None:
        self.faults: list[str] = []
        self._lists: dict[str, Node] = {}
        self._drafts: dict[str, _Draft] = {}
        self._now: _Draft | None = None
        self._patterns = 0
        self._sizes: dict[int, tuple[int, int]] = {}
        """By the ids of nodes that live as long as this does, but where a fault is told in any case."""

    def line(self, line: str, place: str) -> None:
        if line.startswith("list"):
            self._list(line)
        elif len(line) > LONGEST_LINE:
            raise _Fault(f"longer than {LONGEST_LINE} characters; make two lines of it")
        elif line.startswith("rule"):
            self._rule(line, place)
        elif not line[0].isspace():
            raise _Fault('begins neither with "list" nor with "rule"; lines of a rule are indented')
        elif self._now is None:
            raise _Fault("stands under no rule; mend the rule above it first")
        else:
            self._inside(self._now, line.strip(), place)

    def rules(self) -> list[Rule]:
        for draft in self._drafts.values():
            if not draft.note:
                self.faults.append(f"{draft.place}: {draft.id} has no note; say in one line what it is for")
            if not draft.patterns:
                self.faults.append(f'{draft.place}: {draft.id} finds nothing; give it a line "say …"')
            # What is worked out for this is large and given back soon: not before all that stays is made.
            self.faults += (f"{one.line.replace(':', ' line ')}: {_LOOSE}" for one in draft.loose())
        bits: dict[frozenset[str], int] = {}
        return [
            Rule(d.id, d.category, d.action, d.rooms, d.note, tuple(d.patterns), guards, d.line)
            for d in self._drafts.values()
            for guards in [_numbered(d.guards, bits)]
        ]

    def _list(self, line: str) -> None:
        self._now = None
        match = _LIST.fullmatch(line)
        if match is None:
            raise _Fault('a list is written "list name = this, that"; its name has a-z and _')
        name, items = match.groups()
        if name in self._lists:
            raise _Fault(f'there is a list "{name}" already; choose another name')
        rows = [pattern(item, self._lists) for item in items.split(",") if item.strip()]
        if not rows:
            raise _Fault(f'the list "{name}" is empty')
        self._lists[name] = self._bounded(either(rows))

    def _rule(self, line: str, place: str) -> None:
        self._now = None
        match = _RULE.fullmatch(line)
        if match is None:
            raise _Fault(
                'a rule is written "rule family.name: category" or "rule family.name: category, action"'
            )
        name, category, action = match.groups()
        if name in self._drafts:
            raise _Fault(f"{name} is there already, at {self._drafts[name].place}; choose another name")
        if category not in CATEGORIES:
            raise _Fault(f'no category "{category}"; one of {", ".join(sorted(CATEGORIES))}')
        if action is not None and action not in _ACTIONS:
            raise _Fault(f'no action "{action}"; one of {", ".join(sorted(_ACTIONS))}')
        self._now = self._drafts[name] = _Draft(name, category, action, place)

    def _inside(self, draft: _Draft, line: str, place: str) -> None:
        key, _, value = line.partition(" ")
        value = value.strip()
        if not value:
            raise _Fault(f'nothing stands after "{key}"')
        match key:
            case "note":
                draft.note = value
            case "rooms":
                draft.rooms = frozenset(part.strip() for part in value.split(",") if part.strip())
            case "say":
                draft.patterns += self._say(value, place)
            case "unless" | "needs":
                draft.guards.append(self._guard(key == "unless", value))
            case _:
                raise _Fault(f'"{key}" is none of note, rooms, say, unless, needs')

    def _say(self, value: str, place: str) -> list[Pattern]:
        """The pattern of a line; where it is a choice, one for each way, which are asked less often."""
        self._patterns += 1
        if self._patterns > MOST_PATTERNS:
            raise _Fault(f'more than {MOST_PATTERNS:,} lines "say"; take some out')
        node = self._bounded(pattern(value, self._lists))
        ways = node.rows if isinstance(node, Either) else (node,)
        return [Pattern(way, place) for way in ways]

    def _guard(self, excuses: bool, value: str) -> Guard:
        if value == "quoted":
            return Guard(excuses, "quoted", 0, None)
        window = _WINDOW.fullmatch(value)
        where: Where = "anywhere"
        reach = 0
        if window:
            where, reach, value = window[1], int(window[2][:4]), window[3]  # type: ignore[assignment]  # one of the three
            if not 1 <= reach <= WIDEST:
                raise _Fault(f"a window is 1 to {WIDEST} words")
        return Guard(excuses, where, reach, self._bounded(pattern(value, self._lists)))

    def _bounded(self, node: Node) -> Node:
        size, depth = self._size(node)
        if size > BIGGEST or depth > DEEPEST:
            raise _Fault(f"more than {BIGGEST} parts, lists counted through; make it smaller")
        return node

    def _size(self, node: Part) -> tuple[int, int]:
        """How many parts a node has when every list in it is written out, and how deep they nest."""
        inner = node.inner() if isinstance(node, Node) else ()
        if not inner:
            return 1, 1
        if (known := self._sizes.get(id(node))) is None:
            size, depth = 1, 0
            for part in inner:
                parts, deep = self._size(part)
                size += parts
                depth = max(depth, deep)
            known = size, depth + 1
            if type(node) is Either:  # of others one is cheaply counted again
                self._sizes[id(node)] = known
        return known


def _numbered(guards: Iterable[Guard], bits: dict[frozenset[str], int]) -> tuple[Guard, ...]:
    """The guards, each with the bit of the words that it needs, one for all that need the same."""
    return tuple(
        replace(guard, bit=bits.setdefault(anchor[1], 1 << len(bits)))
        if guard.node and (anchor := guard.node.anchor())
        else guard
        for guard in guards
    )
