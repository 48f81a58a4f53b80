"""Two replicas on one PostgreSQL behave as one, also when one of them is stopped in the middle of a step."""

import json
import os
import signal
import time

import pytest

from sandbox.faults import Fault
from tests.support.ports import free_port
from tests.support.world import BotProcess, World, eventually

pytestmark = [pytest.mark.postgres]

QUICK_HEART = {
    "bot.worker.BEAT_SECONDS": 1.0,
    "bot.services.operations.heartbeat.BEAT_SECONDS": 1.0,
    "bot.services.operations.heartbeat.DEAD_SECONDS": 4.0,
}
"""Five seconds and fifteen in life."""


@pytest.fixture
def shared(world: World, postgres_url: str) -> World:
    """A world whose bots share one PostgreSQL and hear Slack over HTTP."""
    world.env |= {
        "IMAGINE_DATABASE_URL": postgres_url,
        "IMAGINE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "IMAGINE_TRANSPORT": "http",
        "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
    }
    del world.env["SLACK_APP_TOKEN"]
    return world


async def _replica(world: World, name: str) -> BotProcess:
    return await world.start_bot(name, IMAGINE_PORT=str(free_port()), BOT_PATCH=json.dumps(QUICK_HEART))


async def _heard_by(world: World, bot: BotProcess) -> None:
    await world.slack.options(request_url=f"http://127.0.0.1:{bot.env['IMAGINE_PORT']}/slack/events")


async def _posts(world: World, job: dict) -> list[str]:
    return [file["id"] for message in await world.thread(job) for file in message.get("files", [])]


@pytest.mark.slow
async def test_a_stopped_replica_is_overtaken_and_its_late_writes_count_for_nothing(shared: World) -> None:
    world = shared
    first = await _replica(world, "first")
    await _heard_by(world, first)
    await world.slack.fault(Fault("files.completeUploadExternal", "delay", seconds=1.0))
    await world.imagine("a red fox --q low")

    async def completing() -> bool:
        return bool(await world.slack.calls("files.completeUploadExternal"))

    await eventually(completing, every=0.02)
    os.kill(first.pid, signal.SIGSTOP)
    second = await _replica(world, "second")
    await _heard_by(world, second)

    job = await world.job(status="succeeded", delivery="delivered")
    os.kill(first.pid, signal.SIGCONT)
    await eventually(lambda: _said(first, "lease_lost"), what="the first notices")
    assert len(await _posts(world, job)) == 1
    assert len(world.provider.journal.of("submit")) == 1
    assert await first.stop() == 0
    assert await second.stop() == 0
    await world.audit()


async def test_a_receipt_that_comes_late_is_taken_whoever_holds_the_lease(shared: World) -> None:
    world = shared
    first = await _replica(world, "first")
    await _heard_by(world, first)
    world.provider.faults.add(Fault("submit", "delay", seconds=1.0))
    await world.imagine("a red fox --q low")

    async def submitting() -> bool:
        return bool(world.provider.journal.of("submit"))

    await eventually(submitting, every=0.02)
    os.kill(first.pid, signal.SIGSTOP)
    await _replica(world, "second")
    await world.job(status="unknown")

    os.kill(first.pid, signal.SIGCONT)

    job = await world.job(status="succeeded", delivery="delivered")
    assert len(world.provider.journal.of("submit")) == 1
    assert len(await _posts(world, job)) == 1
    await world.audit()


@pytest.mark.slow
async def test_a_killed_replicas_work_is_carried_on_long_before_its_leases_would_end(shared: World) -> None:
    """At the speeds of life: the kill comes while a picture is uploaded, whose lease lasts a minute. The
    other bot carries it on within half a minute."""
    world = shared
    first = await world.start_bot("first", IMAGINE_PORT=str(free_port()))
    second = await world.start_bot("second", IMAGINE_PORT=str(free_port()))
    await _heard_by(world, first)
    await world.slack.fault(Fault("files.completeUploadExternal", "kill_before", pid=first.pid))
    os.kill(second.pid, signal.SIGSTOP)  # so that it is the first that takes the delivery
    await world.imagine("a red fox --q low")
    assert first.process is not None
    await first.process.wait()
    os.kill(second.pid, signal.SIGCONT)
    await world.slack.clear_faults()
    await _heard_by(world, second)
    since = time.monotonic()

    job = await world.job(status="succeeded", delivery="delivered")

    assert time.monotonic() - since < 30, "its heartbeat has ended, so nobody waits for its leases"
    assert len(await _posts(world, job)) == 1
    assert len(world.provider.journal.of("submit")) == 1
    await world.audit()


@pytest.mark.slow
async def test_two_replicas_share_the_work_and_double_nothing(shared: World) -> None:
    world = shared
    first = await _replica(world, "first")
    second = await _replica(world, "second")
    for number in range(12):
        await _heard_by(world, (first, second)[number % 2])
        await world.imagine(f"fox {number} --q low", user=("U0ALICE", "U0BOB")[number % 2])

    async def done() -> bool:
        jobs = await world.jobs()
        return len(jobs) == 12 and all(job["delivery"] == "delivered" for job in jobs)

    await eventually(done, within=90)
    assert len(world.provider.tasks()) == 12
    for job in await world.jobs():
        assert len(await _posts(world, job)) == 1
    await world.audit()


@pytest.mark.parametrize("count", [8, pytest.param(40, marks=[pytest.mark.slow, pytest.mark.timeout(300)])])
async def test_two_replicas_in_one_channel_share_its_rate(shared: World, count: int) -> None:
    """Slack's limiter sees them as one; each alone would keep to the rate, and both together would not."""
    world, factor = shared, 2.0
    await world.slack.options(limits={"factor": factor})
    faster = json.dumps({**QUICK_HEART, "handlers.web_api.pacing.FACTOR": factor})
    free = {
        f"IMAGINE_{name}": "none"
        for name in ("USER_IN_FLIGHT", "WORKSPACE_IN_FLIGHT", "BUDGET_USER", "BUDGET_WORKSPACE")
    }
    bots = [
        await world.start_bot(name, IMAGINE_PORT=str(free_port()), BOT_PATCH=faster, **free)
        for name in ("first", "second")
    ]
    for number in range(count):
        await _heard_by(world, bots[number % 2])
        await world.imagine(f"fox {number} --q low")

    async def done() -> bool:
        jobs = await world.jobs()
        return len(jobs) == count and all(job["delivery"] == "delivered" for job in jobs)

    await eventually(done, within=240, every=0.5)
    calls = await world.slack.calls()
    assert [call["method"] for call in calls if call["status"] == 429] == []
    for job in await world.jobs():
        assert len(await _posts(world, job)) == 1
    assert len(world.provider.tasks()) == count
    await world.audit()


async def _said(bot: BotProcess, event: str) -> bool:
    return f'"event": "{event}"' in bot.log()
