"""The other side goes away for a while: nothing spins or crashes, one line each way, then all ends well."""

import asyncio
import contextlib
import json
import resource
import sqlite3

import httpx

from sandbox.faults import Fault
from tests.support.crash import at_rest
from tests.support.world import BotProcess, World, eventually


async def _readyz(bot: BotProcess) -> tuple[int, dict]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{bot.env['IMAGINE_PORT']}/readyz")
        return answer.status_code, answer.json()["checks"]


def _lines(bot: BotProcess, event: str) -> int:
    return bot.log().count(f'"event": "{event}"')


async def _said(bot: BotProcess, event: str) -> bool:
    return _lines(bot, event) > 0


async def _is_unready(bot: BotProcess, part: str) -> bool:
    status, checks = await _readyz(bot)
    return status == 503 and checks[part] != "ok"


async def _is_done(world: World) -> bool:
    return all(job["delivery"] == "delivered" for job in await world.jobs())


async def test_provider_away_asks_wait_and_are_drawn_afterwards(world: World) -> None:
    bot = await world.start_bot()
    world.provider.faults.add(Fault("submit", "rate_limit", count=-1))
    await asyncio.gather(*(world.imagine(f"fox {i} --q low") for i in range(6)))

    await asyncio.sleep(5)
    knocks = len(world.provider.journal.of("submit"))
    world.provider.faults.clear()

    await eventually(lambda: _is_done(world))
    assert knocks <= 16, f"{knocks} calls in 5 s: one refusal quiets everybody"
    assert len(world.provider.tasks()) == 6
    assert bot.is_running
    await world.audit()


async def test_a_provider_that_refuses_new_work_is_still_asked_about_the_old(world: World) -> None:
    world.provider.set_options(duration_seconds=2.0)
    await world.start_bot()
    await world.imagine("the first fox --q low")
    await world.job(status="running")
    world.provider.faults.add(Fault("submit", "rate_limit", count=-1, retry_after=60))
    await world.imagine("the second fox --q low")

    async def first_is_done() -> bool:
        return any(job["status"] == "succeeded" for job in await world.jobs())

    await eventually(first_is_done, what="polling is not slowed by refused submissions")
    assert len(world.provider.tasks()) == 1


