"""The work queue: due times, leases, fences, and every way of giving a task back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.jobs.task import Task, TaskKind
from bot.errors import StaleLease
from bot.ports import Transaction
from storage.store import SqlStore
from tests.contract.samples import START
from tests.support.databases import SetClock

POLL, UPDATE_STATUS = TaskKind.POLL, TaskKind.UPDATE_STATUS
LEASE = 60.0
ALL = tuple(TaskKind)


async def add(store: SqlStore, job_id: str = "J1", *, kind: TaskKind = POLL, **options: object) -> None:
    await store.write(lambda tx: tx.tasks.add(kind, team_id="T1", job_id=job_id, **options))


async def claim(
    store: SqlStore, *, kind: TaskKind = POLL, owner: str = "me", limit: int = 10, lease: float = LEASE
) -> list[Task]:
    return await store.write(lambda tx: tx.tasks.claim(kind, owner=owner, limit=limit, lease_seconds=lease))


async def claim_one(store: SqlStore, **options: object) -> Task:
    (task,) = await claim(store, **options)
    return task


async def next_due(store: SqlStore) -> float | None:
    """Seconds from the start of the test to the next due time."""
    due = await store.read(lambda tx: tx.tasks.next_due(ALL))
    return None if due is None else (due - START).total_seconds()


async def test_added_task_is_claimed_with_all_its_parts(store: SqlStore) -> None:
    await add(store, subject="S1")

    task = await claim_one(store)

    assert (task.kind, task.team_id, task.job_id, task.subject) == (POLL, "T1", "J1", "S1")
    assert (task.fence, task.attempts, task.due_at) == (1, 0, START + timedelta(seconds=LEASE))


async def test_delayed_task_is_not_due_before_its_time(store: SqlStore, clock: SetClock) -> None:
    await add(store, delay=5.5)

    clock.move(5.4)
    early = await claim(store)
    clock.move(0.1)
    late = await claim(store)

    assert (len(early), len(late)) == (0, 1)


async def test_claim_takes_the_soonest_due_first_and_no_more_than_the_limit(
    store: SqlStore, clock: SetClock
) -> None:
    for job_id, delay in [("J1", 3.0), ("J2", 1.0), ("J3", 2.0), ("J4", 2.0)]:
        await add(store, job_id, delay=delay)
    clock.move(10)

    first = await claim(store, limit=3)
    rest = await claim(store)

    assert [task.job_id for task in first] == ["J2", "J3", "J4"]
    assert [task.job_id for task in rest] == ["J1"]


async def test_claim_takes_one_kind_only(store: SqlStore) -> None:
    await add(store, kind=UPDATE_STATUS)

    assert await claim(store, kind=POLL) == []
    assert len(await claim(store, kind=UPDATE_STATUS)) == 1


async def test_leased_task_is_claimed_again_only_after_its_lease_and_with_a_higher_fence(
    store: SqlStore, clock: SetClock
) -> None:
    await add(store)
    first = await claim_one(store)

    clock.move(LEASE - 0.001)
    during = await claim(store, owner="other")
    clock.move(0.001)
    after = await claim_one(store, owner="other")

    assert during == []
    assert after.id == first.id
    assert after.fence == first.fence + 1


async def test_fence_never_falls(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    fences = []
    for _ in range(3):
        task = await claim_one(store)
        fences.append(task.fence)
        await store.write(lambda tx, task=task: tx.tasks.finish(task))
        await add(store)

    assert fences == sorted(set(fences))


async def test_keep_extends_the_lease(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)
    clock.move(50)

    await store.write(lambda tx: tx.tasks.keep(task, lease_seconds=LEASE))

    assert await next_due(store) == 50 + LEASE
    clock.move(20)
    assert await claim(store) == []


def finish(tx: Transaction, task: Task) -> None:
    tx.tasks.finish(task)


def keep(tx: Transaction, task: Task) -> None:
    tx.tasks.keep(task, lease_seconds=LEASE)


def reschedule(tx: Transaction, task: Task) -> None:
    tx.tasks.reschedule(task, delay=7, attempts=1)


def park(tx: Transaction, task: Task) -> None:
    tx.tasks.park(task, "poison")


@pytest.mark.parametrize("act", [finish, keep, reschedule, park])
async def test_late_worker_cannot_touch_a_task_that_another_has_claimed(
    store: SqlStore, clock: SetClock, act: object
) -> None:
    await add(store)
    late = await claim_one(store)
    clock.move(LEASE)
    current = await claim_one(store, owner="other")

    with pytest.raises(StaleLease):
        await store.write(lambda tx: act(tx, late))

    await store.write(lambda tx: tx.tasks.keep(current, lease_seconds=LEASE))


@pytest.mark.parametrize("act", [finish, keep, reschedule, park])
@pytest.mark.parametrize("end", [finish, reschedule, park])
async def test_given_back_lease_is_gone(store: SqlStore, end: object, act: object) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: end(tx, task))

    with pytest.raises(StaleLease):
        await store.write(lambda tx: act(tx, task))


async def test_late_but_unclaimed_lease_is_still_ours(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)
    clock.move(LEASE + 1)

    await store.write(lambda tx: tx.tasks.finish(task))

    assert await next_due(store) is None


async def test_stale_lease_takes_the_rest_of_the_unit_with_it(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    late = await claim_one(store)
    clock.move(LEASE)
    await claim_one(store, owner="other")

    def step(tx: Transaction) -> None:
        tx.key_values.put("result", "from the late worker")
        tx.tasks.finish(late)

    with pytest.raises(StaleLease):
        await store.write(step)

    assert await store.read(lambda tx: tx.key_values.get("result")) is None


async def test_rescheduled_task_keeps_its_attempts(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)

    await store.write(lambda tx: tx.tasks.reschedule(task, delay=30, attempts=4, error="busy"))

    assert await next_due(store) == 30
    clock.move(30)
    assert (await claim_one(store)).attempts == 4


async def test_finished_task_is_gone_from_the_queue(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)

    await store.write(lambda tx: tx.tasks.finish(task))

    clock.move(10_000)
    assert await claim(store) == []
    assert await next_due(store) is None
    assert await store.read(lambda tx: tx.tasks.parked()) == []


async def test_close_finishes_a_waiting_task(store: SqlStore) -> None:
    await add(store, subject="S1", delay=9)
    await add(store, subject="S2", delay=10)

    await store.write(lambda tx: tx.tasks.close(POLL, "J1", "S1"))

    assert await next_due(store) == 10


async def test_close_finishes_a_leased_task_and_its_holder_notices(store: SqlStore, clock: SetClock) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: tx.tasks.wake(POLL, "J1"))

    await store.write(lambda tx: tx.tasks.close(POLL, "J1", ""))

    with pytest.raises(StaleLease):
        await store.write(lambda tx: tx.tasks.finish(task))
    assert await next_due(store) is None
    await add(store)
    assert (await claim_one(store)).fence == task.fence + 2


async def test_close_of_a_parked_task_clears_it(store: SqlStore) -> None:
    await add(store)
    task = await claim_one(store)
    await store.write(lambda tx: tx.tasks.park(task, "poison"))

    await store.write(lambda tx: tx.tasks.close(POLL, "J1", ""))

    assert await store.read(lambda tx: tx.tasks.parked()) == []


async def test_parked_task_is_out_of_the_queue_and_visible(store: SqlStore, clock: SetClock) -> None:
    await add(store, "J1")
    await add(store, "J2", delay=99_999)
    task = await claim_one(store)

    await store.write(lambda tx: tx.tasks.park(task, "bad picture"))

    clock.move(1000)
    assert await claim(store) == []
    ((parked, error),) = await store.read(lambda tx: tx.tasks.parked())
    assert (parked.id, error) == (task.id, "bad picture")
    assert await store.read(lambda tx: tx.tasks.parked("J2")) == []
    assert len(await store.read(lambda tx: tx.tasks.parked("J1"))) == 1


async def test_unpark_makes_a_jobs_parked_tasks_due_with_no_attempts(
    store: SqlStore, clock: SetClock
) -> None:
    for subject in ("S1", "S2"):
        await add(store, subject=subject)
    for task in await claim(store):
        await store.write(lambda tx, task=task: tx.tasks.reschedule(task, delay=0, attempts=5))
    for task in await claim(store):
        await store.write(lambda tx, task=task: tx.tasks.park(task, "poison"))
    await add(store, "J2", delay=500)
    clock.move(100)

    count = await store.write(lambda tx: tx.tasks.unpark("J1"))

    assert count == 2
    assert await next_due(store) == 100
    assert [task.attempts for task in await claim(store)] == [0, 0]
    assert await store.read(lambda tx: tx.tasks.parked()) == []
    assert await store.write(lambda tx: tx.tasks.unpark("J1")) == 0


async def test_next_due_counts_leases_and_the_asked_kinds_only(store: SqlStore) -> None:
    assert await next_due(store) is None
    await add(store, "J1", kind=UPDATE_STATUS, delay=500)
    await add(store, "J2", kind=POLL)
    await claim_one(store)

    assert await next_due(store) == LEASE
    due = await store.read(lambda tx: tx.tasks.next_due([UPDATE_STATUS]))
    assert due == START + timedelta(seconds=500)
    assert await store.read(lambda tx: tx.tasks.next_due([TaskKind.SUBMIT])) is None
    assert await store.read(lambda tx: tx.tasks.next_due([])) is None


async def test_release_leases_of_others_leaves_ours_and_the_waiting(store: SqlStore, clock: SetClock) -> None:
    for job_id, owner in [("J1", "dead"), ("J2", "me")]:
        await add(store, job_id)
        await claim_one(store, owner=owner)
    await add(store, "J3", delay=500)
    clock.move(1)

    count = await store.write(lambda tx: tx.tasks.release_leases_of_others("me"))

    assert count == 1
    task = await claim_one(store)
    assert (task.job_id, task.fence) == ("J1", 2)


async def test_released_lease_is_stale_for_its_owner(store: SqlStore) -> None:
    await add(store)
    task = await claim_one(store, owner="dead")
    await store.write(lambda tx: tx.tasks.release_leases_of_others("me"))

    with pytest.raises(StaleLease):
        await store.write(lambda tx: tx.tasks.finish(task))


async def died(store: SqlStore) -> None:
    """What the next process on the file does: the task's holder is no more."""
    await store.write(lambda tx: tx.tasks.release_leases_of_others("nobody"))


