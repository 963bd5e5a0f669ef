"""What a domain name may look like in a chat line; shared by the stages for links and e-mail."""

TOP = (
    "com|net|org|edu|gov|info|biz|xyz|io|gg|ly|tv|shop|store|site|online|website|club|icu|dev|ru|cn|de|fr|uk"
    "|ca|au|nz|ie|eu|nl|pl|br|mx|ch|co|cc|vip|casino|example"
)
"""Endings by which a bare word with a dot is taken for an address. English words (me, so, is, it, to, us,
live, top, win) are missing on purpose: people forget the space after a full stop. `HOSTS` are those."""
HOSTS = (
    "t\\.me|m\\.me|wa\\.me|bit\\.ly|linktr\\.ee|youtu\\.be|paypal\\.me|cash\\.me|discord\\.me|signal\\.me"
    "|about\\.me|telegram\\.me|onlyfans\\.com|is\\.gd|goo\\.gl|tinyurl\\.com"
)
SPOKEN = "(?:com|org|net|co ?\\.? ?uk|co|io|gg|edu|gov|info|uk|de|fr|ca|example)"
"""Endings that count after a dot spelled as a word."""
DOTTED = r"(?: dot | ?[(\[{<] ?(?:dot|\.) ?[)\]}>] ?| \. ?|\. | ?\bpunto\b ?|\.)"
PROVIDERS = (
    "(?:g ?mail|gee mail|googlemail|hotmail|outlook|yahoo|icloud|proton ?mail|aol|gmx|live|ymail|zoho)"
)
