"""The other side goes away for a while: nothing spins or crashes, one line each way, then all ends well."""

import asyncio
import contextlib
import json
import re
import resource
import sqlite3

import asyncpg
import httpx
import pytest

from sandbox.faults import Fault
from tests.scenario.edit_kit import whispers
from tests.scenario.loop_kit import shown_text
from tests.support.crash import at_rest
from tests.support.postgres import PostgresCluster
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
        assert "can be taken" in str(said["ack"]), "answered honestly"
        assert world.provider.tasks(), "the paid call was answered meanwhile"
        assert (await _readyz(bot))[0] == 503

    await eventually(lambda: _is_done(world))
    await eventually(lambda: _said(bot, "database_back"))
    assert (await _readyz(bot))[0] == 200
    assert len(world.provider.journal.of("submit")) == len(await world.jobs())
    assert (_lines(bot, "database_unavailable"), _lines(bot, "database_back")) == (1, 1)
    await world.audit()


async def test_a_locked_database_is_told_at_once_and_nothing_asked_meanwhile_happens_later(
    world: World,
) -> None:
    """Slack waits 3 s for an answer. A person who is told no asks again: the first ask must be forgotten."""
    bot = await world.start_bot()
    await world.imagine("a red fox --q low")
    await eventually(lambda: _is_done(world))

    with _locked(world):
        asked = ("another fox --q low", "budget", "budget set workspace $7")
        told = [await world.imagine(text, user="U0CAROL") for text in asked]
        helped = await world.imagine("help")
        await world.imagine("history")

    await eventually(lambda: _said(bot, "database_back"))
    assert ["can be taken" in str(said["ack"]) for said in told] == [True] * 3
    assert "lighthouse" in str(helped["ack"])
    assert "left" in str(helped["ack"]), "what is left can be read"
    assert "a red fox" in str(await world.slack.views("U0ALICE")), "and pictures can be looked through"
    await at_rest(world)
    assert len(await world.jobs()) == 1
    assert "$7" not in str((await world.imagine("budget"))["ack"])
    assert (_lines(bot, "database_unavailable"), _lines(bot, "database_back")) == (1, 1)


