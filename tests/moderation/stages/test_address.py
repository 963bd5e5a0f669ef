import pytest

from moderation.stages.address import address
from tests.moderation.tables import ask, marked, spans

HIDDEN = """
mail comes to 《Route 9 Box 212》
my postcode is 《ZZ99 3VZ》
my address:《12 Elm Street》
I live at 《14 Nonesuch Crescent》, the one with the red door
new place: 《27 Imaginary Street》, Anytown
starter at\\n《8 Madeup Lane》\\nblue gate
we moved to 《88 Nowhere Lane》, Leeds 《LS1 4ZZ》
《221b Baker St.》 it says
《1600 N Made Up Ave Apt 4》
come to 《12 willow close》, ring twice
《4242 Evergreen Way》 in the evening
《42 W 3rd St》
《17 Nguyen Rapid Suite 123》
《PO Box 1234》, or 《P.O. Box 9》
Springfield, IL 《62704-1234》
《K1A 0B1》 is the code
vivo en 《calle Inventada 12, 3º B》
《Avenida de la Luz, 45》
《12 rue de la Paix》
《Musterstraße 12》
ul. Cicha 8 is 《ul. Cicha 8》
""".replace("ul. Cicha 8 is ", "")

SHOWN = """
flat was 1,250 a month in 2019, same flat 1,980 now
custody hearing at 10:30 in court room 3
2 people in the street, 3 cars on the road
took 10 steps down the road
5 years on the street
a 5 minute walk, 20 min drive, a 4 lane road, the 12 step way
at 7:30 Park Lane was quiet
I was 14 in court
the meeting is on Church Street
1 day at a place, 90 days clean way
level b1 5th floor, h1n1, f33.1
page 83, room 2, row 14, seat c
my knee 2 places hurt
mi carrera 3 años, un paseo 5 minutos
calle 13 was my band
I did 3 loops of the park
we live 3 hours away
"""


@pytest.mark.parametrize("example", HIDDEN.strip().splitlines())
def test_places_where_somebody_lives_are_found(example: str) -> None:
    """Street and number, post boxes and postcodes are reported, however they are written."""
    text, expected = marked(example.replace("\\n", "\n"))
    assert spans(address, text) == expected


@pytest.mark.parametrize("text", SHOWN.strip().splitlines())
def test_other_streets_and_numbers_stay(text: str) -> None:
    """Counts, times and streets without a number give nobody away."""
    assert ask(address, text) is None
