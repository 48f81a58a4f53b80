"""Something that the bot needs is gone for an hour: it lives on, hardly knocks, says so once, and finishes.

The bot's own time runs faster meanwhile (``tests.support.hurry``), its real work does not: a second that a
busy machine takes for it is twelve minutes of the bot's. So how often it asks at least is not counted.
"""

import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.faults import Fault
from tests.support.crash import at_rest
from tests.support.world import BotProcess, World, eventually

SPEED = 720.0

pytestmark = [pytest.mark.timeout(400), pytest.mark.own_world]


def _run_at(bot: BotProcess, speed: float) -> None:
    """A file renamed into place, so that a signal never finds half a number."""
    told = Path(bot.env["BOT_HURRY"].partition(":")[2])
    told.with_suffix(".new").write_text(str(speed))
    told.with_suffix(".new").replace(told)
    os.kill(bot.pid, signal.SIGUSR1)


async def _start(world: World, **env: str) -> BotProcess:
    return await world.start_bot(BOT_HURRY=f"{SPEED}:{world.folder / 'speed'}", **env)


async def _pass(bot: BotProcess, minutes: float) -> None:
    """So much of the bot's time; there is no sign to wait for but the time itself."""
    _run_at(bot, SPEED)
    end = time.monotonic() + minutes * 60 / SPEED
    while time.monotonic() < end:
        assert bot.is_running, "it must live through it"
        await asyncio.sleep(0.1)
    _run_at(bot, 1.0)


def _lines(bot: BotProcess, event: str) -> int:
    return bot.log().count(f'"event": "{event}"')


def _said_once(bot: BotProcess, gone: str, back: str) -> None:
    assert (_lines(bot, gone), _lines(bot, back)) == (1, 1)


async def _is_missing(world: World, bot: BotProcess, part: str) -> bool:
    return (await world.readiness(bot))[1][part] != "ok"


async def _ready(world: World, bot: BotProcess) -> bool:
    status, checks = await world.readiness(bot)
    return status == 200 and set(checks.values()) == {"ok"}


async def _all_delivered(world: World) -> bool:
    return all((job["status"], job["delivery"]) == ("succeeded", "delivered") for job in await world.jobs())


async def _finished(world: World, bot: BotProcess) -> None:
    """With no manual step: every ask delivered once and paid once, nothing waits, the books balance."""
    _run_at(bot, 8.0)  # a minute's pause is no news; Slack's own slowness stays what it is
    await eventually(lambda: _all_delivered(world), within=60)
    await at_rest(world, soon=6 * 3600)  # by the real clock; the bot's is ahead
    assert len(world.provider.tasks()) == len(await world.jobs())
    for job in await world.jobs():
        assert len(await world.results(job)) == 1
    _run_at(bot, 1.0)
    await eventually(lambda: _ready(world, bot), what="ready again")
    assert bot.is_running
    await world.audit()


async def _tries(world: World) -> int:
    """How often the waiting tasks were tried in vain."""
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT max(attempts) FROM tasks").fetchone()[0])


async def test_an_hour_without_the_provider(world: World) -> None:
    world.provider.set_options(duration_seconds=3.0)
    port = int(world.provider_url.rpartition(":")[2])
    bot = await _start(world)
    await world.imagine("the first fox --q low")
    await world.job(status="running")

    await world.provider.stop()
    await _pass(bot, 15)
    said = await world.imagine("the second fox --q low")
    assert said["acked"]
    await _pass(bot, 45)
    assert 1 < await _tries(world) < 1000, "asked now and then"
    assert await _is_missing(world, bot, "provider")
    await world.provider.start(port=port)

    await _finished(world, bot)
    _said_once(bot, "provider_unreachable", "provider_back")


@contextlib.asynccontextmanager
async def _slack_gone(world: World) -> AsyncIterator[None]:
    """Calls are answered by a broken proxy, and the socket is cut."""
    await world.slack.fault(Fault("*", "status", count=-1, status=503))
    await world.slack.disconnect("refresh_requested")
    yield
    await world.slack.clear_faults()


@pytest.mark.slow
async def test_an_hour_without_slack(world: World) -> None:
    world.provider.set_options(duration_seconds=1.0)
    bot = await _start(world)
    await world.imagine("a red fox --q low")
    await world.job(status="running")

    async with _slack_gone(world):
        await world.job(status="succeeded")
        before = len(await world.slack.calls())
        await _pass(bot, 60)
        calls = len(await world.slack.calls()) - before
        assert await _is_missing(world, bot, "slack")
        assert await _is_missing(world, bot, "slack_api")

    await _finished(world, bot)
    assert 1 < calls < 1500, f"{calls} calls in an hour"
    _said_once(bot, "slack_api_unreachable", "slack_api_back")
    _said_once(bot, "slack_connection_lost", "slack_connection_back")
    said = await world.imagine("a blue fox --q low")
    assert said["acked"]


@contextlib.contextmanager
def _locked(world: World) -> Iterator[None]:
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


@pytest.mark.slow
async def test_an_hour_with_a_locked_database(world: World) -> None:
    world.provider.set_options(duration_seconds=1.0)
    bot = await _start(world)
    await world.imagine("a red fox --q low")
    await world.job(status="running")

    with _locked(world):
        polls = len(world.provider.journal.of("poll"))
        asking = asyncio.create_task(world.imagine("a blue fox --q low"))
        await _pass(bot, 60)
        assert "can be taken" in str((await asking)["ack"]), "answered honestly"
        assert await _is_missing(world, bot, "database")
        assert len(world.provider.journal.of("poll")) - polls < 10, "what cannot be written is not asked"

    await _finished(world, bot)
    _said_once(bot, "database_unavailable", "database_back")


@pytest.mark.slow
async def test_an_hour_without_names(world: World) -> None:
    for name in ("IMAROUTER_BASE_URL", "IMAGINE_SLACK_API_URL"):
        world.env[name] = world.env[name].replace("127.0.0.1", "localhost")
    world.env["IMAGINE_TRUSTED_HOSTS"] += "," + world.env["IMAGINE_TRUSTED_HOSTS"].replace(
        "127.0.0.1", "localhost"
    )
    marker = world.folder / "dns-is-gone"
    bot = await _start(world, BOT_DNS=str(marker))
    marker.touch()

    said = await world.imagine("a red fox --q low")
    assert said["acked"], "recorded all the same"
    await _pass(bot, 55)
    assert (await world.jobs())[0]["status"] in {"queued", "submitting"}
    assert await _is_missing(world, bot, "provider")
    asked = marker.stat().st_size
    marker.unlink()

    await _finished(world, bot)
    assert 1 < asked < 1500, f"{asked} questions in an hour"
    _said_once(bot, "provider_unreachable", "provider_back")