@pytest.mark.postgres
async def test_a_postgresql_that_is_locked_or_a_standby_is_told_at_once(
    world: World, empty_postgres_url: str, postgres: PostgresCluster
) -> None:
    world.env |= {
        "IMAGINE_DATABASE_URL": empty_postgres_url,
        "IMAGINE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    }
    bot = await world.start_bot()
    await world.imagine("a red fox --q low")
    await eventually(lambda: _is_done(world))
    other = await asyncpg.connect(empty_postgres_url)
    database = await other.fetchval("SELECT current_database()")

    await other.execute("BEGIN; LOCK TABLE budget_teams")
    refused, helped = await world.imagine("a blue fox"), await world.imagine("help")
    await other.close()
    postgres.run(
        f"ALTER DATABASE {database} SET default_transaction_read_only = on",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
    )
    also_refused = await world.imagine("a green fox")
    await eventually(lambda: _is_unready(bot, "database"), what="readyz tells while it cannot be written")
    still = [(await _readyz(bot))[0] for _ in range(5)]
    postgres.run(
        f"ALTER DATABASE {database} RESET default_transaction_read_only",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
    )  # a session begun meanwhile would stay what it was

    assert ["can be taken" in str(said["ack"]) for said in (refused, also_refused)] == [True, True]
    assert "lighthouse" in str(helped["ack"])
    assert still == [503] * 5
    await eventually(lambda: _is_ready(bot))
    # The lock, the standby and the ended sessions are several outages to whoever writes between them.
    told = re.findall(r'"event": "(database_\w+)"', bot.log())
    assert told
    assert told == ["database_unavailable", "database_back"] * (len(told) // 2)
    said = await world.imagine("a last fox --q low")
    assert "can be taken" not in str(said["ack"])
    await eventually(lambda: _is_done(world))
    assert len(await world.jobs()) == len(world.provider.tasks()) == 2


async def _is_ready(bot: BotProcess) -> bool:
    return (await _readyz(bot))[0] == 200


async def _submitted(world: World) -> bool:
    return bool(world.provider.journal.of("submit"))


async def test_a_revoked_token_parks_the_work_and_a_new_one_goes_on(world: World) -> None:
    world.provider.set_options(duration_seconds=0.5)
    bot = await world.start_bot(BOT_PATCH='{"handlers.web_api.errors.DISCONNECTED_SECONDS": 2.0}')
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
    files = await world.results(job)
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
    refused = "can be taken" in str(said["ack"])
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
    return "can be taken" not in str(said["ack"])


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
    files = await world.results(job)
    assert len(files) == 1
    assert len(world.provider.tasks()) == 1


_NOT_THE_PICTURE = [Fault("download", "nonsense"), Fault("download", "status", status=409)]


@pytest.mark.parametrize("fault", _NOT_THE_PICTURE, ids=["a proxy's page", "a refusal"])
async def test_one_wrong_answer_of_the_results_host_loses_no_picture(world: World, fault: Fault) -> None:
    world.provider.faults.add(fault)
    await world.start_bot()

    await world.imagine("a red fox --q low")

    job = await world.job(delivery="delivered", error=None)
    assert len(await _files(world, job)) == 1
    assert len(world.provider.tasks()) == 1
    await world.audit()


async def test_a_lost_picture_is_fetched_again_when_an_operator_says_so(world: World) -> None:
    world.provider.faults.add(Fault("download", "nonsense", count=2))
    await world.start_bot(BOT_PATCH='{"bot.services.delivery.fetch_results.FETCH_TRIES": 2}')
    await world.imagine("a red fox --q low")
    job = await world.job(status="succeeded", delivery="undeliverable")
    assert job["error"]["code"] == "result_unusable"
    await eventually(lambda: _shows(world, job, "none of it could be fetched"))
    await whispers(world, "U0ALICE", "Fetching it again costs nothing")
    books = (await world.scope("user"), job["cost_micros"])

    code, out, _ = await world.cli("jobs", "retry", job["id"])

    assert (code, out) == (
        0,
        f"1 lost picture of {job['id']} will be fetched again; nothing is charged for it.\n",
    )
    job = await world.job(delivery="delivered", error=None)
    assert len(await _files(world, job)) == 1
    assert (await world.scope("user"), job["cost_micros"]) == books
    code, _, err = await world.cli("jobs", "retry", job["id"])
    assert (code, "no parked step and no lost picture" in err) == (1, True)
    await eventually(lambda: _shows(world, job, "Draft · 1024×1024 · $0.01"))
    await world.audit()


async def test_a_look_that_slack_answers_with_a_new_code_is_no_refusal(world: World) -> None:
    await world.start_bot()
    await world.slack.fault(Fault("files.info", "error", error="some_new_code"))

    await world.imagine("a red fox --q low")

    job = await world.job(delivery="delivered", error=None)
    assert len(await _files(world, job)) == 1
    assert len(await world.slack.calls("files.completeUploadExternal")) == 1


async def test_after_a_wait_in_the_queue_one_refusal_ends_no_ask(world: World) -> None:
    world.provider.set_options(duration_seconds=4.0)
    patience = '{"bot.services.pipeline.submit.BUSY_SECONDS": 2.0}'
    await world.start_bot(BOT_PATCH=patience, IMAGINE_USER_IN_FLIGHT="1")
    await world.imagine("the first fox --q low")
    await world.job(status="running")
    world.provider.set_options(duration_seconds=0.5)
    world.provider.faults.add(Fault("submit", "rate_limit", retry_after=1))
    await world.imagine("the second fox --q low")

    await eventually(lambda: _is_done(world))

    assert len(world.provider.tasks()) == 2
    await world.audit()


async def _files(world: World, job: dict) -> list[dict]:
    return await world.results(job)


async def _shows(world: World, job: dict, words: str) -> bool:
    return words in shown_text((await world.thread(job))[0])


async def test_files_that_slack_took_and_never_showed_are_uploaded_anew(world: World) -> None:
    """It answered ok and shared nothing (centaur#311): the repeated completion is refused, new ids help."""
    patience = {
        "bot.services.delivery.deliver.REPEAT_SECONDS": 1.0,
        "bot.services.delivery.deliver.RESHARE_SECONDS": 4.0,
    }
    await world.start_bot(BOT_PATCH=json.dumps(patience))
    await world.slack.options(share_delay=9999.0)
    await world.imagine("a red fox --q low")

    async def completed() -> bool:
        return len(await world.slack.calls("files.completeUploadExternal")) >= 2

    await eventually(completed)
    await world.slack.options(share_delay=0.1)

    job = await world.job(delivery="delivered")
    files = await world.results(job)
    assert len(files) == 1
    assert len(await world.slack.calls("files.completeUploadExternal")) == 3
    assert len(world.provider.tasks()) == 1
