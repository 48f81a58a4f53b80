"""An edit whose sources the provider could not fetch: ordered again, twice at most, with the money it had."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.audit import LedgerSnapshot, audit
from bot.domain.budget.limits import Limits
from bot.domain.errors import BotError
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.job import Delivery, Job, Status, Submission, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.domain.requests.request import Kind
from bot.errors import GivenUp
from bot.ports import Done, Failed, Order, Receipt, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.order_again import PAUSES_SECONDS
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.poll import Poll
from bot.services.pipeline.submit import Submit
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import TrustedClock, a_worker
from tests.support.databases import SetClock

NOT_FETCHED = Failure(Problem.SOURCE_UNREACHABLE, "wget download failed")
DONE = Done(("https://results.example/1.png",), Money(9_000))
PRICE = Money(11_000)


class Provider:
    """Answers from two scripts, the last entry of each for ever."""

    def __init__(self, *said: Failed | Done, taken: tuple[Receipt | BotError, ...] = ()) -> None:
        self.said = list(said)
        self.taken = list(taken)
        self.orders = 0

    async def submit(self, _order: Order) -> Receipt:
        self.orders += 1
        taken = self.taken.pop(0) if self.taken else Receipt(f"task-{self.orders}", "jobs")
        if isinstance(taken, BotError):
            raise taken
        return taken

    async def poll(self, _task_id: str, _dialect: str) -> Failed | Done:
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


class Bench:
    def __init__(self, store: SqlStore, clock: SetClock, provider: Any) -> None:
        self.store, self.clock, self.provider = store, clock, provider
        self.accounts = Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())
        more: dict[str, Any] = {
            "store": store, "provider": provider, "outcome": Outcome(self.accounts), "jitter": lambda: 0.0
        }  # fmt: skip
        self.worker = a_worker(
            store,
            steps={
                TaskKind.SUBMIT: Submit(
                    accounts=self.accounts, in_flight=InFlight(1, 1), poll_floor=2.0, **more
                ),
                TaskKind.POLL: Poll(floor=2.0, deadline=1800, **more),
            },
        )

    async def asked(self, kind: Kind = Kind.EDIT) -> None:
        def ask(tx: Transaction) -> None:
            job = a_job(created_at=tx.now, delivery=Delivery.ANNOUNCED, status_ts="1.0", estimate=PRICE)
            job = replace(job, request=replace(job.request, kind=kind, sources=int(kind is Kind.EDIT)))
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)
            tx.submissions.add(a_submission())
            tx.tasks.add(TaskKind.SUBMIT, team_id="T1", job_id="J1", subject="S1")

        await self.store.write(ask)

    async def work(self, seconds: float) -> None:
        """All that is due in so long, each when it is due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < end:
            await self.worker.run_once()
            due = await self.store.read(lambda tx: tx.tasks.next_due([TaskKind.SUBMIT, TaskKind.POLL]))
            self.clock.time = min(due or end, end)

    async def found(self) -> tuple[Job, Submission, tuple[int, int]]:
        """The job, its order, and what the workspace has held and spent; the books balance."""

        def unit(tx: Transaction) -> tuple[Job, Submission, tuple[int, int]]:
            job, submission = tx.jobs.get("J1"), tx.submissions.get("S1")
            assert job is not None
            assert submission is not None
            books = LedgerSnapshot(
                tx.ledger.periods(), tx.ledger.holds(), tx.ledger.entries(), tx.submissions.all()
            )
            assert audit(books) == []
            row = next(row for row in tx.ledger.periods() if row.scope.kind == "workspace")
            return job, submission, (row.held.micros, row.spent.micros)

        return await self.store.read(unit)


@pytest.mark.parametrize("times", [1, 2])
async def test_it_is_ordered_again_and_paid_for_once(store: SqlStore, clock: SetClock, times: int) -> None:
    bench = Bench(store, clock, Provider(*[Failed(NOT_FETCHED)] * times, DONE))
    await bench.asked()

    await bench.work(8)
    job, submission, money = await bench.found()
    assert (job.status, submission.state, submission.reorders) == (
        Status.RUNNING, SubmissionState.PLANNED, 1
    )  # fmt: skip
    assert money == (PRICE.micros, 0), "it keeps its hold and its place"

    await bench.work(300)
    job, submission, money = await bench.found()
    assert bench.provider.orders == 1 + times
    assert (job.status, job.failure, job.cost) == (Status.SUCCEEDED, None, Money(9_000))
    assert (submission.provider_task_id, submission.reorders) == (f"task-{1 + times}", times)
    assert money == (0, 9_000)


async def test_in_the_end_it_fails_and_costs_nothing(store: SqlStore, clock: SetClock) -> None:
    bench = Bench(store, clock, Provider(Failed(NOT_FETCHED)))
    await bench.asked()

    await bench.work(3600)

    job, _, money = await bench.found()
    assert bench.provider.orders == 1 + len(PAUSES_SECONDS) == 3
    assert (job.status, job.failure, job.cost) == (Status.FAILED, NOT_FETCHED, Money(0))
    assert money == (0, 0)


async def test_a_refusal_at_submit_is_ordered_again_too(store: SqlStore, clock: SetClock) -> None:
    refused = GivenUp(NOT_FETCHED)
    bench = Bench(store, clock, Provider(DONE, taken=(refused, refused, Receipt("task-3", "jobs"))))
    await bench.asked()

    await bench.work(300)

    job, _, money = await bench.found()
    assert (job.status, bench.provider.orders, money) == (Status.SUCCEEDED, 3, (0, 9_000))


@pytest.mark.parametrize(
    ("kind", "problem"),
    [(Kind.GENERATE, Problem.SOURCE_UNREACHABLE), (Kind.EDIT, Problem.MODERATED),
     (Kind.EDIT, Problem.PROVIDER_FAILED)],
)  # fmt: skip
async def test_nothing_else_is_ordered_again(
    store: SqlStore, clock: SetClock, kind: Kind, problem: Problem
) -> None:
    """And nobody hears of a picture to edit where there was none."""
    bench = Bench(store, clock, Provider(Failed(Failure(problem))))
    await bench.asked(kind)

    await bench.work(3600)

    job, _, money = await bench.found()
    assert (bench.provider.orders, job.status, money) == (1, Status.FAILED, (0, 0))
    assert job.failure is not None
    assert job.failure.problem is (Problem.PROVIDER_FAILED if kind is Kind.GENERATE else problem)


async def test_each_order_may_state_its_own_price(store: SqlStore, clock: SetClock) -> None:
    prices = (Money(20_000), Money(20_000), Money(15_000))
    taken = tuple(Receipt(f"task-{number}", "jobs", price) for number, price in enumerate(prices))
    bench = Bench(store, clock, Provider(Failed(NOT_FETCHED), taken=taken))
    await bench.asked()

    held = []
    for seconds in (3, 15, 124):  # after each order and before it is asked about
        await bench.work(seconds)
        held.append((await bench.found())[2])
    assert held == [(20_000, 0), (20_000, 0), (15_000, 0)]

    bench.provider.said = [Done(DONE.urls, None)]
    await bench.work(60)
    job, _, money = await bench.found()
    assert (job.status, money) == (Status.SUCCEEDED, (0, 15_000))
