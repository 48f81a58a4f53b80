"""What people read and see of edits that do not go as they thought: in words that are true of their case."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault
from tests.scenario.budget_kit import press
from tests.scenario.edit_kit import (
    ALICE,
    DESIGN,
    details,
    edited,
    made,
    mood,
    photo,
    picture,
    reachable_bot,
    whispers,
)
from tests.support.world import World


async def test_cancelling_an_ask_takes_the_eyes_off_its_message(world: World) -> None:
    await reachable_bot(world, IMAGINE_CONFIRM_USD="0.01")
    said = await world.slack.message(ALICE, DESIGN, "@imagine make it night", files=[photo()])
    await mood(world, said["ts"], "eyes")

    await press(world, ALICE, DESIGN, "draft_cancel")

    await mood(world, said["ts"])
    assert await world.jobs() == []


async def test_a_dead_link_of_a_result_is_not_said_to_work(world: World) -> None:
    await world.start_bot()  # without a public address
    parent = await made(world)
    world.provider.faults.add(Fault("download", "status", status=404, count=-1))

    await world.slack.message(ALICE, DESIGN, "@imagine add a hat --q low", thread_ts=parent["thread_ts"])

    (note,) = await whispers(world, ALICE, "no public address", "nothing was charged")
    assert "pictures that I made" not in note["text"]
    assert "New pictures work." in note["text"]


@pytest.mark.parametrize(
    ("size", "words", "ratio"),
    [
        ((2000, 100), "strip.png is wider than the image model can draw; drawn at 3:1.", 3),
        ((100, 2000), "strip.png is taller than the image model can draw; drawn at 1:3.", 1 / 3),
    ],
    ids=["wide", "tall"],
)
async def test_a_shape_that_cannot_be_kept_is_said(
    world: World, size: tuple[int, int], words: str, ratio: float
) -> None:
    await reachable_bot(world)

    await world.slack.message(
        ALICE, DESIGN, "@imagine make it night --q low", files=[photo("strip.png", picture(size=size))]
    )

    job = await edited(world)
    assert words in await details(world, job)
    width, height = map(int, world.provider.tasks()[-1]["size"].split("x"))
    assert width / height == ratio
