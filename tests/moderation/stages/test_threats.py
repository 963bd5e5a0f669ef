import pytest

from moderation.stages.threats import threats
from tests.moderation.tables import rules

FOUND = {
    "threat.body": [
        "I'm going to find you and beat you up",
        "i will slit your throat",
        "i'll break your legs",
    ],
    "threat.find": [
        "you're dead when I see you",
        "watch your back, I know your street",
        "i know where you live",
        "i'll hunt you down",
    ],
    "threat.es": [
        "te voy a matar",
        "sé dónde vives",
    ],
}

LEFT = """
I could kill for a coffee right now
I'd murder a burger honestly
HALT: hungry, angry, lonely, tired. works every time
cold turkey from cigarettes, day 2, want to bite everyone's head off
I want to punch a wall
I could strangle my boss today, honestly
my sister is going to kill me when she sees the car
I laughed so hard I nearly died
killing time before my appointment, hands sweating
this headache is killing me
that meme killed me
slay queen, you survived Monday
exams can die in a hole
we got slaughtered 6-0, keeper was murdered
shoot me an idea for dinner
kill the lights, put on rain sounds, that's my trick
I shot hoops for an hour, feel better
you killed it in your presentation!!
I want to kill my ex's lawyer (figuratively)
he says he will fight me for the dog
my ex threatened me: "I know where you live". police did nothing
he said he'd find me. I changed the locks
burned all our letters tonight, felt like a ritual
my dad took his own life in 2009 and I still talk to him
he told me to kill myself and I left him that night
I hope he rots in jail for what he did to me
my 15 year old hit me yesterday. I love him. I'm scared
I'll break my own record this week
I'll find you the link
he wrote "I know where you live" and I called the police
I'm going to hug you all to death
we'll beat this together
te voy a mandar un abrazo
my stepdad used to say he would slit my throat
I'll see you in group
"""


@pytest.mark.parametrize(("text", "rule"), [(text, rule) for rule, texts in FOUND.items() for text in texts])
def test_threats_are_found(text: str, rule: str) -> None:
    """What somebody says they will do to the person they speak to."""
    assert rule in rules(threats, text)


@pytest.mark.parametrize("text", LEFT.strip().split("\n"))
def test_anger_and_idiom_are_left(text: str) -> None:
    """Idiom, sport, anger at somebody absent and threats told of are no threats to anybody here."""
    assert not rules(threats, text)
