"""Names on other platforms: @name, name#1234, "my insta is …", "add me on snap: …"."""

import re
from collections.abc import Container, Iterator

import re2

from moderation.lexicons import entries
from moderation.personal import told
from moderation.verdict import Finding, Span
from moderation.view import View

VERSION = 1
PLATFORM = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|kik|discord|telegram|whats ?app|wechat|weixin|signal|viber|skype"
    r"|facebook|fb|messenger|twitter|tik ?tok|reddit|steam|psn|xbox|gamertag|cash ?app|venmo|only ?fans"
    r"|threads|bluesky|bereal|twitch|youtube|linkedin|tumblr|pinterest|qq|vk)"
)
_NAME = r"([a-z0-9][a-z0-9._\-]{2,31})"
_KIND = r"(?:[' ]?s)?(?: (?:name|user|username|user name|id|handle|account|tag|acc|profile))?"
# A chain is one find: taken link by link, each would only show once the one before it is hidden.
_AT = re.compile(r"(?<![a-z0-9@._\-])((?:@[a-z0-9_\x01][a-z0-9_.\x01\-]+)+)")
_SECOND_WORD = re.compile(r" ([a-z]{1,8})(?![a-z])")
_NUMBERED = re2.compile(r"\b[a-z0-9_.]{2,32}#\d{4}\b")
_REDDIT = re2.compile(r"(?:^|[\s(:,])(/?u/[a-z0-9_\-]{3,20})")
_CALLED = re2.compile(
    rf"\b(?:my|mi) {PLATFORM}{_KIND} (?:is|es|under|as) ?:? ?@?{_NAME}|\bmy {PLATFORM}'s ?:? ?@?{_NAME}"
    rf"|\b{PLATFORM}{_KIND} ?(?:=|:|->| (?:name|user|username|id|handle) is) ?@?{_NAME}"
)
# Without "my" or an equals sign, only what looks like nothing but a name: "YouTube - Scotland" is a title.
_BARE = re2.compile(rf"\b{PLATFORM}{_KIND} ?(?: is | es | - )@?{_NAME}")
_SIGNED = re.compile(r"[a-z0-9]*[0-9._\-][a-z0-9._\-]*")
_ADD = re2.compile(
    r"\b(?:add|find|follow|dm|pm|msg|message|hmu|hit|text|reach|contact|talk|catch|get|ping"
    r"|agregame|anademe|buscame|sigueme)(?: (?:me|us|up))*"
    rf" (?:on|via|through|at|by|over|in|en|por)? ?(?:my |mi )?{PLATFORM}{_KIND}"
    rf" ?(?:is|=|:|->|-|as|at|under|,|como|es)? ?@?{_NAME}"
)
_NAMED_ON = re2.compile(rf"\b(?:add|find|follow)(?: me)?,? @?{_NAME} (?:on|en) {PLATFORM}\b")
_BESIDE = re2.compile(
    r"\b(?:insta(?:gram)?|ig|snap(?:chat)?|kik|discord|telegram) @?([a-z][a-z0-9]*(?:_[a-z0-9_]+|\d{2,}))\b"
)
_ON = re2.compile(rf"\b(?:i'?m|i am|soy) {_NAME} (?:on|en) {PLATFORM}\b")
# "pit_pony_ron" is a name wherever a platform is spoken of; one with a dot or a number only just before it.
_UNDERSCORED = re2.compile(r"\b(_*[a-z0-9]+(?:_+[a-z0-9]+)+_*)\b")
_NUMBERED_ON = re2.compile(rf"\b([a-z]+(?:[._\-]?[a-z]+)*[._\-]?\d{{2,}}[a-z]*) (?:on|en) {PLATFORM}\b")
_I_AM = re2.compile(r"\b(?:i'?m|i am|soy|as) ([a-z0-9]+(?:_[a-z0-9]+)+)\b")
_SAID = re2.compile(r"\b([a-z0-9]+(?: (?:underscore|guion bajo|barra baja) [a-z0-9]+)+)\b")
_MENTIONS = frozenset(
    word + end
    for word in re.findall(r"[a-z]+", re.sub(r"\((?:gram|chat)\)\?|\?:|\?", "", PLATFORM))
    for end in ("", "s", "gram", "grams", "chat", "chats", "app", "fans", "tok")
)
"""What one of the words must be for a platform to be spoken of; a few more than there are."""
_PLACES = frozenset(entries("at_places.txt"))
_PLAIN_WORDS = frozenset(entries("no_names.txt"))
"""Words after "insta is …" that say something about it rather than name somebody."""


def handles(view: View) -> Finding | None:
    """REDACT names that lead to somebody on another platform. Mentions of a platform stay."""
    text = view.normal.ascii
    on_platforms = not _MENTIONS.isdisjoint(view.typed.words)
    if not (
        on_platforms or "@" in text or "#" in text or "_" in text or "u/" in text or "underscore" in text
    ):
        return None
    return told(view, "handle", VERSION, _names(view, text, on_platforms))


def _names(view: View, text: str, on_platforms: bool) -> Iterator[Span]:
    pseudonyms = view.submission.pseudonyms
    if "@" in text:
        for match in _AT.finditer(text):
            if _names_somebody(match[1]) and not _is_pseudonym(text, match, pseudonyms):
                yield match.span(1)
    if "#" in text:
        yield from (match.span() for match in _NUMBERED.finditer(text))
    if "u/" in text:
        yield from (match.span(1) for match in _REDDIT.finditer(text))
    if "_" in text:
        yield from (match.span(1) for match in (_UNDERSCORED if on_platforms else _I_AM).finditer(text))
    if "underscore" in text:
        yield from (match.span(1) for match in _SAID.finditer(text))
    if on_platforms:
        yield from _on_platforms(text)


def _on_platforms(text: str) -> Iterator[Span]:
    for pattern in (_CALLED, _ADD, _ON, _BESIDE, _BARE, _NAMED_ON, _NUMBERED_ON):
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex)
            name = text[start:end].rstrip(".-")
            if name in _PLAIN_WORDS or name.endswith(("ing", "ly")):
                continue
            if pattern not in (_BARE, _NAMED_ON) or _SIGNED.fullmatch(name):
                yield start, start + len(name)


def _is_pseudonym(text: str, match: "re.Match[str]", pseudonyms: Container[str]) -> bool:
    """ "@Gentle Otter" speaks to somebody in the room; it leads nowhere else."""
    second = _SECOND_WORD.match(text, match.end())
    return second is not None and f"{match[1][1:]} {second[1]}" in pseudonyms


def _names_somebody(handle: str) -> bool:
    """Not "@home", "@7pm", and not a letter in disguise: "@ss" is the swearing stage's."""
    name = handle[1:].rstrip(".-")
    return (
        len(name) > 1
        and name not in _PLACES
        and not re.fullmatch(r"\d{1,4}(?:am|pm|h)?|ss(?:es|hole|holes)?", name)
    )
