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
