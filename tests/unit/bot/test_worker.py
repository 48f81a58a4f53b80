"""What the worker does with a task that takes its process down, and with a step that never ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot import step_runner as module
from bot.domain.budget.ledger import HoldState
from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import Status, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.give_up import GiveUp
from bot.step_runner import MOST_DEATHS
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import TrustedClock, a_worker
from tests.support.databases import SetClock

PREPARE, DELIVER, POLL = TaskKind.PREPARE, TaskKind.DELIVER, TaskKind.POLL


class Bench:
    """A worker whose steps only note what they were given, or do what a test says."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.accounts = Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())
        self.run_jobs: list[str] = []
        self.step: Callable[[Task], Awaitable[None]] = self._finish
        self.worker = a_worker(
            store,
            steps=dict.fromkeys((PREPARE, TaskKind.ANNOUNCE, TaskKind.SUBMIT, DELIVER, POLL), self),
            give_up=GiveUp(self.accounts),
        )

    async def run(self, task: Task) -> None:
        self.run_jobs.append(task.job_id)
        await self.step(task)

    async def _finish(self, task: Task) -> None:
        await self.store.write(lambda tx: tx.tasks.finish(task))

    async def ask(self, name: str, kind: TaskKind = PREPARE, status: Status = Status.QUEUED) -> None:
        def unit(tx: Transaction) -> None:
            job = a_job(name, estimate=Money.parse("0.41"), created_at=tx.now, status=status)
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)
            tx.tasks.add(kind, team_id="T1", job_id=name)

        await self.store.write(unit)

    async def dies_with(self, kind: TaskKind, times: int = 1) -> None:
        """A process that claims what is due of this kind and is gone."""
        for _ in range(times):
            await self.store.write(lambda tx: tx.tasks.claim(kind, owner="dead", limit=9, lease_seconds=60.0))
            await self.store.write(lambda tx: tx.tasks.release_leases_of_others("me"))


@pytest.fixture
def bench(store: SqlStore) -> Bench:
    return Bench(store)


async def test_an_edit_that_kills_three_processes_is_given_up_free_and_its_asker_is_told(
    bench: Bench,
) -> None:
    await bench.ask("J1")
    await bench.dies_with(PREPARE, MOST_DEATHS)

    await bench.worker.run_once()

    def look(tx: Transaction) -> tuple[Any, ...]:
        job, hold = tx.jobs.get("J1"), tx.ledger.hold("J1")
        assert job is not None
        assert hold is not None
        told = tx.tasks.claim(TaskKind.NOTIFY_ASKER, owner="t", limit=9, lease_seconds=1.0)
        return job.status, job.failure and job.failure.problem, job.cost, hold.state, [t.job_id for t in told]

    assert bench.run_jobs == [], "it is not begun a fourth time"
    assert await bench.store.write(look) == (
        Status.FAILED, Problem.PROCESS_DIED, Money.zero(), HoldState.RELEASED, ["J1"],
    )  # fmt: skip


@pytest.mark.parametrize("kind", [TaskKind.ANNOUNCE, TaskKind.SUBMIT])
async def test_an_ask_that_never_reached_the_image_service_is_free_whatever_step_kills(
    bench: Bench, kind: TaskKind
) -> None:
    await bench.ask("J1", kind)
    if kind is TaskKind.SUBMIT:
        planned = a_submission("J1-0", job_id="J1", state=SubmissionState.PLANNED)
        await bench.store.write(lambda tx: tx.submissions.add(planned))
    await bench.dies_with(kind, MOST_DEATHS)

    await bench.worker.run_once()

    def look(tx: Transaction) -> tuple[Any, ...]:
        job, hold = tx.jobs.get("J1"), tx.ledger.hold("J1")
        assert job is not None
        assert hold is not None
        return (
            job.status,
            hold.state,
            {one.state for one in tx.submissions.of_job("J1")},
            tx.tasks.parked("J1"),
        )

    status, hold, states, parked = await bench.store.read(look)
    assert (bench.run_jobs, status, hold, parked) == ([], Status.FAILED, HoldState.RELEASED, [])
    assert states <= {SubmissionState.CANCELLED}


async def test_an_order_that_may_have_been_sent_is_never_given_back(bench: Bench) -> None:
    await bench.ask("J1", TaskKind.SUBMIT)
    begun = a_submission("J1-0", job_id="J1", state=SubmissionState.SUBMITTING)
    await bench.store.write(lambda tx: tx.submissions.add(begun))
    await bench.dies_with(TaskKind.SUBMIT, MOST_DEATHS)

    await bench.worker.run_once()

    def look(tx: Transaction) -> tuple[Any, ...]:
        hold, (parked,) = tx.ledger.hold("J1"), tx.tasks.parked("J1")
        return hold and hold.state, parked[1]

    assert await bench.store.read(look) == (HoldState.HELD, "process_died")


async def test_two_deaths_are_no_reason_to_give_up(bench: Bench) -> None:
    await bench.ask("J1")
    await bench.dies_with(PREPARE, MOST_DEATHS - 1)

    await bench.worker.run_once()

    assert bench.run_jobs == ["J1"]


async def test_what_is_paid_for_is_parked_for_an_operator(bench: Bench) -> None:
    await bench.ask("J1", DELIVER, Status.SUCCEEDED)
    await bench.dies_with(DELIVER, MOST_DEATHS)

    await bench.worker.run_once()

    ((task, error),) = await bench.store.read(lambda tx: tx.tasks.parked("J1"))
    assert (task.kind, error, bench.run_jobs) == (DELIVER, "process_died", [])


async def test_a_suspect_runs_alone_among_the_steps_that_handle_pictures(bench: Bench) -> None:
    await bench.ask("J1")
    await bench.dies_with(PREPARE)
    for name, kind in (("J2", PREPARE), ("J3", DELIVER), ("J4", POLL)):
        await bench.ask(name, kind)

    await bench.worker.run_once()
    assert sorted(bench.run_jobs) == ["J1", "J4"], "polling goes on"
    await bench.worker.run_once()
    assert sorted(bench.run_jobs) == ["J1", "J2", "J3", "J4"]


async def test_several_suspects_run_one_after_another(bench: Bench) -> None:
    for name in ("J1", "J2"):
        await bench.ask(name)
    await bench.dies_with(PREPARE)
    hands: list[int] = []

    async def count(task: Task) -> None:
        hands.append(len(bench.worker._in_hand()))
        await bench.store.write(lambda tx: tx.tasks.finish(task))

    bench.step = count
    for _ in range(3):
        await bench.worker.run_once()

    assert (bench.run_jobs, hands) == (["J1", "J2"], [1, 1])


async def test_a_step_that_never_ends_is_ended_and_counts_as_a_fault(
    bench: Bench, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEADLINE_SECONDS", dict.fromkeys(TaskKind, 0.01))
    await bench.ask("J1")

    async def hang(_task: Task) -> None:
        await asyncio.Event().wait()

    bench.step = hang
    await bench.worker.run_once()
    clock.move(60.0)

    (task,) = await bench.store.write(
        lambda tx: tx.tasks.claim(PREPARE, owner="t", limit=9, lease_seconds=1.0)
    )
    assert (task.faults, task.starts) == (1, 1), "ended in order: nothing has died"
