import pytest

from moderation.lexicons import better_profanity, entries
from moderation.stages.hate import hate
from moderation.stages.slurs import slurs
from moderation.stages.swearing import swearing
from moderation.vocabulary import WORDS
from moderation.words import plain_form
from tests.moderation.tables import ask, marked, rules, spans

VEILED = """
everything is 《fucked》 up
《SHIT》, I forgot
what a 《bitch》.
《fuuuck》 and 《fuckkk》
《absofuckinglutely》 not
《s.h.i.t》. day
《f u c k》 this
《f-u-c-k》 and 《f_u_c_k》
《f!u!c!k》 it
《fu.ck》 it
《sh!t》! 《$h1t》 《5h1t》 《@sshole》 《a$$》
《fucklng》 《dlck》
《f*ck》 《f**k》 《sh*t》
《fuсk》 with a Cyrillic letter
《fυck》 with a Greek letter
《Ⓕⓤⓒⓚ》 《ｆｕｃｋ》 《𝓯𝓾𝓬𝓴》 《🅵🆄🅲🅺》
《f\u200bu\u200bck》 this
《f̶u̶c̶k̶》 this
《ꜰᴜᴄᴋ》 this
《🇫🇺🇨🇰》
《bull shit》 and 《bull-shit》 and 《bullshit》
《mother fucker》
《fvcking》 《phuckin》 《shitinnit》 《brexshitter》
《joder》, qué 《m1erd4》 de semana, 《COÑO》
《merde》, quelle 《connasse》
《Scheiße》, so ein 《Arschloch》
che 《cazzo》, que 《caralho》, 《godverdomme》, o 《kurwa》, 《chutiya》
《блядь》, иди 《нахуй》, 《cyka blyat》
يا 《شرموطة》
你是《傻逼》，《他妈的》
"""

INNOCENT = """
I was drunk on vodka and heroin, then weed
God knows I am gay, lesbian, queer, a virgin
I was raped and molested as a child
my vagina hurts after sex, and my breasts and nipples
HIV, herpes, menstruation, an erection, semen
damn, what the hell, oh crap, omg wtf
kill the lights, stroke, hemp, a slope, a pastie
I passed the class, my analyst says the assessment went well
Scunthorpe, Cockburn, Penistone, Dickens, cockpit, shitake, peacock, assassin
Shiite and Sunni neighbours
who're you and it's hit or miss
a55 road to room P155, A$5 coffee, 455 days
the finger prick test and pins
spick and span, a chink of light, cum laude, maine coon
xxx love you xx
sob sob sob
woop woop
push it, wish it, this hit, pass it, was hit
blue tits at the feeder
plss help me
plus tard mon ami
el cono de la luz, hace dos años, mi ano pasado, pollo con coñac, la computadora, disputa y reputación
Scunthorpe again, shiitake soup, Harshita and Kshitij, mother,father
сосок и сукно, мандарин, хлеб
强奸, 月经, 乳房, 避孕套, 妈妈的爱
ثدي, حلمة, اغتصاب
die Kamine, ich habe Lust, bite de pain, la chatte noire
a s s i s t
"""

OTHER_SENSES = """
my uncle Dick taught me to fish
Dick and Mary came for tea
the breeder says the bitch had eight pups
the donkey sanctuary has an old ass called Biscuit
cock-a-leekie soup, and a cock pheasant in the garden
blue tits and finches at the feeder
a village called Twatt in Orkney, on a map
prick the potatoes with a fork first
a bastard file for rough wood
dying for a fag, three days since I quit smoking
faggots and mushy peas for tea
walked along the dyke in Holland
the tranny on my truck needs fluid
born in Niger, not from Nigeria
Shitterton, Dr Shittu, a Shitzu and Ashit Patel
feck, missed the bus
I got pissed at the pub every night before I stopped
mi hermano Kike y la tía Paki
a study cum playroom, and a chink of light
"""
SAME_WORDS = """
my boss is such a 《dick》, uncle
that 《bitch》 kicked my dog and the puppies
pain in the 《ass》 at the office
what a 《prick》 my landlord is
the old 《bastard》 left a will
I am 《pissed》 off with the pub
"""


@pytest.mark.parametrize("example", VEILED.strip().splitlines())
def test_swear_words_are_found_however_spelled(example: str) -> None:
    """A swear word is reported with exactly the code points it was written in."""
    text, expected = marked(example)
    assert spans(swearing, text) == expected


@pytest.mark.parametrize("text", INNOCENT.strip().splitlines())
def test_words_of_these_rooms_stay(text: str) -> None:
    """Recovery, body, faith, identity and look-alikes are no swearing and no slur."""
    assert ask(swearing, text) is None
    assert ask(slurs, text) is None


def test_the_room_decides() -> None:
    """The same words are veiled in one room, allowed in another, and veiled where no policy is known."""
    text = "fucking hell, 10 days!"
    assert ask(swearing, text, "addiction") is None
    assert spans(swearing, text, "mental-health") == spans(swearing, text, "no-such-topic") == ((0, 7),)


def test_every_masked_word_of_the_list_is_found() -> None:
    """What is left of better-profanity's list after the kept words is found as it stands there."""
    kept = {plain_form(word) for word in entries("kept.txt")}
    masked = [word for word in better_profanity() if plain_form(word) not in kept]
    assert len(masked) > 400
    assert [word for word in masked if not WORDS.find(word)] == []


def test_kept_words_come_from_the_list() -> None:
    """An entry of kept.txt that better-profanity does not have would be a promise about nothing."""
    assert set(entries("kept.txt")) <= set(better_profanity())
    assert [word for word in entries("kept.txt") if WORDS.find(word)] == []


@pytest.mark.parametrize("text", OTHER_SENSES.strip().splitlines())
def test_other_senses_of_the_words_stay(text: str) -> None:
    """An animal, a dish, a tool, a cigarette, a name or a place is no swearing, no slur and no hate."""
    assert ask(swearing, text) is None
    assert ask(slurs, text) is None
    assert rules(hate, text) == set()


@pytest.mark.parametrize("example", SAME_WORDS.strip().splitlines())
def test_the_same_words_meant_as_swearing_are_veiled(example: str) -> None:
    """A word of an innocent sense near by excuses nobody who swears."""
    text, expected = marked(example)
    assert spans(swearing, text) == expected


def test_a_slur_beside_food_is_a_slur() -> None:
    """What is innocent is the word, not what is wished to people."""
    assert rules(hate, "all faggots should be shot, pass the peas")
    assert rules(hate, "these faggots again, and no gravy")
