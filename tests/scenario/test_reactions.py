"""Reactions on messages that asked: Slack is never told to take off what was not put there."""

from __future__ import annotations

from tests.scenario.edit_kit import ALICE, DESIGN, mood
from tests.support.world import World, eventually


async def removals(world: World) -> list[tuple[str, str | None]]:
    calls = await world.slack.calls("reactions.remove")
    return [(call["args"]["name"], call["error"]) for call in calls]


async def test_each_end_takes_off_the_eyes_and_nothing_else(world: World) -> None:
    await world.start_bot()
    said = await world.slack.message(ALICE, DESIGN, "@imagine a red fox --q low")
    await mood(world, said["ts"], "white_check_mark")
    assert await removals(world) == [("eyes", None)]

    refused = await world.slack.message(ALICE, DESIGN, "@imagine a red fox --size 7x7")
    await mood(world, refused["ts"], "warning")
    broken = await world.slack.message(ALICE, DESIGN, "@imagine a red fox [fail] --q low")
    await mood(world, broken["ts"], "warning")
    await world.imagine("a blue fox --q low")
    await world.job(delivery="delivered", prompt="a blue fox")

    async def calm() -> bool:
        return len(await removals(world)) == 2

    await eventually(calm, what="the eyes of the failed ask are taken off")
    assert await removals(world) == [("eyes", None), ("eyes", None)]
