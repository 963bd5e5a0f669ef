import pytest

from moderation.lexicons import entries
from moderation.stages.links import links
from tests.moderation.tables import ask, marked, spans

HIDDEN = """
visit 《http://win-prizes.example/abc》 now
《https://evil.com/a?b=c#d》.
see (《www.pills.ru》)
《pills4u.com》
《some-shop.co.uk/buy》
《t.me/heron》 or 《discord.gg/abcd》 or 《bit.ly/3xyz》
《hxxps://evil.com》
my 《site dot com》
《mysite[.]com》 and 《mysite (dot) com》
《nhs.uk.evil.com》
《https://nhs.uk@evil.com/》
《https://nhs.uk/?u=http://evil.com》
《nhѕ.uk》 with a Cyrillic letter
《ｅｖｉｌ．ｃｏｍ》
《evil。com》
《e\u200bvil.com》
《foo.zzz/path》
"""

SHOWN = """
the benefits pages of gov.uk and www.gov.uk/bereavement helped
it hurts.live and let live.top of the morning
findahelpline.com lists lines by country
https://www.nhs.uk/mental-health/, and 988lifeline.org 💛
go to smartrecovery.org, aa.org or na.org
samhsa dot gov has a list
I was sad.me too.it was hard.so hard
e.g. this, i.e. that, etc.and more... ok
3.5 mg, 7.30 pm, v1.2
and/or, he/she, 24/7
I am so tired.Help
"""


@pytest.mark.parametrize("example", HIDDEN.strip().splitlines())
def test_ways_out_are_found(example: str) -> None:
    """A web address is reported, dressed up as a support site or not."""
    text, expected = marked(example)
    assert spans(links, text) == expected


@pytest.mark.parametrize("text", SHOWN.strip().splitlines())
def test_help_and_full_stops_stay(text: str) -> None:
    """Support sites stay readable, and a missing space after a full stop is no address."""
    assert ask(links, text) is None


@pytest.mark.parametrize("site", entries("support_sites.txt"))
def test_every_support_site_stays(site: str) -> None:
    """Each listed site stays, with its pages and subdomains."""
    assert ask(links, f"see {site}, https://www.{site}/get-help and help.{site}.") is None
