import pytest

from moderation.stages.contact import contact
from tests.moderation.tables import rules

FOUND = {
    "contact.move": [
        "add me on snap",
        "hablamos por wasap mejor",
        "w h a t s a p p me",
        "lets move this to whatsapp",
    ],
    "contact.asks": [
        "can i have ur number",
        "pásame tu número",
        "whats your discord",
    ],
    "contact.private": [
        "dm me, i dont like this chat",
    ],
    "contact.meet": [
        "let's meet up in person, just us two",
    ],
}

LEFT = """
I'd like to meet my birth mother
is it normal that she wants to meet the kids
my number came up on the waiting list!
I sent him my number and he never called
can I call my sponsor at 2am? feels rude
call your sponsor man, that's what they are for
my sponsor gave me his number and I'm too shy to call
I need a sponsor but I'm scared of asking anybody at the meeting
meeting tonight at the church hall at 7, I'm going no matter what
zoom meeting at 8 helped, I kept my camera off
my dealer texted me and I deleted it
call 988 if it gets bad tonight, please
I texted HOME to 741741 and they talked me down
if you're in the US SAMHSA is 1-800-662-4357, they were kind to me
Samaritans 116 123 any time, they don't only do suicide
does anybody use the daylio app? helps me track moods
I deleted instagram and my anxiety halved
I follow a therapist on tiktok who explains attachment well
my ex keeps looking at my stories, block or not?
he blocked me on whatsapp after 8 years. 8 years.
can we talk? anyone around? bad night
anyone awake? just need someone to talk to
thank you for talking to me last night, I slept
are you ok? you've been quiet
how are you feeling today?
phone died, sorry, back now
let's all meet Monday with a smile, whatever happens
see you all here tomorrow
text your mum, she misses you
I texted him at 2am. regret.
should I call her? it's been a year
he keeps calling from a withheld number
is there a chat like this for carers?
I joined a facebook group for widows and it's all adverts
discord is where my kids live now
he says he will fight me for the dog
anyone got a spare hour to talk? cravings are bad
anyone else up at 4am staring at the ceiling
hablamos mañana, un abrazo
I found a great support group at the library, Tuesdays 6pm
we met at a bereavement group, married 2 years now
my therapist is called Sarah and she is wonderful
does anyone want to share how they told their parents?
"""


@pytest.mark.parametrize(("text", "rule"), [(text, rule) for rule, texts in FOUND.items() for text in texts])
def test_contact_is_found(text: str, rule: str) -> None:
    """Another platform, a number, a private place or a meeting is asked for."""
    assert rule in rules(contact, text)


@pytest.mark.parametrize("text", LEFT.strip().split("\n"))
def test_talk_about_people_and_platforms_is_left(text: str) -> None:
    """Sponsors, meetings, helplines and talk about platforms ask nobody out of the room."""
    assert not rules(contact, text)
