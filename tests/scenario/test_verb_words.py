"""What is said to a picture with a number, a size or a flag: it counts, or is answered free."""

from __future__ import annotations

import pytest

from tests.scenario.edit_kit import ALICE, reachable_bot, whispers
from tests.scenario.loop_kit import newest_job, reply, sheet
from tests.scenario.test_loop import in_thread
from tests.support.world import World


@pytest.mark.parametrize("words", ["#7", "vary 9", "finish #7"])
async def test_a_number_that_is_not_there_is_answered_free(world: World, words: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, words)

    (told,) = await whispers(world, ALICE, "There is no picture")
    assert "Here are 1, 2, 3 and 4." in told["text"]
    assert [job["id"] for job in await world.jobs()] == [first["id"]]


@pytest.mark.parametrize(
    ("words", "shown"),
    [("finish 2 in 16:9", "Final · 1536×864"), ("again 2048x1152", "4 drafts · 2048×1152")],
)
async def test_a_named_size_is_the_one_that_is_drawn(world: World, words: str, shown: str) -> None:
    await reachable_bot(world)
    first = await sheet(world)

    await in_thread(world, first, words)

    await newest_job(world, 2, delivery="delivered")
    await reply(world, first, shown)
