"""Flags that people mistype: nothing is spent, and what they meant is one press away."""

import json

from tests.support.world import World


async def test_an_unknown_flag_spends_nothing_and_the_rest_runs_at_a_press(world: World) -> None:
    await world.start_bot()

    refused = await world.imagine("a red fox --kuality high --q low")

    (run, forget) = [
        element
        for block in refused["ack"]["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert (run["text"]["text"], forget["text"]["text"]) == ("Draw without it · $0.01", "Leave it")
    assert await world.jobs() == []
    assert all(row["held_micros"] == 0 for row in (await world.audit())["scopes"])

    (shown,) = [m for m in await world.slack.transcript("C0DESIGN") if m["ephemeral_for"] == "U0ALICE"]
    await world.slack.action("U0ALICE", "C0DESIGN", shown["ts"], run["action_id"])

    job = await world.job(status="succeeded", delivery="delivered")
    assert (job["prompt"], len(await world.jobs())) == ("a red fox", 1)
    await world.audit()


async def test_what_is_wrong_without_the_flag_too_offers_nothing(world: World) -> None:
    await world.start_bot()

    for text in ("--seed 4", "a fox --seed 4 --q huge", "a fox --seed 4 --size 9x9"):
        refused = await world.imagine(text)
        assert "actions" not in json.dumps(refused["ack"]["blocks"]), text
    assert await world.jobs() == []
