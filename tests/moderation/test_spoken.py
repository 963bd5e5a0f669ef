import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.normalise import normalise
from moderation.spoken import phrase, read, spoken
from moderation.submission import Submission
from moderation.view import View

ANY = st.text(st.characters(exclude_categories=[]))

FORMS = {
    "I don't want to die.": "i dont want to die",
    "¿Qué pasó, mañana?": "que paso manana",
    "self-harm / self_harm": "self harm self harm",
    "'tis 'so'": "tis so",
    "75 mg, 3x!": "75 mg 3x",
    "  \n … ": "",
    "ＫＩＬＬ мyself": "kill myself",
    "я устал": "r yctaл",  # letters that look Latin are: phrases go through the same form
    "你好 世界": "你好 世界",
}


@pytest.mark.parametrize(("typed", "words"), FORMS.items())
def test_words_and_nothing_else(typed: str, words: str) -> None:
    """Letters and digits stay as words parted by one space; the rest is gone."""
    assert phrase(typed) == words


@given(ANY)
def test_each_word_leads_back(text: str) -> None:
    """There is a place for every word, and it holds that word."""
    line = read(normalise(text))
    words = line.text.split(" ") if line.text else []
    assert len(line.places) == len(words)
    for word, (start, end) in zip(words, line.places, strict=True):
        assert line.normal.plain[start:end].replace("'", "") == word


@given(st.text("abz 'é-\u0301\u200bд9", max_size=30))
def test_the_short_way_is_the_long_way(text: str) -> None:
    """ASCII takes a faster way to the same words."""
    plain = normalise(text).plain
    assert spoken(plain) == spoken(plain + " \u4e00").removesuffix("\u4e00").strip()


def test_spans_are_whole_words_as_sent() -> None:
    """What a rule found is reported as it was typed, marks and apostrophes included."""
    text = "I do\u0301n't, want \u200bto  DIE!"
    words = View(Submission(text=text, topic="x")).words
    at = words.text.index("dont want")
    start, end = words.original(at, at + len("dont want"))
    assert text[start:end] == "do\u0301n't, want"
    start, end = words.original(words.text.index("die"), len(words.text))
    assert text[start:end] == "DIE"


def test_sentences_are_apart() -> None:
    """A rule that needs one sentence can ask whether another began in between."""
    line = read(normalise("I left. he drinks, and hits"))
    assert line.apart(line.text.index("left"), line.text.index("drinks"))
    assert not line.apart(line.text.index("drinks"), line.text.index("hits"))
    assert not line.apart(0, 0)
