import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.normalise import normalise
from moderation.submission import Submission
from moderation.view import View

LIFTED = {
    # letters by signs and digits
    "w4nt to k!ll mys3lf": "want to kill myself",
    "su!c!de": "suicide",
    "d!i!e": "die",
    "n1gg3rs out": "niggers out",
    "0xy for s@le": "oxy for sale",
    "weed/c0ke, (k1ll)": "weed coke kill",
    "a c0ncert": "a concert",  # no word that matters: its letters are read all the same
    "k*ll, s*icide": "kill suicide",
    # spelled out, parted, glued together
    "k i l l myself": "kill myself",
    "k.i.l.l m-y-s-e-l-f": "kill myself",
    "k i l l m y s e l f": "kill myself",
    "s u i c 1 d e": "suicide",
    "sui cide, sui-cide": "suicide suicide",
    "ki ll, k ill": "kill kill",
    "he r o i n": "heroin",
    "iwanttodie": "i want to die",
    "gaysaredisgusting": "gays are disgusting",
    # drawn out, and from other scripts
    "dieeeee trannnny": "die tranny",
    "к\u200bі\u200bӏӏ mу\u00adself": "kill myself",
    "🅺🅸🅻🅻 ｍｙｓｅｌｆ": "kill myself",
}

AS_TYPED = """
75mg 3x a day at 7pm, 24/7
2nd day, 16f here, 4th step, 9-5
the rapist and a therapist
over dose, self-harm
covid19 a1 i5 b12
hahahahaha, nooo way, super supermarket programme inpatient
I'm a b c, 5 10 20 mg
c/o j.d. smith, e.g. this
a+b (c) d
mail me@example.com
"""


@pytest.mark.parametrize(("typed", "words"), LIFTED.items())
def test_disguised_words_are_read(typed: str, words: str) -> None:
    """What stands for a word is read as that word, and the words as typed are still there first."""
    view = View(Submission(text=typed, topic="x"))
    assert view.words.text == words
    assert view.readings[0].text.replace(" ", "") != ""


@pytest.mark.parametrize("text", AS_TYPED.strip().splitlines())
def test_no_word_that_matters_appears(text: str) -> None:
    """Times, doses, names and long words are no disguises."""
    telling = {"kill", "die", "rapist", "overdose", "selfharm", "sex", "gay"}
    view = View(Submission(text=text, topic="x"))
    assert telling.isdisjoint(set(view.words.words) - set(view.readings[0].words))


def test_a_lifted_word_leads_back_to_all_of_it() -> None:
    """The span of a lifted word is everything it was made from."""
    text = "so k.i.l.l mys3lf, ok"
    words = View(Submission(text=text, topic="x")).words
    start, end = words.original(words.text.index("kill"), words.text.index(" ok"))
    assert text[start:end] == "k.i.l.l mys3lf"


@given(st.text(st.one_of(st.sampled_from("ki l!1@$.-*'sueid5 "), st.characters(exclude_categories=[]))))
@settings(deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is written, each word of each reading has a place, in order, inside the text."""
    for line in View(Submission(text=text, topic="x")).readings:
        assert len(line.places) == len(line.words) == (line.text.count(" ") + 1 if line.text else 0)
        assert list(line.places) == sorted(line.places)
        assert all(0 <= start < end <= len(normalise(text).plain) for start, end in line.places)


@pytest.mark.parametrize("parted", ["sui cide", "her oin", "ampheta mine", "adder all"])
def test_a_parted_word_is_found_wherever_it_stands(parted: str) -> None:
    """Only the words around an unknown one are looked at, however many others stand before and after."""
    for before, after in ((0, 0), (9, 0), (0, 9), (9, 9)):
        text = "we talk about it " * before + parted + " and then we talk" * after
        words = View(Submission(text=text, topic="addiction")).words.text.split()
        assert words[4 * before] == parted.replace(" ", "")
