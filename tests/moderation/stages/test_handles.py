import pytest

from moderation.stages.handles import handles
from moderation.submission import Submission
from moderation.verdict import Span
from moderation.view import View
from tests.moderation.tables import ask, marked, spans

HIDDEN = """
I go by 《pit_pony_ron》 on insta
soy 《el_gaucho_sobrio》 en todos lados
tik tok, 《foggy underscore brain》
paid it to 《kayla-bluejay-22》 on venmo
《@one@two@three》 here
I'm 《@brave_heron_7》 everywhere
my insta is 《sadgirl99》
my ig name is 《sadgirl》
add me on snap: 《sunny_day》
find me on telegram 《heron》
hmu on kik 《heron_9》
snapchat: 《sunnyday》
discord 《heron#1234》
reddit 《u/brave_heron》
My Insta Is 《SadGirl99》
my insta is 《ｓａｄｇｉｒｌ》
i'm 《sadgirl》 on insta
insta is 《soft.cedar》
add me, 《quietfox22》 on snap
ig 《quiet_fox22》
my snap's 《soft-cedar-7》, just so you know
mi insta es 《cedro_7》, búscame en telegram como 《cedro》
"""

SHOWN = """
my file is called notes_final_v2
YouTube - Scotland in winter
my insta's gone
snap 2023 was a year, find peace on reddit
or #5000 of them
insta is toxic for me
my snap is dead and my insta is private
I quit tiktok and slept eight hours
discord: a good place for gamers
@home @ work, free @7pm
the signal is bad here
add me to the list
got snap? we could talk there
I found support on reddit and facebook groups
feeling #1 today, room #12
my telegram is not working
what the @ss
"""


@pytest.mark.parametrize("example", HIDDEN.strip().splitlines())
def test_names_elsewhere_are_found(example: str) -> None:
    """A name on another platform is reported, and only the name."""
    text, expected = marked(example)
    assert spans(handles, text) == expected


@pytest.mark.parametrize("text", SHOWN.strip().splitlines())
def test_talk_about_platforms_stays(text: str) -> None:
    """To speak about a platform gives nobody away."""
    assert ask(handles, text) is None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("@Gentle Otter thank you", ()),
        ("thank you @gentle otter!", ()),
        ("@Gentle Ottersen", ((0, 7),)),
        ("@gentle_otter", ((0, 13),)),
        ("@gentle", ((0, 7),)),
    ],
)
def test_somebody_in_the_room_may_be_spoken_to(text: str, hidden: tuple[Span, ...]) -> None:
    """A name that the service gave is no handle; one that merely begins like it is."""
    submission = Submission(text=text, topic="addiction", pseudonyms=frozenset({"gentle otter"}))
    finding = handles(View(submission))
    assert (finding.spans if finding else ()) == hidden
