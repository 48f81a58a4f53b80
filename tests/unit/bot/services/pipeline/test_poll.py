"""One poll: how soon the next one may be, and what a late answer leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import Delivery, Status, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.errors import TryLater
from bot.ports import Done, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.poll import Poll
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import TrustedClock
from tests.support.databases import SetClock

FLOOR = 6.0


class Provider:
    said: Any = None

    async def poll(self, _task_id: str, _dialect: str) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


async def polled(store: SqlStore, said: Any, state: SubmissionState = SubmissionState.RUNNING) -> None:
    """One poll of a job that is under way, answered with ``said``."""
    accounts = Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())
    late = Failure(Problem.TIMED_OUT) if state is SubmissionState.TIMED_OUT else None

    def ask(tx: Transaction) -> None:
        status = Status.TIMED_OUT if late else Status.RUNNING
        job = a_job(created_at=tx.now, delivery=Delivery.ANNOUNCED, status=status, failure=late)
        tx.jobs.add(job)
        accounts.reserve(tx, job)
        taken = {"provider_task_id": "t1", "dialect": "jobs", "submitted_at": tx.now}
        sent = a_submission(state=state, failure=late, **taken)
        tx.submissions.add(sent)
        tx.tasks.add(TaskKind.POLL, team_id="T1", job_id=job.id, subject=sent.id)

    await store.write(ask)
    provider: Any = Provider()
    provider.said = said
    poll = Poll(
        store=store,
        provider=provider,
        outcome=Outcome(accounts),
        floor=FLOOR,
        deadline=1800,
        jitter=lambda: 0.0,
    )
    (task,) = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.POLL, owner="me", limit=1, lease_seconds=60)
    )
    await poll.run(task)


@pytest.mark.parametrize(("after", "next_in"), [(1.0, FLOOR), (0.0, FLOOR), (None, FLOOR), (30.0, 30.0)])
async def test_a_refused_poll_is_repeated_when_it_may_be_and_never_below_the_floor(
    store: SqlStore, clock: SetClock, after: float | None, next_in: float
) -> None:
    await polled(store, TryLater("429", after=after))

    due = await store.read(lambda tx: tx.tasks.next_due({TaskKind.POLL}))
    assert due is not None
    assert due - clock.now() == timedelta(seconds=next_in)


async def test_a_job_that_came_after_its_deadline_has_no_error_left(store: SqlStore) -> None:
    await polled(store, Done(("https://results.example/1.png",), Money(9_000)), SubmissionState.TIMED_OUT)

    job = await store.read(lambda tx: tx.jobs.get("J1"))
    assert job is not None
    assert (job.status, job.failure, job.cost) == (Status.SUCCEEDED, None, Money(9_000))


LINKS = tuple(f"https://results.example/{number}.png" for number in range(300))


@pytest.mark.parametrize(
    ("said", "cost"),
    [(None, 11_000), (Money(22_000), 22_000), (Money(55_000), 55_000), (Money(14_900_000), 11_000)],
)
async def test_what_was_not_ordered_is_neither_kept_nor_paid_for(
    store: SqlStore, said: Money | None, cost: int
) -> None:
    """A double is believed; fourteen dollars for a cent is not, however many links come with it."""
    await polled(store, Done(LINKS, said))

    job, pictures = await store.read(lambda tx: (tx.jobs.get("J1"), tx.pictures.of_job("J1")))
    assert job is not None
    assert (job.status, job.cost) == (Status.SUCCEEDED, Money(cost))
    assert [picture.url for picture in pictures] == [LINKS[0]]
