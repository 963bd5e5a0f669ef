import pytest

from moderation.stages.harassment import harassment
from tests.moderation.tables import rules

FOUND = {
    "harass.worth": [
        "you're pathetic, nobody likes you here",
        "what a whiny little baby you are",
        "you probably deserved to be raped",
        "you're just doing it for attention, grow up",
        "you fat pig, no wonder he left",
        "everyone here hates you",
    ],
    "harass.swear": [
        "fuck off",
        "shut the fuck up",
        "eres una mierda de persona",
        "go fuck yourself",
    ],
}

LEFT = """
shut up, you got the job?!
fuck, you scared me, glad you are back
no one here hates you, promise
you're such a dork and it made my day
you little legend
fuck this disease, honestly fuck it
fuck alcohol. fuck it for taking my dad
I hate myself when I drink
I'm such an idiot, I had one beer and then twelve
my mother in law calls me "that worthless drunk" in front of the kids
my boss is a prick but I didn't drink over him
I was a shitty dad and I'm trying to be a less shitty one
my mule of a brain keeps telling me one won't hurt
one drink won't hurt, says my brain. my brain is a liar
I'm so angry at myself I could scream
I hate my brain
depression is a lying bitch
my anxiety can go to hell
my ex used to say "nobody will ever love you, you fat cow" and I still hear it
he told me to kill myself and I left him that night
she called me a psycho in front of everyone
at school they shouted "go kill yourself" at me every day. I'm still here
the voices say I'm worthless. I know it's the illness
I'm a fat ugly mess today and I'm allowed to say it
ffs why is it always me
what the hell is wrong with me
is it okay to hate your mother
I hate my mother
I wish my abuser was in jail
I hope he rots in jail for what he did to me
she is a stupid cow for leaving you, you deserve better
stop being so mean to yourself, idiot brain
you are not stupid. you are not worthless.
you're not a burden, you're not weak
nobody here thinks you're pathetic
don't listen to anybody who says you're faking
I'm proud of you you beautiful weirdo
you guys are killing it
my landlord is an arse
he said he'd find me. I changed the locks
I was just doing it for the attention, I know that now
they said I was doing it for attention
what a liar he was
I feel like I deserved it, I know I didn't
me odio cuando me pasa esto
estoy hasta los cojones de esperar cita
my daughter is not doing it for attention, whatever the school says
what a brave thing you are doing
what a week you had
fuck, you made it to thirty days
who told you that you deserved it was wrong
they can go to hell for all I care
the midges bite me every summer
I hate you, now I want cake too
miss you freaks already
until you're nobody you don't see who stays
"""


@pytest.mark.parametrize(("text", "rule"), [(text, rule) for rule, texts in FOUND.items() for text in texts])
def test_harassment_is_found(text: str, rule: str) -> None:
    """Somebody told to be worthless, mocked for what was done to them, or sworn at."""
    assert rule in rules(harassment, text)


@pytest.mark.parametrize("text", LEFT.strip().split("\n"))
def test_anger_at_oneself_or_an_illness_is_left(text: str) -> None:
    """Swearing at an illness, anger at oneself, quoted abuse and comfort are no harassment."""
    assert not rules(harassment, text)
