import pytest

from moderation.stages.slurs import slurs
from tests.moderation.tables import ask, marked, spans


@pytest.mark.parametrize("room", ["addiction", "mental-health", "life-changes", "elsewhere"])
def test_slurs_are_veiled_in_every_room(room: str) -> None:
    """Where swearing is allowed, slurs are not."""
    text, expected = marked("he called me a 《f4gg0t》 and a 《re-tard》")
    assert spans(slurs, text, room) == expected


def test_swearing_is_not_a_slur() -> None:
    """The two kinds are told apart, because rooms treat them apart."""
    assert ask(slurs, "shit happens") is None
