"""SIGTERM at any step, a duty that dies, a step that always fails: seen from outside."""

import asyncio
import contextlib
import json
import signal
import sqlite3
import time

import httpx
import pytest

from sandbox.faults import Fault
from tests.scenario.loop_kit import shown_text
from tests.support.crash import at_rest
from tests.support.world import BotProcess, World, eventually

pytestmark = pytest.mark.own_world

STEPS = [
    ("slack", "chat.postMessage"),
    ("provider", "submit"),
    ("provider", "poll"),
    ("provider", "download"),
    ("slack", "upload"),
    ("slack", "files.completeUploadExternal"),
    ("slack", "chat.update"),
]


async def _slow(world: World, side: str, match: str, seconds: float) -> None:
    fault = Fault(match, "delay", seconds=seconds)
    if side == "slack":
        await world.slack.fault(fault)
    else:
        world.provider.faults.add(fault)


async def _has_begun(world: World, side: str, match: str) -> bool:
    faults = (
        (await world.slack.show("faults"))["faults"] if side == "slack" else world.provider.faults.active()
    )
    return not faults


@pytest.mark.parametrize(
    ("side", "match"),
    [
        pytest.param(*step, id=step[1], marks=() if step[1] in {"submit", "upload"} else pytest.mark.slow)
        for step in STEPS
    ],
)
async def test_sigterm_lets_the_step_in_hand_end_and_a_restart_goes_on(
    world: World, side: str, match: str
) -> None:
    bot = await world.start_bot()
    await _slow(world, side, match, 2.0)
    await world.imagine("a red fox --q low")
    await eventually(lambda: _has_begun(world, side, match), every=0.02)

    assert await bot.stop() == 0
    await world.start_bot("again")

    job = await world.job(status="succeeded", delivery="delivered")
    await at_rest(world)
    assert len(world.provider.journal.of("submit")) == 1
    files = await world.results(job)
    assert len(files) == 1
    await world.audit()


async def test_sigterm_does_not_wait_for_a_call_that_hangs_and_its_lease_is_given_back(world: World) -> None:
    bot = await world.start_bot()
    await _slow(world, "provider", "submit", 60.0)
    await world.imagine("a red fox --q low")
    await eventually(lambda: _has_begun(world, "provider", "submit"), every=0.02)

    assert await bot.stop() == 0
    rows = await _leases(world)
    assert rows == [], "another replica would go on at once"
    await world.start_bot("again")

    job = await world.job(status="unknown")
    assert len(world.provider.journal.of("submit")) == 1, "the paid call is not repeated"
    assert await world.scope("workspace") == (job["estimate_micros"], 0)


async def _leases(world: World) -> list[tuple[str, str]]:
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(
            "SELECT kind, owner FROM tasks WHERE owner IS NOT NULL AND due_at IS NOT NULL"
        ).fetchall()


@pytest.mark.parametrize("duty", ["worker", "slack"])
async def test_a_duty_that_dies_takes_the_process_down(world: World, duty: str) -> None:
    bot = await _start(world, BOT_BREAK=duty)

    assert bot.process is not None
    code = await asyncio.wait_for(bot.process.wait(), timeout=60)

    assert code == 1
    lines = [json.loads(line) for line in bot.log().splitlines() if line.startswith("{")]
    (died,) = [line for line in lines if line["event"] == "duty_ended"]
    assert died["duty"] == duty
    assert "broken on purpose" in json.dumps(died)


async def test_a_poisoned_step_is_parked_visibly_and_retry_takes_it_up_again(world: World) -> None:
    bot = await world.start_bot(
        BOT_POISON="bot.services.pipeline.poll.Poll", BOT_PATCH='{"bot.step_runner.MAX_ATTEMPTS": 2}'
    )
    await world.imagine("a red fox --q low")

    async def parked() -> list[dict]:
        return [job for job in await world.jobs() if job["parked"]]

    (job,) = await eventually(parked)
    assert "poisoned on purpose" in job["parked"][0]
    assert bot.is_running, "one bad step harms no other"
    await eventually(lambda: _says(world, job, "Stopped for the moment"), what="the asker reads it")
    assert await bot.stop() == 0
    await world.start_bot("again")
    assert (await world.cli("jobs", "retry", "nosuchjob0"))[0] == 1

    code, said, _ = await world.cli("jobs", "retry", job["id"])

    assert (code, said.split()[0]) == (0, "1")
    await world.job(status="succeeded", delivery="delivered", parked=[])
    await eventually(lambda: _says(world, job, "Draft · 1024×1024 · $0.01"), what="the message recovers")
    assert len(world.provider.journal.of("submit")) == 1
    assert (await world.cli("jobs", "retry", job["id"]))[0] == 1, "nothing is parked any more"


