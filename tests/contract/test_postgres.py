"""PostgreSQL alone: what is repeated, what is not, and locks that never meet in the wrong order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only
from structlog.testing import capture_logs

from bot.deadline import answer_within
from bot.domain.jobs.job import Status
from bot.domain.jobs.task import TaskKind
from bot.errors import StoreUnavailable
from bot.ports import Transaction
from storage.engine import open_store
from storage.engines import postgres as postgres_module
from storage.errors import ReadOnly
from storage.store import SqlStore
from tests.contract.samples import a_job, a_picture, a_submission
from tests.support.databases import SetClock
from tests.support.postgres import PostgresCluster
from tests.support.world import eventually

pytestmark = pytest.mark.postgres

DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.fixture
async def server(postgres_url: str, clock: SetClock) -> AsyncIterator[SqlStore]:
    store = open_store(postgres_url, clock=clock, database_time=False)
    try:
        yield store
    finally:
        await store.close()


def sql(tx: Any, statement: str) -> Any:
    return tx._connection.execute(text(statement)).scalar()


def cut(tx: Any) -> None:
    """Lose this unit's connection, as when the server restarts."""
    tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_lost_connection_before_commit_is_repeated_from_the_start(server: SqlStore) -> None:
    runs = []

    def unit(tx: Transaction) -> str | None:
        runs.append(tx.key_values.get("a"))
        tx.key_values.put("a", f"run {len(runs)}")
        if len(runs) < 3:
            cut(tx)
        return tx.key_values.get("a")

    assert await server.write(unit) == "run 3"
    assert runs == [None, None, None]


async def test_lost_connections_in_the_pool_are_noticed(
    server: SqlStore, postgres: PostgresCluster, migrated_postgres: str
) -> None:
    await asyncio.gather(*(server.write(lambda tx: tx.key_values.get("a")) for _ in range(8)))
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{migrated_postgres}' AND pid <> pg_backend_pid()"
    )

    await asyncio.gather(*(server.write(lambda tx, n=n: tx.key_values.put(f"m{n}", "1")) for n in range(8)))
    values = await asyncio.gather(
        *(server.read(lambda tx, n=n: tx.key_values.get(f"m{n}")) for n in range(8))
    )

    assert values == ["1"] * 8


async def test_connection_that_is_lost_every_time_is_unavailable_after_a_while(
    server: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "REPEAT_SECONDS", 2.0)
    runs = []

    def unit(tx: Transaction) -> None:
        runs.append(1)
        cut(tx)

    with pytest.raises(StoreUnavailable):
        await server.write(unit)

    assert len(runs) > 1


async def test_commit_whose_answer_is_lost_is_never_repeated(server: SqlStore) -> None:
    runs = []

    def unit(tx: Any) -> None:
        runs.append(1)
        tx.key_values.put("a", "1")
        tx._connection.exec_driver_sql(
            "CREATE FUNCTION pg_temp.die() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
        )
        tx._connection.exec_driver_sql("CREATE TEMP TABLE doomed (id int)")
        tx._connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON doomed DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.die()"
        )
        tx._connection.exec_driver_sql("INSERT INTO doomed VALUES (1)")

    with pytest.raises(StoreUnavailable, match="not known"):
        await server.write(unit)

    assert len(runs) == 1


async def test_deadlocked_unit_is_repeated(server: SqlStore) -> None:
    """Two units that lock two rows in opposite orders: both end well."""
    await server.write(lambda tx: [tx.jobs.add(a_job(name)) for name in ("J1", "J2")])
    first_lock = asyncio.Barrier(2)
    runs = []

    async def crossing(one: str, other: str) -> None:
        def unit(tx: Any) -> None:
            runs.append(one)
            job = tx.jobs.get(one)
            if len(runs) <= 2:
                await_only(first_lock.wait())
            partner = tx.jobs.get(other)
            tx.jobs.save(job.evolve(notes=(*job.notes, "x")))
            tx.jobs.save(partner.evolve(notes=(*partner.notes, "x")))

        await server.write(unit)

    await asyncio.gather(crossing("J1", "J2"), crossing("J2", "J1"))

    assert len(runs) == 3
    for name in ("J1", "J2"):
        job = await server.read(lambda tx, name=name: tx.jobs.get(name))
        assert job is not None
        assert job.notes == ("x", "x")


