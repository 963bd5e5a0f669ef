import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.normalise import FOREIGN, normalise

ANY = st.text(st.characters(exclude_categories=[]))

FORMS = {
    "ＦＵＬＬ": "full",
    "é": "e",
    "Ⓐⓑ": "ab",
    "аеорсху": "aeopcxy",
    "ΑΒΕ": "abe",
    "øłđħ": "oldh",
    "ꜰᴜʟʟ": "full",
    "🇦🇧": "ab",
    "🅰🅱": "ab",
    "١٢٣ १२३ ১২৩ 123": "123 123 123 123",
    "a\u200bb\u00adc\u202ed": "abcd",
    "it’s – “so”…": 'it\'s - "so"...',
    "ﬁne": "fine",
    "a\x00b": "a b",
    "Straße": "strasse",
    "漢字": "漢字",
    "⒡🄐": "fa",
    "ϲꓐ匚ʎ": "cbcy",
    "k\u3164i": "k i",
    "ﬄ": "ffl",
    "a🔌❄️": "a plug  snow ",
}


@pytest.mark.parametrize(("typed", "plain"), FORMS.items())
def test_forms_become_plain_letters(typed: str, plain: str) -> None:
    """What looks like a letter or digit is matched as that letter or digit."""
    assert normalise(typed).plain == plain


@given(ANY)
def test_every_position_leads_back(text: str) -> None:
    """The three forms have one length, and the map back never leaves the text or runs backwards."""
    normal = normalise(text)
    assert len(normal.plain) == len(normal.ascii) == len(normal.origin)
    assert list(normal.origin) == sorted(normal.origin)
    assert all(0 <= at < len(text) for at in normal.origin)
    assert normal.ascii.isascii()
    assert "\x00" not in normal.ascii


@given(ANY)
def test_kept_and_dropped_are_all(text: str) -> None:
    """Each code point either stands in the plain form or is counted as dropped."""
    normal = normalise(text)
    assert len(set(normal.origin)) + normal.dropped == len(text)


def test_foreign_letters_keep_their_place() -> None:
    """In the ASCII form a letter without one is a single placeholder."""
    assert normalise("a漢b").ascii == f"a{FOREIGN}b"


def test_marks_belong_to_the_letter_before() -> None:
    """A span ends after the marks that hang on its last letter, and before a joiner."""
    text = "ab\u0336\u0336c\u200d"
    assert normalise(text).original(0, 2) == (0, 4)
    assert normalise(text).original(2, 3) == (4, 5)