async def _says(world: World, job: dict, word: str) -> bool:
    messages = await world.thread(job)
    return bool(messages) and word in shown_text(messages[0])


async def test_a_poisoned_message_is_told_of_and_can_be_taken_up_again(world: World) -> None:
    bot = await world.start_bot(
        BOT_POISON="bot.services.intake.intake.Intake", BOT_PATCH='{"bot.step_runner.MAX_ATTEMPTS": 2}'
    )
    await world.slack.message("U0ALICE", "C0DESIGN", "@imagine a red fox --q low")

    async def told() -> list[dict]:
        records = await world.slack.transcript("C0DESIGN", "U0ALICE")
        return [r for r in records if r.get("ephemeral_for") == "U0ALICE" and "stuck" in str(r)]

    await eventually(told)
    (step,) = json.loads((await world.cli("jobs", "--parked", "--json"))[1])
    assert step["id"] in (await world.cli("jobs"))[1]
    assert json.loads((await world.cli("jobs", "--json"))[1]) == []
    assert await bot.stop() == 0
    await world.start_bot("again")

    assert (await world.cli("jobs", "retry", step["id"]))[0] == 0

    await world.job(status="succeeded", delivery="delivered")


async def test_sigterm_in_http_mode_is_told_to_the_balancer_before_the_port_closes(world: World) -> None:
    """What Slack sends meanwhile is recorded and goes on at the next start."""
    bot = await world.start_bot_over_http()
    ending = asyncio.create_task(bot.stop())

    async def says_that_it_stops() -> bool:
        status, checks = await world.readiness(bot)
        return (status, checks["web"]) == (503, "stopping")

    await eventually(says_that_it_stops, every=0.02)
    said = await world.imagine("a red fox --q low")
    assert said["acked"]

    assert await ending == 0
    with pytest.raises(httpx.ConnectError):
        await world.readiness(bot)
    await world.start_bot_over_http()
    await world.job(status="succeeded", delivery="delivered")


async def test_a_source_is_served_for_as_long_as_a_step_is_in_hand(world: World) -> None:
    """The image API fetches the sources of a paid call while that call is under way."""
    bot = await world.start_bot()
    await _slow(world, "provider", "submit", 3.0)
    await world.imagine("a red fox --q low")
    await eventually(lambda: _has_begun(world, "provider", "submit"), every=0.02)
    ending = asyncio.create_task(bot.stop())
    answers: list[int] = []

    async def served_while_it_ends() -> bool:
        with contextlib.suppress(httpx.TransportError):
            answers.append((await world.readiness(bot))[0])
        return ending.done()

    await eventually(served_while_it_ends)
    assert await ending == 0
    assert answers.count(503) > 1, "the port was open while the step was in hand"


@pytest.mark.parametrize("where", ["thread", pytest.param("loop", marks=pytest.mark.slow)])
async def test_the_process_ends_whatever_hangs_in_it(world: World, where: str) -> None:
    bot = await world.start_bot(BOT_HANG=where)
    assert bot.process is not None
    if where == "loop":
        await eventually(lambda: _logged(bot, "held up"))
    began = time.monotonic()
    bot.process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(bot.process.wait(), 60) == 1
    assert time.monotonic() - began < 25, "15 s, and what a busy machine adds"
    assert "Timeout (0:00:14)!" in bot.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_it_at_once(world: World, number: int) -> None:
    bot = await world.start_bot(BOT_HANG="loop")
    assert bot.process is not None
    await eventually(lambda: _logged(bot, "held up"))
    bot.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(1)
    assert bot.is_running
    bot.process.send_signal(number)

    assert await asyncio.wait_for(bot.process.wait(), 60) == 1
    assert "Timeout" not in bot.log(), "nothing had to come to its end"


async def _logged(bot: BotProcess, words: str) -> bool:
    return words in bot.log()


async def test_sigterm_ends_a_start_that_waits_for_slack(world: World) -> None:
    await world.slack.fault(Fault("auth.test", "status", count=-1, status=503))
    bot = await _start(world)
    await eventually(lambda: _waits(bot))

    assert await bot.stop() == 0


async def _start(world: World, **env: str) -> BotProcess:
    """Without waiting until it is ready."""
    bot = BotProcess({**world.env, **env}, world.folder / "bot.log")
    world.bots.append(bot)
    await bot.start()
    return bot


async def _waits(bot: BotProcess) -> bool:
    return "slack_unreachable" in bot.log()
