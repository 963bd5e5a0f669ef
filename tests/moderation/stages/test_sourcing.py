import pytest

from moderation.stages.sourcing import sourcing
from tests.moderation.tables import rules

FOUND = {
    "sourcing.who_has": [
        "anyone holding in Leeds?",
        "who can sort me out with some brown tonight",
        "Who sells here?",
        "anyone selling in town tonight",
        "quién vende por acá",
        "can someone hook me up with vals",
        "anyone here got xans",
    ],
    "sourcing.where": [
        "where can i get coke in this town",
        "busco maría en Sevilla, alguien?",
    ],
    "sourcing.plug": [
        "looking for a plug in manchester",
        "need a connect for percs",
    ],
    "sourcing.selling": [
        "0xy 4 sale cheap",
        "got bars, 2 each, hmu",
        "w33d and c0ke delivered to your door",
        "💊 menu available, ask me",
        "vendo coca buena, precio de amigo",
        "got some pressed blues lmk",
    ],
    "sourcing.share": [
        "who wants to get high together",
    ],
    "sourcing.market": [
        "which darknet market is legit now",
    ],
    "sourcing.broker_paid": [
        "we pay 500 for every patient you send to our rehab",
        "give us your insurance and we fly you to our center for free",
    ],
}

LEFT = """
can I buy nicotine patches without prescription
who has been on methadone longer than 10 years?
I want coke so bad, talk to me
anyone got advice for tapering off xanax?
looking for rehab that takes medicaid
I got my prescription and my hands shake
down from 40 a day to 3 a day
I was on 8mg subs, now 4mg, next month 2
my doc put me on 30ml methadone and I feel human again
tapering valium 2mg every two weeks, took me 14 months
I spent 43,000 dollars on coke in two years. could have bought a house deposit
my dealer texted me and I deleted it
dealer rang. didn't answer. blocked. shaking but proud
I finally deleted his number and blocked him on everything
my plug keeps messaging me, how do I get him to stop
who here buys groceries drunk and wakes up to 4 jars of pickles
does anyone know where I can get test strips for fent?
where can I get naloxone without a prescription?
carry narcan people. it saved my brother twice
needle exchange on Tuesdays is the only place nobody judges me
looking for a detox bed anywhere, been on the list 5 weeks
anyone know a methadone clinic that takes walk-ins
can I get subs through telehealth? my clinic closed
wanted to use so bad today. went for a walk instead
I used to buy from a guy behind the station, now I take the other road home
I sold everything I owned for heroin, even my grandmother's ring
I used to deal, that is the part I am most ashamed of
my ex sells pills and my kids are there every other weekend, what do I do
a guy at the meeting offered me oxys in the parking lot. I left
somebody asked me where to score today and I said no for the first time
first time in my life I bought myself flowers instead of a bag
is kratom a relapse?
does CBD count as using? honest question
lost 4 people to fentanyl this year. four.
vivitrol shot number 5 today
I take 20mg of prozac and 100 of trazodone for sleep
how long does weed stay in your system? got a new job and quit 3 weeks ago
I did 18 months for possession with intent. best thing that happened to me
mi camello me sigue escribiendo y no sé cómo pararlo
dónde puedo conseguir naloxona en Madrid?
my cousin cooks meth. I grew up with that smell.
they cut it with fentanyl everywhere now, be careful out there please
anyone got a spare hour to talk? cravings are bad
does anyone have tips for cravings at 5pm?
I need something to take the edge off, like a hobby lol
where do you buy non alcoholic beer that doesn't taste like socks
selling my guitar so I'm not tempted to pawn it for powder
gave my last oxys to the pharmacy to destroy
flushed 60 pills. 60. shaking
I have pills in the drawer from surgery and I don't trust myself, what do I do with them
snow outside, coke in my dreams. the drink, I wish
ice on my knee, 20 min
my weed guy lives next door, torture
molly is my dog's name, stop laughing
paid 300 for the detox, insurance did the rest
my rehab costs 14,000 a month, no way
is Hazelden any good? has anyone been
the place I went to was in Arizona, they were good to me
selling my wedding ring, does anyone know what gold goes for?
I sold my car for 2,500 to pay the deposit
anyone holding in tears at work today
anyone holding up ok?
who's holding the group tonight
anyone serving in the army here? PTSD is real
weed delivered to my door was the end of me, glad it's over
they delivered my methadone to my door during covid
the menu is up, ask me what I cooked, I'm so proud
we pay 300 for each child to go to nursery
busco a María, ¿estaba aquí ayer?
¿alguien toma sertralina?
"""


@pytest.mark.parametrize(("text", "rule"), [(text, rule) for rule, texts in FOUND.items() for text in texts])
def test_sourcing_is_found(text: str, rule: str) -> None:
    """Drugs sought, sold, brought or shared, and patients bought."""
    assert rule in rules(sourcing, text)


@pytest.mark.parametrize("text", LEFT.strip().split("\n"))
def test_talk_of_use_and_of_care_is_left(text: str) -> None:
    """Use, urges, dealers left behind, medicine and harm reduction are what these rooms are for."""
    assert not rules(sourcing, text)
