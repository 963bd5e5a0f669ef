import pytest

from moderation.stages.slurs import slurs
from tests.moderation.tables import ask, marked, spans


@pytest.mark.parametrize("room", ["addiction", "mental-health", "life-changes", "elsewhere"])
def test_slurs_are_veiled_in_every_room(room: str) -> None:
    """Where swearing is allowed, slurs are not."""
    text, expected = marked("that 《f4gg0t》 from work and the 《re-tard》 next door")
    assert spans(slurs, text, room) == expected


@pytest.mark.parametrize(
    "text",
    [
        "he called me a f4gg0t at school",
        'my teacher used to say "are you a retard or what" and the class laughed',
        "big old dyke reporting for breakfast",
        "I'm a fag and proud",
        "please don't call anyone a retard",
        "me llamaban maricón en el cole",
    ],
)
def test_who_was_called_so_can_say_it(text: str) -> None:
    """A slur that is told of, quoted, refused or taken back stays."""
    assert ask(slurs, text) is None


def test_swearing_is_not_a_slur() -> None:
    """The two kinds are told apart, because rooms treat them apart."""
    assert ask(slurs, "shit happens") is None
