import pytest

from moderation.stages.email import email
from tests.moderation.tables import ask, marked, spans

HIDDEN = """
《磊.胡87@aol.com》
《heron7 at example.com》
write to 《brave.heron@example.com》 any time
《BRAVE@Example.COM》
《brave.heron @ example.com》
《brave heron at example dot com》
write me: 《brave heron at gmail dot com》
it's 《heron77 at gmail》
《heron(at)gmail(dot)com》
《heron [at] proton mail》
《heron@gmail》
write to 《s o f t c e d a r @ e x a m p l e . c o m》
《heron arroba gmail punto com》
《ｈｅｒｏｎ＠ｅｘａｍｐｌｅ．ｃｏｍ》
《heron\u200b@example.com》
"""

SHOWN = """
log in at mybank.com
look at amazon.com or shop at yahoo
see you at noon
look at samhsa dot gov
I work at gmail
meet me @ 7
I cried at home and at work
@ the moment I am fine
"""


@pytest.mark.parametrize("example", HIDDEN.strip().splitlines())
def test_addresses_are_found(example: str) -> None:
    """An e-mail address is reported with the name before it, spelled out or not."""
    text, expected = marked(example)
    assert spans(email, text) == expected


@pytest.mark.parametrize("text", SHOWN.strip().splitlines())
def test_at_alone_is_no_address(text: str) -> None:
    """The word and the sign are ordinary."""
    assert ask(email, text) is None
