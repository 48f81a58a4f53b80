"""Slack's rate limits, kept by our own scheduling: the sandbox's limiter never has to say no."""

import json

import pytest

from sandbox.faults import Fault
from tests.support.crash import at_rest
from tests.support.world import World, eventually

UNLIMITED = {
    "IMAGINE_USER_IN_FLIGHT": "none",
    "IMAGINE_WORKSPACE_IN_FLIGHT": "none",
    "IMAGINE_USER_PER_MINUTE": "none",
    "IMAGINE_BUDGET_USER": "none",
    "IMAGINE_BUDGET_WORKSPACE": "none",
    "IMAGINE_CONFIRM_USD": "none",
}


@pytest.mark.parametrize(
    "count", [15, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(400)])]
)
async def test_a_burst_in_one_channel_is_never_refused(world: World, count: int) -> None:
    factor = 4.0
    await world.slack.options(limits={"factor": factor})
    await world.start_bot(BOT_PATCH=json.dumps({"handlers.web_api.pacing.FACTOR": factor}), **UNLIMITED)

    for number in range(count):
        await world.imagine(f"fox {number} --q low")

    async def done() -> bool:
        jobs = await world.jobs()
        return len(jobs) == count and all(job["delivery"] == "delivered" for job in jobs)

    await eventually(done, within=300, every=0.5)
    await at_rest(world, within=100)
    calls = await world.slack.calls()
    assert [call["method"] for call in calls if call["status"] == 429] == []
    posted = [call for call in calls if call["method"] == "files.completeUploadExternal"]
    assert len(posted) == count
    await world.audit()


async def test_a_429_delays_only_that_method(world: World) -> None:
    """chat.update is closed for a while; the pictures are posted meanwhile, and nobody knocks."""
    world.provider.set_options(duration_seconds=0.2)
    await world.start_bot()
    await world.slack.fault(Fault("chat.update", "rate_limit", retry_after=15, error="ratelimited"))
    await world.imagine("a red fox --q low")

    async def posted() -> bool:
        messages = await world.slack.messages("C0DESIGN")
        return any(message.get("files") for message in messages)

    async def refused() -> bool:
        return any(call["status"] == 429 for call in await world.slack.calls("chat.update"))

    await eventually(refused)
    updates = len(await world.slack.calls("chat.update"))
    await eventually(posted)
    assert len(await world.slack.calls("chat.update")) == updates, "nobody knocks while it is closed"
    assert (await world.jobs())[0]["delivery"] == "delivering", "posted before the message could be updated"
    await world.job(delivery="delivered")
