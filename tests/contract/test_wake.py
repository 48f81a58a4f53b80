"""Adding an existing task again, and waking: nothing that happened during a lease is forgotten."""

from __future__ import annotations

import pytest

from bot.domain.jobs.task import Task, TaskKind
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.test_tasks import LEASE, POLL, UPDATE_STATUS, add, claim, claim_one, next_due
from tests.support.databases import SetClock


async def wake(store: SqlStore, job_id: str = "J1", *, kind: TaskKind = POLL, delay: float = 0.0) -> None:
    await store.write(lambda tx: tx.tasks.wake(kind, job_id, delay=delay))


async def end(store: SqlStore, task: Task) -> None:
    await store.write(lambda tx: tx.tasks.finish(task))


def again(tx: Transaction, delay: float) -> None:
    tx.tasks.add(POLL, team_id="T1", job_id="J1", delay=delay)


def woken(tx: Transaction, delay: float) -> None:
    tx.tasks.wake(POLL, "J1", delay=delay)


@pytest.mark.parametrize("act", [again, woken])
async def test_waiting_task_takes_the_earlier_due_time(store: SqlStore, act: object) -> None:
    await add(store, delay=100)

    await store.write(lambda tx: act(tx, 20))
    earlier = await next_due(store)
    await store.write(lambda tx: act(tx, 50))
    unchanged = await next_due(store)

    assert (earlier, unchanged) == (20, 20)
    assert len(await store.read(lambda tx: tx.tasks.parked())) == 0


@pytest.mark.parametrize("act", [again, woken])
async def test_leased_task_is_not_taken_from_its_holder(
    store: SqlStore, clock: SetClock, act: object
) -> None:
    await add(store)
    task = await claim_one(store)

    await store.write(lambda tx: act(tx, 0))

    assert await claim(store, owner="other") == []
    assert await next_due(store) == LEASE
    await end(store, task)


@pytest.mark.parametrize("act", [again, woken])
async def test_leased_task_runs_again_once_when_it_is_finished(
    store: SqlStore, clock: SetClock, act: object
) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: act(tx, 0))
    clock.move(10)

    await end(store, task)

    second = await claim_one(store)
    await end(store, second)
    assert await next_due(store) is None


@pytest.mark.parametrize("act", [again, woken])
async def test_leased_task_rescheduled_for_later_runs_at_the_wished_time(
    store: SqlStore, clock: SetClock, act: object
) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: act(tx, 30))
    await store.write(lambda tx: act(tx, 40))

    await store.write(lambda tx: tx.tasks.reschedule(task, delay=900, attempts=1))

    assert await next_due(store) == 30


async def test_leased_task_rescheduled_for_sooner_keeps_the_sooner_time(store: SqlStore) -> None:
    await add(store)
    task = await claim_one(store)
    await wake(store, delay=30)

    await store.write(lambda tx: tx.tasks.reschedule(task, delay=5, attempts=1))

    assert await next_due(store) == 5


async def test_wake_after_the_lease_ran_out_is_not_lost(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)
    clock.move(LEASE + 1)
    await wake(store)

    await end(store, task)

    assert await next_due(store) == LEASE + 1


async def test_wake_during_a_lease_that_crashed_is_answered_by_the_next_claim(
    store: SqlStore, clock: SetClock
) -> None:
    await add(store)
    await claim_one(store)
    await wake(store)
    clock.move(LEASE)

    second = await claim_one(store)
    await end(store, second)

    assert await next_due(store) is None


async def test_wake_for_later_outlives_a_crashed_lease(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    await claim_one(store)
    await wake(store, delay=500)
    clock.move(LEASE)

    second = await claim_one(store)
    await end(store, second)

    assert await next_due(store) == 500


async def test_wake_reaches_every_unfinished_task_of_that_kind_and_job(store: SqlStore) -> None:
    for subject in ("S1", "S2"):
        await add(store, subject=subject, delay=100)
    await add(store, "J2", delay=100)
    await add(store, kind=UPDATE_STATUS, delay=100)

    await wake(store)

    assert [task.subject for task in await claim(store)] == ["S1", "S2"]
    assert await claim(store, kind=UPDATE_STATUS) == []


async def test_wake_leaves_finished_and_parked_tasks_alone(store: SqlStore) -> None:
    for subject in ("S1", "S2"):
        await add(store, subject=subject)
    finished, parked = await claim(store)
    await end(store, finished)
    await store.write(lambda tx: tx.tasks.park(parked, "poison"))

    await wake(store)
    await wake(store, "J9")

    assert await next_due(store) is None
    assert len(await store.read(lambda tx: tx.tasks.parked())) == 1


async def test_finished_task_added_again_starts_anew(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: tx.tasks.reschedule(task, delay=0, attempts=6))
    await end(store, await claim_one(store))

    await add(store, delay=3)

    assert await next_due(store) == 3
    clock.move(3)
    assert (await claim_one(store)).attempts == 0


async def test_parked_task_added_again_is_unparked(store: SqlStore) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: tx.tasks.park(task, "poison"))

    await add(store, delay=2)

    assert await next_due(store) == 2
    assert await store.read(lambda tx: tx.tasks.parked()) == []


async def test_waiting_task_added_again_keeps_its_attempts(store: SqlStore) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: tx.tasks.reschedule(task, delay=60, attempts=3))

    await add(store)

    assert (await claim_one(store)).attempts == 3
