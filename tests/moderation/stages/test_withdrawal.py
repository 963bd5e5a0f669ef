import pytest

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

STOPPED = [
    "stopped drinking two days ago and i can't stop shaking",
    "day 2 without alcohol, seeing things in the corner",
    "quit the vodka on sunday. sweating, heart racing",
    "ran out of my valium, twitching all night",
    "came off xanax by myself and i'm scared of a seizure",
    "dejé de beber ayer y no paro de temblar",
]
NONE = [
    "went through alcohol withdrawal in hospital last month",
    "i quit sugar and i'm shaky",
    "two years since i stopped drinking and my hands are steady",
    "can withdrawal kill you? asking before i stop",
    "opiate withdrawal is like flu",
    "tapering my valium with the doctor, a bit sweaty, doctor knows",
]


@pytest.mark.parametrize("text", STOPPED)
def test_a_sudden_stop_brings_the_card(text: str) -> None:
    """The message is shown with the label `medical`, and nobody is alarmed."""
    verdict = judge(Submission(text=text, topic="addiction"))
    assert (verdict.action, verdict.labels) == (Action.ALLOW, ("medical",))


@pytest.mark.parametrize("text", NONE)
def test_other_withdrawal_is_left_alone(text: str) -> None:
    """Past, supervised or other withdrawal brings nothing."""
    assert judge(Submission(text=text, topic="addiction")).labels == ()
