import re
from itertools import product
from pathlib import Path
from random import Random

import better_profanity
import pytest

from rooms.names import ADJECTIVES, NOUNS, candidates

LIST = Path(better_profanity.__file__).with_name("profanity_wordlist.txt")
DENIED = """
snow ice crystal molly poppy herb
bridge rope rail blade cliff roof
lost fading hollow silent
"""
"""Drug slang; words of method; words that say the worst of how someone feels."""
DENIED_WHOLE = """
red blue green black white brown pink grey gray purple violet yellow golden silver rosy
fat thin slim heavy skinny curvy tall small tiny little big body bone skin belly
honey sugar apple berry bread butter candy cookie lamb quail pork bacon
horse tiger dragon hare owl turtle garden galaxy clear soft stone rock grass weed spice pearl lotus
king queen prince lady lord girl boy sister brother mother father maiden
robin rose lily daisy iris ivy hazel holly olive rowan willow amber ruby jasmine heather glen dale reed
mist gift pine trusty safe reliable honest loyal faithful true sincere genuine verified official
"""
"""Colours, bodies, food, more drug slang, gender, people's names, false friends, and words that vouch."""


def banned() -> list[str]:
    """Long enough not to hit by chance, in any place: inside a word, and where two words meet."""
    listed = LIST.read_text(encoding="utf-8").lower().splitlines()
    return [*DENIED.split(), *(word for word in listed if len(word) >= 4)]


def test_the_words() -> None:
    """128 and 128, none twice, each a capital and at most seven small letters."""
    assert len(set(ADJECTIVES)) == len(ADJECTIVES) == 128
    assert len(set(NOUNS)) == len(NOUNS) == 128
    assert all(re.fullmatch("[A-Z][a-z]{1,7}", word) for word in ADJECTIVES + NOUNS)


def test_no_word_is_denied() -> None:
    """No word is a colour, a body, a food, a person, slang, or a promise about its bearer."""
    assert not {word.lower() for word in ADJECTIVES + NOUNS} & set(DENIED_WHOLE.split())


def test_no_pair_hurts() -> None:
    """In none of the 16,384 pairs, read as one word, is there a denied word or an obscene one."""
    anything = re.compile("|".join(map(re.escape, banned())))
    pairs = [f"{adjective}{noun}".lower() for adjective, noun in product(ADJECTIVES, NOUNS)]
    assert len(pairs) == 16_384
    assert [pair for pair in pairs if anything.search(pair)] == []


def test_the_screen_sees() -> None:
    """The screen would have caught what it is there for."""
    anything = re.compile("|".join(map(re.escape, banned())))
    assert all(anything.search(bad) for bad in ("trail", "openisland", "snowdrop", "rusticelm"))


def test_candidates() -> None:
    """As many names as asked for, all different, of an adjective and a noun, in a drawn order."""
    names = candidates(Random(1), 50)
    assert len(set(names)) == 50
    assert all(name.split()[0] in ADJECTIVES and name.split()[1] in NOUNS for name in names)
    assert names == candidates(Random(1), 50)
    assert names != candidates(Random(2), 50)


def test_all_of_them() -> None:
    """Every pair can be drawn, and no more than there are."""
    assert len(set(candidates(Random(1), 16_384))) == 16_384
    with pytest.raises(ValueError, match="more names than there are"):
        candidates(Random(1), 16_385)
