import pytest

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

EMERGENCIES = [
    "i took all my tablets",
    "I swallowed the whole packet",
    "took way too many of my meds and i feel weird",
    "i think i'm overdosing",
    "my friend od'd and we have no narcan",
    "his lips are blue",
    "she won't wake up",
    "my brother isn't breathing",
    "i drank bleach",
    "i cut too deep and it won't stop bleeding",
    "throwing up blood since last night",
    "chest pain and my left arm is numb",
    "he's having a seizure right now",
    "me tomé todas las pastillas",
    "mi amiga no respira",
    "no para de sangrar",
]
NONE = [
    "took my meds and went for a walk",
    "i overdosed in 2019, they brought me back",
    "my best friend died of an overdose",
    "signs of an overdose: blue lips, slow breathing",
    "what do you do when someone overdoses?",
    "overdosed on chocolate last night",
    "can't breathe, laughing too hard",
    "my gums bleed when i brush",
    "panic attack, my chest was tight",
    "took them all to the park, three dogs",
    "me tomé la pastilla de la presión",
]


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency_is_shown_and_brings_help(text: str) -> None:
    """An overdose, a poisoning or another emergency now is shown, with both labels."""
    verdict = judge(Submission(text=text, topic="addiction"))
    assert (verdict.action, verdict.text) == (Action.ALLOW, text)
    assert {"crisis", "medical"} <= set(verdict.labels)


@pytest.mark.parametrize("text", NONE)
def test_talk_of_emergencies_is_left_alone(text: str) -> None:
    """Past, lost, learned and idiomatic emergencies raise nothing."""
    assert judge(Submission(text=text, topic="addiction")).labels == ()
