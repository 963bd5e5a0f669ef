"""Random tokens."""

import re

from rooms import chance


def test_tokens() -> None:
    """As long as their bytes take in base64, of its letters, across the draws, and none comes twice."""
    for size, length in ((9, 12), (12, 16), (15, 20), (24, 32), (25, 34), (5_000, 6_667)):
        tokens = [chance.token(size) for _ in range(chance.DRAWN // size + 5)]
        assert all(re.fullmatch(f"[A-Za-z0-9_-]{{{length}}}", token) for token in tokens)
        assert len(set(tokens)) == len(tokens)
