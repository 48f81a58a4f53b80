"""After an hour without the other side an ask is given back, unpaid, and its asker is told."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.audit import LedgerSnapshot, audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.job import Job, Status, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.money import Money
from bot.domain.problem import Problem
from bot.errors import StaleLease, StoreUnavailable, TryLater, Unreachable
from bot.ports import Transaction
from bot.services.budget.accounts import Accounts
from bot.services.lease import insist
from bot.services.pipeline.announce import GIVE_UP_SECONDS, Announce
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.place_in_line import PlaceInLine
from bot.services.pipeline.submit import AWAY_SECONDS, BUSY_SECONDS, Submit
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import NO_LIMIT, TrustedClock
from tests.support.databases import SetClock


class Away:
    """Whatever it is asked, it refuses for now."""

    def __init__(self, error: type[TryLater] = TryLater) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def refuse(*_args: object, **_more: object) -> None:
            raise self.error(f"{name}: not now")

        return refuse


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())


async def _ask(store: SqlStore, accounts: Accounts, kind: TaskKind, *, planned: bool) -> None:
    def unit(tx: Transaction) -> None:
        job = a_job(created_at=tx.now)
        tx.jobs.add(job)
        accounts.reserve(tx, job)
        if planned:
            tx.submissions.add(a_submission())
        tx.tasks.add(kind, team_id="T1", job_id=job.id, subject="S1" if planned else "")

    await store.write(unit)


async def _run(store: SqlStore, step: Any, kind: TaskKind) -> bool:
    """Whether something was due; what is put back is put back as the worker does it."""
    claimed = await store.write(lambda tx: tx.tasks.claim(kind, owner="me", limit=1, lease_seconds=60))
    if not claimed:
        return False
    (task,) = claimed
    try:
        await step.run(task)
    except TryLater:
        await store.write(lambda tx: tx.tasks.reschedule(task, delay=1.0, attempts=task.attempts + 1))
    return True


async def _found(store: SqlStore) -> tuple[Job, int]:
    def unit(tx: Transaction) -> tuple[Job, int]:
        job = tx.jobs.get("J1")
        assert job is not None
        books = LedgerSnapshot(
            tx.ledger.periods(), tx.ledger.holds(), tx.ledger.entries(), tx.submissions.all()
        )
        assert audit(books) == []
        return job, sum(row.held.micros + row.spent.micros for row in tx.ledger.periods())

    return await store.read(unit)


async def _send(store: SqlStore, accounts: Accounts, error: type[TryLater]) -> None:
    """One try of a process that knows of no earlier one."""
    step = Submit(
        store=store, provider=Away(error), accounts=accounts, outcome=Outcome(accounts),  # type: ignore[arg-type]
        in_flight=InFlight(None, None), poll_floor=2.0, jitter=lambda: 0.0,
    )  # fmt: skip
    assert await _run(store, step, TaskKind.SUBMIT)


async def _waits(store: SqlStore) -> None:
    job, counted = await _found(store)
    assert job.status is Status.QUEUED
    assert counted > 0, "it waits with its hold"


async def test_a_provider_busy_for_an_hour(store: SqlStore, clock: SetClock, accounts: Accounts) -> None:
    await _ask(store, accounts, TaskKind.SUBMIT, planned=True)

    await _send(store, accounts, TryLater)
    await _waits(store)
    clock.move(BUSY_SECONDS / 2)
    await _send(store, accounts, TryLater)
    await _waits(store)
    clock.move(BUSY_SECONDS / 2 + 1)
    await _send(store, accounts, TryLater)

    await _is_given_back(store)


async def test_after_an_hour_in_the_queue_its_patience_is_whole(
    store: SqlStore, clock: SetClock, accounts: Accounts
) -> None:
    await _ask(store, accounts, TaskKind.SUBMIT, planned=True)
    clock.move(3 * BUSY_SECONDS)

    await _send(store, accounts, TryLater)
    await _waits(store)
    clock.move(BUSY_SECONDS - 1)
    await _send(store, accounts, TryLater)

    await _waits(store)


async def test_while_nobody_can_be_reached_no_patience_is_used_up(
    store: SqlStore, clock: SetClock, accounts: Accounts
) -> None:
    await _ask(store, accounts, TaskKind.SUBMIT, planned=True)
    await _send(store, accounts, TryLater)
    for _ in range(3):
        clock.move(BUSY_SECONDS)
        await _send(store, accounts, Unreachable)

    await _send_later(store, clock, accounts, TryLater)
    await _waits(store)
    clock.move(BUSY_SECONDS + 1)
    await _send(store, accounts, TryLater)

    await _is_given_back(store)


async def test_a_provider_that_nobody_reaches_for_a_day(
    store: SqlStore, clock: SetClock, accounts: Accounts
) -> None:
    await _ask(store, accounts, TaskKind.SUBMIT, planned=True)
    await _send(store, accounts, Unreachable)
    clock.move(AWAY_SECONDS - 10)
    await _send(store, accounts, Unreachable)
    await _waits(store)

    await _send_later(store, clock, accounts, Unreachable)

    await _is_given_back(store)


async def _send_later(store: SqlStore, clock: SetClock, accounts: Accounts, error: type[TryLater]) -> None:
    clock.move(60)
    await _send(store, accounts, error)


async def _is_given_back(store: SqlStore) -> None:
    job, counted = await _found(store)
    assert (job.status, counted) == (Status.FAILED, 0)
    assert job.failure is not None
    assert job.failure.problem is Problem.PROVIDER_BUSY
    (submission,) = await store.read(lambda tx: tx.submissions.of_job("J1"))
    assert submission.state is SubmissionState.FAILED


async def test_a_slack_away_for_too_long(store: SqlStore, clock: SetClock, accounts: Accounts) -> None:
    await _ask(store, accounts, TaskKind.ANNOUNCE, planned=False)
    step = Announce(
        store=store,
        conversation=Away(),  # type: ignore[arg-type]
        provider=Away(),  # type: ignore[arg-type]
        accounts=accounts,
        place_in_line=PlaceInLine(store, NO_LIMIT),
    )

    await _run(store, step, TaskKind.ANNOUNCE)
    assert (await _found(store))[0].status is Status.QUEUED
    clock.move(3700)
    await _run(store, step, TaskKind.ANNOUNCE)
    assert (await _found(store))[0].status is Status.QUEUED, "an hour is waited for"
    clock.move(GIVE_UP_SECONDS)
    await _run(store, step, TaskKind.ANNOUNCE)

    job, counted = await _found(store)
    assert (job.status, counted) == (Status.FAILED, 0)
    tells = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.NOTIFY_ASKER, owner="me", limit=5, lease_seconds=60)
    )
    assert len(tells) == 1, "told as soon as Slack is back"


async def test_a_fact_that_only_we_know_waits_for_the_database() -> None:
    tries = []

    async def write(unit: Callable[[Transaction], str]) -> str:
        tries.append(unit)
        if len(tries) < 3:
            raise StoreUnavailable("locked")
        return "written"

    assert await insist(write, lambda _tx: "") == "written"
    assert len(tries) == 3


async def test_a_lost_lease_is_not_insisted_on() -> None:
    async def write(_unit: Callable[[Transaction], str]) -> str:
        raise StaleLease("somebody else has it")

    with pytest.raises(StaleLease):
        await insist(write, lambda _tx: "")
