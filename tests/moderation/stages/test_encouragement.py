import pytest

from moderation.pipeline import judge
from moderation.submission import Submission
from moderation.verdict import Action

PUSHES = [
    "go kill yourself",
    "kys",
    "k!ll y0urself",
    "you'd be better off dead",
    "hope you succeed next time",
    "nobody would miss you",
    "you should cut, it really helps",
    "pro ana tips please",
    "don't eat today, you're almost there",
    "just have a beer mate, nobody will know",
    "one drink won't hurt you",
    "skip the meeting and get high with us",
    "mátate ya",
    "no comas hoy, princesa",
    "por una copa no pasa nada",
]
NONE = [
    "he told me to kill myself and i left him",
    "please don't kill yourself",
    "nobody should ever say kys",
    "my friends say one drink won't hurt and i don't know what to say",
    '"nobody would miss you" is the lie my illness tells me',
    "just jump in, we're friendly",
    "cut yourself some slack",
    "have a drink of water",
    "i unfollowed the thinspo pages",
    "one meeting won't hurt",
    "one drink won't hurt, says my brain. my brain is a liar",
    "mátate, me decían en la escuela",
]


@pytest.mark.parametrize("text", PUSHES)
def test_a_push_towards_harm_is_blocked(text: str) -> None:
    """Nobody in these rooms reads that they should die, starve, cut or use; the author learns why."""
    verdict = judge(Submission(text=text, topic="mental-health"))
    assert (verdict.action, verdict.category) == (Action.BLOCK, "encouragement")


@pytest.mark.parametrize("text", NONE)
def test_quoted_and_opposed_pushes_are_left_alone(text: str) -> None:
    """Who tells of it, or speaks against it, is heard."""
    assert judge(Submission(text=text, topic="mental-health")).action is Action.ALLOW
