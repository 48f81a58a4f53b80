"""The day of doubt: counted meanwhile, settled at the estimate after it, never at zero and never twice."""

from dataclasses import replace

import pytest

from bot.domain.audit import LedgerSnapshot, audit
from bot.domain.budget.ledger import HoldState
from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import Delivery, Job, Status, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.problem import Failure, Problem
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.pipeline.outcome import DOUBT_SECONDS, Outcome
from bot.services.pipeline.settle_unknown import SettleUnknown
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import TrustedClock
from tests.support.databases import SetClock

LOST = Failure(Problem.OUTCOME_UNKNOWN, "the answer was lost")


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())


async def _doubtful(store: SqlStore, accounts: Accounts) -> None:
    """A job whose only submission has just become unknown."""

    def unit(tx: Transaction) -> None:
        job = a_job(created_at=tx.now, delivery=Delivery.ANNOUNCED, status_ts="1.0")
        tx.jobs.add(job)
        accounts.reserve(tx, job)
        tx.submissions.add(a_submission(state=SubmissionState.SUBMITTING))
        accounts.dispatched(tx, job.id)
        Outcome(accounts).conclude(tx, job.id)
        tx.submissions.save(a_submission(state=SubmissionState.UNKNOWN, failure=LOST))
        Outcome(accounts).conclude(tx, job.id)

    await store.write(unit)


async def _claimed(store: SqlStore) -> list[Task]:
    return await store.write(
        lambda tx: tx.tasks.claim(TaskKind.SETTLE_UNKNOWN, owner="me", limit=5, lease_seconds=60)
    )


async def _state(store: SqlStore) -> tuple[Job, HoldState, int, int]:
    def unit(tx: Transaction) -> tuple[Job, HoldState, int, int]:
        job, hold = tx.jobs.get("J1"), tx.ledger.hold("J1")
        assert job is not None
        assert hold is not None
        row = next(row for row in tx.ledger.periods() if row.scope.kind == "workspace")
        books = LedgerSnapshot(
            tx.ledger.periods(), tx.ledger.holds(), tx.ledger.entries(), tx.submissions.all()
        )
        assert audit(books) == []
        return job, hold.state, row.held.micros, row.spent.micros

    return await store.read(unit)


async def test_for_a_day_it_is_counted_and_nothing_is_settled(
    store: SqlStore, clock: SetClock, accounts: Accounts
) -> None:
    await _doubtful(store, accounts)

    clock.move(DOUBT_SECONDS - 1)

    assert await _claimed(store) == []
    job, _, held, spent = await _state(store)
    assert (job.status, held, spent) == (Status.UNKNOWN, 11_000, 0)


async def test_after_a_day_it_is_settled_at_the_estimate_once(
    store: SqlStore, clock: SetClock, accounts: Accounts
) -> None:
    await _doubtful(store, accounts)
    clock.move(DOUBT_SECONDS + 1)
    (task,) = await _claimed(store)

    await SettleUnknown(store=store, accounts=accounts).run(task)

    job, hold, held, spent = await _state(store)
    assert (job.status, job.cost, job.cost_is_estimate) == (Status.FAILED, Money(11_000), True)
    assert (hold.is_final, held, spent) == (True, 0, 11_000)
    assert await _claimed(store) == []
    reports = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.UPDATE_STATUS, owner="me", limit=5, lease_seconds=60)
    )
    assert len(reports) == 1, "the asker learns it"


async def test_what_became_known_meanwhile_is_left_alone(
    store: SqlStore, clock: SetClock, accounts: Accounts
) -> None:
    await _doubtful(store, accounts)

    def refused(tx: Transaction) -> None:
        current = tx.submissions.get("S1")
        assert current is not None
        tx.submissions.save(
            replace(current, state=SubmissionState.FAILED, failure=Failure(Problem.MODERATED))
        )
        Outcome(accounts).conclude(tx, "J1")

    await store.write(refused)
    clock.move(DOUBT_SECONDS + 1)
    for task in await _claimed(store):
        await SettleUnknown(store=store, accounts=accounts).run(task)

    job, _, held, spent = await _state(store)
    assert (job.status, held, spent) == (Status.FAILED, 0, 0)
