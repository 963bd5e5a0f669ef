"""A scene in which the strike itself goes wrong."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults import stage
from tests.faults.scene import Fault, Scene, measure

pytestmark = pytest.mark.journey


@pytest.mark.asyncio
async def test_words_on_their_way_are_not_lost(tmp_path: Path, rng: random.Random) -> None:
    """A strike that waited in vain is complained of; what still travels then is waited for, and no loss."""

    async def in_vain(scene: Scene) -> float:
        assert scene.visitor_links is not None
        scene.visitor_links.delay = 0.5
        await asyncio.sleep(0.6)
        async with asyncio.timeout(0):
            await asyncio.sleep(1)
        raise AssertionError

    async with stage.with_network(tmp_path, rng) as scene:
        row = await measure(scene, Fault("in vain", in_vain, 3.0), 1, members=6)
    assert len(row.wrong) == 1
    assert row.wrong[0].startswith("waited in vain")
    assert row.sums.sent == row.sums.acknowledged > 0
    assert row.sums.lost_silently == 0
