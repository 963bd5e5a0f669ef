"""Names in the store."""

import inspect
from pathlib import Path
from typing import Any

import pytest

import rooms
from rooms.keys import Keys, room_of
from rooms.site import Site

SITE = Site(id="willow", name="W", origins=(), topics=(), community="rivers")
VALUES: dict[type, Any] = {str: "word", int: 7, Site: SITE}


def all_keys(keys: Keys) -> dict[str, str]:
    """Every key there is, by the name of what makes it."""
    made = {}
    for name, member in inspect.getmembers(Keys):
        if name.startswith("_") or name in ("community", "log_of", "of_cases"):  # several that stand here too
            continue
        if isinstance(member, property):
            made[name] = getattr(keys, name)
        elif callable(member):
            arguments = list(inspect.signature(member, eval_str=True).parameters.values())[1:]
            made[name] = member(keys, *(VALUES[argument.annotation] for argument in arguments))
    return made


def test_one_slot() -> None:
    """Every key of a community carries its hash tag first, so that a cluster keeps them together."""
    made = all_keys(Keys("rivers"))
    assert len(made) > 20
    assert [name for name, key in made.items() if not key.startswith("k:{rivers}:")] == []


def test_nothing_shared() -> None:
    """No two kinds of key, and no two communities, ever meet in one name."""
    made, others = all_keys(Keys("rivers")), all_keys(Keys("lakes"))
    assert len(set(made.values()) | set(others.values())) == len(made) + len(others)


@pytest.mark.parametrize("room", ["addiction.1", "mental-health.12"])
def test_the_room_of_a_channel(room: str) -> None:
    """A channel names its room."""
    assert room_of(Keys("rivers").channel(room).encode()) == room


def test_only_here() -> None:
    """No other module spells a key, but the store's own check of `ready`."""
    package = Path(rooms.__file__).parent
    sources = [path for path in package.rglob("*.py") if path.name not in ("keys.py", "store.py")]
    assert len(sources) > 10
    assert [path.name for path in sources if '"k:' in path.read_text("utf-8")] == []
