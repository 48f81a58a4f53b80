"""An organisation with several workspaces: a colleague whose first workspace is another one belongs, too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.scenario.edit_kit import DESIGN, edited, made, photo, reachable_bot, whispers
from tests.support.world import World

EVE, MAL = "W0EVE", "U0MAL"


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def organisation(world: World) -> AsyncIterator[None]:
    await world.slack.options(enterprise_id="E0GROUP")
    await world.slack.add_user(
        EVE, "eve", team_id="T0SISTER", teams=["T0SISTER", "T0SANDBOX"], channels=[DESIGN]
    )
    await world.slack.add_user(MAL, "mal", team_id="T0OTHER", channels=[DESIGN])
    yield
    await world.slack.options(enterprise_id=None)


async def test_a_colleague_of_a_sister_workspace_asks_edits_and_presses(world: World) -> None:
    await reachable_bot(world)
    await world.slack.message(EVE, DESIGN, "@imagine a teapot --q low")
    first = await world.job(delivery="delivered", user_id=EVE)
    await world.slack.message(EVE, DESIGN, "bluer --q low", thread_ts=first["thread_ts"], files=[photo()])
    await edited(world, user_id=EVE)

    result = (await world.thread(first))[-1]
    await world.slack.action(EVE, DESIGN, result["ts"], "pic_edit")
    assert len(await world.slack.views(EVE)) == 1


async def test_somebody_of_another_organisation_may_look_and_not_spend(world: World) -> None:
    await reachable_bot(world)
    first = await made(world)
    await world.slack.message(MAL, DESIGN, "@imagine a teapot --q low")
    await world.slack.message(MAL, DESIGN, "bluer --q low", thread_ts=first["thread_ts"], files=[photo()])
    typed = await world.imagine("a teapot --q low", user=MAL)
    assert "Only people of this workspace" in str(typed["ack"])
    root = (await world.thread(first))[0]
    await world.slack.action(MAL, DESIGN, root["ts"], "pic_edit")

    assert await whispers(world, MAL, "only people of this workspace")
    assert await world.slack.views(MAL) == []
    assert len(await world.jobs()) == 1
