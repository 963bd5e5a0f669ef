import pytest

from moderation.stages.identity import identity
from tests.moderation.tables import ask, marked, spans

HIDDEN = """
NI number 《QQ 12 34 56 C》
mi DNI es 《12345678Z》, y NIE 《X1234567L》
my passport 《AB12345》 expired
driver's license 《D123-4567》
MRN: 《MRN-8426》
member id is 《A12B34》
iban 《GB82 WEST 1234 5698 7654 32》 please
《ES9121000418450200051332》
CURP 《HEGG560427MVZRRL04》
from 《192.168.10.20》 and 《2001:db8::ff00:42:8329》
sort code 《12-34-56》
"""

SHOWN = """
passport from 2019, my license in 2021
case 12 of 40, policy 5
version 1.2.3 and 256.1.1.1.
at 10:30:15, 8:8:8
F33.1, B12, PHQ-9, 5-HTP, H1N1
abcd1234 is no iban: ab12 cdef 3456 7890 1234
12345678a is no dni
my account is a mess
"""


@pytest.mark.parametrize("example", HIDDEN.strip().splitlines())
def test_numbers_that_name_a_person_are_found(example: str) -> None:
    """Papers, accounts and machines' addresses are reported by their form or by what stands before them."""
    text, expected = marked(example)
    assert spans(identity, text) == expected


@pytest.mark.parametrize("text", SHOWN.strip().splitlines())
def test_other_numbers_stay(text: str) -> None:
    """Years, versions, diagnoses and wrong check digits are no such number."""
    assert ask(identity, text) is None