async def test_steps_of_one_job_never_deadlock(server: SqlStore) -> None:
    """Whatever a step touches first, the job is locked before it: polls, reports, cancels, all at once."""
    kinds = (TaskKind.POLL, TaskKind.UPDATE_STATUS, TaskKind.DELIVER)

    def fill(tx: Transaction) -> None:
        tx.jobs.add(a_job())
        for n in range(2):
            tx.submissions.add(a_submission(f"S{n}", ordinal=n))
            tx.pictures.add(a_picture(f"P{n}", submission_id=f"S{n}", ordinal=n))
        for kind in kinds:
            tx.tasks.add(kind, team_id="T1", job_id="J1")

    await server.write(fill)
    leases = {
        kind: (
            await server.write(
                lambda tx, kind=kind: tx.tasks.claim(kind, owner="me", limit=1, lease_seconds=60)
            )
        )[0]
        for kind in kinds
    }

    def step(kind: TaskKind) -> Any:
        def unit(tx: Transaction) -> None:
            tx.tasks.keep(leases[kind], lease_seconds=60)
            submission = tx.submissions.get(f"S{kinds.index(kind) % 2}")
            job = tx.jobs.get("J1")
            assert job is not None
            assert submission is not None
            tx.submissions.save(submission)
            for picture in tx.pictures.of_job("J1"):
                tx.pictures.save(picture)
            for other in kinds:
                tx.tasks.add(other, team_id="T1", job_id="J1")
            tx.jobs.save(job)

        return unit

    def cancel(tx: Transaction) -> None:
        picture = tx.pictures.get("P1")
        assert picture is not None
        tx.pictures.save(picture)
        for submission in reversed(tx.submissions.of_job("J1")):
            tx.submissions.save(submission)
        tx.tasks.wake(TaskKind.POLL, "J1")

    before = await server.read(lambda tx: sql(tx, DEADLOCKS))
    await asyncio.wait_for(
        asyncio.gather(*(server.write(unit) for _ in range(15) for unit in (*map(step, kinds), cancel))), 60
    )

    assert await server.read(lambda tx: sql(tx, DEADLOCKS)) == before


async def test_claim_skips_rows_that_another_claim_is_taking(server: SqlStore) -> None:
    for number in range(4):
        await server.write(lambda tx, n=number: tx.tasks.add(TaskKind.POLL, team_id="T1", job_id=f"J{n}"))
    taken, done = asyncio.Event(), asyncio.Event()

    def slow(tx: Any) -> list[str]:
        tasks = tx.tasks.claim(TaskKind.POLL, owner="slow", limit=2, lease_seconds=60)
        taken.set()
        await_only(done.wait())
        return [task.job_id for task in tasks]

    first = asyncio.create_task(server.write(slow))
    await taken.wait()
    try:
        second = await asyncio.wait_for(
            server.write(lambda tx: tx.tasks.claim(TaskKind.POLL, owner="fast", limit=9, lease_seconds=60)),
            60,
        )
    finally:
        done.set()

    assert await first == ["J0", "J1"]
    assert [task.job_id for task in second] == ["J2", "J3"]


async def test_cancelled_caller_leaves_the_pool_whole(server: SqlStore) -> None:
    for _ in range(3):
        writes = [
            asyncio.create_task(server.write(lambda tx, n=n: sql(tx, "SELECT pg_sleep(0.02)")))
            for n in range(10)
        ]
        await asyncio.sleep(0.01)
        for write in writes:
            write.cancel()
        await asyncio.gather(*writes, return_exceptions=True)

    values = await asyncio.gather(*(server.write(lambda tx: sql(tx, "SELECT 1")) for _ in range(20)))

    assert values == [1] * 20


async def test_server_that_is_not_there_is_unavailable(
    clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "REPEAT_SECONDS", 0.1)
    store = open_store("postgresql://bot:hidden@127.0.0.1:1/imagine", clock=clock)
    try:
        with pytest.raises(StoreUnavailable) as caught:
            await store.write(lambda tx: tx.key_values.get("a"))
        assert not await store.is_ready()
    finally:
        await store.close()

    assert "hidden" not in str(caught.value)


async def test_settings_of_a_session(server: SqlStore) -> None:
    def look(tx: Any) -> list[str]:
        names = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_isolation", "jit")
        return [sql(tx, f"SHOW {name}") for name in names]

    assert await server.write(look) == ["15s", "30s", "read committed", "off"]
    assert (await server.read(look))[2] == "repeatable read"


async def test_scheme_postgres_is_understood(postgres_url: str, clock: SetClock) -> None:
    store = open_store(postgres_url.replace("postgresql://", "postgres://"), clock=clock)
    try:
        assert await store.is_ready()
    finally:
        await store.close()


async def test_count_in_a_read_takes_no_lock(server: SqlStore) -> None:
    await server.write(lambda tx: tx.jobs.add(a_job(status=Status.RUNNING)))
    counted, done = asyncio.Event(), asyncio.Event()

    def slow(tx: Any) -> int:
        count = len(tx.queue.line("T1", lease_seconds=180).running)
        counted.set()
        await_only(done.wait())
        return count

    writing = asyncio.create_task(server.write(slow))
    await counted.wait()
    try:
        line = await asyncio.wait_for(server.read(lambda tx: tx.queue.line("T1", lease_seconds=180)), 60)
    finally:
        done.set()

    assert (len(line.running), await writing) == (1, 1)


