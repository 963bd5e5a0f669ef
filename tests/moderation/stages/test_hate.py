import pytest

from moderation.stages.hate import hate
from tests.moderation.tables import rules

FOUND = {
    "hate.dehumanise": [
        "gays are an abomination and must burn",
        "immigrants are parasites, deport them all",
        "muslims are rats",
        "los moros son basura",
        "f a g g o t s are vermin",
    ],
    "hate.derogate": [
        "women belong in the kitchen, they're too stupid for anything else",
        "trannies are mentally ill freaks",
    ],
    "hate.violence": [
        "all jews should be gassed",
        "autistics should have been aborted",
        "hitler was right",
        "go back to your country",
    ],
    "hate.slur": [
        "you are a dirty n1gger",
        "shut up you tranny",
    ],
    "hate.hates": [
        "i hate all muslims",
    ],
}

LEFT = """
old people are lonely, phone yours
we addicts are liars until we are not
immigrants like me have no family here
I'm schizophrenic, not dangerous
the nazis killed my great grandparents
junkies are people too
I'm a junkie and I say it because it keeps me honest
they called me a junkie in the ER and left me in the hallway
I am a dyke and proud, but my church isn't
as a gay man in a small town I have nobody
I'm trans and my therapist keeps using my old name
they yelled faggot at me from a car. I'm 40 and it still hurts
I'm black and bipolar and doctors don't believe my pain
I'm a muslim woman with depression, my family says pray more
jewish guilt plus ocd is a hell of a combo
the guy on the bus told us to go back to where we came from. we were born here
I'm autistic and eye contact is torture
people say "that's so retarded" at work and my son has Down's
my wife came out as a lesbian after 15 years and I'm happy for her and broken
I came out at 61
I'm an immigrant and my degree counts for nothing here
they told me "go back to your country" at work and HR did nothing
thank Allah for every sober Ramadan
I'm an atheist, does AA still work?
once an addict always an addict they say, I don't believe it
I'm crazy, officially, got the papers lol
stop calling people crazy for having feelings
men like him make me sick
girls belong in every room they choose
I love women who belong to themselves, kitchen or not
all of us should have been told about the side effects
addicts should have been given help, not prison
autistic people should have been diagnosed earlier
people should have been kinder to you
addicts should've got help not cells
retired on Friday. who am I now?
88 days. never thought I'd say that number
my kids are 6 and 9 and they see everything
Jesus carried me through
rent is 1450 and I earn 1900, how does anyone do this
addicts should have somewhere to go at night
she said gays are vermin and I got up and left the table
nobody should call women rats, ever
I hate being called a retard
we are queer and sober and proud
"""


@pytest.mark.parametrize(("text", "rule"), [(text, rule) for rule, texts in FOUND.items() for text in texts])
def test_hate_is_found(text: str, rule: str) -> None:
    """A group called vermin, stupid or better dead, and a slur at somebody: each by its rule."""
    assert rule in rules(hate, text)


@pytest.mark.parametrize("text", LEFT.strip().split("\n"))
def test_what_people_say_of_themselves_is_left(text: str) -> None:
    """Identity, what was done to somebody, and words told of or refused are no hate."""
    assert not rules(hate, text)
