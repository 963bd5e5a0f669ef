"""Ways of speaking (`moderation/rules/ways_*.rules.txt`): what they find, and what only sounds alike."""

import pytest

from moderation.pipeline import judge
from moderation.submission import Submission

FOUND = {
    "contact.way_call": ["my counsellor says hi, hit me up on kik", "hmu on snap"],
    "contact.way_app": [
        "telegram?",
        "is there another way to reach you outside of this",
        "pásame tu whats",
    ],
    "contact.way_meet": [
        "let me take you out for dinner",
        "you can crash at mine",
        "coffee, just us two?",
    ],
    "grooming.way": [
        "you're not like the others",
        "what time do your parents get back?",
        "if you trusted me you'd send it",
    ],
    "encouragement.relapse_way": [
        "you should relapse already",
        "you might as well go use",
        "reward yourself with a wee one",
        "vuelve a beber, da igual",
    ],
    "crisis.way_given": ["gave my cat to a friend, everything is in order, i feel calm"],
    "crisis.way_last": [
        "you've all been so kind. look after each other",
        "if i'm not here tomorrow you'll know",
    ],
    "crisis.way_set": ["sunday is the last one", "never wanted to die this much"],
    "crisis.way_place": ["sitting in the truck with my rifle", "cutting right now and can't stop"],
    "crisis.way_plain": [
        "i cant do this anymore",
        "dont see a way out except one",
        "my brother has a gun to his head",
        "he says he'll hang himself",
        "i don't deserve to live",
    ],
    "sourcing.way": ["anyone in york with valium", "any dealers on here", "tengo rivotril para vender"],
    "spam.way": [
        "check out my new single",
        "affiliate marketers wanted",
        "te leo las cartas, primera consulta gratis",
    ],
    "harass.way": [
        "you disgust me",
        "fat cow",
        "get a life loser",
        "if i see you, you're dead",
        "qué tonta eres",
    ],
    "crisis.way_absent": ["my son sent a goodbye and his phone is off"],
    "crisis.way_harm": ["i am going there to finish him off"],
}

LEFT = """
where do you score the highest on the depression test
he told me he could sort me out, i left
i used to know a guy who drops to your door, blocked him
does my insurance cover rehab or do i pay cash
they offered me a free flight to rehab if i had insurance, is it a scam
my sister is on whatsapp, she calls me every night
facebook is too much, i deleted it
he asked me to add him on snap and i blocked him
i told him to hit me up on discord years ago
coffee after the meeting, everyone is welcome
my mum can pick you up, says my cousin
nobody gets me
my head says you might as well use
they said you should relapse and i walked out
i should relapse proof my house
quickest way out of the car park
what's the least painful way to get a tooth out
easy way out of a phone contract?
how many floors is your building
how many meetings would i need
i know which bus you mean
immigrants here need help with the forms
no wonder my kids were tired
"what a loser" he shouted at me
gave the dog a bath, feel calm
gave my guitar to charity, moving to a new flat
you have all been kind, see you next week after my holiday
sunday is the last day of my course
sat in the multi storey eating chips
everything's laid out for the interview
my son said goodbye at the airport, his phone is off
quit coffee on monday, hands shaking
my doctor tapers my diazepam, a bit sweaty today
does medicaid cover subs or do i pay cash
brain: nobody would miss you. facts: two people rang today
just do it already, make the call to detox
two months sober and it's boring, when does the good bit come
you won't see me much this week, nights
te leo, no estás sola
do i have to want sex again?
"our little secret" he called it
you deserve it
have the cake, you deserve it
i can't do this anymore, the job i mean
my dad once held a gun to his head
two years back i hoped i wouldn't wake up
if you're thinking of ending it call someone, i did and i'm glad
please don't do it, stay and talk to us
i overdosed in april and they got me back
how do i end it with him without a row
rope burn from the climbing wall
my dad hit us as kids
what an idiot i was back then
shut up anxiety, nobody asked
my ex called me a fat cow
no one in york with valium scripts gets seen before may
my brother deals cards for a living
who delivers groceries in leeds
everything is in order now
got a restraining order today
my sister checks out my new haircut every week
i follow a page on sober cooking
who has a dog here
anybody got a recipe for lentils
""".strip().splitlines()


def found(text: str) -> set[str]:
    verdict = judge(Submission(text=text, topic="addiction"))
    return {finding.rule for finding in verdict.findings}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FOUND.items() for text in texts])
def test_a_way_of_speaking_is_found(rule: str, text: str) -> None:
    """What no single sentence names is found by the family that it belongs to."""
    assert rule in found(text)


@pytest.mark.parametrize("text", LEFT)
def test_what_only_sounds_alike_is_left(text: str) -> None:
    """Told of, refused, past, about care or about something else: shown as it is, and nothing labelled."""
    verdict = judge(Submission(text=text, topic="addiction"))
    assert verdict.passes
    assert not any(".way" in finding.rule for finding in verdict.findings)
