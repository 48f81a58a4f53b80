"""News after the day of doubt: pictures that were paid for are shown, and the books are put right."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.audit import LedgerSnapshot, audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.job import Delivery, Job, Status, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.ports import Done, Failed, Receipt, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.outcome import DOUBT_SECONDS, Outcome
from bot.services.pipeline.poll import Poll
from bot.services.pipeline.settle_unknown import SettleUnknown
from bot.services.pipeline.submit import Submit
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import TrustedClock
from tests.support.databases import SetClock

LINK = "https://results.example/1.png"


class Slow:
    """A provider that answers the paid call when it is told to, and then says what it is told."""

    def __init__(self) -> None:
        self.asked, self.answers = asyncio.Event(), asyncio.Event()
        self.said: Any = None

    async def submit(self, _order: object) -> Receipt:
        self.asked.set()
        await self.answers.wait()
        return Receipt("task-1", "jobs")

    async def poll(self, _task_id: str, _dialect: str) -> Any:
        return self.said


class Day:
    """A job whose paid call is answered more than a day after it was sent."""

    def __init__(self, store: SqlStore, clock: SetClock) -> None:
        self.store, self.clock = store, clock
        self.accounts = Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())
        self.provider: Any = Slow()
        outcome = Outcome(self.accounts)
        self.dispatch = Submit(
            store=store, provider=self.provider, accounts=self.accounts, outcome=outcome,
            in_flight=InFlight(None, None), poll_floor=2.0, jitter=lambda: 0.0,
        )  # fmt: skip
        self.poll = Poll(
            store=store, provider=self.provider, outcome=outcome, floor=2.0, deadline=1800, jitter=lambda: 0.0
        )

    async def claim(self, kind: TaskKind) -> list[Task]:
        return await self.store.write(lambda tx: tx.tasks.claim(kind, owner="me", limit=5, lease_seconds=60))

    async def begin(self, *, more: tuple[Any, ...] = ()) -> asyncio.Task[None]:
        def ask(tx: Transaction) -> None:
            job = a_job(created_at=tx.now, delivery=Delivery.ANNOUNCED, status_ts="1.0")
            job = replace(job, request=replace(job.request, n=1 + len(more)))
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)
            for submission in (a_submission(), *more):
                tx.submissions.add(submission)
            tx.tasks.add(TaskKind.SUBMIT, team_id="T1", job_id="J1", subject="S1")

        await self.store.write(ask)
        (task,) = await self.claim(TaskKind.SUBMIT)
        sending = asyncio.create_task(self.dispatch.run(task))
        await self.provider.asked.wait()
        self.clock.move(300)  # its lease is over: somebody else finds it mid-call, and cannot know
        (again,) = await self.claim(TaskKind.SUBMIT)
        await self.dispatch.run(again)
        return sending

    async def reckon(self) -> None:
        self.clock.move(DOUBT_SECONDS + 1)
        for task in await self.claim(TaskKind.SETTLE_UNKNOWN):
            await SettleUnknown(store=self.store, accounts=self.accounts).run(task)

    async def receive(self, answer: Done | Failed) -> None:
        self.provider.said = answer
        self.clock.move(60)
        (task,) = await self.claim(TaskKind.POLL)
        await self.poll.run(task)

    async def found(self) -> tuple[Job, int, int]:
        def unit(tx: Transaction) -> tuple[Job, int, int]:
            job = tx.jobs.get("J1")
            assert job is not None
            books = LedgerSnapshot(
                tx.ledger.periods(), tx.ledger.holds(), tx.ledger.entries(), tx.submissions.all()
            )
            assert audit(books) == []
            row = next(row for row in tx.ledger.periods() if row.scope.kind == "workspace")
            return job, row.held.micros, row.spent.micros

        return await self.store.read(unit)


@pytest.fixture
def day(store: SqlStore, clock: SetClock) -> Day:
    return Day(store, clock)


@pytest.mark.parametrize(
    ("stated", "spent"), [(Money(9_000), 9_000), (Money(13_000), 13_000), (None, 11_000)]
)
async def test_pictures_that_come_after_the_settlement_are_delivered(
    day: Day, stated: Money | None, spent: int
) -> None:
    sending = await day.begin()
    await day.reckon()
    job, held, at_estimate = await day.found()
    assert (job.status, held, at_estimate) == (Status.FAILED, 0, 11_000)
    await day.claim(TaskKind.UPDATE_STATUS)

    day.provider.answers.set()
    await sending
    await day.receive(Done((LINK,), stated))

    job, held, now_spent = await day.found()
    assert (job.status, job.failure, job.cost) == (Status.SUCCEEDED, None, Money(spent))
    assert (held, now_spent) == (0, spent)
    assert len(await day.claim(TaskKind.DELIVER)) == 1


async def test_a_late_failure_is_not_charged_after_all(day: Day) -> None:
    sending = await day.begin()
    await day.reckon()
    day.provider.answers.set()
    await sending

    await day.receive(Failed(Failure(Problem.MODERATED)))

    job, held, spent = await day.found()
    assert (job.status, job.cost, held, spent) == (Status.FAILED, Money.zero(), 0, 0)
    assert job.failure == Failure(Problem.MODERATED)


async def test_what_is_still_in_doubt_stays_at_its_estimate(day: Day) -> None:
    """One of two orders is heard of after the day, of the other nothing is ever heard."""
    lost = Failure(Problem.OUTCOME_UNKNOWN, "lost")
    other = a_submission("S2", ordinal=1, state=SubmissionState.UNKNOWN, failure=lost)
    sending = await day.begin(more=(other,))
    await day.reckon()
    day.provider.answers.set()
    await sending

    await day.receive(Done((LINK,), Money(4_000)))

    job, held, spent = await day.found()
    assert (job.status, job.failure) == (Status.SUCCEEDED, lost)
    assert (held, spent) == (0, 4_000 + 5_500)


async def test_a_second_word_corrects_again(day: Day) -> None:
    """The day is over for both orders; then news of each comes, one after the other."""
    other = a_submission(
        "S2", ordinal=1, state=SubmissionState.UNKNOWN, failure=Failure(Problem.OUTCOME_UNKNOWN)
    )
    sending = await day.begin(more=(other,))
    await day.reckon()
    day.provider.answers.set()
    await sending
    await day.receive(Done((LINK,), Money(4_000)))

    def heard(tx: Transaction) -> None:
        current = tx.submissions.get("S2")
        assert current is not None
        ended = replace(current, state=SubmissionState.FAILED, failure=Failure(Problem.MODERATED))
        tx.submissions.save(ended)
        Outcome(day.accounts).conclude(tx, "J1")

    await day.store.write(heard)
    await day.store.write(lambda tx: Outcome(day.accounts).conclude(tx, "J1"))

    job, held, spent = await day.found()
    assert (job.cost, held, spent) == (Money(4_000), 0, 4_000)
