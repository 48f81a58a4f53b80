"""Units of work: whole or not at all, apart from each other, on one snapshot, at one time."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from bot.deadline import answer_within
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.errors import StoreUnavailable
from bot.ports import Transaction
from storage.engine import open_store
from storage.store import SqlStore
from storage.url import SqliteFile, parse_url
from tests.contract.samples import START, a_job
from tests.support.databases import SetClock


def put(key: str, value: str = "1") -> Any:
    return lambda tx: tx.key_values.put(key, value)


async def get(store: SqlStore, key: str) -> str | None:
    return await store.read(lambda tx: tx.key_values.get(key))


async def test_write_returns_the_units_value(store: SqlStore) -> None:
    assert await store.write(lambda tx: ("any", tx.now)) == ("any", START)


async def test_write_is_seen_by_the_next_read(store: SqlStore) -> None:
    for number in range(20):
        await store.write(put("counter", str(number)))
        assert await get(store, "counter") == str(number)


async def test_failed_unit_leaves_nothing_and_its_error_is_raised_as_it_is(store: SqlStore) -> None:
    error = KeyError("mine")

    def unit(tx: Transaction) -> None:
        tx.key_values.put("trace", "left")
        raise error

    with pytest.raises(KeyError) as caught:
        await store.write(unit)

    assert caught.value is error
    assert await get(store, "trace") is None


async def test_failing_unit_in_a_group_does_not_disturb_the_others(store: SqlStore) -> None:
    def unit(number: int) -> Any:
        def work(tx: Transaction) -> int:
            tx.key_values.put(f"memo-{number}", "1")
            if number == 25:
                raise ArithmeticError
            if number == 26:
                tx.jobs.save(a_job("unknown"))
            if number == 27:
                tx.jobs.add(a_job("J1"))
                tx.jobs.add(a_job("J1"))
            return number

        return work

    outcomes = await asyncio.gather(
        *(store.write(unit(number)) for number in range(50)), return_exceptions=True
    )

    assert [type(outcomes[bad]) for bad in (25, 26)] == [ArithmeticError, LookupError]
    assert isinstance(outcomes[27], ValueError)
    assert [o for o in outcomes if not isinstance(o, Exception)] == [
        n for n in range(50) if n not in {25, 26, 27}
    ]
    kept = [await get(store, f"memo-{number}") for number in range(50)]
    assert [number for number in range(50) if kept[number] is None] == [25, 26, 27]


@pytest.mark.parametrize("error", [StopIteration("end"), asyncio.CancelledError()])
async def test_odd_errors_reach_the_caller_and_break_nothing(store: SqlStore, error: BaseException) -> None:
    def unit(_tx: Transaction) -> None:
        raise error

    with pytest.raises((RuntimeError, type(error))):
        await asyncio.wait_for(store.write(unit), timeout=30)

    await store.write(put("after"))
    assert await get(store, "after") == "1"


async def test_now_stands_still_within_a_unit_and_moves_between(store: SqlStore, clock: SetClock) -> None:
    def unit(tx: Transaction) -> tuple[datetime, datetime]:
        first = tx.now
        clock.move(1)
        return first, tx.now

    first, second = await store.write(unit)
    later = await store.read(lambda tx: tx.now)

    assert first == second == START
    assert later == START + timedelta(seconds=1)


@pytest.mark.postgres
async def test_now_on_postgres_is_the_servers_time(postgres_url: str, clock: SetClock) -> None:
    store = open_store(postgres_url, clock=clock)
    try:
        before = datetime.now(UTC)
        first, second = await store.write(lambda tx: (tx.now, tx.now))
        after = await store.read(lambda tx: tx.now)
    finally:
        await store.close()

    assert first == second
    assert first.utcoffset() == timedelta(0)
    assert before - timedelta(seconds=1) < first < after


async def test_read_sees_one_snapshot_whatever_is_written_meanwhile(
    store: SqlStore, database_url: str, clock: SetClock
) -> None:
    await store.write(put("value", "old"))
    loop = asyncio.get_running_loop()
    begun, written = asyncio.Event(), threading.Event()

    async def change() -> None:
        await begun.wait()
        await store.write(put("value", "new"))
        written.set()

    def look(tx: Transaction) -> tuple[str | None, str | None]:
        first = tx.key_values.get("value")
        loop.call_soon_threadsafe(begun.set)
        assert written.wait(5)
        return first, tx.key_values.get("value")

    async def read_apart() -> tuple[str | None, str | None]:
        reader = open_store(database_url, clock=clock, database_time=False)
        try:
            return await reader.read(look)
        finally:
            await reader.close()

    writing = asyncio.create_task(change())
    # On PostgreSQL a unit runs on the event loop's thread: the one that waits has a loop of its own.
    seen = await asyncio.to_thread(lambda: asyncio.run(read_apart()))
    await writing

    assert seen == ("old", "old")
    assert await get(store, "value") == "new"


async def test_read_must_not_write(store: SqlStore) -> None:
    with pytest.raises(RuntimeError, match="read must not write"):
        await store.read(put("a"))

    assert await get(store, "a") is None


async def test_reads_run_side_by_side(store: SqlStore) -> None:
    await store.write(put("a", "b"))

    values = await asyncio.gather(*(get(store, "a") for _ in range(50)))

    assert values == ["b"] * 50


async def test_cancelled_callers_leave_whole_units_and_a_working_store(store: SqlStore) -> None:
    def both(number: int) -> Any:
        def unit(tx: Transaction) -> None:
            tx.key_values.put(f"a{number}", "1")
            tx.key_values.put(f"b{number}", "1")

        return unit

    for batch in range(5):
        writes = [asyncio.create_task(store.write(both(batch * 20 + n))) for n in range(20)]
        await asyncio.sleep(0.001 * batch)
        for write in writes[::2]:
            write.cancel()
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert all(outcome is None for outcome in outcomes[1::2])

    for number in range(100):
        pair = {await get(store, f"a{number}"), await get(store, f"b{number}")}
        assert len(pair) == 1
        if number % 2:
            assert pair == {"1"}


async def test_unit_that_has_begun_outlives_its_caller(
    store: SqlStore, database_url: str, clock: SetClock
) -> None:
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    def unit(tx: Transaction) -> None:
        tx.key_values.put("first", "1")
        loop.call_soon_threadsafe(begun.set)
        for number in range(50):
            tx.key_values.put(f"more-{number}", "1")

    write = asyncio.create_task(store.write(unit))
    await begun.wait()
    write.cancel()

    with pytest.raises(asyncio.CancelledError):
        await write
    await store.close()  # waits for the unit
    reopened = open_store(database_url, clock=clock)
    try:
        assert await get(reopened, "more-49") == "1"
    finally:
        await reopened.close()


async def test_closed_store_says_so(store: SqlStore) -> None:
    await store.write(put("a"))

    await store.close()
    await store.close()

    assert not await store.is_ready()
    with pytest.raises(StoreUnavailable):
        await store.write(put("a"))
    with pytest.raises(StoreUnavailable):
        await store.read(lambda tx: tx.key_values.get("a"))


async def test_close_waits_for_what_was_accepted(database_url: str, clock: SetClock) -> None:
    store = open_store(database_url, clock=clock)
    writes = [asyncio.create_task(store.write(put(f"m{number}"))) for number in range(20)]
    await asyncio.sleep(0)

    await store.close()

    assert await asyncio.gather(*writes) == [None] * 20


async def test_store_is_ready_only_with_the_current_schema(
    store: SqlStore, empty_database_url: str, clock: SetClock
) -> None:
    empty = open_store(empty_database_url, clock=clock)
    try:
        assert await store.is_ready()
        assert not await empty.is_ready()
        with pytest.raises(StoreUnavailable):
            await empty.write(put("a"))
        with pytest.raises(StoreUnavailable):
            await empty.read(lambda tx: tx.key_values.get("a"))
    finally:
        await empty.close()


async def test_errors_repeat_nothing_that_was_stored(store: SqlStore) -> None:
    secret = "https://hooks.example/T1/very-secret"
    job = a_job(reply_url=secret, request_key="private-key", estimate=Money(-1))

    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is what is looked at
        await store.write(lambda tx: tx.jobs.add(job))

    error: BaseException | None = caught.value
    while error is not None:
        assert "secret" not in str(error)
        assert "private" not in str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_work_is_shared_by_claims_of_one_store(store: SqlStore) -> None:
    for number in range(30):
        await store.write(lambda tx, n=number: tx.tasks.add(TaskKind.POLL, team_id="T1", job_id=f"J{n}"))

    claims = await asyncio.gather(
        *(
            store.write(
                lambda tx, me=f"w{n}": tx.tasks.claim(TaskKind.POLL, owner=me, limit=5, lease_seconds=60)
            )
            for n in range(8)
        )
    )

    taken = [task.job_id for tasks in claims for task in tasks]
    assert sorted(taken) == sorted({f"J{n}" for n in range(30)})


async def test_value_of_the_wrong_type_is_the_callers_mistake(store: SqlStore) -> None:
    with pytest.raises(TypeError, match="Money"):
        await asyncio.wait_for(store.write(lambda tx: tx.jobs.add(a_job(estimate=5))), 60)
    naive = a_job(created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake
    with pytest.raises(ValueError, match="aware"):
        await asyncio.wait_for(store.write(lambda tx: tx.jobs.add(naive)), 60)


async def test_unit_goes_nowhere_after_a_refusal_that_it_swallowed(store: SqlStore) -> None:
    later: list[str] = []

    def careless(tx: Transaction) -> None:
        tx.jobs.add(a_job())
        with contextlib.suppress(ValueError):
            tx.jobs.add(a_job())
        tx.key_values.get("a")
        later.append("went on")

    with pytest.raises(ValueError, match="forbids"):
        await store.write(careless)

    assert later == []


@contextlib.asynccontextmanager
async def locked(database_url: str) -> AsyncIterator[None]:
    """Somebody else keeps what every unit here writes."""
    target = parse_url(database_url)
    if isinstance(target, SqliteFile):
        with contextlib.closing(sqlite3.connect(target.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    connection = await asyncpg.connect(target.dsn)
    try:
        await connection.execute("BEGIN; LOCK TABLE memos")
        yield
    finally:
        await connection.close()


async def test_who_waits_in_person_is_told_in_time_and_nothing_comes_of_it_later(
    store: SqlStore, database_url: str
) -> None:
    """Far sooner than the engine would give up; a person asks again, and must not get it twice."""
    async with locked(database_url):
        for _ in range(12):  # more than the pool has connections
            with pytest.raises(StoreUnavailable), answer_within(0.3):
                await asyncio.wait_for(store.write(put("dropped")), 60)
        patient = asyncio.create_task(store.write(put("patient")))
        with pytest.raises(StoreUnavailable), answer_within(0.3):
            await asyncio.wait_for(store.write(put("dropped")), 60)

    await patient
    with answer_within(30):
        await store.write(put("after"))
    assert [await get(store, key) for key in ("dropped", "patient", "after")] == [None, "1", "1"]
    assert await store.is_ready()


async def test_a_deadline_changes_nothing_else(store: SqlStore) -> None:
    with answer_within(30):
        await store.write(put("a"))

        assert await store.read(lambda tx: tx.key_values.get("a")) == "1"
        with pytest.raises(RuntimeError, match="read must not write"):
            await store.read(put("b"))
        with pytest.raises(KeyError):
            await store.write(lambda tx: {}["mine"])


async def test_many_within_a_deadline_are_all_served(store: SqlStore) -> None:
    with answer_within(30):
        await asyncio.gather(*(store.write(put(f"m{number}")) for number in range(300)))

    assert (
        await store.read(lambda tx: [tx.key_values.get(f"m{number}") for number in range(300)]) == ["1"] * 300
    )
