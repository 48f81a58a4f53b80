"""A deleted message takes back what was not paid for, and nothing else; on both engines."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import replace

import pytest

from bot.domain.audit import audit
from bot.domain.budget.limits import Limits
from bot.domain.jobs.job import Delivery, Job, Status, SubmissionState
from bot.domain.jobs.task import TaskKind
from bot.domain.place import Place
from bot.domain.problem import Problem
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingState
from bot.domain.requests.pricing import PriceTable
from bot.domain.requests.refusals import AskRefused, Unconfirmed
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.source import IncomingMessage
from bot.services.budget.accounts import Accounts
from bot.services.budget.ledger_audit import ledger_snapshot
from bot.services.requests.admission import Terms
from bot.services.requests.cancel_deleted import CancelDeleted
from bot.services.requests.start_job import StartJob
from storage.store import SqlStore
from tests.contract.samples import a_submission, dollars
from tests.support.collaborators import Members, TrustedClock

HEARD = IncomingMessage(Place("T1", "C1"), "2.0", "U1", "a secret fox", is_mention=True, is_direct=False)
FOX = PictureRequest(Kind.GENERATE, "a secret fox", Size(1024, 1024), Quality.LOW, Format.PNG, 1)
_IDS = itertools.count()


class Room:
    def __init__(self, store: SqlStore, *, asks_above: str = "9") -> None:
        self.store = store
        accounts = Accounts(Limits(workspace=dollars("50"), user=dollars("10")), TrustedClock())
        self.start_job = StartJob(
            store=store,
            prices=PriceTable.load(),
            accounts=accounts,
            new_id=lambda: f"id{next(_IDS):08}",
            new_source_id=lambda: f"source{next(_IDS)}",
            wake=lambda: None,
            terms=Terms(confirm_above=dollars(asks_above)),
            people=Members(),
        )
        self.withdraw = CancelDeleted(store=store, accounts=accounts, wake=lambda: None)

    async def receive(self) -> IncomingMessage:
        return await self.store.write(lambda tx: tx.inbox.receive(HEARD))

    async def take(self) -> Job:
        ask = Ask(HEARD.key, HEARD.thread, "U1", FOX, ask_ts=HEARD.ts)
        return (await self.start_job(ask)).job

    async def gone(self) -> bool:
        return await self.withdraw(Place("T1", "C1"), HEARD.ts)

    async def job(self) -> Job | None:
        return await self.store.read(lambda tx: tx.jobs.by_request_key(HEARD.key))

    async def held(self) -> set[int]:
        rows = await self.store.read(lambda tx: tx.ledger.periods())
        assert audit(await self.store.read(ledger_snapshot)) == []
        return {row.held.micros for row in rows}


async def test_a_waiting_job_ends_unpaid_and_its_status_is_brought_up_to_date(store: SqlStore) -> None:
    room = Room(store)
    await room.receive()
    job = await room.take()
    await store.write(lambda tx: tx.submissions.add(a_submission("S1", job.id)))
    await store.write(lambda tx: tx.jobs.save(job.evolve(delivery=Delivery.ANNOUNCED, status_ts="3.0")))
    assert await room.held() == {job.estimate.micros}

    assert [await room.gone() for _ in range(2)] == [True, True]

    ended = await room.job()
    assert ended is not None
    assert (ended.status, ended.failure and ended.failure.problem) == (Status.CANCELLED, Problem.CANCELLED)
    assert await room.held() == {0}
    (submission,) = await store.read(lambda tx: tx.submissions.of_job(job.id))
    assert submission.state is SubmissionState.CANCELLED
    reports = await store.write(
        lambda tx: tx.tasks.claim(TaskKind.UPDATE_STATUS, owner="t", limit=9, lease_seconds=9)
    )
    assert [task.job_id for task in reports] == [job.id]


async def test_what_was_sent_still_arrives(store: SqlStore) -> None:
    room = Room(store)
    await room.receive()
    job = await room.take()
    await store.write(lambda tx: tx.jobs.save(job.evolve(status=Status.SUBMITTING)))

    await room.gone()

    kept = await room.job()
    assert kept is not None
    assert kept.status is Status.SUBMITTING
    assert await room.held() == {job.estimate.micros}


async def test_a_message_deleted_before_it_was_understood_never_becomes_a_job(store: SqlStore) -> None:
    room = Room(store)
    await room.receive()
    await room.gone()

    again = await room.receive()
    assert again.is_deleted, "delivered again, it stays deleted"
    assert again.text == ""
    with pytest.raises(AskRefused) as refused:
        await room.take()

    assert refused.value.problem is Problem.CANCELLED
    assert await room.job() is None


async def test_a_question_is_taken_back_with_it(store: SqlStore) -> None:
    room = Room(store, asks_above="0.001")
    await room.receive()
    with pytest.raises(Unconfirmed):
        await room.take()

    await room.gone()

    pending = await store.read(lambda tx: tx.pending_requests.by_request_key(HEARD.key))
    assert pending is not None
    assert pending.state is PendingState.CANCELLED


async def test_other_messages_are_none_of_its_business(store: SqlStore) -> None:
    room = Room(store)
    await room.receive()
    job = await room.take()

    assert not await room.withdraw(Place("T1", "C1"), "9.9")
    assert not await room.withdraw(Place("T1", "C2"), HEARD.ts)
    assert not await room.withdraw(Place("T2", "C1"), HEARD.ts)

    assert await room.job() == replace(job)


async def test_taken_and_taken_back_at_once_leave_nothing_held(store: SqlStore) -> None:
    room = Room(store)
    await room.receive()

    async def take() -> None:
        with contextlib.suppress(AskRefused):  # it came too late
            await room.take()

    await asyncio.gather(take(), room.gone(), take())

    job = await room.job()
    assert job is None or job.status is Status.CANCELLED
    assert await room.held() <= {0}
