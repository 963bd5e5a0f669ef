import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.pipeline import judge
from moderation.stages.crisis import crisis
from moderation.submission import Submission
from moderation.verdict import Action
from tests.moderation.tables import ask

AT_RISK = [
    "I want to cut, one more won't hurt",
    "I can't do this any more, I want to be dead",
    "i keep thinking about killing myself",
    "they would all be better off if i was gone",
    "there's no reason for me to stay alive",
    "i have the pills in front of me",
    "by the time you read this i will be gone",
    "i'm scared i will hurt myself tonight",
    "the voices keep telling me to jump",
    "i tried to kill myself last night",
    "my sister says she is going to end her life and she is not picking up",
    "my ex is outside with a knife",
    "i'm going to stab my stepdad when he gets home",
    "me quiero matar",
    "no quiero seguir viviendo",
    "mi hermano dice que se va a suicidar",
    # disguised, misspelt, coded
    "w4nna d!e",
    "i want to k i l l myself",
    "wnat to kil myslef",
    "gonna unalive myself",
    "I wаnt to diе",  # Cyrillic letters
    "i want to k\u200bill myself",
    "I WANT TO DIE",
]
NOT_AT_RISK = [
    "my dealer texted me and I deleted it",
    "thank you for talking to me last night, I slept",
    "I am sick and tired of being sick and tired",
    "gave my last oxys to the pharmacy to destroy",
    "my mule of a brain keeps telling me one won't hurt",
    "goodbye to my old house today, goodbye kitchen, goodbye pear tree",
    "this heat is killing me",
    "i nearly died laughing",
    "i'd die for a coffee",
    "i don't want to die, i want a holiday",
    "no urge to hurt myself all week",
    "i used to want to die every single day",
    "years ago i stood on a bridge. somebody stopped",
    "my brother took his own life",
    "lost my aunt to suicide",
    'she said "i want to die" in chapter two',
    "how do i talk to my friend about suicide?",
    "a book about suicide prevention",
    "goodbye all, see you tomorrow",
    "i ended it with my boyfriend on friday",
    "my back is killing me",
    "me muero de risa",
    "ya no quiero morirme",
    "hace años intenté suicidarme",
    "mi primo se suicidó",
]


@pytest.mark.parametrize("text", AT_RISK)
def test_risk_now_is_seen(text: str) -> None:
    """Words of risk now carry the label, however they are written."""
    assert "crisis" in judge(Submission(text=text, topic="mental-health")).labels


@pytest.mark.parametrize("text", NOT_AT_RISK)
def test_what_only_sounds_like_it_is_left_alone(text: str) -> None:
    """Idiom, past, negation, quotation, bereavement and topic are no risk."""
    assert not ask(crisis, text)


@pytest.mark.parametrize("topic", ["addiction", "mental-health", "life-changes", "elsewhere"])
@pytest.mark.parametrize("on_duty", [True, False])
def test_words_of_despair_are_shown_whole(topic: str, on_duty: bool) -> None:
    """A crisis is never held, blocked, hidden or veiled, in any room, whoever is on duty."""
    for text in AT_RISK:
        verdict = judge(Submission(text=text, topic=topic, on_duty=on_duty))
        assert (verdict.action, verdict.text, verdict.veil) == (Action.ALLOW, text, ()), text


def test_the_finding_says_where_and_by_which_rule() -> None:
    """A label comes with evidence: rule, version of the rules, and the words that made it."""
    (finding, *_) = judge(Submission(text="so. i want to kill myself, ok", topic="addiction")).findings
    assert finding.rule == "crisis.self_kill"
    assert finding.spans
    assert finding.version


ALIKE = {"a": "аα", "e": "еε", "i": "іι", "o": "оο", "k": "кκ", "s": "ѕ", "l": "ⅼ"}


@given(st.sampled_from(["i want to kill myself", "i am suicidal", "me quiero matar"]), st.data())
@settings(max_examples=150, deadline=None)
def test_no_disguise_hides_a_cry(phrase: str, data: st.DataObject) -> None:
    """Case, an invisible character after any letter, or a look-alike in a word leaves the label."""
    edited = "".join(
        data.draw(st.sampled_from([char, char, char.upper(), char + "\u200b", *ALIKE.get(char, "")]))
        for char in phrase
    )
    assert "crisis" in judge(Submission(text=edited, topic="mental-health")).labels, edited
