"""Deleting the message that asked takes the ask back while nothing was paid for it."""

from __future__ import annotations

from tests.support.world import World, eventually


async def test_a_deleted_message_cancels_what_was_not_sent(world: World) -> None:
    world.provider.set_options(duration_seconds=4.0)
    await world.start_bot(IMAGINE_USER_IN_FLIGHT="1")
    await world.slack.message("U0ALICE", "C0DESIGN", "<@U0IMAGINE> a first fox --q low")
    await world.job(status="running")
    said = await world.slack.message("U0ALICE", "C0DESIGN", "<@U0IMAGINE> a second fox --q low")
    waiting = await world.job(status="queued", delivery="announced")

    await world.slack.delete_message("U0ALICE", "C0DESIGN", said["ts"])

    job = await world.job(status="cancelled")
    assert (job["id"], job["cost_micros"]) == (waiting["id"], 0)

    async def nothing_is_left() -> bool:
        thread = [m for m in await world.slack.messages("C0DESIGN") if m.get("thread_ts") == said["ts"]]
        return thread == []

    await eventually(nothing_is_left, what="the message that waited there is gone, too")

    async def first_done() -> bool:
        return [job["status"] for job in await world.jobs()] == ["cancelled", "succeeded"]

    await eventually(first_done, what="what was sent still arrives")
    assert len(world.provider.tasks()) == 1
    held, _ = await world.scope("user:T0SANDBOX/U0ALICE")
    assert held == 0