async def test_one_unit_at_a_time_looks_at_a_workspaces_line_to_write(server: SqlStore) -> None:
    """Else two could each see the same free place."""
    looked, done = asyncio.Event(), asyncio.Event()

    def look(tx: Any) -> int:
        return len(tx.queue.line("T1", lease_seconds=180).running)

    def slow(tx: Any) -> int:
        seen = look(tx)
        looked.set()
        await_only(done.wait())
        tx.jobs.add(a_job(status=Status.RUNNING))
        return seen

    first = asyncio.create_task(server.write(slow))
    await looked.wait()
    second = asyncio.create_task(server.write(look))
    await asyncio.wait({second}, timeout=0.3)
    is_waiting = not second.done()
    done.set()

    assert (is_waiting, await first, await second) == (True, 0, 1)


AT_COMMIT = (
    "CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN PERFORM pg_sleep(4); RETURN NULL; END'",
    "CREATE TEMP TABLE slow (id int)",
    "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION pg_temp.wait()",
    "INSERT INTO slow VALUES (1)",
)


async def test_a_commit_is_not_cut_off_when_patience_ends(server: SqlStore) -> None:
    """Else nobody would know whether it happened."""

    def unit(tx: Any) -> None:
        tx.key_values.put("a", "1")
        for statement in AT_COMMIT:
            tx._connection.exec_driver_sql(statement)

    with answer_within(3.0):
        await server.write(unit)

    assert await server.read(lambda tx: tx.key_values.get("a")) == "1"


async def test_a_unit_that_was_cut_off_leaves_no_lock_and_says_nothing_of_the_database(
    server: SqlStore, postgres: PostgresCluster, migrated_postgres: str
) -> None:
    def unit(tx: Any) -> None:
        tx.key_values.put("dropped", "1")
        sql(tx, "SELECT pg_sleep(60)")

    with capture_logs() as lines, pytest.raises(StoreUnavailable), answer_within(0.3):
        await asyncio.wait_for(server.write(unit), 60)

    await asyncio.wait_for(server.write(lambda tx: tx.key_values.put("dropped", "not by it")), 60)
    assert await server.read(lambda tx: tx.key_values.get("dropped")) == "not by it"
    assert lines == []

    async def nothing_runs() -> bool:
        return not postgres.run(
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{migrated_postgres}' AND state <> 'idle'"
        )

    await eventually(nothing_runs)


async def test_a_server_that_never_answers_is_told_in_time(clock: SetClock) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    store = open_store(f"postgresql://bot:hidden@127.0.0.1:{port}/imagine?sslmode=disable", clock=clock)
    try:
        for work in (store.write, store.read):
            with pytest.raises(StoreUnavailable), answer_within(0.3):
                await asyncio.wait_for(work(lambda tx: tx.key_values.get("a")), 60)
        assert not await asyncio.wait_for(store.is_ready(), 60)
    finally:
        await store.close()
        listener.close()


@contextlib.contextmanager
def read_only(postgres: PostgresCluster, database: str) -> Iterator[None]:
    """What was the primary is a standby; at the end it is the primary again, and nobody was disconnected."""
    postgres.run(
        f"ALTER DATABASE {database} SET default_transaction_read_only = on",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
    )
    try:
        yield
    finally:
        postgres.run(f"ALTER DATABASE {database} RESET default_transaction_read_only")


async def test_a_server_that_only_reads_is_not_ready_and_that_is_said_once(
    server: SqlStore, postgres: PostgresCluster, migrated_postgres: str
) -> None:
    await server.write(lambda tx: tx.key_values.put("a", "1"))

    with capture_logs() as lines:
        with read_only(postgres, migrated_postgres):
            ready = await server.is_ready()
            for _ in range(3):
                with pytest.raises(StoreUnavailable):
                    await server.write(lambda tx: tx.key_values.put("a", "2"))
                assert await server.read(lambda tx: tx.key_values.get("a")) == "1"
                assert await server.write(lambda tx: sql(tx, "SELECT 1")) == 1
            before = [line["event"] for line in lines]
        await eventually(server.is_ready)

    assert not ready
    assert before == ["database_unavailable"]
    assert [line["event"] for line in lines] == ["database_unavailable", "database_back"]
    await server.write(lambda tx: tx.key_values.put("a", "3"))


async def test_connections_to_what_became_a_standby_are_not_used_again(
    server: SqlStore, postgres: PostgresCluster, migrated_postgres: str
) -> None:
    with read_only(postgres, migrated_postgres):
        crowd = (server.write(lambda tx, n=n: tx.key_values.put(f"m{n}", "1")) for n in range(10))
        outcomes = await asyncio.gather(*crowd, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {ReadOnly}
    await asyncio.gather(*(server.write(lambda tx, n=n: tx.key_values.put(f"m{n}", "1")) for n in range(10)))
