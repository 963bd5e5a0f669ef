import pytest

from moderation.stages.shape import shape
from tests.moderation.tables import ask

REFUSED = {
    "length": "a" * 2001,
    "empty": "",
    "blank": " \n\t\u00a0\u3000",
    "invisible": "\u200b\u2060\ufeff",
    "filler": "\u3164\u2800",
    "bell": "hi\x07",
    "surrogate": "hi\ud800",
    "zalgo": "h" + "\u0336\u0315\u031b" * 30,
}
FINE = (
    "a" * 2000,
    "two\nlines\tand a tab",
    "👩‍👩‍👧‍👦" * 20,
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f" * 8,
    "1️⃣2️⃣3️⃣" * 20,
    "שָׁלוֹם לְכֻלָּם" * 10,
    "السَّلامُ عَلَيْكُمْ" * 10,
    "สวัสดีครับ ที่นี่" * 10,
    "नमस्ते दोस्तों" * 10,
    "❤️",
)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_message_is_blocked(text: str) -> None:
    """A message nobody can read is refused as spam."""
    finding = ask(shape, text)
    assert finding is not None
    assert finding.category == "spam"


@pytest.mark.parametrize("text", FINE)
def test_scripts_and_emoji_are_messages(text: str) -> None:
    """Pointed scripts and joined emoji have marks and invisible characters by nature."""
    assert ask(shape, text) is None
