"""An edit that waits to be ordered again can be called off, and is then never sent; on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.fair_queue import InFlight
from bot.domain.jobs.job import Delivery, Job, Status, Submission, SubmissionState
from bot.domain.jobs.task import Task, TaskKind
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.problem import Failure, Problem
from bot.domain.requests.refusals import AskRefused, NotAllowed, NotAllowedReason
from bot.domain.requests.request import Kind
from bot.domain.requests.source import IncomingMessage
from bot.errors import GivenUp
from bot.ports import Order, Receipt, Transaction
from bot.services.budget.accounts import Accounts
from bot.services.budget.admins import Admins
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.pipeline.outcome import Outcome
from bot.services.pipeline.submit import Submit
from bot.services.requests.cancel import Cancel
from bot.services.requests.cancel_deleted import CancelDeleted
from storage.store import SqlStore
from tests.contract.samples import a_job, a_submission
from tests.support.collaborators import Members, TrustedClock
from tests.support.databases import SetClock

S = SubmissionState
NOT_FETCHED = Failure(Problem.SOURCE_UNREACHABLE, "wget download failed")
PRICE = Money(11_000)
ASKED, SHOWN = "2.0", "3.0"


class Provider:
    """Cannot fetch the sources of the first order of each job; takes the others."""

    def __init__(self) -> None:
        self.orders: list[str] = []

    async def submit(self, order: Order) -> Receipt:
        self.orders.append(order.prompt)
        if self.orders.count(order.prompt) == 1:
            raise GivenUp(NOT_FETCHED)
        return Receipt(f"task-{len(self.orders)}", "jobs")


class Room:
    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.provider: Any = Provider()
        self.accounts = Accounts(Limits(Money.parse("50"), Money.parse("10")), TrustedClock())
        self.submit = Submit(
            store=store,
            provider=self.provider,
            accounts=self.accounts,
            outcome=Outcome(self.accounts),
            in_flight=InFlight(99, 99),
            poll_floor=2.0,
            jitter=lambda: 0.0,
        )
        self.cancel = Cancel(store=store, accounts=self.accounts, admins=Admins(named=(), people=Members()))
        self.delete = CancelDeleted(store=store, accounts=self.accounts, wake=lambda: None)

    async def asked(self, name: str = "J1", *states: Submission) -> None:
        def ask(tx: Transaction) -> None:
            place = Place("T1", "C1", SHOWN)
            job = a_job(name, place=place, ask_ts=ASKED, created_at=tx.now, estimate=PRICE)
            job = replace(job, delivery=Delivery.ANNOUNCED, status_ts=SHOWN)
            if name == "J1":
                heard = IncomingMessage(place, ASKED, "U1", "a fox", is_mention=True, is_direct=False)
                tx.inbox.receive(heard)
                job = replace(job, request_key=heard.key)
            job = replace(job, request=replace(job.request, kind=Kind.EDIT, sources=1, prompt=name))
            tx.jobs.add(job)
            self.accounts.reserve(tx, job)
            for number, state in enumerate(states or (a_submission(),)):
                named = replace(state, id=f"{name}-{number}", job_id=name, ordinal=number)
                tx.submissions.add(named)
            tx.tasks.add(TaskKind.SUBMIT, team_id="T1", job_id=name, subject=f"{name}-0")

        await self.store.write(ask)

    async def due(self) -> list[Task]:
        return await self.store.write(
            lambda tx: tx.tasks.claim(TaskKind.SUBMIT, owner="t", limit=99, lease_seconds=60)
        )

    async def order(self) -> None:
        for task in await self.due():
            await self.submit.run(task)

    async def found(self, name: str = "J1") -> tuple[Job, list[Submission]]:
        job = await self.store.read(lambda tx: tx.jobs.get(name))
        assert job is not None
        return job, await self.store.read(lambda tx: tx.submissions.of_job(name))

    async def held(self) -> set[int]:
        assert audit(await self.store.read(ledger_snapshot)) == []
        return {row.held.micros for row in await self.store.read(lambda tx: tx.ledger.periods())}


CallOff = Callable[[Room], Awaitable[object]]
WAYS: dict[str, CallOff] = {
    "the command": lambda room: room.cancel("T1", "J1", "U1"),
    "the status message is deleted": lambda room: room.delete(Place("T1", "C1"), SHOWN),
    "the asking message is deleted": lambda room: room.delete(Place("T1", "C1"), ASKED),
}


@pytest.mark.parametrize("way", WAYS)
async def test_what_waits_to_be_ordered_again_is_called_off(
    store: SqlStore, clock: SetClock, way: str
) -> None:
    room = Room(store)
    await room.asked()
    await room.order()
    job, (submission,) = await room.found()
    assert (job.status, submission.state, submission.reorders) == (Status.RUNNING, S.PLANNED, 1)
    assert await room.held() == {PRICE.micros}

    for _ in range(2):
        await WAYS[way](room)

    job, (submission,) = await room.found()
    assert (job.status, job.cost, submission.state) == (Status.CANCELLED, Money(0), S.CANCELLED)
    assert job.failure == Failure(Problem.CANCELLED)
    assert await room.held() == {0}
    shown = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.UPDATE_STATUS, owner="t", limit=9, lease_seconds=9)
    )
    assert [task.job_id for task in shown] == ["J1"]
    clock.move(300)
    await room.order()
    assert room.provider.orders == ["J1"]
    assert await room.due() == []


async def test_what_failed_beside_it_stays_as_it_ended(store: SqlStore) -> None:
    failed = a_submission(state=S.FAILED, failure=NOT_FETCHED)
    room = Room(store)
    await room.asked("J1", a_submission(reorders=1), failed)
    await store.write(lambda tx: tx.jobs.save(replace(_job(tx), status=Status.RUNNING)))

    await room.cancel("T1", "J1", "U1")

    job, submissions = await room.found()
    assert (job.status, [s.state for s in submissions]) == (Status.CANCELLED, [S.CANCELLED, S.FAILED])
    assert await room.held() == {0}


def _job(tx: Transaction) -> Job:
    job = tx.jobs.get("J1")
    assert job is not None
    return job


@pytest.mark.parametrize(
    "other",
    [a_submission(state=state) for state in (S.SUBMITTING, S.RUNNING, S.UNKNOWN, S.TIMED_OUT, S.SUCCEEDED)]
    + [a_submission(state=S.FAILED, failure=Failure(Problem.NO_PICTURE))]
    + [a_submission(state=S.FAILED, failure=Failure(Problem.OUTCOME_UNKNOWN))],
    ids=lambda other: f"{other.state} {other.failure and other.failure.problem}",
)
async def test_what_may_be_charged_keeps_its_job(store: SqlStore, other: Submission) -> None:
    room = Room(store)
    await room.asked("J1", a_submission(reorders=1), other)
    await store.write(lambda tx: tx.jobs.save(replace(_job(tx), status=Status.RUNNING)))
    before = await room.found()

    with pytest.raises(AskRefused) as refused:
        await room.cancel("T1", "J1", "U1")
    for ts in (ASKED, SHOWN):
        await room.delete(Place("T1", "C1"), ts)

    assert refused.value.refusal == NotAllowed(NotAllowedReason.TOO_LATE, "J1")
    assert await room.found() == before
    assert await room.held() == {PRICE.micros}


async def test_at_the_same_moment_it_is_either_sent_or_cancelled(store: SqlStore, clock: SetClock) -> None:
    names = [f"J{number}" for number in range(1, 25)]
    room = Room(store)
    for name in names:
        await room.asked(name)
    await room.order()
    clock.move(300)

    async def call_off(name: str) -> bool:
        try:
            await room.cancel("T1", name, "U1")
        except AskRefused:
            return False
        return True

    async def send(task: Task, after: int) -> None:
        """After so many of the steps that calling off takes before it decides."""
        for _ in range(after):
            await room.found(task.job_id)
        await room.submit.run(task)

    tasks = await room.due()
    assert len(tasks) == len(names)
    cancelled = await asyncio.gather(
        *(call_off(name) for name in names), *(send(task, index % 4) for index, task in enumerate(tasks))
    )

    ended = {name: (await room.found(name))[0].status for name in names}
    sent = {name for name in names if room.provider.orders.count(name) == 2}
    assert {name for name in names if ended[name] is Status.RUNNING} == sent
    assert {name for name in names if ended[name] is Status.CANCELLED} == set(names) - sent
    assert cancelled.count(True) == len(names) - len(sent)
    assert await room.held() == {PRICE.micros * len(sent)}
