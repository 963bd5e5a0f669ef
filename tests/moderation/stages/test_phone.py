import pytest

from moderation.lexicons import entries
from moderation.stages.phone import phone
from tests.moderation.tables import ask, marked, spans

HIDDEN = """
《five five five, oh one four two》, any time after six
mi cel es 《cinco cinco cinco, cero uno, treinta y tres》
my number is 《oh seven seven double oh nine hundred one two three》
《555 then 01 then 77》, i pick up on sundays
《345-899-3560x4587》 or 《345-899-3560 ext 45》
《555. 019. 2043》
《08712405022》, 18 and over
reach me at 《555-019-2043》
call 《(555) 019-2043》 later
《+44 7700 900123》 is mine
《07700 900 123》
《07700.900.123》
《5 5 5 0 1 9 2 0 4 3》
《555 💛 019 💛 2043》
《٠٧٧٠٠٩٠٠١٢٣》
《０７７００９００１２３》
《5\u200b5\u200b5\u200b0192043》
《06 12 34 56 78》
my number is 《5550192》
《555-0192》
《988 5550192》
《911-555-0192》
my card 《4242 4242 4242 4242》 got declined
《555,019,2043》
《1-800-555-0199》
《zero seven seven zero zero nine zero zero one two three》 is the landline
《dos cero dos, cinco cinco cinco, cero uno cuatro tres》
《5 five 5 oh one 9 two 0 4 3》
《07700nine00123》
《double five, five, oh one nine, two zero four three》
《twenty five thirty six oh one nine two》
《2O2-555-O143》 with the letter O
first 《202\\nthen 555\\nthen 0143》
《five-five-five dash zero-one-nine dash two》
《5️⃣5️⃣5️⃣0️⃣1️⃣9️⃣2️⃣0️⃣4️⃣3️⃣》
"""

SHOWN = """
my scores were 3, 2, 0, 1, 3, 2, 1 this week
two hundred, three hundred, five hundred calories, i count them all
línea de la vida 800 911 2000, gratis en México
send 82277. £1.50 each
I owe 15000. 2000 of it is rent
from 1900-0700, shifts
£2500000 and €3000001
you can dial or text 988, or 911, 112, 999
samaritans are on 116 123, or 116-123
text HOME to 741741 or 85258
1-800-662-4357 and 1 (800) 662-4357 and +1 800 662 4357 and 800-662-4357
1-800-662-HELP (4357)
988 / 116 123
0800 1111 and 0300 123 6600
0800 111 0 111
clean since 2022-04-30, or 30/04/2022, or 04.30.22
from 2019-2023, years 2019, 2020, 2021
meeting is at 7:15, page 83, room 2
10.30-11.45
41 days, 1,250,000 people, 5000000 views
$4500000 in debt, 1234567 dollars
3.14159265
took 5 10 20 40 80 mg, then 1 2 3 4 5 6 7 8 9 10
10 9 8 7 6 5 4 3 2 1
blood pressure 120/80 118/76
order 1234567 is late
order number 404-7789321-1182345 arrived broken
24/7/365
blood sugar 110 120 135 140
order number 4482919, isbn 978-3-16-148410-0
one two three four five six seven eight nine ten
breathe: one two three, one two three, one two three
in two three four, out two three four
my moods 3 4 2 5 3 4 5 this week
150 then 200 then 300 mg
one of the two, three at most, and one more for two
it took ten years, twenty jobs and thirty flats
first one then two
$1 000 000 and 4.000.000 people
75 mg twice a day, 150 mg at night
"""


@pytest.mark.parametrize("example", HIDDEN.strip().splitlines())
def test_numbers_that_reach_a_person_are_found(example: str) -> None:
    """A phone or card number is reported whole, in whatever digits and groups."""
    text, expected = marked(example.replace("\\n", "\n"))
    assert spans(phone, text) == expected


@pytest.mark.parametrize("text", SHOWN.strip().splitlines())
def test_other_numbers_stay(text: str) -> None:
    """Helplines, dates, times, doses, counts and money are not phone numbers."""
    assert ask(phone, text) is None


@pytest.mark.parametrize("number", entries("helplines.txt"))
def test_every_helpline_stays(number: str) -> None:
    """No number of the list of help is ever hidden, grouped or not."""
    grouped = "-".join((number[:3], number[3:6], number[6:])).rstrip("-")
    assert ask(phone, f"please call {number} or {grouped} now") is None