@contextlib.contextmanager
def _locked(world: World) -> contextlib.AbstractContextManager:  # type: ignore[misc]
    path = world.env["IMAGINE_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield  # type: ignore[misc]
        db.execute("ROLLBACK")


async def test_a_database_locked_while_the_paid_call_is_answered_loses_no_receipt(world: World) -> None:
    """Only we know the task's id: it is kept until it can be written, not given up as unknown."""
    bot = await world.start_bot()
    world.provider.faults.add(Fault("submit", "delay", seconds=1.0))
    await world.imagine("a red fox --q low")
    await eventually(lambda: _submitted(world))

    with _locked(world):
        await eventually(lambda: _is_unready(bot, "database"), what="readyz tells while it is locked")
        await eventually(lambda: _said(bot, "database_unavailable"), what="a write was given up")
        said = await world.imagine("another fox")
        assert not said["acked"] or "cannot take" in str(said["ack"]).lower(), "answered honestly"
        assert world.provider.tasks(), "the paid call was answered meanwhile"
        assert (await _readyz(bot))[0] == 503

    await eventually(lambda: _is_done(world))
    await eventually(lambda: _said(bot, "database_back"))
    assert (await _readyz(bot))[0] == 200
    assert len(world.provider.journal.of("submit")) == len(await world.jobs())
    assert (_lines(bot, "database_unavailable"), _lines(bot, "database_back")) == (1, 1)
    await world.audit()


async def _submitted(world: World) -> bool:
    return bool(world.provider.journal.of("submit"))


async def test_a_revoked_token_parks_the_work_and_a_new_one_goes_on(world: World) -> None:
    world.provider.set_options(duration_seconds=0.5)
    bot = await world.start_bot(BOT_PATCH='{"handlers.slack_errors.DISCONNECTED_SECONDS": 2.0}')
    await world.imagine("a red fox --q low")
    await world.job(status="running")

    await world.slack.revoke_token()
    await world.job(status="succeeded")
    await eventually(lambda: _is_unready(bot, "workspaces"), what="readyz tells")
    before = len(await world.slack.calls())
    await asyncio.sleep(4)
    calls = len(await world.slack.calls()) - before
    await world.slack.revoke_token(None)

    await eventually(lambda: _is_done(world))
    assert calls <= 12, f"{calls} calls with a dead token in 4 s"
    assert (_lines(bot, "workspace_disconnected"), _lines(bot, "workspace_connected")) == (1, 1)
    assert (await _readyz(bot))[0] == 200
    assert bot.is_running


async def test_an_upload_address_that_expired_is_replaced(world: World) -> None:
    await world.start_bot()
    await world.slack.fault(Fault("upload", "status", status=404, count=2))

    await world.imagine("a red fox --q low")

    job = await world.job(delivery="delivered")
    files = [file for message in await world.thread(job) for file in message.get("files", [])]
    assert len(files) == 1
    assert len(await world.slack.calls("files.getUploadURLExternal")) == 3


async def test_a_private_word_that_could_not_be_said_is_said_later(world: World) -> None:
    """The asker always learns the end, also when Slack was away just then."""
    await world.start_bot()
    for match in ("response_url", "chat.postEphemeral"):
        await world.slack.fault(Fault(match, "status", count=3, status=503))

    await world.imagine("a red fox", channel="C0RANDOM")

    await world.job(status="failed")

    async def told() -> list[dict]:
        records = await world.slack.transcript("C0RANDOM", "U0ALICE")
        return [r for r in records if r.get("ephemeral_for") == "U0ALICE" and "/invite" in str(r)]

    await eventually(told, within=30)
    await at_rest(world)


async def test_a_full_disk_refuses_honestly_and_heals(world: World) -> None:
    """No file of the bot's may grow beyond 64 KB for a while: the database cannot be written."""
    bot = await world.start_bot()
    await world.imagine("a red fox --q low")
    await eventually(lambda: _is_done(world))
    hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (64 * 1024, hard))

    said = await world.imagine("another fox --q low")
    await asyncio.sleep(3)
    refused = "cannot take" in str(said["ack"])
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, hard))

    assert refused, said["ack"]
    assert bot.is_running
    await eventually(lambda: _takes_asks(world), within=30, every=1.0)
    await eventually(lambda: _is_done(world))
    assert len(world.provider.tasks()) == len(await world.jobs())
    assert (_lines(bot, "database_unavailable"), _lines(bot, "database_back")) == (1, 1)
    await world.audit()


async def _takes_asks(world: World) -> bool:
    said = await world.imagine("a third fox --q low")
    return "cannot take" not in str(said["ack"])


async def test_what_slack_refused_for_good_can_be_delivered_once_it_is_allowed(world: World) -> None:
    await world.start_bot()
    await world.slack.options(uploads_disabled=True)
    await world.imagine("a red fox --q low")
    job = await world.job(status="succeeded", delivery="undeliverable")
    assert (job["error"]["code"], len(job["parked"])) == ("delivery_refused", 1)
    await world.slack.options(uploads_disabled=False)

    code, _, _ = await world.cli("jobs", "retry", job["id"])

    assert code == 0
    job = await world.job(delivery="delivered", parked=[], error=None)
    files = [file for message in await world.thread(job) for file in message.get("files", [])]
    assert len(files) == 1
    assert len(world.provider.tasks()) == 1


async def test_files_that_slack_took_and_never_showed_are_uploaded_anew(world: World) -> None:
    """It answered ok and shared nothing (centaur#311): the repeated completion is refused, new ids help."""
    patience = {"bot.services.deliver.REPEAT_SECONDS": 1.0, "bot.services.deliver.RESHARE_SECONDS": 4.0}
    await world.start_bot(BOT_PATCH=json.dumps(patience))
    await world.slack.options(share_delay=9999.0)
    await world.imagine("a red fox --q low")

    async def completed() -> bool:
        return len(await world.slack.calls("files.completeUploadExternal")) >= 2

    await eventually(completed)
    await world.slack.options(share_delay=0.1)

    job = await world.job(delivery="delivered")
    files = [file for message in await world.thread(job) for file in message.get("files", [])]
    assert len(files) == 1
    assert len(await world.slack.calls("files.completeUploadExternal")) == 3
    assert len(world.provider.tasks()) == 1
