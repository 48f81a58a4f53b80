"""A thread that is gone: Slack shows what is posted there at the top of the channel, so it is taken back."""

from __future__ import annotations

import json

import pytest

from sandbox.faults import Fault
from tests.scenario.edit_kit import ALICE, BOB, DESIGN, whispers
from tests.support.world import Json, World, eventually


def lose(world: World, ts: str) -> None:
    """The message goes, and the app does not hear of it."""
    message = world.sandbox.core.workspace.find(DESIGN, ts)
    assert message is not None
    message.deleted = True


async def by_the_bot(world: World) -> list[Json]:
    return [message for message in await world.slack.messages(DESIGN) if message["bot_id"]]


async def deletions(world: World) -> list[Json]:
    return [call for call in await world.slack.calls("chat.delete") if call["status"] == 200]


async def test_an_ask_whose_message_is_gone_spends_nothing_and_leaves_nothing_in_the_channel(
    world: World,
) -> None:
    await world.start_bot()
    said = await world.slack.message(ALICE, DESIGN, "@imagine a teapot --q low")
    lose(world, said["ts"])

    job = await world.job(status="failed")

    (note,) = await whispers(world, ALICE, "the message you asked in is gone", "nothing was charged")
    assert note["thread_ts"] is None, "nobody sees a note in a thread that is gone"
    assert await by_the_bot(world) == []
    assert len(await deletions(world)) == 1
    assert job["error"] == {"code": "cannot_post", "message": "thread_not_found"}
    assert job["cost_micros"] == 0
    assert world.provider.tasks() == []
    assert (await world.scope("workspace"))[0] == 0


async def test_a_lost_answer_to_a_post_at_the_top_leaves_nothing_there(world: World) -> None:
    await world.start_bot()
    await world.slack.fault(Fault("chat.postMessage", "drop_after"))
    said = await world.slack.message(ALICE, DESIGN, "@imagine a teapot --q low")
    lose(world, said["ts"])

    job = await world.job(status="failed")

    assert job["error"]["code"] == "cannot_post"
    assert await by_the_bot(world) == []
    assert world.provider.tasks() == []


@pytest.mark.parametrize(
    ("method", "kind"),
    [("chat.postMessage", "kill_after"), ("chat.delete", "kill_before"), ("chat.delete", "kill_after")],
)
async def test_a_crash_between_post_and_deletion_leaves_nothing_in_the_channel(
    world: World, method: str, kind: str
) -> None:
    bot = await world.start_bot()
    assert bot.process is not None
    await world.slack.fault(Fault(method, kind, pid=bot.pid))
    said = await world.slack.message(ALICE, DESIGN, "@imagine a teapot --q low")
    lose(world, said["ts"])
    await bot.process.wait()
    await world.slack.clear_faults()

    await world.start_bot("again")

    job = await world.job(status="failed")
    await whispers(world, ALICE, "the message you asked in is gone")
    assert job["error"]["code"] == "cannot_post"
    assert await by_the_bot(world) == []
    assert world.provider.tasks() == []


async def test_pictures_for_a_thread_that_is_gone_are_taken_back_and_their_asker_is_told(
    world: World,
) -> None:
    world.provider.set_options(duration_seconds=1.0)
    await world.start_bot()
    await world.imagine("a red fox --q low --n 2")
    running = await world.job(status="running")
    lose(world, running["thread_ts"])

    job = await world.job(delivery="undeliverable")

    await whispers(world, ALICE, "Slack did not take it", "the message you asked in is gone")
    assert await by_the_bot(world) == []
    assert len(await deletions(world)) == 1
    assert (job["status"], job["error"]["code"]) == ("succeeded", "delivery_refused")


async def test_a_deleted_status_message_stops_what_still_waits(world: World) -> None:
    world.provider.set_options(duration_seconds=4.0)
    await world.start_bot(IMAGINE_USER_IN_FLIGHT="1")
    await world.imagine("a first fox --q low")
    await world.job(status="running")
    await world.imagine("a second fox --q low")
    waiting = await world.job(status="queued", delivery="announced")

    await world.slack.act("delete_message", user="U0OWNER", channel=DESIGN, ts=waiting["thread_ts"])

    job = await world.job(status="cancelled")
    assert (job["id"], job["cost_micros"]) == (waiting["id"], 0)
    assert len(await whispers(world, ALICE, "cancelled. nothing was charged.")) == 1

    async def first_done() -> bool:
        return [job["delivery"] for job in await world.jobs()][1:] == ["delivered"]

    await eventually(first_done, what="the other one still arrives")
    assert len(world.provider.tasks()) == 1


async def test_a_status_message_that_went_unheard_stops_what_still_waits(world: World) -> None:
    """Nobody tells the bot of the deletion: it finds out when it updates the message."""
    world.provider.set_options(duration_seconds=8.0)
    steps = ("pipeline.announce", "delivery.status_message")
    every = {f"bot.services.{step}.REPORT_SECONDS": 0.5 for step in steps}
    await world.start_bot(IMAGINE_USER_IN_FLIGHT="1", BOT_PATCH=json.dumps(every))
    await world.imagine("a first fox --q low")
    await world.job(status="running")
    await world.imagine("a second fox --q low")
    waiting = await world.job(status="queued", delivery="announced")

    lose(world, waiting["thread_ts"])

    job = await world.job(status="cancelled")
    assert (job["id"], job["cost_micros"]) == (waiting["id"], 0)
    assert len(await whispers(world, ALICE, "cancelled. nothing was charged.")) == 1
    assert len(world.provider.tasks()) == 1


async def test_a_thread_whose_root_is_gone_goes_on_as_long_as_it_has_replies(world: World) -> None:
    world.provider.set_options(duration_seconds=1.0)
    await world.start_bot()
    root = await world.slack.message(ALICE, DESIGN, "look")
    await world.slack.message(BOB, DESIGN, "@imagine a teapot --q low", thread_ts=root["ts"])
    await world.slack.delete_message(ALICE, DESIGN, root["ts"])

    job = await world.job(delivery="delivered")

    assert job["thread_ts"] == root["ts"]
    assert len(await deletions(world)) == 1, "only what stood there while it was drawn"
    (result,) = [m for m in await by_the_bot(world) if m["thread_ts"] == root["ts"]]
    assert len(result["files"]) == 1


async def test_a_failure_that_no_status_message_can_show_is_told_privately(world: World) -> None:
    world.provider.set_options(duration_seconds=1.0)
    await world.start_bot()
    await world.imagine("a red fox [fail] --q low")
    running = await world.job(status="running")
    lose(world, running["thread_ts"])

    await world.job(status="failed")

    (note,) = await whispers(world, ALICE, "broke off", "nothing was charged")
    assert note["thread_ts"] is None
    assert await by_the_bot(world) == []
