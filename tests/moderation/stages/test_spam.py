import pytest

from moderation.stages.spam import spam
from tests.moderation.tables import rules

FOUND = {
    "spam.scheme": [
        "earn $500 a day from home, ask me how",
        "guaranteed forex signals, double your money",
    ],
    "spam.invite": [
        "check out my channel and subscribe",
        "use my code SAVE20 for 20% off",
        "free iphone click here",
    ],
    "spam.spell": [
        "powerful spell caster brought my ex back in 24 hours",
    ],
    "spam.testimony": [
        "i got a loan in 1 hour from mr james, contact him",
        "cured in a week by dr obi, whatsapp him",
    ],
}

LEFT = """
won a gift card at bingo, first win in years
as a coach I tell kids to lose with grace
the loan was approved by the bank, finally
I spent 43,000 dollars on coke in two years. could have bought a house deposit
£12.50 a pack now, that alone made me quit
poker apps are my poison. lost 600 on friday
I self excluded from all casinos today, here's hoping
bet365 ads everywhere during the football, makes me sick
I lost 2k on slots, how do I tell my wife
just listened to a podcast about dopamine, mind blown
does anybody use the daylio app? helps me track moods
I follow a therapist on tiktok who explains attachment well
blood tests: TSH 4.2, B12 210, vit D 18. no wonder I'm tired
got laid off by email at 4:55 pm on a Friday
applied to 143 jobs, 6 interviews, 0 offers
my salary was 52k and now I'm on 93 a week
don't take a payday loan, I did and it ate two years
anyone been through bankruptcy? is it as scary as it looks
I owe 27,845.60 to four different cards
we sold the house for 312,000 and I cried in the car
selling my wedding ring, does anyone know what gold goes for?
can somebody recommend a good book on divorce?
I found a great support group at the library, Tuesdays 6pm
citizens advice saved me, free and kind
check your entitlement, I got 84 a week I didn't know about
I work at Amazon, packing 120 units an hour
is there a chat like this for carers?
I joined a facebook group for widows and it's all adverts
meeting tonight at the church hall at 7, I'm going no matter what
order number 404-7789321-1182345 arrived broken, of course, the day of the funeral
dr patel contacted me about the loan from the hospital
12 steps, step 4 is brutal
paid 300 for the detox, insurance did the rest
is Hazelden any good? has anyone been
no no no no no I almost did it again
1 year 3 months 12 days 4 hours according to the app
day 1 day 2 day 3 day 4 day 5 - I just keep writing it down
10 9 8 7 6 5 4 3 2 1 breathe
my loan was refused by the bank, should I contact my adviser
healed by dr khan at the hospital after two operations, grateful
I lost my savings to a man who said contact mr james, it was a scam
"""


@pytest.mark.parametrize(("text", "rule"), [(text, rule) for rule, texts in FOUND.items() for text in texts])
def test_spam_is_found(text: str, rule: str) -> None:
    """Adverts, schemes, invitations and praise of wonder workers."""
    assert rule in rules(spam, text)


@pytest.mark.parametrize("text", LEFT.strip().split("\n"))
def test_money_and_recommendations_are_left(text: str) -> None:
    """Money lost and owed, work, and help that somebody tells of are no adverts."""
    assert not rules(spam, text)
