"""An order whose answer was lost: said, counted, never sent again by itself, run again by who asked."""

import json

from tests.scenario.loop_kit import shown_text
from tests.support.crash import at_rest
from tests.support.world import Json, World, eventually


async def _unknown(world: World) -> tuple[Json, Json]:
    """A job in doubt and its status message, with the button."""
    await world.imagine("[lost] a red fox --q low")
    job = await world.job(status="unknown")

    async def shown() -> list[Json]:
        return [
            m for m in await world.slack.messages(job["channel_id"]) if "run_again" in json.dumps(m["blocks"])
        ]

    (message,) = await eventually(shown, what="the button is there")
    return job, message


async def test_run_again_is_one_new_order_with_a_hold_of_its_own(world: World) -> None:
    await world.start_bot()
    job, message = await _unknown(world)
    assert "No answer from the image service · $0.01 kept aside" in shown_text(message)
    assert "up to $0.02 in all" in json.dumps(message["blocks"])

    for _ in range(2):
        await world.slack.action("U0ALICE", job["channel_id"], message["ts"], "run_again")

    new = await world.job()
    assert new["id"] != job["id"]
    await at_rest(world)
    assert len(await world.jobs()) == 2, "pressing twice is one order"
    assert new["thread_ts"] == job["thread_ts"], "it goes on in the same thread"
    held, _ = await world.scope("workspace")
    assert held >= job["estimate_micros"], "the old one stays counted"
    assert len(world.provider.journal.of("submit")) == 2


async def test_somebody_else_may_not_run_it_again(world: World) -> None:
    await world.start_bot()
    job, message = await _unknown(world)

    await world.slack.action("U0BOB", job["channel_id"], message["ts"], "run_again")

    async def told() -> list[Json]:
        records = await world.slack.transcript(job["channel_id"], "U0BOB")
        return [r for r in records if r.get("ephemeral_for") == "U0BOB" and "or an admin can" in str(r)]

    assert len(await eventually(told)) == 1
    assert len(await world.jobs()) == 1
    assert len(world.provider.journal.of("submit")) == 1


async def test_an_admin_may_run_it_again(world: World) -> None:
    await world.start_bot(IMAGINE_ADMINS="U0BOB")
    job, message = await _unknown(world)

    await world.slack.action("U0BOB", job["channel_id"], message["ts"], "run_again")

    async def two() -> bool:
        return len(await world.jobs()) == 2

    await eventually(two)
    assert (await world.jobs())[0]["user_id"] == "U0BOB"