async def test_a_claim_counts_and_only_an_orderly_end_sets_the_count_back(store: SqlStore) -> None:
    await add(store)

    for starts in (1, 2, 3):
        assert (await claim_one(store)).starts == starts
        await died(store)
    fourth = await claim_one(store)
    await store.write(lambda tx: tx.tasks.reschedule(fourth, delay=0.0, attempts=1, error="away"))
    assert (await claim_one(store)).starts == 1
    await died(store)
    again = await claim_one(store)
    await store.write(lambda tx: tx.tasks.finish(again))
    await add(store)
    assert (await claim_one(store)).starts == 1


async def test_suspects_are_claimed_apart(store: SqlStore) -> None:
    await add(store, "J1")
    await claim_one(store)
    await died(store)
    await add(store, "J2")

    def claimed(tx: Transaction, *, suspects: bool) -> list[str]:
        tasks = tx.tasks.claim(POLL, owner="me", limit=9, lease_seconds=LEASE, suspects=suspects)
        return [task.job_id for task in tasks]

    assert await store.read(lambda tx: tx.tasks.has_suspects([POLL]))
    assert not await store.read(lambda tx: tx.tasks.has_suspects([UPDATE_STATUS]))
    assert await store.write(lambda tx: claimed(tx, suspects=False)) == ["J2"]
    assert await store.write(lambda tx: claimed(tx, suspects=True)) == ["J1"]
    assert not await store.read(lambda tx: tx.tasks.has_suspects([POLL]))
